"""Trial: one application tried under every reading of what the sources leave open."""

from collections.abc import Sequence
from dataclasses import dataclass

from bonus import codes, family, livelihood
from bonus.days import month_spans
from bonus.facts import Facts
from bonus.programme import Programme
from bonus.readings import NEVER, Claim, Readings
from core.domain.window import Window


@dataclass(frozen=True, slots=True)
class Filing:
    """When an application came in, and what it adds to."""

    window: Window | None
    supplementary: bool = False
    already_requested: frozenset[int] = frozenset()

    @property
    def needs_no_excuse(self) -> bool:
        """Say whether it is in time whenever the requirements were met."""
        return self.window is Window.ORDINARY or (self.window is Window.LATE and self.supplementary)


#: Why a month is not due, and under which readings: by reason, in the order in which reasons are told.
Flaws = dict[str, Claim]


def doubts_of(facts: Facts, programme: Programme, filing: Filing) -> set[str]:
    """Return the flags this application could raise; whether one decides anything is seen by trying."""
    doubts = family.doubts_about(facts.children, programme.year, programme.rules) | livelihood.doubts_about(facts)
    if facts.attempt_certificate and not filing.needs_no_excuse and not filing.supplementary:
        doubts.add(codes.LATE_WITH_CERTIFICATE)
    return doubts


def flaws_of(facts: Facts, programme: Programme, filing: Filing, readings: Readings) -> dict[int, Flaws]:
    """Judge each of the twelve months of the application under all readings."""
    merits = _merits(facts, programme, month_spans(programme.year), readings)
    late = _late(facts, programme, filing, readings)
    over = livelihood.income_flaw(facts, readings, programme.rules)
    return {month: _told(late, {codes.INCOME_OVER_LIMIT: over} | flaws) for month, flaws in merits.items()}


def _told(late: Claim, flaws: Flaws) -> Flaws:
    """Of an application that is late nothing else is said."""
    return {codes.LATE: late} | {reason: claim & ~late for reason, claim in flaws.items()}


def _merits(facts: Facts, programme: Programme, spans: Sequence[int], readings: Readings) -> dict[int, Flaws]:
    """Judge the months, each on the days of its span, by the family and the work alone."""
    year, rules = programme.year, programme.rules
    judged = {}
    for month, span in enumerate(spans, start=1):
        hers = family.family_on(facts.children, span, year, month, readings, rules)
        work = livelihood.work_flaws(facts.periods, span, month, hers.several, readings, rules)
        judged[month] = dict(hers.flaws + work)
    return judged


def _late(facts: Facts, programme: Programme, filing: Filing, readings: Readings) -> Claim:
    """After the ordinary window only who met the requirements after it is in time, and only in the late one."""
    if filing.needs_no_excuse:
        return NEVER
    without_excuse = readings.always & ~readings.literal(codes.LATE_WITH_CERTIFICATE)
    if filing.window is None:
        return without_excuse
    by_then = _merits(facts, programme, month_spans(programme.year, programme.requirements_by), readings)
    met = NEVER
    for flaws in by_then.values():
        met |= where_due(flaws, readings)
    return without_excuse & met


def where_due(flaws: Flaws, readings: Readings) -> Claim:
    """Return where a month is due: where nothing speaks against it."""
    due = readings.always
    for claim in flaws.values():
        due &= ~claim
    return due
