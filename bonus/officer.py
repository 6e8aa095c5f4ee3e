"""Officer: what a person can rule on in an application, what was ruled, and a ruling as it is written down.

The command line and the console both rule by this file, and the rules decide on what it returns.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bonus.assessment import Assessment, assess
from bonus.digest import question_digest
from bonus.programme import PROGRAMMES, Programme
from bonus.questions import questions
from bonus.sealed import Sections, months_requested, read
from core.domain.work import REVIEW, Attempt, Ruling, Verdict

OFFICER = "officer"  # the registry of rulings
FLAG = "flag:"  # the fact of a ruling on a flag is this and its name; the reason of a burial, this and their names


class NotRulable(Exception):
    """Nothing of this application goes by that name."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing on which an officer can rule, and the answer that holds now, if there is one."""

    name: str
    verdict: Verdict | None
    source: str | None  # a registry, or the officer
    answered_at: datetime | None


def rulings(attempt: Attempt) -> dict[str, bool]:
    """Return the rulings on flags that hold for these sealed revisions: True is in the applicant's favour."""
    return {
        ruling.fact.removeprefix(FLAG): ruling.verdict is Verdict.OK
        for ruling in attempt.verifications
        if ruling.registry == OFFICER and ruling.question == flag_question(ruling.fact, attempt.sections)
    }


def flag_question(fact: str, sections: Mapping[str, int]) -> bytes:
    """Return the 32 bytes that name what is ruled on: this flag of these revisions, so no ruling outlives them."""
    named = {"fact": fact, "sections": dict(sections)}
    return hashlib.sha256(json.dumps(named, sort_keys=True, separators=(",", ":")).encode()).digest()


def assessed(attempt: Attempt, programme: Programme, sections: Sections, ruled: Mapping[str, bool]) -> Assessment:
    """Return what the rules say of an application, given these rulings on its flags."""
    asked_before = frozenset[int]().union(*map(months_requested, attempt.earlier_declarations))
    return assess(
        programme,
        sections,
        attempt.arrived_at,
        supplementary=attempt.supplementary,
        already_requested=asked_before | attempt.granted_elsewhere,
        rulings=ruled,
    )


def rulable(case: Attempt) -> dict[str, bytes]:
    """Return the digest of the question by the fact or flag it is about; `case` is what deciding it would see now.

    A flag is listed where it still decides a month, or did before it was ruled on, so that a ruling can be changed.
    """
    programme, sections = PROGRAMMES[case.programme], read(case.contents)
    found = {question.fact: question_digest(question) for question in questions(programme, sections)}
    ruled = rulings(case)
    still = {flag.name for flag in assessed(case, programme, sections, ruled).flags}
    flags = [flag.name for flag in assessed(case, programme, sections, {}).flags if flag.name in still | ruled.keys()]
    return found | {name: flag_question(name, case.sections) for name in (f"{FLAG}{flag}" for flag in flags)}


def facts(case: Attempt) -> list[Fact]:
    """Return what can be ruled on, each with the answer that holds: an officer's word over a registry's.

    Of an older content nothing is told.
    """
    return [_fact(case, name, question) for name, question in rulable(case).items()]


def _fact(case: Attempt, name: str, question: bytes) -> Fact:
    answers = [answer for answer in case.verifications if answer.question == question]
    for answer in sorted(answers, key=lambda one: one.source != OFFICER):
        return Fact(name, answer.verdict, answer.registry, answer.answered_at)
    return Fact(name, None, None, None)


def ruling(case: Attempt, names: Sequence[str], holds: bool, who: str, why: str) -> Ruling:
    """Return a ruling on these facts and flags, to be written. Errors: NotRulable, which says what could be."""
    possible = rulable(case)
    for name in names:
        if name not in possible:
            raise NotRulable(f"{case.number} has no fact {name!r}; it could be: {', '.join(possible)}")
    asked = {name: possible[name] for name in names}
    return Ruling(case.number, case.key.draft_id, asked, holds, who, why)


def looked_at(case: Attempt, who: str, why: str) -> Ruling:
    """Return that a review was looked at and the facts stay as they are."""
    asked = {REVIEW: flag_question(REVIEW, case.sections)}
    return Ruling(case.number, case.key.draft_id, asked, holds=True, who=who, why=why)
