"""What always holds, whatever is typed and however the rules are put together."""

import copy
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bonus.assessment import Assessment, preview
from bonus.codes import FLAGS, REASONS
from bonus.programme import BONUS_MAMME_2025, BONUS_MAMME_2026, PROGRAMMES
from bonus.questions import payment_question, questions
from core.clock import ROME
from tests.unit.bonus import naive
from tests.unit.bonus.applications import (
    FILED,
    LATE,
    YEAR_ROUND,
    a_child,
    a_period,
    a_suspension,
    an_application,
    judged,
    months_due,
)
from tests.unit.bonus.strategies import (
    applications,
    children,
    drafts_as_typed,
    incomes,
    periods,
    requested,
    small,
    steady,
)

NOT_PERMANENT = ("employee_fixed_term", "agency_fixed_term", "self_employed", "professional_fund")
arrivals = st.datetimes(datetime(2025, 10, 1), datetime(2026, 3, 1)).map(lambda at: at.replace(tzinfo=ROME))  # noqa: DTZ001
rulings = st.dictionaries(st.sampled_from(sorted(FLAGS)), st.booleans())
adults = st.dates(date(1995, 1, 1), date(2006, 12, 31)).map(date.isoformat).map(a_child)


@given(
    drafts_as_typed,
    arrivals,
    st.booleans(),
    st.frozensets(st.integers(1, 12)),
    rulings,
    st.sampled_from(sorted(PROGRAMMES)),
)
@settings(max_examples=300)
def test_an_assessment_is_whole_whatever_was_typed(
    sections: Any, at: datetime, supplementary: bool, already: Any, ruled: Any, name: str
) -> None:
    """Twelve months in order, each due or with known reasons; amount, outcome and flags agree with them."""
    programme = PROGRAMMES[name]

    assessment = judged(
        sections, at, programme=programme, supplementary=supplementary, already_requested=already, rulings=ruled
    )

    assert_whole(assessment, programme.monthly_cents)
    assert not {flag.name for flag in assessment.flags} & set(ruled)
    assert not set(months_due(assessment)) & already
    assert_whole(preview(programme, sections, at), programme.monthly_cents)


@given(drafts_as_typed)
@settings(max_examples=150)
def test_questions_can_be_asked_whatever_was_typed(sections: Any) -> None:
    """They hold JSON values, and each fact is asked once."""
    asked = questions(BONUS_MAMME_2025, sections)
    account = payment_question(sections)

    assert len({question.fact for question in asked}) == len(asked)
    assert account is None or account.registry == "bank"


@given(applications)
@settings(max_examples=250)
def test_the_rules_told_day_by_day_say_the_same(application: Any) -> None:
    """Two tellings of one law."""
    assessment = judged(application)
    assume(not assessment.flags)

    assert months_due(assessment) == naive.months_due(application)


@given(applications, rulings, arrivals)
@settings(max_examples=60)
def test_the_same_input_gives_the_same_output(application: Any, ruled: Any, at: datetime) -> None:
    """And is left as it was."""
    before = copy.deepcopy(application)

    assert judged(application, at, rulings=ruled) == judged(copy.deepcopy(application), at, rulings=ruled)
    assert application == before


@given(applications, st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_the_order_of_children_and_work_is_of_no_account(application: Any, random: Any) -> None:
    """Nor is that of the months she names."""
    shuffled = copy.deepcopy(application)
    for listed in (
        shuffled["children"]["children"],
        shuffled["work"]["periods"],
        shuffled["declarations"]["requested_months"],
    ):
        random.shuffle(listed)

    assert judged(shuffled) == judged(application)


@given(applications, requested)
@settings(max_examples=80)
def test_asking_for_fewer_months_never_gives_more(application: Any, fewer: list[int]) -> None:
    """A month is due or not, whatever else she asks for."""
    asked = application["declarations"]["requested_months"]
    narrow = with_months(application, sorted(set(fewer) & set(asked)))

    assert set(months_due(judged(narrow))) == set(months_due(judged(application))) & set(fewer)


@given(applications, incomes, incomes)
@settings(max_examples=80)
def test_a_higher_income_never_gives_more(application: Any, one: str, other: str) -> None:
    """The limit only takes away."""
    low, high = sorted((one, other), key=float)
    amounts = [
        judged({**application, "income": {"employment": sum_, "self_employment": "0"}}).amount_cents
        for sum_ in (low, high)
    ]

    assert amounts[0] >= amounts[1]


@given(applications, requested, requested)
@settings(max_examples=80)
def test_no_month_is_ever_paid_twice(application: Any, first: list[int], second: list[int]) -> None:
    """An application and its supplement never share a month, and together give no more than asking at once."""
    one = judged(with_months(application, first))
    two = judged(with_months(application, second), LATE, supplementary=True, already_requested=frozenset(first))
    both = judged(with_months(application, sorted({*first, *second})))

    assert not set(months_due(one)) & set(months_due(two))
    assert {*months_due(one), *months_due(two)} == set(months_due(both))


@given(st.lists(steady, min_size=3, max_size=4), st.lists(periods(), max_size=3), adults)
@settings(max_examples=80)
def test_an_adult_child_beside_three_never_adds_a_month(three: Any, work: Any, adult: Any) -> None:
    """The rule for three holds already."""
    assert set(months_settled([*three, adult], work)) <= set(months_settled(three, work))


@given(st.lists(small, min_size=2, max_size=2), st.lists(periods(), max_size=3), adults)
@settings(max_examples=80)
def test_an_adult_child_beside_two_small_ones_never_adds_a_month(two: Any, work: Any, adult: Any) -> None:
    """The youngest is under ten for the whole year: counting a third can only exclude."""
    assert set(months_settled([*two, adult], work)) <= set(months_settled(two, work))


@given(st.lists(steady, min_size=2, max_size=4), st.lists(periods(), max_size=2), adults)
@settings(max_examples=80)
def test_an_adult_child_never_adds_a_month_of_permanent_work(two_or_more: Any, work: Any, adult: Any) -> None:
    """Of any two children: a permanent relation gives the right with two, and takes it away with three."""
    always = [*work, a_period("employee_permanent", "2020-01-01")]

    assert set(months_settled([*two_or_more, adult], always)) <= set(months_settled(two_or_more, always))


@given(applications, periods(NOT_PERMANENT))
@settings(max_examples=80)
def test_more_work_that_is_not_permanent_never_takes_a_month_away(application: Any, more: Any) -> None:
    """One useful day is enough, from wherever it comes."""
    richer = copy.deepcopy(application)
    richer["work"]["periods"].append(more)
    one, two = judged(application), judged(richer)
    assume(not one.flags and not two.flags)

    assert set(months_due(one)) <= set(months_due(two))


@given(applications, st.sampled_from(["unpaid_leave", "elected_office"]), st.sampled_from([None, "2025-08-20"]))
@settings(max_examples=60)
def test_an_unpaid_suspension_never_adds_a_month(application: Any, kind: str, end: str | None) -> None:
    """Nor does it let a mother of three out of a permanent relation."""
    poorer = copy.deepcopy(application)
    for period in poorer["work"]["periods"]:
        period["suspensions"].append(a_suspension(kind, "2025-05-10", end))

    assert set(months_due(judged(poorer))) <= set(months_due(judged(application)))


@given(
    st.lists(children(), min_size=2, max_size=4), periods(NOT_PERMANENT), st.dates(date(2025, 1, 2), date(2025, 12, 30))
)
@settings(max_examples=60)
def test_a_period_cut_in_two_is_the_same_work(hers: Any, period: Any, cut: date) -> None:
    """Renewals that follow one another leave no gap."""
    assume(period["start"] < cut.isoformat() and (period["end"] or "9999") >= cut.isoformat())
    first = {**period, "end": (cut - timedelta(days=1)).isoformat()}
    second = {**period, "start": cut.isoformat()}

    assert judged(an_application(hers, [first, second])) == judged(an_application(hers, [period]))


@given(drafts_as_typed, arrivals)
@settings(max_examples=60)
def test_flags_are_raised_exactly_when_rulings_differ(sections: Any, at: datetime) -> None:
    """No flag: no ruling changes a month. Flags: rulings on all of them settle everything."""
    unruled = judged(sections, at)
    ruled = [judged(sections, at, rulings=dict(zip(sorted(FLAGS), answers, strict=True))) for answers in some_answers()]

    assert all(each.flags == () for each in ruled)
    assert unruled.flags or {tuple(months_due(each)) for each in ruled} == {tuple(months_due(unruled))}


@given(applications)
@settings(max_examples=60)
def test_the_year_is_data(application: Any) -> None:
    """The same life a year later gives the same months, at sixty euro (29 February apart)."""
    assume("-02-29" not in str(application))
    later = a_year_later(application)
    this, next_ = judged(application), judged(later, FILED.replace(year=2026), programme=BONUS_MAMME_2026)
    assume(not this.flags and not next_.flags)

    assert months_due(next_) == months_due(this)
    assert next_.amount_cents == this.amount_cents // 40 * 60


@given(applications, arrivals)
@settings(max_examples=60)
def test_a_preview_is_what_asking_for_all_would_give(application: Any, at: datetime) -> None:
    """The months that seem due, before she has chosen any."""
    unfinished = {name: content for name, content in application.items() if name != "declarations"}

    assert preview(BONUS_MAMME_2025, unfinished, at) == judged(with_months(application, YEAR_ROUND), at)


def assert_whole(assessment: Assessment, monthly_cents: int) -> None:
    due = set(months_due(assessment))
    asked = {verdict.month for verdict in assessment.months if verdict.reasons != ("not-requested",)}
    assert [verdict.month for verdict in assessment.months] == YEAR_ROUND
    assert all(bool(verdict.reasons) is not verdict.due for verdict in assessment.months)
    assert {reason for verdict in assessment.months for reason in verdict.reasons} <= REASONS
    assert assessment.amount_cents == len(due) * monthly_cents
    assert (assessment.outcome == "refused") is (not due)
    assert (assessment.outcome == "granted") is (bool(due) and due == asked)
    flagged = {month for flag in assessment.flags for month in flag.months}
    assert flagged == {verdict.month for verdict in assessment.months if "officer-decides" in verdict.reasons}
    assert {flag.name for flag in assessment.flags} <= FLAGS
    assert all(flag.months for flag in assessment.flags)


def months_settled(children_of_hers: Any, work: Any) -> list[int]:
    assessment = judged(an_application(children_of_hers, work))
    assume(not assessment.flags)
    return months_due(assessment)


def with_months(application: Any, months: list[int]) -> Any:
    return {**application, "declarations": {**application["declarations"], "requested_months": months}}


def some_answers() -> list[tuple[bool, ...]]:
    """All in favour, all against, and each flag alone against the others."""
    size = len(FLAGS)
    alone = [
        tuple((place == here) is yes for place in range(size)) for here, yes in product(range(size), (True, False))
    ]
    return [(True,) * size, (False,) * size, *alone]


def a_year_later(value: Any) -> Any:
    """Every date in an application, a year on."""
    if isinstance(value, dict):
        return {name: a_year_later(held) for name, held in value.items()}
    if isinstance(value, list):
        return [a_year_later(held) for held in value]
    if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
        return f"{int(value[:4]) + 1}{value[4:]}"
    return value
