"""skew: a process of ours on a machine whose clock is wrong, by libfaketime of Debian's packages."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from loadtest.bench.program import die_with_parent
from loadtest.ports import free_port
from loadtest.rehearsal.stack import ROOT, NotStarted, Stack

OFF = "+30s"
PACKAGE = "libfaketime"
LIBRARY = "usr/lib/*/faketime/libfaketime.so.1"
FETCH = (["apt-get", "download", PACKAGE], ["sh", "-c", f"dpkg -x {PACKAGE}_*.deb . && rm {PACKAGE}_*.deb"])
STARTS = 60.0  # seconds
STOPS = 20.0


@contextmanager
def skewed(stack: Stack) -> Iterator[None]:
    """Run a second monitoring process whose clock is off while the block runs, found like every other."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        (data / "run").symlink_to(stack.data.absolute() / "run")
        process = _start(stack, data)
        try:
            _wait_for(process, stack.data / "run" / "monitoring-2.json")
            yield
        finally:
            process.terminate()
            try:
                process.wait(STOPS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _start(stack: Stack, data: Path) -> "subprocess.Popen[bytes]":
    where = stack.where()
    environment = {
        "PATH": os.defpath,
        "LD_PRELOAD": str(_library()),
        "FAKETIME": OFF,
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DATABASE_URL": str(where["database_url"]),
        "APPRODO_DATA": str(data),
        "APPRODO_PROCESS": "monitoring-2",
        "APPRODO_OPS_PORT": str(free_port()),
    }
    with (stack.data.parent / "skewed.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "monitoring"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent,  # noqa: PLW1509 (threads begin after it)
        )


def _wait_for(process: "subprocess.Popen[bytes]", run_file: Path) -> None:
    give_up_at = time.monotonic() + STARTS
    while not (run_file.exists() and json.loads(run_file.read_text())["pid"] == process.pid):
        if process.poll() is not None or time.monotonic() > give_up_at:
            raise NotStarted("the process whose clock is wrong does not start")
        time.sleep(0.2)


def _library() -> Path:
    """Return libfaketime, downloaded and unpacked where it is not there. Errors: NotStarted."""
    folder = ROOT / ".approdo" / "tools"
    folder.mkdir(parents=True, exist_ok=True)
    if not (found := list(folder.glob(LIBRARY))):
        for command in FETCH:
            subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=False)  # noqa: S603
        found = list(folder.glob(LIBRARY))
    if not found:
        raise NotStarted(f"no clock can be set wrong: Debian's package {PACKAGE} cannot be had")
    return found[0]
