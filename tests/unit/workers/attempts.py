"""Attempts to try the rules of workers on: an application that is granted by default, one fact changed at a time."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from bonus.digest import question_digest
from bonus.officer import flag_question
from bonus.programme import PROGRAMMES
from bonus.questions import Question, questions
from core.domain.draft import Channel
from core.domain.receipt import canonical
from core.domain.submission import State
from core.domain.work import Attempt, Kind, Settlement, Verdict, Verification, WorkKey
from retry.failure import Failure
from retry.policy import RetryPolicy
from tests.unit.bonus.applications import an_application
from workers.registries import Answer, Said
from workers.step import Ask, Finding, Step
from workers.terms import Terms

NOW = datetime(2025, 11, 20, 8, 0, tzinfo=UTC)
DAY = timedelta(hours=24)
TERMS = Terms(RetryPolicy(), random=lambda: 0.5)
PROGRAMME = PROGRAMMES["bonus-mamme-2025"]


def an_attempt(sections: Mapping[str, Any] | None = None, **changed: Any) -> Attempt:
    """A first attempt at deciding an application filed a minute ago."""
    contents = {name: canonical(content) for name, content in (sections or an_application()).items()}
    draft_id: UUID = changed.pop("draft_id", None) or uuid4()
    fields: dict[str, Any] = {
        "key": WorkKey(draft_id, changed.pop("kind", Kind.DECISION), "filing-1"),
        "fence": 7,
        "number_of_tries": 1,
        "first_attempt_at": NOW,
        "now": NOW,
        "civil_now": NOW,
        "created_at": NOW - timedelta(minutes=1),
        "round": 1,
        "programme": "bonus-mamme-2025",
        "channel": Channel.WEB,
        "number": "N2345678",
        "state": State.ACCEPTED,
        "arrived_at": NOW - timedelta(minutes=1),
        "supplementary": False,
        "contents": contents,
        "sections": dict.fromkeys(contents, 1),
        "verifications": (),
        "earlier_declarations": (),
    }
    return Attempt(**(fields | changed))


def asked_about(sections: Mapping[str, Any] | None = None) -> dict[str, Question]:
    """What the registries are asked about an application, by fact."""
    return {question.fact: question for question in questions(PROGRAMME, sections or an_application())}


def kept(question: Question, verdict: Verdict = Verdict.OK, **changed: Any) -> Verification:
    """An answer written by an earlier attempt."""
    fields: dict[str, Any] = {
        "registry": question.registry,
        "fact": question.fact,
        "question": question_digest(question),
        "verdict": verdict,
        "source": "registry",
        "evidence": b"e",
        "answered_at": NOW,
    }
    return Verification(**(fields | changed))


def ruled(fact: str, verdict: Verdict = Verdict.OK, sections: Mapping[str, Any] | None = None) -> Verification:
    """An officer's ruling on a flag of the first revisions."""
    question = flag_question(fact, dict.fromkeys(sections or an_application(), 1))
    return Verification("officer", fact, question, verdict, "officer", b"who", NOW)


def an_answer(said: Said | str = Said.OK) -> Answer:
    return Answer(Said(said), b"evidence", NOW)


def answered(step: Step, **said: Said | str | Failure) -> Settlement:
    """What becomes of a step that asks, where these facts (`child_0` for child:0) are answered so, and others hold."""
    assert isinstance(step, Ask)
    named = {fact.replace("_", ":") if fact[-1].isdigit() else fact: finding for fact, finding in said.items()}

    def finding(fact: str) -> Finding:
        told = named.get(fact, Said.OK)
        return told if isinstance(told, Failure) else an_answer(told)

    return step.then([finding(question.fact) for question in step.questions])


def states(settlement: Settlement) -> list[State]:
    return [move.to for move in settlement.end.moves]


def reasons(settlement: Settlement) -> list[tuple[str, str | None]]:
    return [(reason.code, reason.about) for reason in settlement.end.moves[-1].reasons]
