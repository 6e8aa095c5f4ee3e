"""What requests carry: the bodies that are not sections, read strictly."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Literal, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from ingest.http.refusal import Refusal, wrong_shape

Revision = Annotated[int, Field(ge=1, le=2**31 - 1)]
MOST_COMPLAINT = 4_000  # characters
_TYPED = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
SectionName = Annotated[str, StringConstraints(max_length=40)]


class _Body(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class StartDraft(_Body):
    """Which programme, through which channel, and what the caller calls it."""

    programme: Annotated[str, StringConstraints(max_length=60)]
    channel: Literal["web", "contact_centre", "patronato"]
    client_reference: Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")] | None = None


class Submit(_Body):
    """The revision of each section as the applicant saw it."""

    sections: Annotated[dict[SectionName, Revision], Field(max_length=20)]


class NewSection(_Body):
    """A section's new content and the revision it builds on (0: never saved)."""

    base_revision: Annotated[int, Field(ge=0, le=2**31 - 1)]
    content: Any


class Integrate(_Body):
    """New content of the sections that change."""

    sections: Annotated[dict[SectionName, NewSection], Field(min_length=1, max_length=20)]


class SwitchNotices(_Body):
    """Her word that she wants letters, or no more of them; a language where they are to be in another."""

    wanted: bool
    language: Literal["it", "de", "fr", "sl", "en"] | None = None


class Complain(_Body):
    """What she writes about what went wrong, as a keyboard types it (bonus/shape.py)."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=MOST_COMPLAINT, pattern=_TYPED)]


class VerifyReceipt(_Body):
    """A receipt somebody wants checked."""

    receipt: Annotated[str, StringConstraints(max_length=20_000)]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a body, and where."""

    code: str
    pointer: str


B = TypeVar("B", bound=_Body)


def read(shape: type[B], value: object) -> B:
    """Return the body as its shape says. Errors: Refusal (422) with a pointer to each fault, never its value."""
    if not isinstance(value, dict):
        raise Refusal("not-an-object")
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False, include_context=False)
        raise wrong_shape([Fault(_code(one["type"]), pointer(one["loc"])) for one in faults]) from None


def pointer(place: tuple[int | str, ...]) -> str:
    """Return the RFC 6901 pointer of a place."""
    return "".join(f"/{escaped(str(part))}" for part in place if part != "[key]")


def escaped(part: str) -> str:
    """Return one part of a pointer as RFC 6901 writes it, cut where a caller made it long."""
    return part.replace("~", "~0").replace("/", "~1")[:60]


def _code(kind: str) -> str:
    return _KINDS.get(kind, "wrong-type")


_KINDS = {
    "missing": "missing-field",
    "extra_forbidden": "unknown-field",
    "literal_error": "unknown-value",
    "string_too_long": "too-long",
    "string_pattern_mismatch": "forbidden-character",
    "string_unicode": "forbidden-character",
    "too_long": "too-many-items",
    "too_short": "missing-field",
    "greater_than_equal": "out-of-range",
    "less_than_equal": "out-of-range",
}


def as_json(sections: Mapping[str, NewSection]) -> dict[str, object]:
    """Return an integration as it was sent, for its fingerprint."""
    return {name: {"base_revision": new.base_revision, "content": new.content} for name, new in sections.items()}


def number_in(answer: bytes) -> str:
    """Return the submission's number in the bytes of an answer."""
    number: str = orjson.loads(answer)["number"]
    return number


def duration(span: timedelta) -> str:
    """Write a span as ISO 8601, in whole seconds and at least one."""
    return f"PT{max(1, round(span.total_seconds()))}S"
