"""The open questions told a second time, each reading tried by itself: what the bits of `bonus` are compared with.

Slow on purpose: two to the number of questions is the length of a loop here, as it is on paper.
"""

from collections.abc import Mapping
from itertools import chain, combinations

from bonus import codes
from bonus.days import month_spans
from bonus.facts import Child, Facts, Period
from bonus.programme import Programme
from bonus.trial import Filing
from bonus.vocabulary import Category

TWELVE = range(1, 13)
TELLING = (codes.SUSPENDED_WITHOUT_PAY, codes.NO_DAY_WORKED, codes.WORK_NOT_COUNTED)
Reading = frozenset[str]  # the questions read literally
Told = dict[Reading, dict[int, tuple[str, ...]]]


def every(questions: set[str]) -> list[Reading]:
    """Every reading, the plainest first."""
    names = sorted(questions)
    return [frozenset(some) for some in chain.from_iterable(combinations(names, n) for n in range(len(names) + 1))]


def verdicts(
    facts: Facts, programme: Programme, filing: Filing, questions: set[str], rulings: Mapping[str, bool]
) -> tuple[dict[int, tuple[str, ...]], dict[str, set[int]]]:
    """The reasons of each month asked (none where it is due), and the months each question still decides."""
    asked = facts.requested - filing.already_requested
    told = {
        reading: {month: flaws(facts, programme, filing, month, reading) for month in asked}
        for reading in every(questions)
    }
    standing = {reading: months for reading, months in told.items() if agrees(reading, told, rulings)}
    decided = {name: months for name in sorted(questions) if (months := depending(name, standing))}
    return {month: reasons(month, standing, decided) for month in asked}, decided


def agrees(reading: Reading, told: Told, rulings: Mapping[str, bool]) -> bool:
    asked = max(told, key=len)
    return all((name in reading) is (favourable(name, told) is yes) for name, yes in rulings.items() if name in asked)


def favourable(name: str, told: Told) -> bool:
    with_, without = (
        sum(not why for reading, months in told.items() if (name in reading) is literal for why in months.values())
        for literal in (True, False)
    )
    return with_ >= without


def depending(name: str, standing: Told) -> set[int]:
    """The months due in one of two readings that differ in this question alone, and not in the other."""
    pairs = [(one, standing.get(reading - {name})) for reading, one in standing.items() if name in reading]
    return {month for one, other in pairs if other for month in one if bool(one[month]) != bool(other[month])}


def reasons(month: int, standing: Told, decided: dict[str, set[int]]) -> tuple[str, ...]:
    if any(month in months for months in decided.values()):
        return (codes.OFFICER_DECIDES,)
    each = [months[month] for months in standing.values()]
    return tuple(why for why in each[0] if all(why in other for other in each)) or each[0]


def flaws(facts: Facts, programme: Programme, filing: Filing, month: int, reading: Reading) -> tuple[str, ...]:
    if is_late(facts, programme, filing, reading):
        return (codes.LATE,)
    income = facts.employment_cents + (
        0 if facts.flat_rate and codes.FLAT_RATE_INCOME in reading else facts.self_employment_cents
    )
    over = (codes.INCOME_OVER_LIMIT,) if income > programme.rules.income_limit_cents else ()
    return over + merits(facts, programme, month_spans(programme.year)[month - 1], month, reading)


def is_late(facts: Facts, programme: Programme, filing: Filing, reading: Reading) -> bool:
    if filing.needs_no_excuse or codes.LATE_WITH_CERTIFICATE in reading:
        return False
    by_then = month_spans(programme.year, programme.requirements_by)
    met = any(not merits(facts, programme, by_then[month - 1], month, reading) for month in TWELVE)
    return filing.window is None or met


def merits(facts: Facts, programme: Programme, span: int, month: int, reading: Reading) -> tuple[str, ...]:
    size, children = class_of([child for child in facts.children if counts(child, span, reading)], reading)
    hers = family_flaw(size, children, programme, month, reading)
    return tuple(why for why in (hers, work_flaw(facts, programme, span, month, size == 3, reading)) if why)


def counts(child: Child, span: int, reading: Reading) -> bool:
    here = child.present & span
    under_her = here & ~child.lost
    return (
        bool(under_her)
        and (not child.foster or codes.PLAIN_FOSTER_CARE in reading)
        and (not child.without_tax_code or codes.CHILD_WITHOUT_TAX_CODE in reading)
        and (under_her == here or codes.RESPONSIBILITY_MID_MONTH in reading)
    )


def class_of(counted: list[Child], reading: Reading) -> tuple[int, list[Child]]:
    for size in (3, 2):
        reached = [c for c in counted if not c.died_on or c.reached >= size or codes.CHILD_DIED_BEFORE in reading]
        if len(reached) >= size:
            return size, reached
    return 0, []


def family_flaw(size: int, children: list[Child], programme: Programme, month: int, reading: Reading) -> str | None:
    if not size:
        return codes.FEWER_THAN_TWO_CHILDREN
    limit = programme.rules.age_with_several if size == 3 else programme.rules.age_with_two
    youngest = max(child.birth for child in children)
    if (youngest.year + limit, youngest.month, youngest.day) == (programme.year, 1, 1):
        in_time = month == 1 and codes.BIRTHDAY_ON_1_JANUARY in reading
    else:
        in_time = (programme.year, month) <= (youngest.year + limit, youngest.month)
    if in_time:
        return None
    return codes.YOUNGEST_OVER_EIGHTEEN if size == 3 else codes.YOUNGEST_OVER_TEN


def work_flaw(facts: Facts, programme: Programme, span: int, month: int, several: bool, reading: Reading) -> str | None:
    here = [period for period in facts.periods if period.lasts & span]
    if several and any(programme.rules.work[period.category].permanent for period in here):
        return codes.PERMANENT_WITH_THREE_CHILDREN
    found = {period_flaw(period, programme, span, month, reading) for period in here}
    if None not in found:
        return next((why for why in TELLING if why in found), codes.NO_USEFUL_WORK)
    domestic = any(period.category is Category.DOMESTIC_PERMANENT for period in here)
    if several and domestic and codes.PERMANENT_DOMESTIC_WORK not in reading:
        return codes.PERMANENT_WITH_THREE_CHILDREN
    return None


def period_flaw(period: Period, programme: Programme, span: int, month: int, reading: Reading) -> str | None:
    if not programme.rules.work[period.category].counts:
        return codes.WORK_NOT_COUNTED
    if not period.useful & span:
        return codes.SUSPENDED_WITHOUT_PAY
    on_call = period.category in (Category.ON_CALL_FIXED_TERM, Category.ON_CALL_PERMANENT)
    listed = period.listed and period.category is Category.AGRICULTURAL_FIXED_TERM
    if (
        period.active is None
        or month in period.active
        or (on_call and month in period.available and codes.AVAILABILITY_PAY_ONLY in reading)
        or (listed and codes.AGRICULTURAL_LIST_WITHOUT_DAYS in reading)
    ):
        return None
    return codes.NO_DAY_WORKED
