"""The desk: what somebody does by hand, laid down as files, so that it works while nothing else does."""

import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import orjson
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from core.domain.incident import Cause, Function

DOES = Literal["open", "close", "word"]


class Request(BaseModel):
    """What is asked for, by whom and why. `open` needs a function and a cause, the others an incident."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    does: DOES
    who: str = Field(min_length=1, max_length=100)
    why: str = Field(min_length=1, max_length=500)
    function: Function = Function.ALL
    cause: Cause = Cause.OTHER
    incident_id: str = Field(default="", pattern=r"^([0-9a-f]{8})?$")
    at: AwareDatetime | None = None  # since when it is out, or until when it was; None: now
    next_word_minutes: int | None = Field(default=None, ge=1, le=1_440)


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
        draft = file.with_suffix(".tmp")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as open_file:
            open_file.write(request.model_dump_json().encode())
        draft.replace(file)
        return file

    def laid(self) -> Iterator[Laid]:
        """Yield what lies there, oldest first; what cannot be understood is put aside."""
        for file in sorted(self.folder.glob("*.json"), key=_age):
            try:
                yield Laid(Request.model_validate_json(file.read_bytes()), file)
            except (OSError, ValidationError):
                file.rename(file.with_suffix(".refused"))

    def seen_to(self, laid: Laid, now: datetime, incident_id: str) -> None:
        """Write down who did what and why, and take the request away."""
        told = {**laid.request.model_dump(mode="json"), "incident_id": incident_id, "seen_to_at": now}
        with (self.folder / "done.jsonl").open("ab") as open_file:
            open_file.write(orjson.dumps(told) + b"\n")
        laid.file.unlink()

    def done(self) -> list[dict[str, object]]:
        """Return everything that was ever done by hand, oldest first."""
        try:
            return [orjson.loads(line) for line in (self.folder / "done.jsonl").read_bytes().splitlines()]
        except (OSError, ValueError):
            return []


def _age(file: Path) -> tuple[float, str]:
    try:
        return file.stat().st_mtime, file.name
    except OSError:
        return 0.0, file.name
