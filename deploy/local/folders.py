"""The folders of one copy of the system: everything it keeps, and nothing outside them but a socket or two."""

import fcntl
import hashlib
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from errno import EACCES
from pathlib import Path
from stat import S_ISDIR

from deploy.local.refusal import CannotStart

SOCKET_PATH_BYTES = 107  # the most a Unix socket's address holds, less its closing zero
LONGEST_SOCKET_NAME = len("/postgres/.s.PGSQL.5432")
PLAIN = re.compile(r"[A-Za-z0-9/._-]+")  # what every client reads the same way inside an address


@dataclass(frozen=True, slots=True)
class Folders:
    """`data` is APPRODO_DATA, absolute (links in it stay as written); `sockets` is private and has a short name."""

    data: Path
    sockets: Path

    @property
    def postgres(self) -> Path:
        """The database's own folder."""
        return self.data / "postgres"

    @property
    def valkey(self) -> Path:
        """Where Valkey keeps its append-only file."""
        return self.data / "valkey"

    @property
    def logs(self) -> Path:
        """One log for each process."""
        return self.data / "logs"

    @property
    def run(self) -> Path:
        """Who runs, and where it can be found."""
        return self.data / "run"


def make(data: Path) -> Folders:
    """Make what is missing, private to us. Errors: CannotStart naming APPRODO_DATA."""
    data = Path(os.path.abspath(data))  # noqa: PTH100 (resolve() would rewrite the name people know it by)
    folders = Folders(data, _socket_folder(data))
    try:
        for folder in (data, folders.valkey, folders.logs, folders.run):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
                raise PermissionError(EACCES, "it belongs to somebody else")
        folders.sockets.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"APPRODO_DATA: {data} cannot be used ({error.strerror})") from None
    if folders.sockets != folders.run:
        _must_be_private(folders.sockets)
    return folders


def hold(data: Path) -> int:
    """Take the one lock on a data folder and return its descriptor; the lock ends with this process.

    Errors: CannotStart if another copy holds it.
    """
    descriptor = os.open(data / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(descriptor, 20).decode(errors="replace").strip() or "unknown"
        os.close(descriptor)
        raise CannotStart(
            f"another copy is already running on {data} (process {holder}): "
            "stop it, or set APPRODO_DATA to another folder"
        ) from None
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return descriptor


def forget_previous_run(folders: Folders) -> None:
    """Remove what a copy that was killed left behind about processes that are no more."""
    for stale in (*folders.run.glob("*.json"), folders.sockets / "valkey.sock"):
        stale.unlink(missing_ok=True)


def let_go(folders: Folders) -> None:
    """Remove what is only true while we run."""
    forget_previous_run(folders)
    if folders.sockets != folders.run:
        shutil.rmtree(folders.sockets, ignore_errors=True)


def replace(file: Path, text: str) -> None:
    """Write a file so that whoever reads it sees all of it or none."""
    unfinished = file.with_name(f"{file.name}.unfinished")
    unfinished.write_text(text)
    unfinished.replace(file)


def _socket_folder(data: Path) -> Path:
    """Inside the data folder if its name is short and plain, else under the temporary one, else under /tmp."""
    aside = f"approdo-{os.geteuid()}-{hashlib.sha256(os.fsencode(data)).hexdigest()[:12]}"
    usual = Path("/tmp")  # noqa: S108 (what is found there and is not private is refused)
    return next(filter(_fits, (data / "run", Path(tempfile.gettempdir()) / aside, usual / aside)))


def _fits(folder: Path) -> bool:
    named = PLAIN.fullmatch(str(folder))
    return bool(named) and len(os.fsencode(folder)) + LONGEST_SOCKET_NAME <= SOCKET_PATH_BYTES


def _must_be_private(folder: Path) -> None:
    found = folder.lstat()
    if not S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise CannotStart(f"{folder} is not a private folder of ours: remove it, or set APPRODO_DATA to a shorter path")
