"""payment: one attempt at ordering what was granted; the bank is asked whose account it is."""

from collections.abc import Mapping

from bonus.questions import payment_question
from core.domain.submission import Reason, State
from core.domain.work import Attempt, Concluded
from retry.failure import Failure, Transient
from workers.inquiry import Known, inquire
from workers.moves import moves_to
from workers.reasons import ACCOUNT_DIFFERS
from workers.registries import Said
from workers.sealed import read
from workers.step import End, Step, settled
from workers.terms import Terms
from workers.unanswered import NOT_KNOWN, unanswered


def pay(attempt: Attempt, terms: Terms) -> Step:
    """Say what ordering the payment needs next; a postal transfer needs nobody's word.

    Another holder is a matter between her and the bank: the grant stands (design, section 6).
    """
    question = payment_question(read(attempt.contents))
    if question is None:
        return settled(attempt, _ordered(attempt))

    def judge(known: Mapping[str, Known]) -> End:
        said = known[question.fact]
        if said is Said.OK:
            return _ordered(attempt)
        if said is Said.KO:
            return Concluded(moves_to(State.PAYMENT_FAILED, attempt.state, Reason(ACCOUNT_DIFFERS, question.fact)))
        failure = said if isinstance(said, Failure) else Transient(NOT_KNOWN)
        return unanswered(attempt, {question.fact: failure}, terms)

    return inquire(attempt, (question,), judge)


def _ordered(attempt: Attempt) -> Concluded:
    """After an integration the submission stands there already."""
    return Concluded(moves_to(State.PAYMENT_ORDERED, attempt.state))
