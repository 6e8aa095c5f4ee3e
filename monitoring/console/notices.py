"""What the numbers mean, in a sentence or two: what is wrong first, and what it does to those who wait."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from monitoring.console.lights import APART_SECONDS, FULL, KINDS, absent
from monitoring.console.snapshot import Snapshot

LONG_WAIT = timedelta(minutes=1)  # due work older than this is said
HALF_A_DAY = timedelta(hours=12)  # of the day after which an interruption needs an authorisation
STALE = timedelta(minutes=2)  # what PostgreSQL said this long ago is said to be old
ON_THE_REGISTER = (
    "PostgreSQL does not answer: saves and filings of known drafts go into the emergency register, all else is refused "
    "with a certificate. Nothing acknowledged is lost."
)
WITHOUT_REGISTER = (
    "PostgreSQL does not answer, and nothing goes into the emergency register: what comes is refused with a "
    "certificate. Nothing acknowledged is lost."
)


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing an operator should know at once; `name` is its heading in docs/runbook.md, empty where all is well."""

    name: str
    text: str


def notices(now: Snapshot) -> list[Notice]:
    """Return what is wrong; where nothing is, one notice that says so.

    They are read aloud when they change, so they hold no number that changes every second.
    """
    return list(_wrong(now)) or [Notice("", _well(now))]


def _wrong(now: Snapshot) -> Iterator[Notice]:
    figures = now.figures
    if not now.ledger.reachable:
        yield Notice("LedgerAway", ON_THE_REGISTER if now.on_the_register else WITHOUT_REGISTER)
    elif now.ledger.age_seconds > STALE.total_seconds():
        yield Notice("LedgerStale", "The numbers read from PostgreSQL are old.")
    yield from _of_the_register(now)
    if figures.silent:
        yield Notice("SilentSubmissions", f"Neither moving nor on a person's list: {figures.silent} submissions.")
    if down := [process.process for process in now.processes if not process.up]:
        yield Notice("ProcessDown", f"Down: {', '.join(down)}.")
    elif missing := absent(now):
        yield Notice(KINDS[missing], f"No {missing} is up.")
    if now.bell_reachable is False:
        yield Notice("BellAway", "Redis does not answer: workers look for work themselves, more slowly.")
    if figures.oldest_due_seconds is not None and figures.oldest_due_seconds > LONG_WAIT.total_seconds():
        yield Notice("WorkWaiting", "Due work has waited longer than a minute.")
    if stopped := [registry.registry for registry in now.registries if registry.breaker == "open"]:
        text = f"Calls are stopped to: {', '.join(stopped)}. The submissions that need an answer wait."
        yield Notice("RegistryStopped", text)
    yield from _counted(now)


def _of_the_register(now: Snapshot) -> Iterator[Notice]:
    """While PostgreSQL is away it is no wonder that entries wait."""
    register = now.register
    if register is None:
        return
    if now.ledger.reachable and register.oldest_seconds > LONG_WAIT.total_seconds():
        yield Notice("RegisterWaits", "What the emergency register took is not brought in, though PostgreSQL answers.")
    if register.interrupted_seconds > HALF_A_DAY.total_seconds():
        yield Notice("RegisterLong", "The emergency register is open for long: beyond a day it needs an authorisation.")
    if register.for_a_person:
        yield Notice("RegisterForAPerson", "Entries of the emergency register wait for a person to settle them.")


def _counted(now: Snapshot) -> Iterator[Notice]:
    if any(row.count for row in now.refusals if row.name in FULL):
        yield Notice("CounterFull", "More come than can be served: some are sent away as full.")
    if now.broken:
        yield Notice("WorkBroken", "Our own code fails on work: it is tried again, and then a person looks.")
    if now.skew_seconds is not None and now.skew_seconds > APART_SECONDS:
        yield Notice("ClocksApart", "PostgreSQL's clock and a machine's are apart.")


def _well(now: Snapshot) -> str:
    return f"All {len(now.processes)} processes are up; everything accepted is moving or on a person's list."
