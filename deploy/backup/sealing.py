"""Sealing: what a program writes goes into a file that only the holder of an identity opens (age, X25519)."""

import hashlib
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyrage

from deploy.backup.refusal import CannotBackUp


class _Counted:
    """Writes to a file, and digests what it writes."""

    def __init__(self, file: Path) -> None:
        self._out = os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self._digest = hashlib.sha256()
        self.bytes = 0

    def write(self, block: bytes) -> int:
        self._digest.update(block)
        self.bytes += len(block)
        return self._out.write(block)

    def flush(self) -> None:
        self._out.flush()

    def close(self) -> str:
        """Flush to the disk itself, and return the SHA-256 of what was written, in hexadecimal."""
        self._out.flush()
        os.fsync(self._out.fileno())
        self._out.close()
        return self._digest.hexdigest()


def seal(command: Sequence[str | Path], environment: Mapping[str, str], file: Path, recipient: str) -> tuple[int, str]:
    """Run a program and seal what it writes on standard output; nothing of it touches the disk unsealed.

    Returns the bytes of the file and their SHA-256. Errors: CannotBackUp with the program's last line.
    """
    out = _Counted(file)
    with subprocess.Popen(  # noqa: S603 (commands of our own making)
        [os.fspath(part) for part in command], env=dict(environment), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as program:
        pyrage.encrypt_io(program.stdout, out, [pyrage.x25519.Recipient.from_str(recipient)])
        said = program.stderr.read() if program.stderr else b""
    if program.returncode != 0:
        raise CannotBackUp(f"{Path(command[0]).name} failed: {_last_line(said) or program.returncode}")
    return out.bytes, out.close()


def unseal(file: Path, identity: str, command: Sequence[str | Path]) -> None:
    """Open a sealed file into a program's standard input. Errors: CannotBackUp."""
    with (
        file.open("rb") as sealed,
        subprocess.Popen(  # noqa: S603 (commands of our own making)
            [os.fspath(part) for part in command], stdin=subprocess.PIPE, stderr=subprocess.PIPE
        ) as program,
    ):
        try:
            pyrage.decrypt_io(sealed, program.stdin, [pyrage.x25519.Identity.from_str(identity)])
        except (pyrage.DecryptError, pyrage.IdentityError, OSError) as error:
            program.kill()
            raise CannotBackUp(f"{file} does not open with this identity: {error}") from None
        _, said = program.communicate()
    if program.returncode != 0:
        raise CannotBackUp(f"{Path(command[0]).name} failed on {file}: {_last_line(said) or program.returncode}")


def digest(file: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _last_line(said: bytes) -> str:
    lines = said.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else ""
