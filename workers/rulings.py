"""rulings: what an officer has decided about the open questions of an application."""

import hashlib
import json
from collections.abc import Mapping

from core.domain.work import Attempt, Verdict
from workers.inquiry import OFFICER

FLAG = "flag:"  # the fact of a ruling on a flag is this and its name; the reason of a burial, this and their names


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
