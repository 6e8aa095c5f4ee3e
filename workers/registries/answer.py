"""answer: what a registry said, read strictly from what it sent."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, ValidationError

from retry.failure import Malformed


class Said(StrEnum):
    """The three answers there are; that none came is a failure, never an answer."""

    OK = "ok"  # the fact holds
    KO = "ko"  # the registry contradicts it
    NOT_KNOWN = "not_known"  # not yet: absent is not no


@dataclass(frozen=True, slots=True)
class Answer:
    """One registry's answer to one question."""

    answer: Said
    evidence_digest: bytes  # SHA-256 of the evidence as the registry gave it; the evidence itself is not kept
    answered_at: datetime  # machine time, aware


class _Wire(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    answer: Said
    evidence: str
    reason: str | None


def read_answer(body: bytes, answered_at: datetime) -> Answer:
    """Read an answer; whatever is not wholly understood is no answer.

    Errors: Malformed, without a word of what was sent (it may be personal).
    """
    try:
        wire = _Wire.model_validate_json(body)
    except ValidationError:
        raise Malformed("answer-not-understood") from None
    return Answer(wire.answer, hashlib.sha256(wire.evidence.encode()).digest(), answered_at)
