"""question: the bytes of what a registry is asked, on the wire."""

from bonus.digest import canonical
from bonus.questions import Question


def wire_body(question: Question) -> bytes:
    """Return the request body: `{"fact": ..., "question": {...}}`."""
    return canonical({"fact": question.fact, "question": question.body})
