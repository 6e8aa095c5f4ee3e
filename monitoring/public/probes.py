"""Probes of our own: no Prometheus is needed for the page to be true."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx

from core.domain.book import Alarm
from core.domain.incident import Cause, Function

PATIENCE = timedelta(seconds=10)  # what is wrong for so long is told
GRACE = timedelta(seconds=30)  # after our own start, in which others may be starting too
SECONDS = 3.0  # for an answer
LATE = timedelta(minutes=1)  # entries of the emergency register that wait longer though the store answers are told
EMERGENCY = "emergency-register"  # what a counter says of itself that takes saves and filings without PostgreSQL
WAITED = timedelta(minutes=10)  # due decisions that are older arrive late
FEWEST = 50  # requests in the last minute, below which a share says nothing
CROWD = 0.05  # of requests that were sent away

What = tuple[Function, Cause]
COUNTER: What = (Function.ALL, Cause.COUNTER)
STORE: What = (Function.ALL, Cause.STORE)
REGISTER: What = (Function.ALL, Cause.REGISTER)
ENTRIES: What = (Function.READING, Cause.ENTRIES)
REFUSING: What = (Function.ALL, Cause.OTHER)
CROWDED: What = (Function.ALL, Cause.CROWDED)
SLOW: What = (Function.DECISION, Cause.SLOW)
REGISTRY: What = (Function.DECISION, Cause.REGISTRY)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen at one moment; None where it could not be seen, which proves nothing."""

    counter_answers: bool
    store_answers: bool | None  # as the counter sees it, or we do
    oldest_due: timedelta | None
    on_register: bool = False  # the store is away, and the counter takes saves and filings all the same
    refuses: bool = False  # the store answers, and what it would keep cannot be promised
    entries_waited: timedelta = timedelta()  # the oldest entry of the emergency register
    asked: float = 0.0  # requests of the last minute
    sent_away: float = 0.0  # of these, because there was no room
    registries_stopped: frozenset[str] = frozenset()


def wrong(seen: Seen) -> Mapping[What, bool]:
    """Say of each thing that may be wrong whether it is. Where the store is away nothing else is told."""
    store = seen.store_answers is False
    return {
        COUNTER: not seen.counter_answers and not store,
        STORE: store and not seen.on_register,
        REGISTER: store and seen.on_register,
        ENTRIES: seen.store_answers is True and seen.entries_waited > LATE,
        REFUSING: not store and seen.refuses,
        CROWDED: not store and seen.asked >= FEWEST and seen.sent_away / seen.asked > CROWD,
        SLOW: not store and seen.oldest_due is not None and seen.oldest_due > WAITED,
        REGISTRY: bool(seen.registries_stopped - {"bank"}),  # the bank is asked after the decision
    }


class Probes:
    """Remembers since when something is wrong, and sounds once that is long enough."""

    def __init__(self) -> None:
        """Begin with nothing wrong."""
        self._since: dict[What, datetime] = {}
        self._began: datetime | None = None

    def sounding(self, seen: Seen, now: datetime) -> list[Alarm]:
        """Return the alarms that sound after one more look."""
        self._began = self._began or now
        for what, is_wrong in wrong(seen).items():
            if is_wrong:
                self._since.setdefault(what, now)
            else:
                self._since.pop(what, None)
        return [
            Alarm(f"probe:{cause}", function, cause, since)
            for (function, cause), since in self._since.items()
            if now - since >= PATIENCE and now - self._began >= GRACE
        ]


@dataclass(frozen=True, slots=True)
class Said:
    """What a counter says of itself; `store_answers` is None where it says nothing of that."""

    answers: bool
    store_answers: bool | None = None
    on_register: bool = False
    refuses: bool = False


async def counter_says(client: httpx.AsyncClient, address: str) -> Said:
    """Ask a counter whether it is ready, and what it does without PostgreSQL."""
    try:
        answer = await client.get(f"{address}/readyz", timeout=SECONDS)
        told = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return Said(answers=False)
    told = told if isinstance(told, dict) else {}
    if answer.is_success:
        on_register = told.get("status") == EMERGENCY
        return Said(answers=True, store_answers=not on_register, on_register=on_register)
    away, refuses = (told.get("code") == code for code in ("store-unavailable", "unsound"))
    return Said(answers=away or refuses, store_answers=False if away else None, refuses=refuses)
