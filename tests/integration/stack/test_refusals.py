"""What cannot be started says so in one line that names the setting, and ends with an exit code of its own."""

import os
import socket
from pathlib import Path

import pytest

from loadtest.faults.acts.power import fill, small_disk
from tests.integration.stack.running import PATIENCE, running


def refused(house: Path, **environment: str) -> str:
    """Return the one line with which a start was refused, having left nothing behind."""
    with running(house, wait=False, **environment) as stack:
        assert stack.process.wait(PATIENCE) == 1
    assert stack.left() == []
    lines = [line for line in stack.said().splitlines() if " s  " not in line]  # less the progress
    assert len(lines) == 1, stack.said()
    assert lines[0].startswith("approdo: ")
    return lines[0]


@pytest.mark.parametrize("setting", ["APPRODO_HTTP_PORT", "APPRODO_OPS_PORT"])
def test_a_busy_port_names_its_setting(empty_house: Path, ports: dict[str, str], setting: str) -> None:
    """Another program on the port is not our accident to hide."""
    with socket.create_server(("127.0.0.1", int(ports[setting]))):
        line = refused(empty_house, **ports)

    assert setting in line
    assert ports[setting] in line


def test_a_second_copy_on_the_same_data_is_refused(house: Path, ports: dict[str, str]) -> None:
    """Two supervisors never share a folder, and the first does not notice."""
    with running(house, **ports) as first:
        line = refused(house, **ports)

        assert "APPRODO_DATA" in line
        assert str(first.process.pid) in line
        assert not first.ended()


@pytest.mark.parametrize(
    ("setting", "wrong"),
    [
        ("APPRODO_HTTP_PORT", "http"),
        ("APPRODO_OPS_PORT", "70000"),
        ("APPRODO_COUNTERS", "0"),
        ("APPRODO_ENVIRONMENT", "test"),
        ("APPRODO_CIVIL_NOW", "tomorrow"),
        ("APPRODO_CIVIL_NOW", "2025-11-20T09:00:00"),
        ("DATABASE_URL", "mysql://somewhere/approdo"),
        ("DATABASE_URL_FILE", "/nowhere"),
        ("REDIS_URL", "http://somewhere"),
        ("APPRODO_POSTGRES_BIN", "/nowhere"),
        ("APPRODO_HTTPPORT", "8000"),
    ],
)
def test_a_wrong_setting_is_named(empty_house: Path, ports: dict[str, str], setting: str, wrong: str) -> None:
    """Whoever mistypes a setting is told which."""
    assert setting in refused(empty_house, **ports | {setting: wrong})


def test_production_has_no_stand_ins(empty_house: Path, ports: dict[str, str]) -> None:
    """Where decisions are real, nothing that always says yes is asked."""
    assert "APPRODO_REGISTRIES_URL" in refused(empty_house, APPRODO_ENVIRONMENT="production", **ports)


def test_a_data_folder_that_is_a_file_is_named(empty_house: Path, ports: dict[str, str]) -> None:
    """What cannot be a folder is refused before anything starts."""
    (empty_house / "data").touch()

    assert "APPRODO_DATA" in refused(empty_house, **ports)


@pytest.mark.skipif(os.geteuid() != 0, reason="a disk of its own is root's to mount")
def test_a_full_disk_is_named(empty_house: Path, ports: dict[str, str]) -> None:
    """Not even the lock can be written: the line says what is missing, and where."""
    data = empty_house / "data"
    with small_disk(data, 65_536):
        filler = fill(data)
        line = refused(empty_house, **ports)
        filler.unlink()

    assert "No space left" in line
    assert str(data) in line


def test_data_of_another_postgresql_is_left_alone(empty_house: Path, ports: dict[str, str]) -> None:
    """A database of another major version is neither opened nor touched."""
    (empty_house / "data" / "postgres").mkdir(parents=True)
    (empty_house / "data" / "postgres" / "PG_VERSION").write_text("9\n")

    line = refused(empty_house, **ports)

    assert "PostgreSQL 9" in line
    assert "APPRODO_POSTGRES_BIN" in line


def test_an_unreachable_database_is_named(empty_house: Path, ports: dict[str, str]) -> None:
    """The reason is that of the migrations, which ask first."""
    (empty_house / "core" / "storage" / "migrate.py").write_text("raise OSError('connection refused')")

    line = refused(empty_house, DATABASE_URL="postgresql://nobody@127.0.0.1:9/nothing", **ports)

    assert "DATABASE_URL" in line
    assert "connection refused" in line


def test_a_room_that_does_not_start_shows_its_last_lines(house: Path, ports: dict[str, str]) -> None:
    """What the room said is on the screen, and nothing runs on."""
    (house / "data" / "broken-worker-1").touch()

    with running(house, wait=False, **ports) as stack:
        assert stack.process.wait(PATIENCE) == 1

    assert "approdo: worker-1 does not start" in stack.said()
    assert stack.said().rstrip().endswith("this room is broken")
    assert "READY" not in stack.said()
