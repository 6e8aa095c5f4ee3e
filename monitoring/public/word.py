"""The word: all that the public page says at one moment, from the book and what was seen last."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.domain.book import Book
from core.domain.incident import Cause, Function, Incident

FRESH = timedelta(minutes=2)  # an estimate that is older is withdrawn
_WORST = (Function.ALL, Function.SUBMISSION, Function.SECTION, Function.READING, Function.DECISION)
_MILD = (Cause.REGISTER, Cause.ENTRIES, Cause.CROWDED, Cause.SLOW, Cause.REGISTRY)


class Light(StrEnum):
    """How it stands, in one word."""

    WORKS = "works"
    SLOW = "slow"  # it takes everything, later than it should
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Takes:
    """How long decisions take now: half stay below `quick`, nine in ten below `slow`."""

    quick: timedelta
    slow: timedelta
    read_at: datetime  # machine time


@dataclass(frozen=True, slots=True)
class Word:
    """Everything that is said."""

    at: datetime  # when all of it was checked; machine time
    light: Light
    open: tuple[Incident, ...]  # the worst first
    past: tuple[Incident, ...]  # latest first
    takes: Takes | None
    trial: bool  # the civil clock is shifted

    @property
    def worst(self) -> Incident | None:
        """Return the incident that is told first."""
        return self.open[0] if self.open else None


def word(book: Book, takes: Takes | None, now: datetime, *, trial: bool) -> Word:
    """Return what is said of a book at an instant."""
    opened = tuple(sorted(book.open, key=_how_bad))
    return Word(now, _light(opened), opened, _past(book), _fresh(takes, opened, now), trial)


def _light(opened: tuple[Incident, ...]) -> Light:
    if any(one.function is not Function.DECISION and one.cause not in _MILD for one in opened):
        return Light.OUT
    return Light.SLOW if opened else Light.WORKS


def _how_bad(one: Incident) -> tuple[bool, int, datetime]:
    return one.cause in _MILD, _WORST.index(one.function), one.started_at


def _past(book: Book) -> tuple[Incident, ...]:
    return tuple(one for one in book.incidents if not one.is_open)


def _fresh(takes: Takes | None, opened: tuple[Incident, ...], now: datetime) -> Takes | None:
    """What was so a while ago, or before decisions began to wait, says nothing about now."""
    held_up = any(one.function in (Function.ALL, Function.DECISION) for one in opened)
    return None if takes is None or held_up or now - takes.read_at > FRESH else takes
