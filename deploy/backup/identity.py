"""Whom backups are sealed for: a public key (the recipient) on the machine, its identity somewhere else."""

from pathlib import Path

import pyrage

from core.files import write_once
from core.settings import Environment, Settings
from deploy.backup.refusal import CannotBackUp

FILE = "identity"


def recipient(known: Settings) -> str:
    """Return whom to seal for: APPRODO_BACKUP_RECIPIENT, in development else one whose identity lies with the backups.

    Errors: CannotBackUp in production, where a key that lies beside what it opens protects nothing.
    """
    if known.backups.backup_recipient is not None:
        return known.backups.backup_recipient
    if known.place.environment is Environment.PRODUCTION:
        raise CannotBackUp(
            "APPRODO_BACKUP_RECIPIENT is not set: name the public key of age that backups are sealed for"
        )
    file = known.backups_folder / FILE
    if not file.exists():
        known.backups_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_once(file, f"{pyrage.x25519.Identity.generate()}\n".encode())
    return str(pyrage.x25519.Identity.from_str(read(file)).to_public())


def identity(known: Settings) -> str:
    """Return what opens the backups. Errors: CannotBackUp."""
    return read(known.backups.backup_identity or known.backups_folder / FILE)


def read(file: Path) -> str:
    """Return the identity in a file of age. Errors: CannotBackUp."""
    try:
        lines = [line.strip() for line in file.read_text().splitlines()]
    except OSError as error:
        raise CannotBackUp(f"{file}: {error.strerror}; APPRODO_BACKUP_IDENTITY names the file") from None
    for line in lines:
        if line.startswith("AGE-SECRET-KEY-"):
            return line
    raise CannotBackUp(f"{file} holds no identity of age")
