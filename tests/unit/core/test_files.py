"""A file is whole or as it was before, for its owner alone; and nothing else is left beside it."""

import os
import stat
from pathlib import Path

import pytest

from core import files
from core.files import write_once, write_whole


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kept.json"


@pytest.fixture(params=[write_whole, write_once], ids=["whole", "once"])
def write(request: pytest.FixtureRequest):
    return request.param


def test_it_is_written_for_its_owner_alone(file, write):
    write(file, b"new")

    assert (b"new", 0o600) == (file.read_bytes(), stat.S_IMODE(file.stat().st_mode))
    assert [file] == list(file.parent.iterdir())


def test_what_is_there_is_replaced_or_kept(file):
    file.write_bytes(b"old")

    write_once(file, b"another")
    assert b"old" == file.read_bytes()

    write_whole(file, b"new")
    assert b"new" == file.read_bytes()
    assert [file] == list(file.parent.iterdir())


def test_a_full_disk_leaves_what_was_there(file, write, monkeypatch):
    file.write_bytes(b"old")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)

    with pytest.raises(OSError, match="No space"):
        write(file, b"new")
    assert (b"old", [file]) == (file.read_bytes(), list(file.parent.iterdir()))


def test_nothing_bears_its_name_before_it_is_on_disk(file, write, monkeypatch):
    flushed = []

    def flush(descriptor):
        flushed.append((os.fstat(descriptor).st_size, file.exists()))

    monkeypatch.setattr(files.os, "fsync", flush)

    write(file, b"new")

    assert [(3, False)] == flushed
