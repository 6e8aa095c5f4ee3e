"""rulable: the facts and flags of an application on which an officer can rule, and how each question is named."""

from bonus.programme import PROGRAMMES
from bonus.questions import questions
from core.domain.work import Attempt
from workers.decision import assessed
from workers.registries import question_digest
from workers.rulings import FLAG, flag_question, rulings
from workers.sealed import read


def rulable(case: Attempt) -> dict[str, bytes]:
    """Return the digest of the question by the fact or flag it is about; `case` is what deciding it would see now.

    A flag is listed where it still decides a month, or did before it was ruled on, so that a ruling can be changed.
    """
    programme, sections = PROGRAMMES[case.programme], read(case.contents)
    facts = {question.fact: question_digest(question) for question in questions(programme, sections)}
    ruled = rulings(case)
    still = {flag.name for flag in assessed(case, programme, sections, ruled).flags}
    flags = [flag.name for flag in assessed(case, programme, sections, {}).flags if flag.name in still | ruled.keys()]
    return facts | {name: flag_question(name, case.sections) for name in (f"{FLAG}{flag}" for flag in flags)}
