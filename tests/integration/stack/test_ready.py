"""READY: the line that ends the start, and what is true from then on."""

from pathlib import Path

import asyncpg
import psutil
import pytest
import redis

from tests.integration.stack.running import Running, ask_each, running, until

ANY_PROGRAM = {"PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR"}
ADDRESSES = {"DATABASE_URL", "REDIS_URL"}


def test_the_line_names_the_addresses_and_the_civil_date(stack: Running) -> None:
    """The last line of the start says where to click and which day it is inside."""
    ready = stack.said().splitlines()[-1]

    assert ready.startswith("READY")
    assert all(stack.where()[name] in ready for name in ("http", "ops", "registries"))
    assert "civil date 2025-11-20" in ready


def test_the_run_file_is_private(stack: Running) -> None:
    """Addresses with passwords in them are for us alone."""
    files = [path for path in stack.data.rglob("*") if "postgres" not in path.parts]

    assert stack.data / "run" / "system.json" in files
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)


def test_only_the_supervisor_is_called_deploy(stack: Running) -> None:
    """Whoever looks for the supervisor by name finds it, and it alone."""
    lines = ask_each(stack.children(), lambda process: " ".join(process.cmdline()))

    assert len(lines) > 8
    assert [line for line in lines if "deploy" in line] == []
    assert "deploy" in " ".join(psutil.Process(stack.process.pid).cmdline())


def test_postgresql_names_its_folder(stack: Running) -> None:
    """The database's process can be told from any other on the machine."""
    pid = stack.pid("postgres")
    assert pid is not None

    assert f"-D {stack.data / 'postgres'}" in " ".join(psutil.Process(pid).cmdline())


@pytest.mark.parametrize("name", ["counter-1", "worker-1", "relay-1", "monitoring"])
def test_a_room_gets_what_it_needs_and_no_more(stack: Running, name: str) -> None:
    """Addresses and settings are passed on; what happened to be set in the shell stays there."""
    environment = _environment(stack, name)

    assert set(environment) - ANY_PROGRAM - ADDRESSES == {key for key in environment if key.startswith("APPRODO_")}
    assert environment["DATABASE_URL"] == stack.where()["database_url"]
    assert environment["REDIS_URL"] == stack.where()["redis_url"]
    assert environment["APPRODO_REGISTRIES_URL"] == stack.where()["registries"]
    assert environment["APPRODO_DATA"] == str(stack.data)


@pytest.mark.parametrize("name", ["postgres", "valkey-server"])
def test_a_part_gets_no_setting_of_ours(stack: Running, name: str) -> None:
    """What is not ours needs to know nothing of us."""
    assert set(_environment(stack, name)) <= ANY_PROGRAM


async def test_the_parts_are_at_their_addresses(stack: Running) -> None:
    """The run file's addresses are those of a real PostgreSQL and a real Valkey, used as they are."""
    connection = await asyncpg.connect(stack.where()["database_url"])
    try:
        assert await connection.fetchval("SELECT current_database()") == "approdo"
    finally:
        await connection.close()
    with redis.Redis.from_url(stack.where()["redis_url"]) as client:
        assert client.config_get("appendonly") == {"appendonly": "yes"}


def test_two_copies_run_side_by_side(stack: Running, empty_house: Path, ports: dict[str, str]) -> None:
    """Other ports and another folder make another system."""
    with running(empty_house, **ports) as other:
        assert not {process.pid for process in stack.children()} & {process.pid for process in other.children()}
        assert stack.where()["database_url"] != other.where()["database_url"]

    assert stack.pid("postgres") is not None


def test_a_long_folder_name_is_no_obstacle(empty_house: Path, ports: dict[str, str]) -> None:
    """A socket's address is short; a folder's name may be long, and hold a space."""
    long = empty_house / ("a folder with a long name " * 5).strip()

    with running(empty_house, data=long, **ports) as stack:
        assert stack.pid("postgres") is not None
        assert str(long) not in stack.where()["database_url"]


def test_parts_named_by_their_addresses_are_not_embedded(
    stack: Running, empty_house: Path, ports: dict[str, str]
) -> None:
    """DATABASE_URL and REDIS_URL replace the embedded parts."""
    theirs = {"DATABASE_URL": stack.where()["database_url"], "REDIS_URL": stack.where()["redis_url"]}

    with running(empty_house, **theirs, **ports) as other:
        assert other.pid("postgres") is None
        assert other.pid("valkey-server") is None
        assert other.where()["database_url"] == theirs["DATABASE_URL"]
        assert not (other.data / "postgres").exists()
        assert "REDIS_URL" not in other.said()


def test_a_civil_date_for_data_that_has_one_is_said_to_count_for_nothing(house: Path, ports: dict[str, str]) -> None:
    """It is kept with the data, and whoever asks for another day is not left to find that out."""
    (house / "data" / "civil").write_text("2025-11-20T09:00:00+01:00")

    with running(house, APPRODO_CIVIL_NOW="2026-01-10T09:00:00+01:00", **ports) as other:
        assert "APPRODO_CIVIL_NOW is for new data alone: here it is 2025-11-20 already" in other.said()
        assert "civil date 2025-11-20" in other.said().splitlines()[-1]


def test_a_bell_that_nobody_answers_for_is_said(house: Path, ports: dict[str, str], free_port: int) -> None:
    """All goes on without it, more slowly: whoever named it should not have to find out why."""
    with running(house, REDIS_URL=f"redis://127.0.0.1:{free_port}", **ports) as other:
        assert "nobody answers at the address REDIS_URL names" in other.said()


def test_a_crash_looping_child_is_slowed_and_never_given_up(house: Path, ports: dict[str, str]) -> None:
    """A room that keeps ending is started again and again, more and more slowly, and said to do so."""
    with running(house, **ports) as stack:
        (stack.data / "broken-relay-1").touch()
        stack.kill("relay-1")
        until(lambda: stack.said().count("relay-1: ended with exit code 1") > 3, stack.said)

        (stack.data / "broken-relay-1").unlink()

        until(lambda: "relay-1: back" in stack.said(), stack.said)


def _environment(stack: Running, name: str) -> dict[str, str]:
    pid = stack.pid(name)
    assert pid is not None
    return psutil.Process(pid).environ()
