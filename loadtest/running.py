"""running: the system on this machine: where it is, what day it thinks it is, and what its stand-ins say."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

import httpx

NOT_RUNNING = "the system is not running here: `make run` starts it, and APPRODO_DATA says which copy is meant"


class CannotTry(Exception):
    """What was asked cannot be tried; the message says why."""


@dataclass(frozen=True, slots=True)
class Running:
    """Addresses of one running copy; `ops` and `registries` are only needed to set a scene."""

    http: str
    ops: str | None
    registries: str | None


def find(environment: Mapping[str, str] = os.environ) -> Running:
    """Return where the system runs. Errors: CannotTry."""
    said = Path(environment.get("APPRODO_DATA", ".approdo")) / "run" / "system.json"
    try:
        where = json.loads(said.read_text())
        return Running(where["http"], where.get("ops"), where.get("registries"))
    except (OSError, ValueError, KeyError):
        port = environment.get("APPRODO_HTTP_PORT")
    if port is None:
        raise CannotTry(NOT_RUNNING)
    ops = environment.get("APPRODO_OPS_PORT")
    return Running(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{ops}" if ops else None, None)


class Scene:
    """What a case needs around it: the day, and what the registries say. At the end all is as it was before."""

    def __init__(self, running: Running, client: httpx.Client) -> None:
        self._ops, self._registries = running.ops, running.registries
        self._client = client
        self._offset: timedelta | None = None  # of the civil clock, as it was found
        self._told: list[Mapping[str, Any]] = []
        self._others_told_before = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Put back what was set."""
        if self._offset is not None:
            machine_now = datetime.fromisoformat(self._clock()["machine_now"])
            self._move_clock(machine_now + self._offset)
        if self._told:
            self._untell()

    def it_is(self, civil_now: datetime) -> None:
        """Let the civil clock read this (aware). Errors: CannotTry."""
        if self._offset is None:
            self._offset = timedelta(seconds=self._clock()["offset_seconds"])
        self._move_clock(civil_now)

    def registry_says(self, order: Mapping[str, Any]) -> None:
        """Tell a stand-in what to do (the body of its PUT /control). Errors: CannotTry."""
        if not self._told:
            self._others_told_before = bool(self._control("GET")["rules"])
        self._told.append(order)
        self._control("PUT", order)

    def _untell(self) -> None:
        """Rules of others stay: of those, ours are only overruled."""
        if not self._others_told_before:
            self._control("DELETE")
            return
        for order in self._told:
            self._control("PUT", {**order, "mode": "ok"})

    def _clock(self) -> Any:
        return self._call("GET", self._ops, "clock")

    def _move_clock(self, now: datetime) -> None:
        self._call("PUT", self._ops, "clock", {"now": now.isoformat()})

    def _control(self, method: str, order: Mapping[str, Any] | None = None) -> Any:
        return self._call(method, self._registries, "control", order)

    def _call(self, method: str, base: str | None, path: str, body: Mapping[str, Any] | None = None) -> Any:
        if base is None:
            raise CannotTry(f"this case sets the {path} first, and nobody says where that is: start it with `make run`")
        try:
            answer = self._client.request(method, f"{base}/{path}", json=body)
        except httpx.HTTPError as error:
            raise CannotTry(f"{method} {base}/{path}: {type(error).__name__}") from None
        if answer.is_error:
            raise CannotTry(f"{method} {base}/{path} answered {answer.status_code}: {answer.text[:200]}")
        return answer.json()
