"""The states: what may follow what, and that everybody knows the same ones."""

import re
from itertools import product

import pytest

from core.domain.submission import DECIDED, MOVES, NOT_LIVE, State, may_move
from ingest import texts
from tests.contracts.openapi import document
from tests.golden.files import ROOT

PAGE = (ROOT / "docs" / "states.md").read_text("utf-8")
OPEN = frozenset(State) - DECIDED - {State.WITHDRAWN}


def reachable(start, avoiding=frozenset()):
    """Every state a submission can come to without passing through some."""
    found, ahead = set(), [start]
    while ahead:
        state = ahead.pop()
        for target in MOVES[state] - found - avoiding:
            found.add(target)
            ahead.append(target)
    return found


def test_every_state_can_be_reached_and_is_told():
    """In the moves, in the texts, in the document, on the page."""
    states = set(map(str, State))
    entry = document()["components"]["schemas"]["TimelineEntry"]["properties"]

    assert set(State) == set(MOVES) == {State.ACCEPTED} | reachable(State.ACCEPTED)
    assert states == set(texts.load().submission_states)
    assert states == set(entry["state"]["enum"])
    assert states == set(re.findall(r"^\| `(\w+)` \|.*\| (?:yes|no) \|$", PAGE, re.MULTILINE))


def test_the_page_draws_every_move_and_no_other():
    """The diagram is the domain's table."""
    drawn = set(re.findall(r"^    (\w+) --> (\w+)$", PAGE, re.MULTILINE))

    assert {(str(source), str(target)) for source, targets in MOVES.items() for target in targets} == drawn


@pytest.mark.parametrize("source", [State.SUSPENDED, State.NEEDS_APPLICANT, State.NEEDS_OFFICER, State.ACCEPTED])
def test_what_could_not_be_verified_is_never_refused(source):
    """A decision comes out of a review and from nowhere else."""
    assert not any(may_move(source, outcome) for outcome in DECIDED)


def test_nothing_goes_back_but_by_a_review():
    """From what is decided, no way leads to what is open except through `reopened`."""
    for state in DECIDED:
        assert not reachable(state, avoiding=frozenset({State.REOPENED})) & OPEN


def test_a_withdrawal_is_the_end_and_a_decision_cannot_be_withdrawn():
    """She withdraws before a decision, or after it has been reopened."""
    assert MOVES[State.WITHDRAWN] == frozenset()
    assert not any(may_move(state, State.WITHDRAWN) for state in DECIDED)
    assert all(may_move(state, State.WITHDRAWN) for state in OPEN)


def test_nobody_moves_to_where_they_are():
    """A move changes something."""
    assert not any(may_move(state, state) for state in State)


def test_a_person_with_a_live_application_is_told_so():
    """Live is every state but withdrawn and refused."""
    assert frozenset({State.WITHDRAWN, State.REFUSED}) == NOT_LIVE


def test_money_moves_only_after_a_grant():
    """Nothing is ordered for what was not granted."""
    paying = {State.PAYMENT_ORDERED, State.PAYMENT_FAILED, State.PAID}
    granted = {State.GRANTED, State.GRANTED_IN_PART}

    for source, target in product(State, paying):
        assert not may_move(source, target) or source in granted | paying
