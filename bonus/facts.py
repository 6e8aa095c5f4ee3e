"""Facts: what a sealed application says, read once into days, months and cents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bonus.days import days
from bonus.rules import Rules
from bonus.typed import Object, cents, choice, day, months, objects, section, text
from bonus.vocabulary import ATTEMPT_CERTIFICATE, BY_ACTIVE_MONTHS, Category, Link, Suspension, written


@dataclass(frozen=True, slots=True)
class Child:
    """One child in one year; `present` and `lost` are days (see `bonus.days`)."""

    birth: date
    since: date  # born, or entered the family
    died_on: date | None
    reached: int  # how many children, this one included, were alive together on some day of the year before it died
    present: int  # from `since` on; a later death takes nothing away
    lost: int  # without her parental responsibility
    foster: bool
    without_tax_code: bool


@dataclass(frozen=True, slots=True)
class Period:
    """One period of work in one year; `lasts` and `useful` are days."""

    category: Category
    lasts: int
    useful: int  # without the days of leave that nobody pays
    active: frozenset[int] | None  # months; None where the relation alone says when she worked
    available: frozenset[int]  # months on call with availability pay
    listed: bool  # in the lists of agricultural workers


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the rules look at, and nothing else."""

    children: tuple[Child, ...]
    periods: tuple[Period, ...]
    employment_cents: int
    self_employment_cents: int
    flat_rate: bool
    requested: frozenset[int]
    attempt_certificate: bool


def read_facts(sections: Mapping[str, Object], rules: Rules, year: int) -> Facts:
    """Read the sections, whose contents passed `shape_problems`; what is missing or makes no sense is left out.

    A decision is only taken on an application without error problems, so what is left out matters to the preview of
    an unfinished draft alone.
    """
    income = section(sections, "income")
    documents = objects(section(sections, "attachments").get("documents"))
    children = objects(section(sections, "children").get("children"))
    periods = objects(section(sections, "work").get("periods"))
    return Facts(
        children=_with_reached([child for child in (_read_child(each, year) for each in children) if child], year),
        periods=tuple(period for period in (_read_period(each, rules, year) for each in periods) if period),
        employment_cents=cents(income.get("employment")) or 0,
        self_employment_cents=cents(income.get("self_employment")) or 0,
        flat_rate=income.get("flat_rate") is True,
        requested=months(section(sections, "declarations").get("requested_months")),
        attempt_certificate=any(choice(each.get("kind")) == ATTEMPT_CERTIFICATE for each in documents),
    )


def _read_child(child: Object, year: int) -> Child | None:
    birth = day(child.get("birth_date"))
    if birth is None:
        return None
    link = choice(child.get("link"))
    entered = day(child.get("entered_family_on")) if link != Link.NATURAL else None
    since = entered or birth
    return Child(
        birth=birth,
        since=since,
        died_on=day(child.get("died_on")),
        reached=0,
        present=days(year, since),
        lost=_days_of(objects(child.get("responsibility_lost")), year),
        foster=link == Link.FOSTER,
        without_tax_code=not text(child.get("tax_code")),
    )


def _with_reached(children: list[Child], year: int) -> tuple[Child, ...]:
    """Say of each child how many lived beside it; only of one who died does anybody ask."""
    if not any(child.died_on for child in children):
        return tuple(children)
    together = _alive_together(children, date(year, 1, 1))
    return tuple(
        replace(child, reached=_most_in_life(child, child.died_on, together)) if child.died_on else child
        for child in children
    )


def _alive_together(children: list[Child], first: date) -> dict[date, int]:
    """Return how many children are alive on each day, from the first of the year, on which one joins the others."""
    moments = {max(child.since, first) for child in children}
    return {
        moment: sum(other.since <= moment and (not other.died_on or other.died_on >= moment) for other in children)
        for moment in moments
    }


def _most_in_life(child: Child, died_on: date, together: Mapping[date, int]) -> int:
    """Return the greatest number of children alive on one day of the life of one of them."""
    return max((number for moment, number in together.items() if child.since <= moment <= died_on), default=0)


def _read_period(period: Object, rules: Rules, year: int) -> Period | None:
    category = choice(period.get("category"))
    lasts = _days_of([period], year)
    if category not in written(Category) or not lasts:
        return None
    return Period(
        category=Category(category),
        lasts=lasts,
        useful=lasts & ~_unpaid_days(objects(period.get("suspensions")), rules, year),
        active=months(period.get("active_months")) if category in BY_ACTIVE_MONTHS else None,
        available=months(period.get("availability_months")),
        listed=period.get("listed_in_agriculture") is True,
    )


def _unpaid_days(suspensions: list[Object], rules: Rules, year: int) -> int:
    """Return the days of leave that nobody pays; a day declared paid as well, maternity for instance, is paid."""
    unpaid = [each for each in suspensions if choice(each.get("kind")) in rules.unpaid]
    paid = [each for each in suspensions if choice(each.get("kind")) in written(Suspension) - rules.unpaid]
    return _days_of(unpaid, year) & ~_days_of(paid, year)


def _days_of(stretches: Sequence[Object], year: int) -> int:
    """Return the days that at least one stretch covers; one without a start, or with an odd end, covers none."""
    covered = 0
    for stretch in stretches:
        start, end = day(stretch.get("start")), day(stretch.get("end"))
        if start and (end or not text(stretch.get("end"))):
            covered |= days(year, start, end)
    return covered
