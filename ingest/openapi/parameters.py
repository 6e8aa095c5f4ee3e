"""Parameters of requests, and headers of answers, by the names of their components."""

from typing import Any

from bonus.form import SECTIONS
from core.domain.draft import MOST_REVISIONS
from ingest.openapi import values
from ingest.openapi.schema import Schema, choice, instant, ref, text, whole

_UUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_ETAG = r'^"[1-9][0-9]{0,17}"$'

#: What every answer carries.
ALWAYS = ("Cache-Control", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")


def parameters() -> dict[str, Any]:
    """Return the parameters."""
    number = values.number()
    return {
        "DraftId": _in(
            "path", "draft_id", "The draft.", values.draft_id(), example="0198f0c2-6d1e-7a90-8d4b-5a3f1c2e9b77"
        ),
        "SectionName": _in("path", "section", "The section.", choice("Its name.", SECTIONS), "income"),
        "AttemptedAt": _in(
            "path",
            "attempted_at",
            "The instant of the attempt, as its certificate states it.",
            instant("RFC 3339, UTC, six decimals."),
            "2025-11-20T08:14:00.901152Z",
        ),
        "Incident": _in("path", "incident", "The outage.", values.incident(), "9f86d081"),
        "Number": _in("path", "number", number["description"], number, number["example"]),
        "IfMatch": _header(
            "If-Match",
            "The revision this save builds on, as a strong entity tag. A save says this or If-None-Match, never both.",
            text("A revision in quotes.", most=20, pattern=_ETAG),
            '"3"',
        ),
        "IfNoneMatch": _header(
            "If-None-Match",
            "An asterisk: this section was never saved before.",
            choice("Only this.", ("*",)),
            "*",
        ),
        "AcceptLanguage": _header(
            "Accept-Language",
            "The applicant's own language: that of the letters to her. The first of it, de, fr, sl and en that is "
            "named counts; Italian where none is.",
            text("As browsers send it.", most=200),
            "de-IT, de;q=0.9",
        ),
        "IdempotencyKey": _key(required=True, said="Tells this request from others: a repeat is never a second."),
        "OptionalIdempotencyKey": _key(required=False, said="With it a repeat gets the same draft, while it is empty."),
    }


def _key(*, required: bool, said: str) -> dict[str, Any]:
    shape = text("A UUID, bare or quoted.", most=38, least=36, pattern=f'^({_UUID}|"{_UUID}")$')
    return _header("Idempotency-Key", said, shape, "6f1b4f5e-9a3c-4d0e-8c57-1f2a3b4c5d6e") | {"required": required}


def _in(where: str, name: str, said: str, schema: Schema, example: str) -> dict[str, Any]:
    return {"in": where, "name": name, "description": said, "required": True, "schema": schema, "example": example}


def _header(name: str, said: str, schema: Schema, example: str) -> dict[str, Any]:
    return _in("header", name, said, schema, example) | {"required": False}


def headers() -> dict[str, Any]:
    """Return the headers of answers; `no-store` and `public` are two components of one name."""
    revision = f"The revision, from 1 to {MOST_REVISIONS}, as a strong entity tag."
    link = {"type": "string", "format": "uri-reference", "maxLength": 200}
    return {
        "Cache-Control": _answered("Always no-store: nothing personal is kept by a cache.", choice("", ("no-store",))),
        "Cache-Control-Public": _answered(
            "public, max-age: nothing in it is personal.", text("", most=40, pattern=r"^public, max-age=\d+$")
        ),
        "X-RateLimit-Limit": _answered("Requests that may come at once.", whole("", 1, 1_000_000)),
        "X-RateLimit-Remaining": _answered("Of those, how many may still come now.", whole("", 0, 1_000_000)),
        "X-RateLimit-Reset": _answered("Seconds until all of them may come again.", whole("", 0, 86_400)),
        "Retry-After": _answered("Seconds after which the same request may be sent again.", whole("", 1, 86_400)),
        "ETag": _answered(revision, text("", most=20, pattern=_ETAG)),
        "Location": _answered("Where to go on.", link),
        "Content-Language": _answered("Texts for people are in Italian.", choice("", ("it",))),
        "Content-Disposition": _answered("What to call it when it is kept.", text("", most=200)),
        "Www-Authenticate": _answered("How to identify oneself (RFC 6750).", text("", most=100)),
        "Accept-Encoding": _answered("What a body may be encoded as.", choice("", ("identity",))),
    }


def _answered(said: str, schema: Schema) -> dict[str, Any]:
    return {"description": said, "schema": {name: value for name, value in schema.items() if value != ""}}


def on(*names: str, public: bool = False) -> dict[str, Any]:
    """Return the headers of one answer: those of every answer, and these."""
    told = {name: ref(name, "headers") for name in (*ALWAYS, *names)}
    return told | {"Cache-Control": ref("Cache-Control-Public", "headers")} if public else told
