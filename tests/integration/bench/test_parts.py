"""The parts that are measured: real, durable, on a folder of their own, and gone with whoever started them."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import redis

from deploy.local.process import ROOT
from loadtest.bench import database

PATIENCE = 60  # seconds


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short name."""
    with tempfile.TemporaryDirectory(prefix="approdo-parts-") as name:
        yield Path(name)


def started(folder: Path | None) -> "subprocess.Popen[str]":
    """The parts on a folder, or on none."""
    named = {} if folder is None else {"APPRODO_DATA": str(folder)}
    environment = {name: value for name, value in os.environ.items() if name != "APPRODO_DATA"} | named
    arguments = [sys.executable, "-m", "deploy.local.parts"]
    pipe = subprocess.PIPE
    return subprocess.Popen(arguments, env=environment, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def said(parts: "subprocess.Popen[str]") -> dict[str, Any]:
    """Where they say they are."""
    assert parts.stdout is not None
    return json.loads(parts.stdout.readline())


def test_the_parts_are_real_and_durable(folder: Path) -> None:
    """Every flush is on: a figure without them would be worth nothing."""
    with started(folder) as parts:
        where = said(parts)
        with database.opened(where["database_url"]) as ledger, redis.Redis.from_url(where["redis_url"]) as bell:
            settings = {name: ledger.value(f"SHOW {name}") for name in ("fsync", "synchronous_commit")}
            rings = bell.ping()
        parts.communicate(timeout=PATIENCE)

    assert {"fsync": "on", "synchronous_commit": "on"} == settings
    assert rings


def test_the_parts_end_when_their_standard_input_does(folder: Path) -> None:
    """However the bench ends, nothing of it is left."""
    with started(folder) as parts:
        where = said(parts)
        family = psutil.Process(parts.pid).children(recursive=True)
        _, complaint = parts.communicate(timeout=PATIENCE)

    assert (0, "") == (parts.returncode, complaint)
    assert {where["postgresql"], where["valkey"]} <= {process.pid for process in family}
    assert not [process for process in family if process.is_running()]


def test_the_parts_never_start_on_a_folder_nobody_named() -> None:
    """The data of `make run` is not to be measured on."""
    with started(None) as parts:
        _, complaint = parts.communicate(timeout=PATIENCE)

    assert 1 == parts.returncode
    assert complaint.startswith("approdo: APPRODO_DATA is not set")
