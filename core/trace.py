"""Traces: W3C Trace Context as it comes in, is kept with the work, and goes out again; nothing personal is in it."""

import re
import secrets
from contextvars import ContextVar
from dataclasses import dataclass

from core.hooks import Observe

# Version, trace, parent and flags, lower case (W3C Trace Context, section 3.2); a later version may say more behind it.
_FORM = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
MOST_SIGNS = 256
NOTHING = re.compile(r"0+")


@dataclass(frozen=True, slots=True)
class Span:
    """One step of ours in somebody's trace: how it is named to those it calls, and whom it follows."""

    traceparent: str
    parent: str  # the span that called, sixteen hexadecimal digits


def follow(traceparent: str | bytes | None) -> Span | None:
    """Return a new span behind the one that called; None where nobody said one, or it is malformed and so ignored."""
    if traceparent is None or len(traceparent) > MOST_SIGNS:
        return None
    said = traceparent.decode("latin-1") if isinstance(traceparent, bytes) else traceparent
    found = _FORM.fullmatch(said)
    if found is None or found[1] == "ff" or (found[1] == "00" and found[5]):
        return None
    if NOTHING.fullmatch(found[2]) or NOTHING.fullmatch(found[3]):
        return None
    return Span(f"00-{found[2]}-{secrets.token_hex(8)}-{found[4]}", found[3])


def tell(span: Span, stage: str, operation: str, outcome: object, seconds: float, observe: Observe) -> None:
    """State that a span has ended: a stage of the way (request, attempt, registry), and what of it."""
    observe(
        "span.ended",
        traceparent=span.traceparent,
        parent=span.parent,
        stage=stage,
        operation=operation,
        outcome=outcome,
        seconds=seconds,
    )


#: The span under way in this task; the calls it makes follow it.
current: ContextVar[Span | None] = ContextVar("current", default=None)
