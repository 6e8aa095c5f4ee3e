"""Readings: every process of this copy, asked for its series."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import orjson

from monitoring.console.samples import Samples

SECONDS = 0.8  # a process that takes longer counts as down
NOT_PROCESSES = {"system"}


@dataclass(frozen=True, slots=True)
class RunFile:
    """Where a process says that it can be found."""

    process: str
    pid: int
    metrics: str  # address


@dataclass(frozen=True, slots=True)
class Reading:
    """What a process said when asked; no samples where it did not answer."""

    run_file: RunFile
    samples: Samples | None


def run_files(folder: Path) -> list[RunFile]:
    """Return the run files of a copy, by name; one that cannot be read is left out."""
    return [found for path in sorted(folder.glob("*.json")) if (found := _run_file(path)) is not None]


async def read_all(folder: Path, client: httpx.AsyncClient) -> Sequence[Reading]:
    """Ask all processes at once; the answer takes `SECONDS` at most."""
    return await asyncio.gather(*(_read(run_file, client) for run_file in run_files(folder)))


async def _read(run_file: RunFile, client: httpx.AsyncClient) -> Reading:
    try:
        async with asyncio.timeout(SECONDS):
            answer = await client.get(run_file.metrics)
        return Reading(run_file, Samples.parse(answer.text) if answer.is_success else None)
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError):
        return Reading(run_file, None)


def _run_file(path: Path) -> RunFile | None:
    if path.stem in NOT_PROCESSES:
        return None
    try:
        said = orjson.loads(path.read_bytes())
        return RunFile(path.stem, int(said["pid"]), str(said["metrics"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None
