"""The folders of a copy: private, locked, and with sockets whose addresses fit."""

import os
from pathlib import Path

import pytest

from deploy.local import folders
from deploy.local.refusal import CannotStart


def test_everything_made_is_private(tmp_path: Path) -> None:
    """No other user of the machine can look in."""
    made = folders.make(tmp_path / "data")

    for folder in (made.data, made.logs, made.run, made.valkey, made.sockets):
        assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("name", ["x", "x" * 150, "with a space", "ààà", "a,b", "q?uery", "per%20cent"])
def test_a_socket_address_fits_and_is_plain(tmp_path: Path, name: str) -> None:
    """However the folder is called, the sockets can be bound and their addresses read by every client."""
    made = folders.make(tmp_path / name)
    try:
        longest = os.fsencode(made.sockets / "postgres" / ".s.PGSQL.5432")
        assert len(longest) <= folders.SOCKET_PATH_BYTES
        assert folders.PLAIN.fullmatch(longest.decode())
        assert made.data == tmp_path / name
    finally:
        folders.let_go(made)


@pytest.mark.parametrize("name", ["x" * 100, "with a space"])
def test_a_temporary_folder_that_will_not_do_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """TMPDIR too may be long, or hold what some client reads another way."""
    (tmp_path / name).mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / name))

    test_a_socket_address_fits_and_is_plain(tmp_path, "x" * 150)


def test_two_folders_never_share_their_sockets(tmp_path: Path) -> None:
    """Two copies with long names stay two copies."""
    one, other = (folders.make(tmp_path / ("x" * 150) / name) for name in ("one", "other"))
    try:
        assert one.sockets != other.sockets
    finally:
        folders.let_go(one)
        folders.let_go(other)


def test_the_socket_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    """A folder that others may write in is not used for sockets, even if it was there first."""
    made = folders.make(tmp_path / ("x" * 150))
    made.sockets.chmod(0o777)
    try:
        with pytest.raises(CannotStart, match="not a private folder"):
            folders.make(tmp_path / ("x" * 150))
    finally:
        folders.let_go(made)


def test_a_relative_folder_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Children run elsewhere and must mean the same folder."""
    monkeypatch.chdir(tmp_path)

    assert folders.make(Path("sub/data")).data == tmp_path / "sub" / "data"


def test_only_one_holds_a_folder(tmp_path: Path) -> None:
    """The second is refused by name, and may come when the first has gone."""
    first = folders.hold(tmp_path)

    with pytest.raises(CannotStart, match=f"process {os.getpid()}.*APPRODO_DATA"):
        folders.hold(tmp_path)

    os.close(first)
    os.close(folders.hold(tmp_path))
