"""Trial: one application tried under any reading of what the sources leave open."""

from dataclasses import dataclass
from functools import cache
from typing import Protocol

from bonus import codes, family, livelihood
from bonus.days import month_spans
from bonus.facts import Facts
from bonus.family import Family, Readings
from bonus.programme import Programme, Window

_TWELVE = range(1, 13)


@dataclass(frozen=True, slots=True)
class Filing:
    """When an application came in, and what it adds to."""

    window: Window | None
    supplementary: bool = False
    already_requested: frozenset[int] = frozenset()

    @property
    def needs_no_excuse(self) -> bool:
        """Say whether it is in time whenever the requirements were met."""
        return self.window == "ordinary" or (self.window == "late" and self.supplementary)


class Flaws(Protocol):
    """Says why a month is not due under some readings; empty when it is."""

    def __call__(self, month: int, readings: Readings) -> tuple[str, ...]: ...


def doubts_of(facts: Facts, programme: Programme, filing: Filing) -> set[str]:
    """Return the flags this application could raise; whether one decides anything is seen by trying."""
    doubts = family.doubts_about(facts.children, programme.year, programme.rules) | livelihood.doubts_about(facts)
    if facts.attempt_certificate and not filing.needs_no_excuse and not filing.supplementary:
        doubts.add(codes.LATE_WITH_CERTIFICATE)
    return doubts


def flaws_of(facts: Facts, programme: Programme, filing: Filing) -> Flaws:
    """Return what judges each month of the application; it remembers its parts, which many readings share."""
    year, rules = programme.year, programme.rules
    whole = month_spans(year)
    by_then = month_spans(year, programme.requirements_by)

    @cache
    def family_on(span: int, month: int, readings: Readings) -> Family:
        return family.family_on(facts.children, span, year, month, readings, rules)

    @cache
    def work_flaw(span: int, month: int, readings: Readings, *, several: bool) -> str | None:
        return livelihood.work_flaw(facts.periods, span, month, readings, rules, several=several)

    def merits(spans: tuple[int, ...], month: int, readings: Readings) -> tuple[str, ...]:
        span = spans[month - 1]
        hers = family_on(span, month, readings & _ABOUT_CHILDREN)
        work = work_flaw(span, month, readings & _ABOUT_WORK, several=hers.several)
        return tuple(flaw for flaw in (hers.flaw, work) if flaw)

    @cache
    def is_late(readings: Readings) -> bool:
        """After the ordinary window only who met the requirements after it is in time, and only in the late one."""
        if filing.needs_no_excuse or codes.LATE_WITH_CERTIFICATE in readings:
            return False
        return filing.window is None or any(not merits(by_then, month, readings) for month in _TWELVE)

    @cache
    def flaws(month: int, readings: Readings) -> tuple[str, ...]:
        if is_late(readings):
            return (codes.LATE,)
        income = livelihood.income_flaw(facts, readings, rules)
        return (*((income,) if income else ()), *merits(whole, month, readings))

    return flaws


_ABOUT_WORK = frozenset(
    {codes.AVAILABILITY_PAY_ONLY, codes.AGRICULTURAL_LIST_WITHOUT_DAYS, codes.PERMANENT_DOMESTIC_WORK}
)
_ABOUT_CHILDREN = codes.FLAGS - _ABOUT_WORK - {codes.FLAT_RATE_INCOME, codes.LATE_WITH_CERTIFICATE}
