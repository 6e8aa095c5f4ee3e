"""Acts on what holds the data: a power cut, a full disk, a flush that fails."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from loadtest.faults import parts, programs
from loadtest.faults.attempt import Attempt
from loadtest.faults.house import House, house, registries_beside, wired_to
from loadtest.faults.parts import Parts
from loadtest.faults.scenario import ALONE, EMBEDDED, CannotRun, does
from loadtest.faults.scene import Scene
from loadtest.faults.shims import built

IMAGE: Final = 600 * 2**20  # bytes; sparse
#: What an emergency register takes while all stands still is not on the disk that is looked into.
DATABASE_ALONE: Final = {"APPRODO_REGISTER_COPIES": "0"}
LOADED: Final = 5.0  # seconds of load before the cut
LOG_DISK: Final = 80 * 2**20  # bytes for the write-ahead log
SMALL_LOG: Final = ("min_wal_size=32MB", "max_wal_size=48MB")


@does(13, on=ALONE, seconds=60)
def power_cut(attempt: Attempt) -> None:
    """The power goes: what was acknowledged is on the disk as it was then; on a disk that ignores flushes it is not."""
    shim = built("flush", attempt.folder / "shims")
    control = Attempt(attempt.scenario, attempt.folder, attempt.random)
    _cut_off(control, attempt.folder / "unflushed", shim)
    attempt.must_be_red(control, "lost", "fsync off in effect")
    _cut_off(attempt, attempt.folder / "flushed")


def _cut_off(attempt: Attempt, folder: Path, liar: Path | None = None) -> None:
    """Load a system whose database is on a disk in a file; copy the file while all stands still; look into the copy."""
    folder.mkdir(parents=True)
    given = programs.wrapped(folder / "programs")
    image, copied, place = folder / "disk", folder / "disk-as-it-was", folder / "stores"
    parts.begin(place, given).end()
    given.give(preload=liar, APPRODO_SHIM_FLUSH_LIES="1") if liar else None  # the counter itself refuses fsync=off
    with (
        registries_beside(folder) as standins,
        _moved_to(image, place),
        parts.beginning(place, given) as stores,
        wired_to(stores, folder, standins, {"APPRODO_REGISTRIES_URL": standins, **DATABASE_ALONE}) as made,
    ):

        async def goes(scene: Scene) -> None:
            _root("sync", "-f", place / "mounted")  # the tables at least are there, also on the disk that lies
            await scene.warm(LOADED)
            stores.signal_postgres(signal.SIGSTOP)
            _root("cp", "--sparse=always", image, copied)
            stores.signal_postgres(signal.SIGKILL)
            scene.load.leaves = True

        attempt.play(made, goes)
        given.give()
        with _as_it_was(copied, folder / "as-it-was", given) as recovered:
            attempt.judge(made, patience=3, database_url=recovered.database_url)
        attempt.doubts = [one for one in attempt.doubts if "still due" not in one]  # nobody works any more


@contextmanager
def _moved_to(image: Path, place: Path) -> Iterator[None]:
    """Move the database to a new file system in a file: it alone, for whoever flushes beside it flushes it too."""
    with image.open("wb") as file:
        file.truncate(IMAGE)
    _root("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", image)
    with _mounted(image, place):
        _root("cp", "-a", place / "postgres", place / "mounted")
        shutil.rmtree(place / "postgres")
        (place / "postgres").symlink_to(place / "mounted" / "postgres")
        yield


@contextmanager
def _mounted(image: Path, place: Path) -> Iterator[None]:
    """Mount it so that it writes back as late as it may, and only what is flushed sooner."""
    (place / "mounted").mkdir(parents=True)
    _root("mount", "-o", "loop,commit=300,noatime", image, place / "mounted")
    try:
        yield
    finally:
        _root("umount", "-l", place / "mounted")


@contextmanager
def _as_it_was(copied: Path, place: Path, given: programs.Programs) -> Iterator[Parts]:
    """Recover the database from the disk as it was: none of what the file system only remembered is on it."""
    with _mounted(copied, place):
        (place / "postgres").symlink_to(place / "mounted" / "postgres")
        with parts.beginning(place, given) as recovered:
            yield recovered


def _root(*command: str | Path) -> None:
    """Run what only root may, and who became root in an ordinary shell has no way to. Errors: CannotRun."""
    environment = {**os.environ, "PATH": f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"}
    words = [str(part) for part in command]
    try:
        subprocess.run(words, env=environment, capture_output=True, text=True, check=True)  # noqa: S603 (ours)
    except FileNotFoundError:
        raise CannotRun(f"there is no {command[0]} here") from None
    except subprocess.CalledProcessError as error:
        raise CannotRun(f"{command[0]}: {error.stderr.strip().splitlines()[-1:]}") from None


@contextmanager
def small_disk(place: Path, size: int) -> Iterator[None]:
    """Mount a small file system in memory over a folder."""
    place.mkdir(parents=True, exist_ok=True)
    _root("mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "tmpfs", place)
    try:
        yield
    finally:
        _root("umount", "-l", place)


def fallen(scene: Scene) -> Callable[[], Awaitable[bool]]:
    """Return the question whether PostgreSQL takes no connection."""

    async def is_away() -> bool:
        return not await scene.value("SELECT 1")

    return is_away


def fill(place: Path) -> Path:
    """Fill a disk to its last byte; return the file that takes the room."""
    filler = place / "filler"
    with filler.open("ab", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(2**16))
    with filler.open("ab", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"0")
    return filler


@does(17, on=ALONE, seconds=60)
def log_disk_full(attempt: Attempt) -> None:
    """No room for the write-ahead log: PostgreSQL falls, refusals are honest, and it is back once there is room."""
    folder = attempt.folder
    disk = folder / "log-disk"
    with small_disk(disk, LOG_DISK), house_with_its_log_on(disk, folder / "house") as made:

        async def full(scene: Scene) -> None:
            filler, needs_room = fill(disk), _until_it_needs_room(scene)
            await scene.until_asked(needs_room, "PostgreSQL does not notice")
            await scene.warm(2)
            filler.unlink()
            freed_at = time.time()
            back_at = await scene.postgres_back(freed_at)
            await scene.acked_after(back_at, "room again, first acknowledgement", 5)

        attempt.on(made, full)


def _until_it_needs_room(scene: Scene) -> Callable[[], Awaitable[bool]]:
    """Have PostgreSQL begin another file of its log, and say whether it fell: it may have one or two in hand."""
    is_away = fallen(scene)

    async def fell() -> bool:
        await scene.value("SELECT pg_switch_wal()")
        return await is_away()

    return fell


@contextmanager
def house_with_its_log_on(disk: Path, folder: Path) -> Iterator[House]:
    """Start a system whose write-ahead log is on a disk of its own: made, stopped, moved, and started again."""
    data = folder / "data"
    folder.mkdir(parents=True)
    first = programs.wrapped(folder / "first")
    first.give(*SMALL_LOG)
    parts.begin(data, first).end()
    log, moved = data / "postgres" / "pg_wal", disk / "pg_wal"
    shutil.copytree(log, moved)
    owner = log.stat()
    for path in (disk, moved, *moved.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid)
    shutil.rmtree(log)
    log.symlink_to(moved)
    with house(folder / "system", EMBEDDED, options=SMALL_LOG, data=data) as made:
        yield made


@does(18, on=ALONE, seconds=90)
def flush_fails(attempt: Attempt) -> None:
    """fsync fails, once and lastingly: PostgreSQL falls rather than trusting it, and what was promised is kept."""
    flag = attempt.folder / "flush-fails"
    shim = built("flush", attempt.folder / "shims")
    with house(attempt.folder / "house", EMBEDDED, preload=shim, shim={"APPRODO_SHIM_FLUSH": str(flag)}) as made:

        async def fails(scene: Scene) -> None:
            for lasts in (0.0, 6.0):
                flag.touch()
                await scene.until_asked(fallen(scene), "PostgreSQL goes on though it cannot flush")
                await scene.warm(lasts)
                flag.unlink()
                mended_at = time.time()
                back_at = await scene.postgres_back(mended_at)
                await scene.acked_after(back_at, "flushing again, first acknowledgement", 5)

        attempt.on(made, fails)
