"""After a fault: wait until it is quiet, and hold what clients were told against what is there."""

import asyncio
import time
from collections import Counter
from pathlib import Path
from typing import Any

from loadtest.balance import Balance, balance
from loadtest.conservation import Seen, check
from loadtest.ledger import History, read
from loadtest.stored import read as read_stored
from tests.journeys.system import System

QUIET = 90.0  # seconds until all that is not on a person's list must be done
STILL_TO_DO = "SELECT count(*) FROM work WHERE buried_at IS NULL"
VERIFIED = "SELECT encode(question, 'hex') AS question FROM verification WHERE source = 'registry'"


async def conserved(system: System, log: Path, strangers: frozenset[str] = frozenset()) -> Balance:
    """Wait until it is quiet and return where everything is; fail on whatever violates a promise, before and after.

    `strangers`: drafts of people who are not in the log.
    """
    await kept(system, log, strangers)
    await quiet(system)
    placed = await kept(system, log, strangers)
    assert placed.in_progress == 0, placed
    assert set() == await unheard(system)
    return placed


async def kept(system: System, log: Path, strangers: frozenset[str] = frozenset()) -> Balance:
    """Return where everything is now, be it still moving; fail on whatever violates a promise."""
    seen = await look(system, log)
    found = check(seen)
    found["ghost"] = [ghost for ghost in found.get("ghost", []) if not ghost.startswith(tuple(strangers))]
    assert {} == {name: violations for name, violations in found.items() if violations}
    assert set() == crashed(seen.history)
    placed = balance(seen.history, seen.stored)
    assert placed.holds, placed
    return placed


async def quiet(system: System) -> None:
    """Return when nothing is left to do but what waits for a person."""
    give_up_at = time.monotonic() + QUIET
    while left := (await system.rows(STILL_TO_DO))[0][0]:
        assert time.monotonic() < give_up_at, f"{left} rows of work are still there after {QUIET:.0f} s"
        await asyncio.sleep(0.2)


async def look(system: System, log: Path) -> Seen:
    """Return what the checks compare."""
    async with system.connection() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        stored = await read_stored(connection)
    return Seen(read(log), stored, system.keys())


def crashed(history: History) -> set[str]:
    """Return the answers that no fault excuses: a 5xx that says neither "nothing was written" nor "unknown"."""
    honest = {"store-unavailable", "outcome-unknown", "overloaded", "shutting-down", "not-ready"}
    heard = [one for intent in history.intents.values() for one in intent.heard]
    return {str(one.said["code"]) for one in heard if one.said.get("status", 0) >= 500} - honest


async def unheard(system: System) -> set[str]:
    """Return the answers that were written down and that no registry ever gave."""
    given = {call["key"] for call in system.calls()["calls"] if call["answer"]}
    return {row["question"] for row in await system.rows(VERIFIED)} - given


def asked_again(system: System, since: int = 0) -> Counter[str]:
    """Return the questions, by key, that were asked after they had been answered, and how often."""
    answered: set[str] = set()
    again: Counter[str] = Counter()
    for call in _calls(system):
        if call["key"] in answered and call["number"] > since:
            again[call["key"]] += 1
        if call["answer"] in ("ok", "ko"):
            answered.add(call["key"])
    return again


def _calls(system: System) -> list[dict[str, Any]]:
    return list(system.calls()["calls"])
