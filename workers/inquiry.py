"""inquiry: what is known of each fact already, what must still be asked, and what was learned."""

from collections.abc import Callable, Mapping, Sequence

from bonus.digest import question_digest
from bonus.officer import OFFICER
from bonus.questions import Question
from core.domain.work import Attempt, Settlement, Verdict, Verification
from retry.failure import Failure
from workers.registries import Answer, Said
from workers.step import Ask, End, Finding, Step, settled

Known = Said | Failure  # of one fact: what was said of it, or why nothing was


def inquire(attempt: Attempt, questions: Sequence[Question], judge: Callable[[Mapping[str, Known]], End]) -> Step:
    """Ask what is not known yet; where all is known, settle at once.

    `judge` is given what is known of every fact. Answers are written with the outcome whatever it is, so no retry
    asks twice.
    """
    digests = {question.fact: question_digest(question) for question in questions}
    kept = answers_kept(attempt)
    known: dict[str, Known] = {fact: kept[digest] for fact, digest in digests.items() if digest in kept}
    missing = [question for question in questions if question.fact not in known]
    if not missing:
        return settled(attempt, judge(known))

    def then(findings: Sequence[Finding]) -> Settlement:
        heard = {q.fact: _said(finding) for q, finding in zip(missing, findings, strict=True)}
        learned = [
            _verification(question, digests[question.fact], finding)
            for question, finding in zip(missing, findings, strict=True)
            if isinstance(finding, Answer) and finding.answer is not Said.NOT_KNOWN
        ]
        return Settlement(attempt.key, attempt.fence, judge(known | heard), tuple(learned))

    return Ask(missing, then)


def answers_kept(attempt: Attempt) -> dict[bytes, Said]:
    """Return the answers that still hold, by the digest of their question.

    An officer's ruling wins over a registry. A contradiction from before this work was made is asked again: something
    was added or corrected since, here or there.
    """
    from_registries, from_officers = {}, {}
    for answer in attempt.verifications:
        if answer.registry == OFFICER:
            from_officers[answer.question] = Said(answer.verdict)
        elif answer.verdict is Verdict.OK or (answer.answered_at and answer.answered_at >= attempt.created_at):
            from_registries[answer.question] = Said(answer.verdict)
    return from_registries | from_officers


def _said(finding: Finding) -> Known:
    return finding.answer if isinstance(finding, Answer) else finding


def _verification(question: Question, digest: bytes, answer: Answer) -> Verification:
    return Verification(
        registry=question.registry,
        fact=question.fact,
        question=digest,
        verdict=Verdict(answer.answer),
        source="registry",
        evidence=answer.evidence_digest,
    )
