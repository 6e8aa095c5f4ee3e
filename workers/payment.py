"""payment: one attempt at ordering what was granted; the bank is asked whose account it is."""

from collections.abc import Mapping

from bonus.checks import check_section
from bonus.questions import payment_question
from bonus.sealed import Sections, read
from bonus.typed import section
from core.clock import ROME
from core.domain.problem import Severity
from core.domain.submission import Reason, State
from core.domain.work import Attempt, Concluded
from retry.failure import Failure, Transient
from workers.inquiry import Known, inquire
from workers.moves import moves_to
from workers.reasons import ACCOUNT_DIFFERS
from workers.registries import Said
from workers.step import End, Step, settled
from workers.terms import Terms
from workers.unanswered import NOT_KNOWN, unanswered


def pay(attempt: Attempt, terms: Terms) -> Step:
    """Say what ordering the payment needs next; a postal transfer needs nobody's word.

    Another holder is a matter between her and the bank, and so is an account that cannot be one, sent after a failed
    payment: the grant stands, and nothing is ordered.
    """
    sections = read(attempt.contents)
    if errors := _errors(attempt, sections):
        return settled(attempt, Concluded(moves_to(State.PAYMENT_FAILED, attempt.state, *errors)))
    question = payment_question(sections)
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


def _errors(attempt: Attempt, sections: Sections) -> list[Reason]:
    filed_on = attempt.arrived_at.astimezone(ROME).date()
    found = check_section("payment", section(sections, "payment"), filed_on)
    return [Reason(each.code, f"/payment{each.pointer}") for each in found if each.severity is Severity.ERROR]


def _ordered(attempt: Attempt) -> Concluded:
    """After an integration the submission stands there already."""
    return Concluded(moves_to(State.PAYMENT_ORDERED, attempt.state))
