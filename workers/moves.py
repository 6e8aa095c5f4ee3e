"""moves: the way of a submission from where it stands to where an attempt takes it."""

from core.domain.errors import MoveNotAllowed
from core.domain.submission import Move, Reason, State, may_move


def moves_to(target: State, state: State, *reasons: Reason) -> tuple[Move, ...]:
    """Return the moves from `state` to `target`: none where it stands there, straight, or by way of the review.

    Only through the review does a suspended or reopened application come to a decision. Errors: MoveNotAllowed.
    """
    if state is target:
        return ()
    last = Move(target, reasons)
    if may_move(state, target):
        return (last,)
    if may_move(state, State.IN_REVIEW) and may_move(State.IN_REVIEW, target):
        return Move(State.IN_REVIEW), last
    raise MoveNotAllowed


def moves_to_officer(state: State, *reasons: Reason) -> tuple[Move, ...]:
    """Return the moves to a person's list; none after a decision, which stands whatever is still to be done."""
    try:
        return moves_to(State.NEEDS_OFFICER, state, *reasons)
    except MoveNotAllowed:
        return ()


def moves_of_review(state: State) -> tuple[Move, ...]:
    """Return the move of an application that is looked at for the first time, or again after it was reopened."""
    return moves_to(State.IN_REVIEW, state) if state in {State.ACCEPTED, State.REOPENED} else ()
