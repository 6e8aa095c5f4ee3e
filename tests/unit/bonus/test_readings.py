"""Every reading at once: what the bits say is what trying each reading by itself says, at no more cost."""

import sys
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bonus.assessment import preview
from bonus.codes import FLAGS
from bonus.facts import read_facts
from bonus.programme import BONUS_MAMME_2025
from bonus.readings import Readings, at_least_two_and_three
from bonus.trial import Filing, doubts_of
from tests.unit.bonus import one_by_one
from tests.unit.bonus.applications import FILED, LATE, a_child, a_period, an_application, judged
from tests.unit.bonus.strategies import doubtful_applications

PROGRAMME = BONUS_MAMME_2025
AFTER_ALL = LATE.replace(month=3)
ALL_TEN = an_application(
    [
        "2015-01-01",
        a_child("2012-05-01", link="foster"),
        a_child("2012-05-01", tax_code=None),
        a_child("2012-05-02", died_on="2024-10-10"),
        a_child(
            "2012-06-02",
            responsibility_lost=[
                {"start": f"2025-{month:02}-10", "end": f"2025-{month:02}-20"} for month in range(1, 13)
            ],
        ),
    ],
    [
        a_period("on_call_fixed_term", availability_months=list(range(1, 13))),
        a_period("agricultural_fixed_term", listed_in_agriculture=True),
        a_period("domestic_permanent"),
    ],
    attachments={"documents": [{"kind": "attempt_certificate"}]},
) | {"income": {"employment": "20000.00", "self_employment": "30000.00", "flat_rate": True}}


@given(
    doubtful_applications,
    st.sampled_from([FILED, LATE, AFTER_ALL]),
    st.booleans(),
    st.frozensets(st.integers(1, 12), max_size=3),
    st.fixed_dictionaries({}, optional={name: st.booleans() for name in sorted(FLAGS)}),
)
@settings(max_examples=100)
def test_every_reading_at_once_says_what_each_says_by_itself(
    application: Any, at: Any, supplementary: bool, already: frozenset[int], ruled: Any
) -> None:
    """Months, reasons and flags are the same."""
    facts = read_facts(application, PROGRAMME.rules, PROGRAMME.year)
    filing = Filing(PROGRAMME.window_at(at), supplementary, already)
    doubts = doubts_of(facts, PROGRAMME, filing)

    told, decided = one_by_one.verdicts(facts, PROGRAMME, filing, doubts, ruled)
    assessment = judged(application, at, supplementary=supplementary, already_requested=already, rulings=ruled)

    assert {month.month: month.reasons for month in assessment.months if month.month in told} == told
    assert {flag.name: set(flag.months) for flag in assessment.flags} == decided


def test_ten_questions_at_once_cost_no_thousand_trials() -> None:
    """What a person can type to raise all flags is bounded: calls are counted, for time depends on the machine."""
    assert {flag.name for flag in preview(PROGRAMME, ALL_TEN, LATE).flags} == FLAGS

    spent = calls(lambda: preview(PROGRAMME, ALL_TEN, LATE))

    assert spent < 5_000


def test_a_form_full_of_short_lives_is_read_once() -> None:
    """Fifty children who all died: who lived beside whom is counted day by day, not anew for each of them."""
    lives = [{"birth_date": f"2025-01-{1 + n % 28:02}", "died_on": f"2025-12-{1 + n % 28:02}"} for n in range(50)]

    assert calls(lambda: preview(PROGRAMME, {"children": {"children": lives}, "work": {}}, FILED)) < 20_000


def test_claims_are_counted_up_to_three() -> None:
    """Reading by reading."""
    readings = Readings(["a", "b", "c"])
    claims = [readings.literal(name) for name in readings]

    two, three = at_least_two_and_three(claims)

    held = [sum(claim >> reading & 1 for claim in claims) for reading in range(8)]
    assert [two >> reading & 1 for reading in range(8)] == [count >= 2 for count in held]
    assert [three >> reading & 1 for reading in range(8)] == [count >= 3 for count in held]


def calls(act: Callable[[], object]) -> int:
    """How many functions of ours, and steps of generators, an act takes."""
    counted = 0

    def count(_: object, event: str, __: object) -> None:
        nonlocal counted
        counted += event == "call"

    sys.setprofile(count)
    try:
        act()
    finally:
        sys.setprofile(None)
    return counted
