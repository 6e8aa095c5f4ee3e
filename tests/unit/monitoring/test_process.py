"""A process under watch: where it is found, and what it leaves behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import orjson
import pytest

from monitoring.process import watched

ROOT = Path(__file__).parents[3]


@pytest.fixture
def silent():
    """A descriptor that takes every line."""
    fd = os.open(os.devnull, os.O_WRONLY)
    yield fd
    os.close(fd)


def test_it_is_found_where_its_run_file_says(tmp_path, silent, untouched_process):
    """The file names this process and the address of its series; nothing else listens there."""
    with watched("counter-1", tmp_path, fd=silent) as watch:
        said = orjson.loads((tmp_path / "run" / "counter-1.json").read_bytes())
        series = httpx.get(said["metrics"], trust_env=False, timeout=60)
        elsewhere = httpx.get(said["metrics"].replace("/metrics", "/"), trust_env=False, timeout=60)

    assert said == {"pid": os.getpid(), "metrics": watch.metrics}
    assert said["metrics"].startswith("http://127.0.0.1:")
    assert 'approdo_build_info{process="counter-1"' in series.text
    assert elsewhere.status_code == 404


def test_it_takes_its_run_file_with_it(tmp_path, silent, untouched_process):
    """And leaves no half-written one."""
    with watched("counter-1", tmp_path, fd=silent):
        pass

    assert list((tmp_path / "run").iterdir()) == []


def test_a_crash_leaves_the_run_file(tmp_path, silent, untouched_process):
    """It is still expected, so that it counts as down until another is in its place."""
    with pytest.raises(ValueError, match="no"), watched("counter-1", tmp_path, fd=silent):
        raise ValueError("no")

    assert [file.name for file in (tmp_path / "run").iterdir()] == ["counter-1.json"]


def test_it_leaves_its_successors_run_file(tmp_path, silent, untouched_process):
    """The supervisor may have started another of the same name already."""
    run_file = tmp_path / "run" / "counter-1.json"
    with watched("counter-1", tmp_path, fd=silent):
        run_file.write_bytes(orjson.dumps({"pid": os.getpid() + 1, "metrics": "http://127.0.0.1:1/metrics"}))

    assert run_file.exists()


def test_it_is_announced_when_it_is_ready(tmp_path, silent, untouched_process):
    """Where the caller says so: whoever waits for a worker waits for its run file."""
    with watched("worker-1", tmp_path, fd=silent, announce=False) as watch:
        assert not watch.run_file.exists()

        watch.announce()

        assert watch.run_file.exists()


def test_it_works_unseen_where_it_cannot_be_announced(tmp_path, silent, untouched_process):
    """A full disk, or a file where the folder should be."""
    (tmp_path / "run").write_text("not a folder")

    with watched("counter-1", tmp_path, fd=silent) as watch:
        watch.observe("bell.found")

    assert watch.series.registry.get_sample_value("approdo_store_reachable", {"store": "redis"}) == 1


def test_sigterm_unwinds_it(tmp_path):
    """Even where uvicorn raises the signal again: the run file goes, the last line is written, the exit code is 0."""
    program = (
        "import sys, signal, pathlib\n"
        "from monitoring.process import watched\n"
        "with watched('counter-1', pathlib.Path(sys.argv[1])):\n"
        "    signal.raise_signal(signal.SIGTERM)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path], cwd=ROOT, capture_output=True, check=False, timeout=60
    )

    assert done.returncode == 0
    assert [orjson.loads(line)["event"] for line in done.stdout.splitlines()] == ["process.started", "process.stopped"]
    assert list((tmp_path / "run").iterdir()) == []


def test_a_crash_is_a_line_and_not_a_trace(tmp_path):
    """What the error says may be what was typed."""
    program = (
        "import sys, pathlib\n"
        "from monitoring.process import watched\n"
        "with watched('counter-1', pathlib.Path(sys.argv[1])):\n"
        "    raise ValueError('RSSMRA85T50H501Z')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path], cwd=ROOT, capture_output=True, check=False, timeout=60
    )

    assert done.returncode not in {0, -signal.SIGTERM}
    assert b"RSSMRA" not in done.stdout + done.stderr
    assert b"process.crashed" in done.stdout
