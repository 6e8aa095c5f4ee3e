"""rulable: the facts and flags of an application on which an officer can rule, and how each question is named."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from bonus.assessment import assess
from bonus.programme import PROGRAMMES
from bonus.questions import questions
from workers.registries import question_digest
from workers.rulings import FLAG, flag_question
from workers.sealed import read


def rulable(sealed: Sequence[Mapping[str, Any]]) -> dict[str, bytes]:
    """Return the digest of the question by the fact or flag it is about.

    `sealed`: the rows of `Operators.sealed`. A flag is listed where it decides a month, whatever was ruled before.
    """
    first = sealed[0]
    programme, revisions = PROGRAMMES[first["programme"]], orjson.loads(first["sections"])
    sections = read({row["section"]: row["content"] for row in sealed})
    facts = {question.fact: question_digest(question) for question in questions(programme, sections)}
    flags = assess(programme, sections, first["arrived_at"], supplementary=first["supplementary"]).flags
    return facts | {name: flag_question(name, revisions) for name in (f"{FLAG}{flag.name}" for flag in flags)}
