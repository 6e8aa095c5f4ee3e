"""The counter's keys: what it signs, seals and hides with. `python -m ingest.keys rotate receipts|tokens` adds one."""

import argparse
import sys
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from core.clock import SystemClock
from core.settings import SettingsError, load
from ingest.proof.key_files import ROTATING, KeyFault, Purpose, Secret, newcomers, opened, rotated

Newcomers = Callable[[AbstractSet[int]], tuple[Secret, ...]]  # the keys whose serials are not among those given


class Ring:
    """The keys of one purpose. The newest at start makes new things; all of them recognise what they made.

    A process that has not been started again since a rotation meets things made by the new key: it looks into the
    folder for a key it does not know, so that it recognises them too.
    """

    def __init__(self, secrets: tuple[Secret, ...], newcomers: Newcomers | None = None) -> None:
        self.newest = max(secrets, key=lambda secret: secret.serial)
        self._newcomers = newcomers
        self._known = {secret.serial: secret for secret in secrets}

    def all(self) -> tuple[Secret, ...]:
        """Return the keys known now, oldest first."""
        return tuple(self._known[serial] for serial in sorted(self._known))

    def find(self, serial: int) -> Secret | None:
        """Return one key, looking into the folder where it is not known."""
        secret = self._known.get(serial)
        if secret is None and self.refresh():
            secret = self._known.get(serial)
        return secret

    def refresh(self) -> bool:
        """Look for new keys and say whether there are any; a folder that cannot be read changes nothing."""
        try:
            new = self._newcomers(self._known.keys()) if self._newcomers else ()
        except (KeyFault, OSError):
            return False
        self._known |= {secret.serial: secret for secret in new}
        return bool(new)


class Keys:
    """Every key of a process, read from one folder at its start."""

    def __init__(self, folder: Path, now: datetime) -> None:
        """Read the folder, or make it on the first run.

        Arguments: the folder, and the machine time that is noted in keys that are made.
        Errors: KeyFault, naming the file: the process is then not ready, for it could not sign what it acknowledges.
        """
        secrets = opened(folder, now)
        self.receipts = _ring(folder, secrets, Purpose.RECEIPTS)
        self.tokens = _ring(folder, secrets, Purpose.TOKENS)
        self.person = _ring(folder, secrets, Purpose.PERSON).newest.value
        self.number = _ring(folder, secrets, Purpose.NUMBER).newest.value

    def marks(self) -> dict[str, bytes]:
        """Return a hash of each key that must never change under its data, telling nothing about the key."""
        kept = {Purpose.PERSON: self.person, Purpose.NUMBER: self.number}
        return {str(purpose): sha256(b"mark" + key).digest() for purpose, key in kept.items()}


def _ring(folder: Path, secrets: tuple[Secret, ...], purpose: Purpose) -> Ring:
    kept = tuple(secret for secret in secrets if secret.purpose is purpose)
    return Ring(kept, lambda known: newcomers(folder, purpose, known))


def main(arguments: list[str]) -> int:
    """Add a key; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m ingest.keys", description="Add a key to the counter's folder.")
    commands = parser.add_subparsers(required=True, metavar="rotate")
    rotate = commands.add_parser("rotate", help="a new key from the next start on; old receipts and tokens stay valid")
    rotate.add_argument("purpose", choices=[str(purpose) for purpose in ROTATING])
    rotate.add_argument("--keys", type=Path, metavar="FOLDER", help="default: the folder the settings name")
    options = parser.parse_args(arguments)
    try:
        folder = options.keys or load().place.keys_folder
        secret = rotated(folder, Purpose(options.purpose), SystemClock().now())
    except (KeyFault, SettingsError, OSError) as error:
        sys.stderr.write(f"ingest.keys: {error}\n")
        return 1
    sys.stdout.write(_done(folder, secret))
    return 0


def _done(folder: Path, secret: Secret) -> str:
    """Return what has happened, what it means while counters still run, and what is to be done."""
    older = secret.serial - 1
    made = {Purpose.RECEIPTS: "signs receipts", Purpose.TOKENS: "makes access tokens"}[secret.purpose]
    return (
        f"Made {folder / secret.file_name}. Nothing has changed yet: each counter {made} with the key that was the\n"
        f"newest at its start, and takes this one from its next start on.\n"
        f"Now: copy the file to the keys folder of every other machine and to the backup; then start the counters\n"
        f"again, one after the other. Keep all older files ({secret.purpose}-{older:04}.json and before): what they\n"
        f"made stays valid, and is checked with them.\n"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
