"""The OpenAPI document as tests use it: made without a database, and turned into checks of real answers."""

import copy
import json
import re
from dataclasses import MISSING, fields
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import httpx
from jsonschema import Draft202012Validator, FormatChecker

from core.clock import SystemClock
from core.hooks import nobody
from ingest import contract, texts
from ingest.app import build
from ingest.counter import Counter
from ingest.door import Door
from ingest.health import Readiness

METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")
formats = FormatChecker(formats=())


@formats.checks("date-time", raises=ValueError)
def _is_instant(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@formats.checks("uuid", raises=ValueError)
def _is_uuid(value: object) -> bool:
    return not isinstance(value, str) or str(UUID(value)) == value.lower()


@cache
def application() -> Door:
    """The application, of which no request is ever served: it has no store."""
    counter: dict[str, Any] = {"texts": texts.load(), "clock": SystemClock(), "observe": nobody, "body_bytes": 65_536}
    return build(_hollow(Counter, draft_secret=b"drafts", **counter), _hollow(Readiness))


def _hollow(kind: Any, **known: object) -> Any:
    """An instance of a dataclass, whose parts are not there."""
    return kind(**dict.fromkeys(field.name for field in fields(kind) if field.default_factory is MISSING) | known)


@cache
def _document() -> str:
    async def never(*_: object) -> Any:
        raise AssertionError

    catalogue = texts.load()
    return json.dumps(contract.document(contract.operations(never, never, catalogue), catalogue))


def document() -> dict[str, Any]:
    """The document, as a copy of its own."""
    return dict(json.loads(_document()))


def operations(of: dict[str, Any]):
    """Every operation: method, path, what is told of it."""
    for path, item in of["paths"].items():
        for method in METHODS:
            if method in item:
                yield method, path, item[method]


def nodes(value: Any, place: tuple[str, ...] = ()):
    """Every object of the document with its place, outermost first."""
    if isinstance(value, dict):
        yield place, value
    for name, held in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from nodes(held, (*place, str(name)))


def resolved(of: dict[str, Any], value: Any) -> Any:
    """What a reference leads to; anything else is itself."""
    while isinstance(value, dict) and "$ref" in value:
        found: Any = of
        for part in value["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        value = found
    return value


Headers = dict[str, str]  # names in lower case


class Contract:
    """Checks answers against the document."""

    def __init__(self, of: dict[str, Any]) -> None:
        self.document = of
        self._schemas = {"components": {"schemas": _as_json_schema(of["components"]["schemas"])}}
        self._paths = [(_pattern(path), path) for path in of["paths"]]

    def operation(self, method: str, path: str) -> tuple[str, dict[str, Any]] | None:
        """The operation a request meets: its id and what is told of it."""
        for matches, template in self._paths:
            told = self.document["paths"][template].get(method.lower())
            if matches(path) and told:
                return told["operationId"], told
        return None

    def agrees(self, response: httpx.Response) -> tuple[str, str] | None:
        """As `check`, for a client to call on every response."""
        headers = {name.lower(): value for name, value in response.headers.items()}
        asked = response.request
        return self.check(asked.method, asked.url.path, response.status_code, headers, response.read())

    def check(
        self, method: str, path: str, status: int, headers: dict[str, str], body: bytes
    ) -> tuple[str, str] | None:
        """Assert that an answer is one the document knows; return operation and status, None for an unknown address."""
        met = self.operation(method, path)
        if met is None:
            assert status in (404, 405), (method, path, status)
            self._must_fit({"$ref": "#/components/schemas/Problem"}, json.loads(body), (method, path))
            return None
        name, told = met
        assert str(status) in told["responses"], f"{name} answered {status}, which is not in the document: {body!r}"
        response = told["responses"][str(status)]
        self._must_have_headers(name, status, response, headers)
        self._must_have_content(name, status, response, headers["content-type"], body)
        return name, str(status)

    def _must_have_headers(self, name: str, status: int, response: dict[str, Any], headers: Headers) -> None:
        for header, told in response["headers"].items():
            schema = resolved(self.document, told)["schema"]
            if header.lower() in headers:
                value: Any = headers[header.lower()]
                self._must_fit(schema, int(value) if schema["type"] == "integer" else value, (name, status, header))
            else:
                assert header in SOMETIMES, f"{name} {status} lacks {header}"
        known = {header.lower() for header in response["headers"]} | UNTOLD
        assert set(headers) <= known, f"{name} {status}: {set(headers) - known} is not in the document"

    def _must_have_content(self, name: str, status: int, response: dict[str, Any], media: str, body: bytes) -> None:
        kind = media.split(";", maxsplit=1)[0]
        assert kind in response["content"], f"{name} {status} came as {kind}"
        if kind.endswith("json"):
            content = json.loads(body)
            self._must_fit(response["content"][kind]["schema"], content, (name, status))
            if "examples" in response["content"][kind]:
                assert content["code"] in response["content"][kind]["examples"], f"{name} {status}: {content['code']}"

    def _must_fit(self, schema: dict[str, Any], value: Any, place: object) -> None:
        found = [f"{'/'.join(map(str, one.path))}: {one.message[:300]}" for one in self.errors(schema, value)]
        assert [] == found, place

    def errors(self, schema: dict[str, Any], value: Any):
        """What of a value does not fit a schema of the document."""
        return Draft202012Validator(_as_json_schema(schema) | self._schemas, format_checker=formats).iter_errors(value)


#: Headers that belong to some answers of a status only; and those that are not the document's business.
SOMETIMES = {"Www-Authenticate", "Accept-Encoding", "ETag", "Retry-After", "Content-Disposition"}
UNTOLD = {
    "content-type",
    "content-length",
    "date",
    "connection",
    "x-content-type-options",
    "referrer-policy",
    "content-security-policy",
}


def _as_json_schema(schema: Any) -> Any:
    """OpenAPI 3.0 writes `nullable` where JSON Schema lists a type."""
    if isinstance(schema, list):
        return [_as_json_schema(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    written = {name: _as_json_schema(held) for name, held in schema.items() if name not in ("nullable", "example")}
    if schema.get("nullable") is True:
        written["type"] = [schema["type"], "null"]
    return written


def _pattern(path: str):
    return re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))).fullmatch


def planted(of: dict[str, Any]) -> dict[str, Any]:
    """A copy to plant a fault in."""
    return copy.deepcopy(of)
