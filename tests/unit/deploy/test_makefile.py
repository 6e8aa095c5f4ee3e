"""The Makefile: what it lists, and what it says on a machine that lacks something."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).absolute().parents[3]
OF_THE_MAKE_THAT_RUNS_US = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")
OLD = 'case "$2" in *version_info*) exit 1;; esac'
WITHOUT_VENV = 'case "$2" in *ensurepip*) exit 1;; esac'
BROKEN_OFF = 'case "$2" in venv) mkdir -p .venv/bin; ln -sf "$PWD/python" .venv/bin/python; exit 0;; pip) exit 1;; esac'


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the Makefile and empty locks."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    for lock in ("requirements.lock", "requirements-dev.lock"):
        (tmp_path / lock).touch()
    return tmp_path


def make(folder: Path, *arguments: str, python: str = "") -> "subprocess.CompletedProcess[str]":
    """Run make with a pretended Python, a few lines of shell."""
    pretended = folder / "python"
    pretended.write_text(f"#!/bin/sh\n{python}\n")
    pretended.chmod(0o755)
    command = ["make", "PYTHON=./python", *arguments]
    outside = {name: value for name, value in os.environ.items() if name not in OF_THE_MAKE_THAT_RUNS_US}
    return subprocess.run(command, cwd=folder, env=outside, capture_output=True, text=True, check=False)


def test_alone_it_lists_what_there_is_to_do(checkout: Path) -> None:
    """Every target people call has its line."""
    listed = [line.split()[0] for line in make(checkout).stdout.splitlines()]

    daily = ["help", "run", "try", "test", "deep", "lint", "types", "golden", "screenshots", "weights", "bench"]
    launch = ["rehearse", "faults", "inputs", "soak", "capacity", "goodput", "preflight", "watch", "alerts"]
    assert listed == [*daily, *launch, "watch-tools", "backup", "restore", "drill", "clean", "ci"]


@pytest.mark.parametrize(("python", "said"), [(OLD, "Python 3.11 or newer"), (WITHOUT_VENV, "python3-venv")])
def test_a_python_that_will_not_do_is_named(checkout: Path, python: str, said: str) -> None:
    """One line of ours says what to install, and nothing is left behind."""
    done = make(checkout, "run", python=python)

    assert done.returncode != 0
    assert [said in line for line in done.stderr.splitlines() if line.startswith("approdo: ")] == [True]
    assert not (checkout / ".venv").exists()


def test_an_installation_that_was_cut_short_is_made_again(checkout: Path) -> None:
    """Only a finished installation leaves its stamp."""
    first = make(checkout, ".venv/.run", python=BROKEN_OFF)
    again = make(checkout, ".venv/.run", python=BROKEN_OFF.replace("pip) exit 1", "pip) exit 0"))

    assert first.returncode != 0
    assert "make again" in first.stderr
    assert again.returncode == 0
    assert (checkout / ".venv" / ".run").exists()


def test_an_environment_without_its_python_is_made_again(checkout: Path) -> None:
    """After an upgrade of Python the old environment counts as none."""
    (checkout / ".venv").mkdir()
    (checkout / ".venv" / ".run").touch()

    assert "making .venv" in make(checkout, ".venv/.run", python=BROKEN_OFF).stdout


def test_run_ends_with_the_bare_supervisor(checkout: Path) -> None:
    """No shell stands between make and the supervisor, so a signal reaches it."""
    recipe = make(checkout, "-n", "-o", ".venv/.run", "run").stdout.splitlines()

    assert recipe[-1] == ".venv/bin/python -m deploy.local"
