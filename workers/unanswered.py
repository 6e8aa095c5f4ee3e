"""unanswered: what becomes of an attempt to which a registry gave no answer, or not yet."""

from collections.abc import Mapping, Sequence

from bonus.questions import Question
from core.clock import ROME
from core.domain.submission import Reason, State
from core.domain.work import Attempt, Buried, Postponed
from retry.decision import OUT_OF_PATIENCE, GiveUp, RetryAt, decide
from retry.failure import Failure, Transient
from workers.moves import moves_of_review, moves_to, moves_to_officer
from workers.reasons import NOT_KNOWN_BY_DEADLINE, NOT_KNOWN_YET, TECHNICAL_FAULT, UNANSWERED
from workers.terms import Terms

NOT_KNOWN = "not-known"  # as the work row's last failure


def unanswered(attempt: Attempt, failures: Mapping[str, Failure], terms: Terms) -> Postponed | Buried:
    """Say when to try again, or put the work on a person's list; `failures` by fact, at least one.

    The latest of their times counts: before it one of them would only be asked too early.
    """
    verdicts = {fact: _verdict(attempt, failure, terms) for fact, failure in failures.items()}
    given_up = {fact: verdict.reason for fact, verdict in verdicts.items() if isinstance(verdict, GiveUp)}
    if given_up:
        return _given_up(attempt, given_up)
    retries = {fact: verdict for fact, verdict in verdicts.items() if isinstance(verdict, RetryAt)}
    last = max(retries, key=lambda fact: (retries[fact].counts, retries[fact].at))
    counts = retries[last].counts
    return Postponed(
        wait=max(retry.at for retry in retries.values()) - attempt.now,
        failure=failures[last].code,
        counts=counts,
        moves=moves_of_review(attempt.state) if counts else (),
    )


def not_known(attempt: Attempt, questions: Sequence[Question], terms: Terms) -> Postponed | Buried:
    """Suspend the outcome until tomorrow, or put the work on a person's list where the registry should know by now."""
    overdue = [question for question in questions if _is_overdue(attempt, question, terms)]
    if overdue:
        reasons = [Reason(NOT_KNOWN_BY_DEADLINE, question.fact) for question in overdue]
        return Buried(NOT_KNOWN_BY_DEADLINE, moves_to_officer(attempt.state, *reasons))
    reasons = [Reason(NOT_KNOWN_YET, question.fact) for question in questions]
    return Postponed(
        wait=terms.daily,
        failure=NOT_KNOWN,
        counts=True,
        moves=moves_to(State.SUSPENDED, attempt.state, *reasons),
        anew=any(question.patience_until for question in questions),
    )


def broken(attempt: Attempt, terms: Terms) -> Postponed | Buried:
    """Say what becomes of an attempt on which our own code failed: it heals with a correction, or a person looks."""
    verdict = _verdict(attempt, _OURS, terms)
    if isinstance(verdict, GiveUp):
        return Buried(TECHNICAL_FAULT, moves_to_officer(attempt.state, Reason(TECHNICAL_FAULT)))
    return Postponed(verdict.at - attempt.now, _OURS.code, counts=True)


_OURS = Transient("internal-error")


def _verdict(attempt: Attempt, failure: Failure, terms: Terms) -> RetryAt | GiveUp:
    tries, first = attempt.number_of_tries, attempt.first_attempt_at
    return decide(tries, first, failure, terms.policy, attempt.now, terms.random)


def _given_up(attempt: Attempt, given_up: Mapping[str, str]) -> Buried:
    """A question that a registry refuses as it stands is buried under that name: asking it again changes nothing."""
    why = set(given_up.values())
    reason = UNANSWERED if OUT_OF_PATIENCE in why else min(why)
    return Buried(reason, moves_to_officer(attempt.state, *(Reason(UNANSWERED, fact) for fact in given_up)))


def _is_overdue(attempt: Attempt, question: Question, terms: Terms) -> bool:
    if question.patience_until is None:
        return attempt.now >= attempt.first_attempt_at + terms.policy.patience
    return attempt.civil_now.astimezone(ROME).date() > question.patience_until
