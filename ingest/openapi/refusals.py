"""Refusals in the document: each problem an operation can give, as the catalogue writes it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from ingest.admission.classes import HEALTH
from ingest.http.problems import Problems
from ingest.http.refusal import Refusal
from ingest.http.wire import Fault
from ingest.openapi import values
from ingest.openapi.parameters import on
from ingest.openapi.schema import (
    LARGEST_INT32,
    Schema,
    a_list,
    an_object,
    choice,
    instant,
    or_null,
    ref,
    text,
    whole,
    yes_or_no,
)
from ingest.texts import Texts

#: What any request may meet, before or beneath its operation.
ANYWHERE = ("bad-request", "slow-request", "uri-too-long", "headers-too-large", "internal-error")
AT_THE_DOOR = ("overloaded", "unsound")
BODY = (
    "empty-body",
    "malformed-json",
    "not-utf-8",
    "duplicate-key",
    "not-finite",
    "number-too-long",
    "too-deep",
    "too-many-keys",
    "too-large",
    "unsupported-media-type",
    "unsupported-encoding",
)
SHAPE = ("not-an-object", "wrong-shape", "unknown-field", "wrong-type", "too-long", "forbidden-character")
SIZES = ("too-many-items", "out-of-range")
WIRE = (*SHAPE, *SIZES, "missing-field", "unknown-value")
CALLER = ("token-missing", "token-invalid", "too-many-requests", "not-found")
KEY = ("idempotency-key-missing", "idempotency-key-malformed", "idempotency-key-reused")
READ = ("store-unavailable",)
WRITE = ("store-unavailable", "overloaded", "outcome-unknown")


def at_the_door(operation: str, method: str) -> tuple[str, ...]:
    """Return what an operation may meet at the door (ingest/admission/): health is always heard."""
    if operation in HEALTH:
        return ()
    return ("overloaded",) if method == "GET" else AT_THE_DOOR


def responses(codes: Iterable[str], texts: Texts) -> dict[str, Any]:
    """Return the error answers of an operation, by status."""
    by_status: dict[int, list[str]] = defaultdict(list)
    for code in dict.fromkeys((*codes, *ANYWHERE)):
        by_status[texts.problems[code].status].append(code)
    return {str(status): _response(status, by_status[status], texts) for status in sorted(by_status)}


def _response(status: int, codes: list[str], texts: Texts) -> dict[str, Any]:
    more = [name for name, of in _HEADERS.items() if of & set(codes)]
    if any(texts.problems[code].retry_after for code in codes):
        more.append("Retry-After")
    content = {"schema": ref("Problem"), "examples": {code: ref(code, "examples") for code in sorted(codes)}}
    return {
        "description": _SAID[status],
        "headers": on("Content-Language", *more),
        "content": {"application/problem+json": content},
    }


def examples(codes: Iterable[str], texts: Texts) -> dict[str, Any]:
    """Return an example of each problem, written by what writes the answers."""
    problems = Problems(texts, draw=lambda least, _: least)
    return {code: _example(code, problems) for code in sorted(codes)}


def _example(code: str, problems: Problems) -> dict[str, Any]:
    refusal = Refusal(code, _FAULTS.get(code, ()), **_MEMBERS.get(code, {}))
    return {"summary": code, "value": orjson.loads(problems.reply(refusal).body)}


_SAID: Mapping[int, str] = {
    400: "What was sent cannot be read.",
    401: "The access token is missing or not ours.",
    404: "There is nothing here for this token; the same answer for another's thing and for none.",
    406: "Not in any of the forms asked for.",
    408: "The request took too long to arrive.",
    409: "Not possible as things stand.",
    412: "The section has moved on; what was sent is kept beside it.",
    413: "The body is larger than 64 kB.",
    414: "The address is too long.",
    415: "The body is of another type, or encoded.",
    422: "It can be read, and means nothing here.",
    428: "A save must say which revision it has seen.",
    429: "More requests than this draft may send.",
    431: "The headers are too large.",
    500: "A fault of ours.",
    503: "Not now. Nothing was written, unless the problem says otherwise; the same request may be sent again.",
}
_HEADERS: Mapping[str, set[str]] = {
    "Www-Authenticate": {"token-missing", "token-invalid"},
    "Accept-Encoding": {"unsupported-encoding"},
    "ETag": {"stale-revision"},
}
_DIGEST = "c6d94ff9de70acec8a45932f5e009a48c54fadb468c319d488a2e3ff03a58134"
_MEMBERS: Mapping[str, dict[str, Any]] = {
    "stale-revision": {
        "current_revision": 3,
        "current_digest": _DIGEST,
        "current_saved_at": "2025-11-20T08:14:00.901152Z",
    },
    "section-missing": {"sections": ["income"]},
    "section-changed": {"sections": ["income"]},
    "too-many-requests": {"retry_after": 1},
    "overloaded": {"retry_after": 4},
    "internal-error": {"incident": "9f86d081"},
    "not-ready": {"why": ["not-asked-yet"]},
    "unsound": {"why": ["fsync-is-off"]},
    "shutting-down": {"why": []},
}
#: What an entry of `errors` may be called.
_OF_FAULTS = {*WIRE, "section-missing", "section-changed"} - {"wrong-shape"}
_FAULTS: Mapping[str, tuple[Fault, ...]] = {
    **{code: (Fault(code, "/employment"),) for code in WIRE if code not in ("not-an-object", "wrong-shape")},
    "wrong-shape": (Fault("unknown-field", "/salary"), Fault("wrong-type", "/employment")),
    "section-missing": (Fault("section-missing", "/sections/income"),),
    "section-changed": (Fault("section-changed", "/sections/income"),),
}


def codes(texts: Texts) -> Schema:
    """Return the schema of a problem's code."""
    return choice("What a problem is called; stable.", sorted(texts.problems))


def schema() -> Schema:
    """Return the schema of every problem (RFC 9457), further members included."""
    answered = ("yes", "no", "unknown")
    said = {
        "type": text("A URN that names the problem.", most=100, pattern=r"^urn:approdo:problem:[a-z0-9-]+$"),
        "title": values.sentence("What happened, in a few words."),
        "status": whole("The HTTP status.", 400, 599),
        "detail": values.sentence("What happened."),
        "code": ref("ProblemCode"),
        "saved": choice("Whether what came with this request was stored.", answered),
        "safe": values.sentence("What is safe."),
        "action": values.sentence("What to do."),
        "right": values.sentence("What becomes of the right to the bonus."),
        "right_preserved": choice("The same in a word.", answered),
        "safe_to_retry": yes_or_no("Whether the same request may be sent again, unchanged."),
        "reference": text("To be read to the contact centre.", most=3, pattern="^[A-F][0-9]{2}$"),
    }
    more = _more()
    return an_object("A problem (RFC 9457), in Italian; it never repeats what was sent.", said | more, optional=more)


def _more() -> dict[str, Schema]:
    fault = {
        "code": choice("Stable.", sorted(_OF_FAULTS)),
        "pointer": text("RFC 6901.", pattern=values.POINTER),
        "message": values.sentence("In Italian."),
    }
    return {
        "errors": a_list("Where in what was sent.", an_object("One fault.", fault), values.MOST_PROBLEMS),
        "current_revision": or_null(whole("The section's current revision; null: never saved.", 1, LARGEST_INT32)),
        "current_digest": values.digest(),
        "current_saved_at": instant("When it was saved."),
        "sections": a_list("The sections it is about.", text("A name.", most=40), 20),
        "retry_after": whole("Seconds, as in Retry-After.", 1, 86_400),
        "incident": values.incident(),
        "why": a_list("What stands in the way.", values.code("A word."), 20),
        "attempt_certificate": values.certificate(),
        "attempt_note": values.sentence("What the certificate proves."),
    }
