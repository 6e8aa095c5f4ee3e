"""Key files: where the counter's secrets lie, made on the first run and never made again."""

import json
import os
import re
import secrets
import shutil
import stat
import tempfile
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from core.domain.errors import ApprodoError
from ingest.proof import base64url

SECRET_BYTES = 32


class KeyFault(ApprodoError):
    """A key file is missing, damaged or open to others."""

    def __init__(self, what: str) -> None:
        super().__init__(what)

    def __str__(self) -> str:
        return str(self.args[0])


class Purpose(StrEnum):
    """What a key is for. The first two rotate; the others must stay as they are as long as the data lives."""

    RECEIPTS = "receipts"  # Ed25519 seeds that sign receipts
    TOKENS = "tokens"  # HMAC keys of access tokens
    PERSON = "person"  # HMAC key of the person's pseudonym: another one would let a person file twice
    NUMBER = "number"  # cipher key of submission numbers: another one would give a number twice


ROTATING = (Purpose.RECEIPTS, Purpose.TOKENS)


@dataclass(frozen=True, slots=True)
class Secret:
    """One key file. The highest serial of a purpose is in use, the others are kept for what they made."""

    purpose: Purpose
    serial: int  # from 1
    value: bytes  # 32 bytes
    created_at: datetime  # machine time

    @property
    def file_name(self) -> str:
        """The name under which it lies in the folder."""
        return f"{self.purpose}-{self.serial:04}.json"


_FILE_NAME = re.compile(r"(receipts|tokens|person|number)-(\d{4,5})\.json")


def opened(folder: Path, now: datetime) -> tuple[Secret, ...]:
    """Return every key of the folder, in order of purpose and serial; make the first ones where there is none at all.

    A folder that holds some keys and not others is never completed: a missing key is restored from a backup.
    Errors: KeyFault, naming the file.
    """
    try:
        if not _names(folder):
            _make(folder, now)
        return kept(folder)
    except OSError as error:
        raise KeyFault(f"{folder}: {error.strerror}") from None


def kept(folder: Path) -> tuple[Secret, ...]:
    """Return every key of a folder that has been made. Errors: KeyFault, naming the file."""
    found = tuple(_read(folder / name) for name in _names(folder))
    for purpose in Purpose:
        files = sum(secret.purpose is purpose for secret in found)
        if files == 0:
            raise KeyFault(f"{folder}: no {purpose} key file; restore it from the backup, it is not made again")
        if files > 1 and purpose not in ROTATING:
            raise KeyFault(f"{folder}: {files} {purpose} key files; keep the one the data was made with")
    return found


def newcomers(folder: Path, purpose: Purpose, known: AbstractSet[int]) -> tuple[Secret, ...]:
    """Return the keys of a purpose whose serials are not known yet; read no other file. Errors: KeyFault, OSError."""
    names = (_FILE_NAME.fullmatch(name) for name in _names(folder))
    new = (name for name in names if name and name[1] == purpose and int(name[2]) not in known)
    return tuple(_read(folder / name[0]) for name in new)


def rotated(folder: Path, purpose: Purpose, now: datetime) -> Secret:
    """Add a new key that is used from the next start on, and return it. Safe when several do it at once.

    Errors: KeyFault where the folder has no key of this purpose yet, or the purpose does not rotate.
    """
    if purpose not in ROTATING:
        raise KeyFault(f"{purpose} keys do not rotate")
    serial = max(secret.serial for secret in kept(folder) if secret.purpose is purpose)
    while True:
        serial += 1
        secret = _new(purpose, serial, now)
        if _written_alone(folder, secret):
            return secret


def _names(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    return sorted(path.name for path in folder.iterdir() if _FILE_NAME.fullmatch(path.name))


def _make(folder: Path, now: datetime) -> None:
    """Make the whole folder beside its place and rename it: it is there complete or not at all, and only once."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))  # 0700
    try:
        for purpose in Purpose:
            _write(draft, _new(purpose, 1, now))
        _flush(draft)
        draft.rename(folder)
        _flush(folder.parent)
    except OSError:
        if not _names(folder):  # else another process was first, and its keys are the keys
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _new(purpose: Purpose, serial: int, now: datetime) -> Secret:
    return Secret(purpose, serial, secrets.token_bytes(SECRET_BYTES), now.replace(microsecond=0))


def _written_alone(folder: Path, secret: Secret) -> bool:
    """A link fails where the name is taken, so two rotations at once take two serials."""
    draft = Path(tempfile.mkdtemp(prefix=".rotation-", dir=folder))
    try:
        (folder / secret.file_name).hardlink_to(_write(draft, secret))
        _flush(folder)
    except FileExistsError:
        return False
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return True


def _write(folder: Path, secret: Secret) -> Path:
    path = folder / secret.file_name
    content = {
        "use": str(secret.purpose),
        "secret": base64url.encoded(secret.value).decode(),
        "created_at": secret.created_at.isoformat(),
    }
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(json.dumps(content) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return path


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(path: Path) -> Secret:
    name = _FILE_NAME.fullmatch(path.name)
    assert name
    try:
        if path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
            raise KeyFault(f"{path}: everybody can read or write it; make it 0600 and rotate the key")
        return _understood(Purpose(name[1]), int(name[2]), json.loads(path.read_bytes()))
    except OSError as error:
        raise KeyFault(f"{path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise KeyFault(f"{path}: not a key file; restore it from the backup") from None


def _understood(purpose: Purpose, serial: int, content: Mapping[str, str]) -> Secret:
    value = base64url.decoded(content["secret"].encode())
    if content["use"] != purpose or len(value) != SECRET_BYTES:
        raise ValueError
    return Secret(purpose, serial, value, datetime.fromisoformat(content["created_at"]))
