"""review: a decision she asked to have looked at again waits for an officer, and for nobody else."""

from bonus.officer import OFFICER
from core.domain.work import REVIEW, Attempt


def waits_for_officer(attempt: Attempt) -> bool:
    """Say whether this is a review on which no officer has ruled since it was asked for.

    Deciding it again on the same answers would only repeat the decision; no replay gets around the officer either.
    """
    if not attempt.key.cause.startswith(f"{REVIEW}-"):
        return False
    return not any(
        ruling.registry == OFFICER and ruling.answered_at is not None and ruling.answered_at >= attempt.created_at
        for ruling in attempt.verifications
    )
