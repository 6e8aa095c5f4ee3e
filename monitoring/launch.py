"""launch: looks at everything the preflight list is computed from; whatever cannot be seen stays empty."""

import asyncio
import ctypes
import json
import os
import shutil
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx

from core.domain.errors import StoreUnavailable
from core.settings import Environment, Settings
from core.storage import copies
from core.storage.copies import Copies
from core.storage.reader import Reader
from monitoring.console.readings import read_all, run_files
from monitoring.console.reckoning import waiting_in_the_register
from monitoring.web_certificate import WebCertificate, shown

SECONDS = 3.0  # for an answer
KEPT = ("receipts", "tokens", "person", "number")  # what there must be a key for
_TIME_ERROR = 5  # adjtimex(2): the clock is not synchronised

Seen = TypeVar("Seen")


@dataclass(frozen=True, slots=True)
class Found:
    """What was found. The mappings are files that others write, empty where there is none."""

    now: datetime  # machine time
    environment: Environment
    civil_now_is_set: bool
    copies: Copies | None
    receipt_keys: int
    missing_keys: Sequence[str]
    keys_open_to_others: Sequence[str]
    stand_ins: bool | None
    clock_is_kept: bool | None
    disk_free: int
    disk_whole: int
    names: Sequence[str]  # of the processes that run
    register_copies: int  # what the emergency register needs before it acknowledges; 0: it is off
    register_waits: int | None  # entries that wait in it; None: no counter says
    status_answers: bool
    status_page_at: datetime | None  # when what the public page says was checked; None: it does not answer
    plan: Mapping[str, Any] = field(default_factory=dict)
    capacity: Mapping[str, Any] = field(default_factory=dict)
    verdict: Mapping[str, Any] = field(default_factory=dict)
    storm: Mapping[str, Any] = field(default_factory=dict)  # the last verdict on one
    alerts: Mapping[str, Any] = field(default_factory=dict)  # those that fired in the last rehearsal of them
    drill: Mapping[str, Any] = field(default_factory=dict)  # the last backup that was restored
    web_certificate: WebCertificate | None = None  # None: the public address does not speak TLS

    def processes(self, kind: str) -> int:
        """Count the processes of a kind."""
        return sum(name.rstrip("0123456789") == f"{kind}-" for name in self.names)


def operators_port(known: Settings) -> str:
    """Return the address of the operators' port of the system that runs on this data, or that the settings name."""
    said = _read(known.place.run_folder / "system.json").get("ops")
    return str(said or f"http://127.0.0.1:{known.place.ops_port}")


async def look(known: Settings, reader: Reader) -> Found:
    """Return what is found now; each look is bounded, and none that fails spoils another."""
    place, data = known.place, known.place.data
    where = _read(data / "run" / "system.json")
    disk = shutil.disk_usage(data)
    async with httpx.AsyncClient(timeout=SECONDS, trust_env=False) as client:
        public = where.get("http", f"http://127.0.0.1:{place.http_port}")
        registries = known.registries.registries_url or where.get("registries")
        seen, published, standins, status, page, certificate = await asyncio.gather(
            _or_none(copies.look(reader)),
            _or_none(_get(client, f"{public}/v1/receipt-keys")),
            _or_none(_get(client, f"{registries}/control")) if registries else asyncio.sleep(0, None),
            _or_none(_get(client, f"{public}/status")),
            _or_none(_get(client, f"{place.status_url or operators_port(known)}/stato.json")),
            shown(place.public_url),
        )
        readings = await read_all(place.run_folder, client)
    missing, open_to_others = _key_files(place.keys_folder)
    verdicts = _verdicts(data / "rehearsals")
    return Found(
        now=datetime.now(UTC),
        environment=place.environment,
        civil_now_is_set=place.civil_now is not None,
        copies=seen,
        receipt_keys=len(published.get("keys", [])) if published else 0,
        missing_keys=missing,
        keys_open_to_others=open_to_others,
        stand_ins=None if not registries else bool(standins and "rules" in standins),
        clock_is_kept=_clock_is_kept(),
        disk_free=disk.free,
        disk_whole=disk.total,
        names=[file.process for file in run_files(place.run_folder)],
        register_copies=known.emergency.register_copies,
        register_waits=waiting_in_the_register(readings),
        status_answers=status is not None,
        status_page_at=datetime.fromisoformat(page["checked_at"]) if page else None,
        plan=_read(data / "plan.json"),
        capacity=_read(data / "capacity.json"),
        verdict=_last_verdict(verdicts),
        storm=_last_verdict([one for one in verdicts if one.get("storm")]),
        alerts=_read(data / "rehearsals" / "alerts.json"),
        drill=_read(data / "backups" / "drill.json"),
        web_certificate=certificate,
    )


async def _or_none(look: Awaitable[Seen]) -> Seen | None:
    try:
        async with asyncio.timeout(2 * SECONDS):
            return await look
    except (StoreUnavailable, httpx.HTTPError, httpx.InvalidURL, ValueError, TimeoutError):
        return None


async def _get(client: httpx.AsyncClient, address: str) -> dict[str, Any]:
    return dict((await client.get(address)).raise_for_status().json())


def _read(file: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(file.read_bytes()))
    except (OSError, ValueError, TypeError):
        return {}


def _verdicts(rehearsals: Path) -> list[dict[str, Any]]:
    return [one for file in rehearsals.glob("*/verdict.json") if "judged_at" in (one := _read(file))]


def _last_verdict(verdicts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the verdict that was reached last."""
    return max(verdicts, key=lambda one: str(one["judged_at"]), default={})


def _key_files(folder: Path) -> tuple[list[str], list[str]]:
    """Return the purposes without a key, and the files that others than we may read."""
    files = list(folder.glob("*.json"))
    missing = [purpose for purpose in KEPT if not any(file.name.startswith(f"{purpose}-") for file in files)]
    return missing, [file.name for file in files if _mode(file) & 0o077]


def _mode(file: Path) -> int:
    try:
        return file.stat().st_mode
    except OSError:
        return 0


def _clock_is_kept() -> bool | None:
    """Ask the kernel whether something keeps its clock in step (adjtimex(2)); None where it cannot be asked."""
    if not hasattr(os, "sched_getaffinity"):
        return None
    try:
        answer = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512))
    except (OSError, AttributeError):
        return None
    return None if answer < 0 else bool(answer != _TIME_ERROR)
