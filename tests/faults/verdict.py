"""After a fault: wait until it is quiet, and hold what clients were told against what is there."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from loadtest.balance import Balance, balance
from loadtest.conservation import Seen, check
from loadtest.faults.heard import HONEST
from loadtest.ledger import ACKED, History, read
from loadtest.outside import read as read_calls
from loadtest.stored import read as read_stored
from tests.journeys.system import System

QUIET = 90.0  # seconds until all that is not on a person's list must be done
QUESTIONS = 7  # the most one application of the load asks: tax code, identity, four of children and work, account
STILL_TO_DO = "SELECT count(*) FROM work WHERE buried_at IS NULL"


@dataclass
class Clients:
    """What the clients of one system wanted and were told; `strangers`: drafts of people who wrote nothing down."""

    log: Path
    strangers: set[str] = field(default_factory=set)

    def first_ack_after(self, instant: float) -> float:
        """Return when the first request that was made after an instant was acknowledged."""
        made = (intent for intent in read(self.log).intents.values() if intent.at > instant)
        return min(one.at for intent in made for one in intent.acks)

    def told(self) -> list[str]:
        """Return in words how often requests were acknowledged, and how often they had to be repeated and why."""
        if not self.log.exists():
            return []
        intents = read(self.log).intents.values()
        heard = Counter(one.outcome for intent in intents for one in intent.heard)
        why = Counter(
            one.said.get("why") or one.said.get("code") for i in intents for one in i.heard if one.outcome != ACKED
        )
        return [f"{len(intents)} intents: {dict(heard)}", f"not acknowledged at once: {dict(why)}"]


async def conserved(system: System, clients: Clients) -> Balance:
    """Return where everything is once it is quiet; fail on whatever violates a promise, before that and then."""
    await kept(system, clients, but="forged")  # which takes long, and does not depend on when it is asked
    await quiet(system)
    placed = await kept(system, clients)
    assert placed.in_progress == 0, placed
    return placed


async def kept(system: System, clients: Clients, but: str | None = None) -> Balance:
    """Return where everything is now, be it still moving; fail on whatever violates a promise."""
    seen = await look(system, clients)
    found = check(seen, but)
    ghosts = [ghost for ghost in found.pop("ghost", []) if not ghost.startswith(tuple(clients.strangers))]
    assert ({}, []) == (found, ghosts)
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


async def look(system: System, clients: Clients) -> Seen:
    """Return what the checks compare."""
    async with system.connection() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        stored = await read_stored(connection)
    return Seen(read(clients.log), stored, system.keys(), read_calls(system.calls()))


def crashed(history: History) -> set[str]:
    """Return the answers that no fault excuses: a 5xx that says neither "nothing was written" nor "unknown"."""
    heard = [one for intent in history.intents.values() for one in intent.heard]
    return {str(one.said["code"]) for one in heard if one.said.get("status", 0) >= 500} - HONEST


class AskedAgain:
    """Questions that were asked after they had been answered, from here on, and what excuses them."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._since, self._crashed = self._last_call(), self._crashes()

    @property
    def count(self) -> int:
        """How often a question was asked again."""
        answered: set[str] = set()
        again: Counter[str] = Counter()
        for call in self._system.calls()["calls"]:
            if call["key"] in answered and call["number"] > self._since:
                again[call["key"]] += 1
            if call["answer"] in ("ok", "ko"):
                answered.add(call["key"])
        return again.total()

    @property
    def excused(self) -> int:
        """The most that attempts which ended before they could be written explain."""
        return int(QUESTIONS * (self._crashes() - self._crashed))

    def _last_call(self) -> int:
        return int(self._system.calls(limit="0")["total"])

    def _crashes(self) -> float:
        return self._system.series("approdo_work_crashed_total")
