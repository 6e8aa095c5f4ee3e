"""The way from where a submission stands to where an attempt takes it."""

from itertools import pairwise

import pytest

from core.domain.errors import MoveNotAllowed
from core.domain.submission import DECIDED, State, may_move
from workers.moves import moves_of_review, moves_to, moves_to_officer


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("target", State)
def test_every_way_is_made_of_allowed_moves(state, target):
    """Each step is in the table of moves, or there is no way at all."""
    try:
        moves = moves_to(target, state)
    except MoveNotAllowed:
        return

    stations = [state, *(move.to for move in moves)]

    assert target is stations[-1]
    assert all(may_move(here, there) for here, there in pairwise(stations))


def test_nobody_goes_from_suspended_to_refused():
    """What could not be verified is never refused: a refusal comes out of the review."""
    assert [State.IN_REVIEW, State.REFUSED] == [move.to for move in moves_to(State.REFUSED, State.SUSPENDED)]


@pytest.mark.parametrize("state", sorted(DECIDED | {State.WITHDRAWN}))
def test_what_is_decided_goes_to_no_office(state):
    """A burial after the decision leaves the decision where it stands."""
    assert () == moves_to_officer(state)


def test_an_application_looked_at_for_the_first_time_is_in_review():
    """Accepted or reopened, until somebody looks; a suspended one stays suspended."""
    looked_at = {state for state in State if moves_of_review(state)}

    assert {State.ACCEPTED, State.REOPENED} == looked_at
