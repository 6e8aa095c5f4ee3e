"""question: what a registry is asked, its canonical bytes and its digest."""

import hashlib
import json
from collections.abc import Mapping
from typing import Protocol


class Question(Protocol):
    """One fact that one registry is asked to verify (made by bonus/questions.py)."""

    @property
    def fact(self) -> str:
        """The fact in question: `identity`, `child:0`, `work:1`, `account`."""

    @property
    def registry(self) -> str:
        """The registry that knows."""

    @property
    def body(self) -> Mapping[str, object]:
        """What the registry needs to know to answer, and nothing more: JSON values."""


def question_digest(question: Question) -> bytes:
    """Return the 32 bytes that name this question: SHA-256 of its canonical JSON.

    Equal questions have equal digests whatever the order of their fields. It is the idempotency key at the registry
    and, in the ledger, what keeps a retry from asking twice.
    """
    named = {"body": question.body, "fact": question.fact, "registry": question.registry}
    return hashlib.sha256(_canonical(named)).digest()


def wire_body(question: Question) -> bytes:
    """Return the request body: `{"fact": ..., "question": {...}}`."""
    return _canonical({"fact": question.fact, "question": question.body})


def _canonical(value: Mapping[str, object]) -> bytes:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)
    return text.encode()


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a question holds JSON values, not {type(value).__name__}")
