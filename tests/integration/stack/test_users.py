"""It runs as root and as anyone else, wherever its folder lies."""

import os
import pwd
import signal
import subprocess
import sys
import sysconfig
import time
from functools import partial
from pathlib import Path

import psutil
import pytest

from core.settings import load
from deploy.local import ordinary
from deploy.local.binaries import postgres_folder
from deploy.local.linux import become_user, enter_user_namespace
from deploy.local.ordinary import NOBODY, Ordinary
from deploy.local.postgres import Postgres
from deploy.local.process import start
from tests.conftest import ENVIRONMENT
from tests.integration.stack.running import PATIENCE, ask_each, running, until

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


def nap() -> None:
    """Wait a moment."""
    time.sleep(0.02)


@only_root
def test_an_ordinary_user_runs_all_of_it(empty_house: Path, ports: dict[str, str]) -> None:
    """No right is needed but that of writing in one's own folder."""
    python = _interpreter_for_everyone(empty_house)
    os.chown(empty_house, NOBODY, NOBODY)

    with running(empty_house, python=python, uid=NOBODY, **ports) as stack:
        owners = set(ask_each(stack.children(), lambda process: process.uids().real))
        old = stack.kill("postgres")
        until(lambda: stack.pid("postgres") not in (None, old), stack.said)

    assert owners == {NOBODY}
    assert stack.left() == []


@only_root
@pytest.mark.parametrize("way", ["user namespace", "another user"])
def test_root_runs_postgresql_in_a_folder_of_its_own(tmp_path: Path, way: str) -> None:
    """PostgreSQL refuses root; either way around it works below folders that only root may enter."""
    binaries = postgres_folder(load().stores.postgres_bin)
    who = _become(way)
    if not ordinary.works(who, binaries / "postgres", tmp_path):
        pytest.skip(f"this machine offers no {way}")

    _starts_and_stops(Postgres(binaries, tmp_path / "postgres", tmp_path / "s", tmp_path, who, ENVIRONMENT))


@only_root
def test_root_may_change_its_way(tmp_path: Path) -> None:
    """A database made one way is opened the other way too."""
    binaries = postgres_folder(load().stores.postgres_bin)
    for way in ("another user", "user namespace", "another user"):
        who = _become(way)
        if not ordinary.works(who, binaries / "postgres", tmp_path):
            pytest.skip(f"this machine offers no {way}")
        _starts_and_stops(Postgres(binaries, tmp_path / "postgres", tmp_path / "s", tmp_path, who, ENVIRONMENT))


@only_root
@pytest.mark.parametrize("way", ["user namespace", "another user"])
def test_what_lies_in_a_folder_of_roots_own_is_said_to_be_there(tmp_path: Path, way: str) -> None:
    """A clone in a new temporary folder lies so; initdb asks before it runs what lies beside it."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    program = closed / "program"
    program.touch(mode=0o755)
    who = _become(way)
    if not ordinary.works(who, Path(sys.executable), tmp_path):
        pytest.skip(f"this machine offers no {way}")

    asked = [sys.executable, "-c", "import os, sys; sys.exit(not os.access(sys.argv[1], os.X_OK))", str(program)]
    assert 0 == subprocess.run(asked, preexec_fn=who.become, check=False).returncode


def _become(way: str) -> Ordinary:
    somebody = pwd.getpwuid(NOBODY)
    if way == "user namespace":
        return Ordinary(way, partial(enter_user_namespace, NOBODY), os.geteuid(), os.getegid())
    return Ordinary(way, partial(become_user, somebody.pw_uid, somebody.pw_gid), somebody.pw_uid, somebody.pw_gid)


def _starts_and_stops(server: Postgres) -> None:
    server.prepare(nap)
    process = start(server.command(), server.logs)
    try:
        until(lambda: server.is_ready(process.pid) or process.ended() is not None, process.last_lines)
        assert process.ended() is None, process.last_lines()
        assert psutil.Process(process.pid).uids().effective == server.who.uid
    finally:
        process.ask(signal.SIGINT)
        assert process.popen.wait(PATIENCE) == 0


def _interpreter_for_everyone(house: Path) -> Path:
    """A virtual environment with our packages around an interpreter that anyone may run."""
    for base in (Path(sys.executable).resolve(), Path("/usr/bin/python3")):
        (house / "venv" / "bin").mkdir(parents=True, exist_ok=True)
        (house / "venv" / "pyvenv.cfg").write_text(f"home = {base.parent}\n")
        python = house / "venv" / "bin" / "python"
        python.unlink(missing_ok=True)
        python.symlink_to(base)
        lib = house / "venv" / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
        lib.mkdir(parents=True, exist_ok=True)
        (lib / "ours.pth").write_text(sysconfig.get_path("purelib") + "\n")
        if _runs_for_everyone(python, house):
            return python
    pytest.skip("no interpreter here that an ordinary user may run")


def _runs_for_everyone(python: Path, house: Path) -> bool:
    imports = [python, "-c", "import psutil, pydantic_settings, deploy.local.stack"]
    try:
        subprocess.run(imports, cwd=house, user=NOBODY, group=NOBODY, extra_groups=[], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True
