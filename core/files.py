"""Files for their owner alone, which whoever looks finds whole or not at all: also after a kill or a power cut."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def write_whole(file: Path, content: bytes) -> None:
    """Write a file, or replace the one that is there; its folder exists. Errors: OSError, and all is as before."""
    with _draft(file, content) as draft:
        draft.replace(file)


def write_once(file: Path, content: bytes) -> None:
    """Write a file unless there is one, made by somebody else meanwhile perhaps. Errors: OSError."""
    with _draft(file, content) as draft, suppress(FileExistsError):
        os.link(draft, file)


@contextmanager
def _draft(file: Path, content: bytes) -> Iterator[Path]:
    draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}.tmp")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
            written.write(content)
            written.flush()
            os.fsync(written.fileno())
        yield draft
    finally:
        draft.unlink(missing_ok=True)
