"""evidence: all that a verdict is computed from, and what of it is missing, with what cannot be said without it."""

import asyncio
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from loadtest import entries, ledger, outside, stored
from loadtest.conservation import CHECKS, Seen
from loadtest.ledger import History
from loadtest.outside import Calls
from loadtest.receipt import Keys, read_keys
from loadtest.recorded import Decision
from loadtest.stored import Row, Stored

QUIET = 180.0  # seconds until all that is due must be done
LOOKING_AHEAD = 120.0  # seconds in which work must be due for us to wait for it; a later time is waited for by nobody
IMPORTS = 60.0  # seconds until what an emergency register took must be in the database
STILL = LOOKING_AHEAD + 10  # seconds in which nothing moves though work is due: it will not move any more
GLANCE = 0.5
REQUEST = 60.0  # seconds for one answer; the registries' log is long

EVERY = frozenset(CHECKS)
OF_THE_DATABASE = EVERY - {"regressed", "leak", "forged", "unsettled"}
OF_THE_REGISTRIES = frozenset({"ghost", "dup_effect"})


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that could not be looked at: the sets it may hide something from, and those it may feign.

    Of a set of both kinds nothing can be said.
    """

    what: str
    hides: frozenset[str]
    feigns: frozenset[str] = frozenset()


@dataclass(slots=True)
class Evidence:
    """What could be gathered. `decisions`: how long each filing took."""

    seen: Seen | None = None
    decisions: list[Decision] = field(default_factory=list)
    still: list[str] = field(default_factory=list)  # numbers whose work is due, and does not move
    waiting: int = 0  # rows of work that are neither due nor on a person's list: their time will come
    gaps: list[Gap] = field(default_factory=list)

    def lacks(self, what: str, hides: Collection[str] = EVERY, feigns: Collection[str] = ()) -> None:
        """Note a gap."""
        self.gaps.append(Gap(what, frozenset(hides), frozenset(feigns)))


def gather(log: Path, addresses: Mapping[str, Any], began: float, patience: float = QUIET) -> Evidence:
    """Wait until it is quiet, and gather everything; what cannot be had becomes a gap, and nothing is raised.

    Arguments: the clients' log, the addresses as `make run` writes them (http, registries, database_url), the start of
    the load in seconds since the epoch, and how many seconds due work may still take.
    """
    evidence = Evidence()
    history = _history(log, evidence)
    given = {heard.said["entry"] for _, heard in entries.given(history)} if history is not None else set()
    there = asyncio.run(_from_database(addresses.get("database_url"), evidence, patience, given))
    keys = _keys(addresses.get("http"), evidence)
    calls = _calls(addresses.get("registries"), there, evidence)
    if history is not None:
        if not history.shown:
            evidence.lacks("no body that clients were shown was looked at", {"leak"})
        evidence.seen = Seen(history, there or Stored.nothing(), keys or {}, calls)
        evidence.decisions = _decisions(history, evidence.seen.stored, began)
    return evidence


def _history(log: Path, evidence: Evidence) -> History | None:
    try:
        history = ledger.read(log)
    except OSError as error:
        evidence.lacks(f"the clients' log cannot be read ({type(error).__name__})")
        return None
    if history.damaged:
        evidence.lacks(f"{history.damaged} lines of the clients' log cannot be read", EVERY, {"ghost", "unsettled"})
    return history


async def _from_database(url: str | None, evidence: Evidence, patience: float, given: set[str]) -> Stored | None:
    if url is None:
        evidence.lacks("nobody says where the database is", OF_THE_DATABASE, OF_THE_DATABASE)
        return None
    try:
        connection = await asyncpg.connect(url, timeout=10)
        try:
            await _until_imported(connection, given, patience)
            await _until_quiet(connection, evidence, patience)
            if await connection.fetchval("SELECT pg_is_in_recovery()"):
                evidence.lacks("the database is a standby: what it lacks may be elsewhere", (), OF_THE_DATABASE)
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                evidence.waiting = await connection.fetchval("SELECT count(*) FROM work WHERE buried_at IS NULL")
                return await stored.read(connection)
        finally:
            await connection.close(timeout=5)
    except stored.NO_ROWS as error:
        missing = f"the database cannot be read ({type(error).__name__})"
        evidence.lacks(missing, OF_THE_DATABASE, OF_THE_DATABASE)
        return None


async def _until_imported(connection: Row, given: set[str], patience: float) -> None:
    """Wait until what an emergency register acknowledged is in; what is not then is lost."""
    give_up_at = time.monotonic() + min(patience, IMPORTS)
    while given and time.monotonic() < give_up_at:
        if given <= {row["entry"] for row in await stored.registered(connection)}:
            return
        await asyncio.sleep(GLANCE)


async def _until_quiet(connection: Row, evidence: Evidence, patience: float) -> None:
    """Wait until no work is due or under way, or until it is plain that it will not be done."""
    give_up_at = time.monotonic() + patience
    last, moved_at = None, time.monotonic()
    while time.monotonic() < give_up_at:
        left = tuple(await connection.fetchrow(_DUE, LOOKING_AHEAD))
        if left[0] == 0:
            return
        if left != last:
            last, moved_at = left, time.monotonic()
        if time.monotonic() > moved_at + STILL:
            evidence.still = [row["number"] for row in await connection.fetch(_STILL, LOOKING_AHEAD)]
            return
        await asyncio.sleep(GLANCE)
    due = last[0] if last else 0
    evidence.lacks(f"{due} rows of work are still due, or under way, after {patience:.0f} s", {"stuck"})


def _keys(http: str | None, evidence: Evidence) -> Keys | None:
    try:
        answer = httpx.get(f"{http}/v1/receipt-keys", timeout=REQUEST, trust_env=False)
        return read_keys(answer.raise_for_status().json())
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, LookupError) as error:
        evidence.lacks(f"the receipt keys cannot be had ({type(error).__name__})", {"forged"}, {"forged"})
        return None


def _calls(registries: str | None, there: Stored | None, evidence: Evidence) -> Calls | None:
    if not registries:
        evidence.lacks("nobody says where the registries are", OF_THE_REGISTRIES)
        return None
    try:
        answer = httpx.get(f"{registries}/calls", timeout=REQUEST, trust_env=False)
        calls = outside.read(answer.raise_for_status().json())
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, LookupError) as error:
        evidence.lacks(f"the registries' log cannot be had ({type(error).__name__})", OF_THE_REGISTRIES)
        return None
    missing = outside.unaccounted(there, calls) if there is not None else 0
    if missing or not calls.whole:
        evidence.lacks(f"{missing} verifications are older than the registries' log", OF_THE_REGISTRIES)
    return calls


def _decisions(history: History, there: Stored, began: float) -> list[Decision]:
    acked = {number: heard.at - began for _, heard, number in entries.filed(history, there)}
    acked |= {heard.said["number"]: heard.at - began for _, heard in history.acked("submission")}
    found = []
    for draft_id, rows in there.submissions.items():
        events = there.events.get(draft_id, [])
        done = next((event for event in events if event["to_state"] in _WORDS), None)
        if done is not None and rows[0]["number"] in acked:
            took = (done["at"] - events[0]["at"]).total_seconds()
            found.append(Decision(acked[rows[0]["number"]], took, done["to_state"]))
    return sorted(found)


def clock_moved(evidence: Evidence) -> None:
    """Forget by how much civil time ran ahead: it was moved while people filed, so only our calendar can judge."""
    if evidence.seen is not None:
        evidence.seen = replace(evidence.seen, stored=replace(evidence.seen.stored, ahead=None))


_WORDS = frozenset({"granted", "granted_in_part", "refused", "needs_applicant", "needs_officer", "suspended"})
_DUE = """
SELECT count(*), coalesce(sum(attempt), 0), (SELECT count(*) FROM effect)
FROM work WHERE buried_at IS NULL AND due_at < clock_timestamp() + make_interval(secs => $1)
"""
_STILL = """
SELECT number FROM submission JOIN work USING (draft_id)
WHERE buried_at IS NULL AND due_at < clock_timestamp() + make_interval(secs => $1)
"""
