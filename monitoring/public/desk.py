"""The desk: what somebody does by hand, laid down as files, so that it works while nothing else does."""

import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Literal

import orjson
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, field_validator

from core.domain.incident import Cause, Function
from core.files import write_whole
from core.storage.audit import Act, Done
from monitoring.words import names_a_person

DOES = Literal["open", "close", "word"]
ACTIONS: Mapping[str, str] = {"open": "incident-opened", "close": "incident-closed", "word": "incident-told"}


class Request(BaseModel):
    """What is asked for, by whom and why. `open` needs a function and a cause, the others an incident."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    does: DOES
    via: Literal["console", "command-line"] = "command-line"
    who: str = Field(min_length=1, max_length=100)
    why: str = Field(min_length=1, max_length=500)
    function: Function = Function.ALL
    cause: Cause = Cause.OTHER
    incident_id: str = Field(default="", pattern=r"^([0-9a-f]{8})?$")
    at: AwareDatetime | None = None  # since when it is out, or until when it was; None: now
    next_word_minutes: int | None = Field(default=None, ge=1, le=1_440)

    @field_validator("who", "why")
    @classmethod
    def nothing_personal(cls, text: str) -> str:
        """Refuse what looks like a tax code or an IBAN: who and why are kept in the audit trail."""
        if names_a_person(text):
            raise ValueError("holds what looks like a tax code or an IBAN; the trail keeps neither")
        return text


@dataclass(frozen=True, slots=True)
class Laid:
    """A request that lies on the desk, and the file it lies in."""

    request: Request
    file: Path


class Desk:
    """A folder: whoever may write there may speak for the service, so it is for its owner alone."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; it is made with the first request."""
        self.folder = folder

    def lay(self, request: Request) -> Path:
        """Lay a request down and return its file; it is gone once it was seen to."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = self.folder / f"{secrets.token_hex(8)}.json"
        write_whole(file, request.model_dump_json().encode())
        return file

    def laid(self) -> Iterator[Laid]:
        """Yield what lies there, oldest first; what cannot be understood is put aside."""
        for file in sorted(self.folder.glob("*.json"), key=_age):
            try:
                yield Laid(Request.model_validate_json(file.read_bytes()), file)
            except (OSError, ValidationError):
                file.rename(file.with_suffix(".refused"))

    def seen_to(self, laid: Laid, now: datetime, incident_id: str, *, changed: bool) -> None:
        """Write down who did what and why, and whether it changed anything, and take the request away."""
        told = {**laid.request.model_dump(mode="json"), "incident_id": incident_id, "seen_to_at": now}
        told |= {"changed": changed, "laid": laid.file.stem}
        with (self.folder / "done.jsonl").open("ab+") as open_file:
            open_file.write(_after_what_is_in_pieces(open_file) + orjson.dumps(told) + b"\n")
        laid.file.unlink()

    def done(self) -> list[dict[str, Any]]:
        """Return everything that was ever done by hand, oldest first; a line that is in pieces hides no other."""
        try:
            lines = (self.folder / "done.jsonl").read_bytes().splitlines()
        except OSError:
            return []
        return [told for line in lines if (told := _told(line))]


def act_of(done: Mapping[str, Any]) -> Done:
    """Return what was done by hand as the audit trail keeps it."""
    named = {name: done[name] for name in ("function", "cause") if done["does"] == "open"}
    if done["next_word_minutes"]:
        named["next_word_minutes"] = done["next_word_minutes"]
    if done["at"]:
        named["since" if done["does"] == "open" else "until"] = done["at"]
    act = Act(done["who"], ACTIONS[done["does"]], done["incident_id"], done["why"], said=named)
    return Done(done["laid"], datetime.fromisoformat(done["seen_to_at"]), done["via"], act)


def _after_what_is_in_pieces(file: BinaryIO) -> bytes:
    """Return what ends a line that was left without its end, as by a full disk: what follows is a line of its own."""
    if file.seek(0, os.SEEK_END) == 0:
        return b""
    file.seek(-1, os.SEEK_END)
    return b"" if file.read(1) == b"\n" else b"\n"


def _told(line: bytes) -> dict[str, Any]:
    """Return what a line says; nothing where it is in pieces: it is just being written, or the disk was full then."""
    try:
        return dict(orjson.loads(line))
    except (ValueError, TypeError):
        return {}


def _age(file: Path) -> tuple[float, str]:
    try:
        return file.stat().st_mtime, file.name
    except OSError:
        return 0.0, file.name
