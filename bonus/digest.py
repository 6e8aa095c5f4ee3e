"""Digest: the 32 bytes that name a question, to a registry and in the ledger."""

import hashlib
import json
from collections.abc import Mapping

from bonus.questions import Question


def question_digest(question: Question) -> bytes:
    """Return the 32 bytes that name this question: SHA-256 of its canonical JSON.

    Equal questions have equal digests whatever the order of their fields. It is the idempotency key at the registry
    and, in the ledger, what keeps a retry from asking twice.
    """
    named = {"body": question.body, "fact": question.fact, "registry": question.registry}
    return hashlib.sha256(canonical(named)).digest()


def canonical(value: Mapping[str, object]) -> bytes:
    """Return JSON that is the same whatever the order of fields. Errors: TypeError for what is no JSON value."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)
    return text.encode()


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a question holds JSON values, not {type(value).__name__}")
