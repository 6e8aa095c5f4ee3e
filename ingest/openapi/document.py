"""The document, put together: OpenAPI 3.0.3, as the Italian guidelines ask (ModI, api-oas-checker)."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from ingest.openapi import (
    about_letters,
    draft_answers,
    proof_answers,
    refusals,
    register_answers,
    sections,
    submission_answers,
    values,
)
from ingest.openapi.parameters import headers, on, parameters
from ingest.openapi.schema import ref
from ingest.openapi.told import Answer, Body, Told
from ingest.texts import Texts

INFO: dict[str, Any] = {
    "title": "Approdo",
    "version": "1.0.0",
    "x-summary": "Intake of applications for the Italian bonus mamme: nothing typed is lost, filing is instant.",
    "x-api-id": "0f1cbb0e-5a5e-4c0b-9d43-7d1f0a6f2c11",
    "description": (
        "A section is saved when it is typed, valid or not, and acknowledged with a signed receipt once it is durable. "
        "A submission is acknowledged at once and decided later. Every error is a problem (RFC 9457) with a stable "
        "code, in plain Italian: what happened, what is safe, what to do, what becomes of the right to the bonus. "
        "Every answer says how many requests may still come. Requests that may be repeated say so, and a repeat never "
        "makes a second of anything. An address or a method that is not in this document answers 404 or 405 with a "
        "problem as well."
    ),
    "termsOfService": "https://approdo.example/condizioni",
    "contact": {"name": "Approdo", "url": "https://approdo.example/contatti", "email": "approdo@approdo.example"},
}
TAGS = [
    {"name": "drafts", "description": "What an applicant is still working on, section by section."},
    {"name": "submissions", "description": "Sealed drafts: filed, followed, decided."},
    {"name": "receipts", "description": "Signed proof of every acknowledgement, and how anyone checks it."},
    {"name": "letters", "description": "What she is told by e-mail, and what she tells us when something goes wrong."},
    {"name": "service", "description": "How the service is."},
]
_BEARER = (
    "The access token of a draft, given out when it is started. It opens that draft, its submission, outcome and "
    "receipts, and nothing else. It is opaque: no JWT."
)


class Described(NamedTuple):
    """One operation, as the document needs it."""

    method: str
    path: str
    name: str
    told: Told


def document(operations: Iterable[Described], texts: Texts, public_url: str | None = None) -> dict[str, Any]:
    """Return the OpenAPI document of these operations; problems are shown as the texts write them.

    `public_url` is where callers reach the counter; without it the document points to wherever it was read from.
    """
    operations = list(operations)
    paths: dict[str, dict[str, Any]] = {}
    for one in operations:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, texts)
    return {
        "openapi": "3.0.3",
        "info": INFO,
        "servers": [_server(public_url)],
        "tags": TAGS,
        "security": [{"AccessToken": []}],
        "paths": paths,
        "components": _components(operations, texts),
    }


def _server(public_url: str | None) -> dict[str, Any]:
    """A copy that does not say where it is deployed is one to try things on (`x-sandbox`)."""
    if public_url is None:
        return {"url": "/", "description": "Where this document was read.", "x-sandbox": True}
    deployed = {"url": public_url, "description": "Where it is deployed."}
    return deployed if public_url.startswith("https://") else deployed | {"x-sandbox": True}


def _operation(one: Described, texts: Texts) -> dict[str, Any]:
    told = one.told
    codes = (*told.problems, *refusals.at_the_door(one.name, one.method))
    answers = {str(answer.status): _answer(answer) for answer in told.answers}
    written: dict[str, Any] = {
        "operationId": one.name.replace(".", "_"),
        "summary": told.summary,
        "description": told.said,
        "tags": [told.tag],
    }
    if told.parameters:
        written["parameters"] = [ref(name, "parameters") for name in told.parameters]
    if told.body:
        written["requestBody"] = _body(told.body)
    if told.open:
        written["security"] = [{}]
    return written | {"responses": answers | refusals.responses(codes, texts)}


def _answer(answer: Answer) -> dict[str, Any]:
    shown = {"example": answer.example} if answer.example is not None else {}
    content = {media: {"schema": schema, **shown} for media, schema in answer.content.items()}
    return {
        "description": answer.said,
        "headers": on(*answer.headers, public=answer.cached),
        "content": content,
    }


def _body(body: Body) -> dict[str, Any]:
    shown = {name: {"summary": name, "value": value} for name, value in body.examples.items()}
    return {
        "description": body.said,
        "required": True,
        "content": {"application/json": {"schema": body.schema, "examples": shown}},
    }


def _components(operations: Iterable[Described], texts: Texts) -> dict[str, Any]:
    codes = {code for one in operations for code in one.told.problems} | {*refusals.ANYWHERE, *refusals.AT_THE_DOOR}
    schemas = {
        **sections.schemas(),
        **values.schemas(texts),
        **draft_answers.schemas(),
        **register_answers.schemas(),
        **submission_answers.schemas(),
        **proof_answers.schemas(),
        **about_letters.schemas(),
        "Problem": refusals.schema(),
        "ProblemCode": refusals.codes(texts),
    }
    scheme = {"type": "http", "scheme": "bearer", "description": _BEARER}
    return {
        "securitySchemes": {"AccessToken": scheme},
        "parameters": parameters(),
        "headers": headers(),
        "examples": refusals.examples(codes, texts),
        "schemas": dict(sorted(schemas.items())),
    }
