"""decision: one attempt at deciding an application, as values: what is still to be asked, and what becomes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from bonus.assessment import Assessment
from bonus.checks import all_problems
from bonus.officer import FLAG, assessed, rulings
from bonus.programme import PROGRAMMES, Programme
from bonus.questions import Question, questions
from bonus.sealed import Sections, read
from core.clock import ROME
from core.domain.errors import ApprodoError
from core.domain.problem import Severity
from core.domain.submission import Decision, MonthDue, Reason, State
from core.domain.work import REVIEW_ASKED, Attempt, Buried, Concluded
from retry.failure import Failure
from workers.difference import difference
from workers.inquiry import Known, inquire
from workers.moves import moves_to, moves_to_officer
from workers.reasons import CONTRADICTED
from workers.registries import Said
from workers.review import waits_for_officer
from workers.step import End, Step, settled
from workers.terms import Terms
from workers.unanswered import not_known, unanswered


class Unverified(ApprodoError):
    """A decision needs an answer to every question."""


@dataclass(frozen=True, slots=True)
class Case:
    """One application before the rules."""

    attempt: Attempt
    programme: Programme
    sections: Sections
    questions: Sequence[Question]
    terms: Terms


def decide(attempt: Attempt, terms: Terms) -> Step:
    """Say what the decision of this application needs next.

    A review waits for an officer first. Errors in what was sealed go back to the applicant before anybody is asked;
    registries are asked for facts; the rules decide.
    """
    programme, sections = PROGRAMMES[attempt.programme], read(attempt.contents)
    if waits_for_officer(attempt):
        return settled(attempt, Buried(REVIEW_ASKED, moves_to_officer(attempt.state, Reason(REVIEW_ASKED))))
    if errors := _errors(attempt, sections):
        return settled(attempt, _back_to_applicant(attempt, errors))
    case = Case(attempt, programme, sections, questions(programme, sections), terms)
    return inquire(attempt, case.questions, partial(judge, case))


def judge(case: Case, known: Mapping[str, Known]) -> End:
    """Say what becomes of an application of which this is known, fact by fact."""
    contradicted = [question.fact for question in case.questions if known.get(question.fact) is Said.KO]
    if contradicted:
        return _back_to_applicant(case.attempt, [Reason(CONTRADICTED, fact) for fact in contradicted])
    unknown = [question for question in case.questions if known.get(question.fact) is Said.NOT_KNOWN]
    if unknown:
        return not_known(case.attempt, unknown, case.terms)
    failures = {fact: failure for fact, failure in known.items() if isinstance(failure, Failure)}
    if failures:
        return unanswered(case.attempt, failures, case.terms)
    return _decided(case, known)


def _errors(attempt: Attempt, sections: Sections) -> list[Reason]:
    """Warnings hold nothing up; "today" is the civil day of the filing, whenever it is looked at."""
    filed_on = attempt.arrived_at.astimezone(ROME).date()
    found = all_problems(sections, filed_on)
    return [Reason(problem.code, problem.pointer) for problem in found if problem.severity is Severity.ERROR]


def _back_to_applicant(attempt: Attempt, reasons: Sequence[Reason]) -> Concluded:
    """What she sends next makes new work, so this one is done."""
    return Concluded(moves_to(State.NEEDS_APPLICANT, attempt.state, *reasons))


def _decided(case: Case, known: Mapping[str, Known]) -> Concluded | Buried:
    if any(known.get(question.fact) is not Said.OK for question in case.questions):
        raise Unverified
    assessment = assessed(case.attempt, case.programme, case.sections, rulings(case.attempt))
    if assessment.flags:
        names = sorted(flag.name for flag in assessment.flags)
        return Buried(FLAG + "+".join(names), moves_to_officer(case.attempt.state, *map(Reason, names)))
    decision = _decision(assessment, case.programme)
    changed = difference(assessment, case.attempt.ordered)
    reasons = [Reason(changed)] if changed else []
    return Concluded(moves_to(decision.outcome, case.attempt.state, *reasons), decision, changed)


def _decision(assessment: Assessment, programme: Programme) -> Decision:
    months = tuple(MonthDue(each.month, each.due, each.reasons) for each in assessment.months)
    return Decision(State(assessment.outcome), months, assessment.amount_cents, programme.rules_version)
