"""Assessment: which months are due and why the others are not, how much that is, and what a person must rule on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from bonus import codes
from bonus.facts import Facts, read_facts
from bonus.programme import Programme
from bonus.readings import Claim, Readings, plainest
from bonus.rulings import open_questions, still_standing
from bonus.trial import Filing, Flaws, doubts_of, flaws_of, where_due
from bonus.typed import Object

Outcome = Literal["granted", "granted_in_part", "refused"]

_YEAR_ROUND = frozenset(range(1, 13))
_NO_RULINGS: Mapping[str, bool] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class MonthVerdict:
    """One month: due, or not for at least one reason (`bonus.codes.REASONS`)."""

    month: int  # 1..12
    due: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flag:
    """A question that decides months she asked for and that only an officer answers."""

    name: str  # one of `bonus.codes.FLAGS`, and the key of its ruling
    version: int
    months: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the rules say of one application."""

    months: tuple[MonthVerdict, ...]  # always twelve, January first
    amount_cents: int
    flags: tuple[Flag, ...]  # while there is one, nothing is decided
    outcome: Outcome


def assess(
    programme: Programme,
    sections: Mapping[str, Object],
    arrived_at: datetime,
    *,
    supplementary: bool = False,
    already_requested: frozenset[int] = frozenset(),
    rulings: Mapping[str, bool] = _NO_RULINGS,
) -> Assessment:
    """Judge the twelve months of the programme's year; the same input always gives the same output.

    `sections` hold contents that passed `shape_problems`, one never saved may be missing; `arrived_at` is the aware
    instant at which the filing was complete at the counter. A `supplementary` filing adds months to a live one of the
    ordinary window, which asked for `already_requested`. `rulings` say of a flag True (in her favour) or False.
    A month on which a flag depends is not due yet, for the reason `officer-decides`. Never raises on such input.
    Source: art. 6 D.L. 95/2025, circolare INPS 139/2025; `docs/decisions/0001-rules-as-data.md`.
    """
    facts = read_facts(sections, programme.rules, programme.year)
    filing = Filing(programme.window_at(arrived_at), supplementary, already_requested)
    return _assess(facts, programme, filing, rulings)


def preview(programme: Programme, sections: Mapping[str, Object], at: datetime) -> Assessment:
    """Judge an unfinished draft as if it were filed at `at` and asked for the whole year: the months that seem due."""
    facts = read_facts(sections, programme.rules, programme.year)
    return _assess(replace(facts, requested=_YEAR_ROUND), programme, Filing(programme.window_at(at)), _NO_RULINGS)


def _assess(facts: Facts, programme: Programme, filing: Filing, rulings: Mapping[str, bool]) -> Assessment:
    """Try every reading of what is open, keep those the rulings leave, and see whether they agree."""
    readings = Readings(doubts_of(facts, programme, filing))
    flaws = flaws_of(facts, programme, filing, readings)
    asked = facts.requested - filing.already_requested
    due = {month: where_due(flaws[month], readings) for month in asked}
    standing = still_standing(due, readings, _settled_by_sources(programme) | dict(rulings))
    questions = open_questions(due, readings, standing)
    open_months = frozenset[int]().union(*questions.values())
    granted = frozenset(month for month in asked - open_months if due[month] & standing)

    def verdict(month: int) -> MonthVerdict:
        if month in granted:
            return MonthVerdict(month, due=True, reasons=())
        if month not in asked:
            return MonthVerdict(month, due=False, reasons=(_not_asked(month, facts),))
        reasons = (codes.OFFICER_DECIDES,) if month in open_months else _shared(flaws[month], standing)
        return MonthVerdict(month, due=False, reasons=reasons)

    return Assessment(
        months=tuple(verdict(month) for month in range(1, 13)),
        amount_cents=len(granted) * programme.monthly_cents,
        flags=tuple(_flag(name, months, programme) for name, months in questions.items()),
        outcome=_outcome(facts.requested, granted),
    )


def _shared(flaws: Flaws, standing: Claim) -> tuple[str, ...]:
    """Return the reasons that hold however the questions are read; where each reading has its own, the plainest's."""
    told = tuple(reason for reason, claim in flaws.items() if claim & plainest(standing))
    return tuple(reason for reason in told if not standing & ~flaws[reason]) or told


def _not_asked(month: int, facts: Facts) -> str:
    return codes.ALREADY_REQUESTED if month in facts.requested else codes.NOT_REQUESTED


def _outcome(requested: frozenset[int], granted: frozenset[int]) -> Outcome:
    if not granted:
        return "refused"
    return "granted" if granted == requested else "granted_in_part"


def _flag(name: str, months: frozenset[int], programme: Programme) -> Flag:
    return Flag(name, programme.rules.flags[name].version, tuple(sorted(months)))


def _settled_by_sources(programme: Programme) -> dict[str, bool]:
    """Return the rulings a source has already given: those in favour."""
    return {name: True for name, rule in programme.rules.flags.items() if rule.in_favour}
