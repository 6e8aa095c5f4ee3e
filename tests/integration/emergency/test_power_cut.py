"""The power goes while a register takes entries: every number that was told is on the disk as it was then."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from ingest.emergency.journal import Journal
from tests.integration.counter.running import ROOT
from tests.unit.ingest.emergency.conftest import BOX, draft

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("mkfs.ext4"), reason="a disk of its own needs root"
)
TOLD = 200  # entries before the cut
ENTERS = """
import sys
from pathlib import Path
from ingest.emergency.journal import Journal
from tests.unit.ingest.emergency.conftest import BOX, enter
journal = Journal(Path(sys.argv[1]), BOX)
if sys.argv[2] == "lazily":
    journal._connection.execute("PRAGMA synchronous = OFF")
while True:
    for number in range(1, 10_000):
        enter(journal, number)
        print(number, flush=True)
"""


@pytest.fixture
def cut(tmp_path: Path) -> Iterator[Callable[[str], tuple[int, Path]]]:
    """Take entries until the power goes; give the last number that was told, and the journal's folder afterwards."""
    image, copied, before, after = (tmp_path / name for name in ("disk", "disk-as-it-was", "before", "after"))
    with ExitStack() as mounts:

        def cut(how: str) -> tuple[int, Path]:
            with image.open("wb") as file:
                file.truncate(64 * 2**20)
            _root("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", image)
            with _mounted(image, before):
                Journal(before / "register", BOX).close()
                _root("sync", "-f", before)  # its tables are there, also where nothing else is flushed
                told = _until_it_stands_still(before / "register", how, lambda: _root("cp", image, copied))
            mounts.enter_context(_mounted(copied, after))
            return told, after / "register"

        yield cut


def test_every_number_that_was_told_is_on_the_disk(cut: Callable[[str], tuple[int, Path]]) -> None:
    """Each was told once its commit was flushed, so that the journal as it was then holds them all."""
    told, folder = cut("as it is")
    journal = Journal(folder, BOX)

    assert [True] * told == [journal.holds(draft(number)) for number in range(1, told + 1)]
    assert journal.next_number() > told
    journal.close()


def test_without_a_flush_they_are_not(cut: Callable[[str], tuple[int, Path]]) -> None:
    """Or the test above would show nothing."""
    told, folder = cut("lazily")
    journal = Journal(folder, BOX)

    assert not all(journal.holds(draft(number)) for number in range(1, told + 1))
    journal.close()


def _until_it_stands_still(folder: Path, how: str, then: Callable[[], None]) -> int:
    """Let entries be taken, and do something while all stands still; return the last number that was told."""
    command = [sys.executable, "-c", ENTERS, str(folder), how]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as taking:
        assert taking.stdout is not None
        for _ in range(TOLD):
            told = int(taking.stdout.readline())
        os.kill(taking.pid, signal.SIGSTOP)
        then()
        taking.kill()
    return told


@contextmanager
def _mounted(image: Path, place: Path) -> Iterator[None]:
    """Mount it so that it writes back as late as it may, and only what is flushed sooner."""
    place.mkdir()
    _root("mount", "-o", "loop,commit=300,noatime", image, place)
    try:
        yield
    finally:
        _root("umount", "-l", place)


def _root(*command: str | Path) -> None:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"{command[0]}: {done.stderr.strip()}")
