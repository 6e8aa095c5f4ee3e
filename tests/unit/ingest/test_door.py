"""The door: whatever becomes of a request in between, it gets an answer that says what is safe."""

import asyncio
import json
from dataclasses import MISSING, fields, replace

import httpx
import pytest

from core.domain.errors import FenceRefused, OutcomeUnknown, StoreUnavailable, TooManyWaiting
from core.hooks import nobody
from ingest import health
from ingest.admission.admission import Admission
from ingest.app import build
from ingest.counter import Counter
from ingest.door import Door
from ingest.http import call
from ingest.keys import Ring
from ingest.proof.key_files import Purpose, Secret
from ingest.proof.receipts import KeyGone
from ingest.tokens import Tokens
from tests.fakes.clock import FakeClock

PROOF = {"url": "/v1/receipt-verifications", "json": {"receipt": "RSSMRA85T50A562W"}}


class Raising:
    """Receipts that cannot be checked."""

    def __init__(self, error):
        self.error = error

    def check(self, _receipt):
        raise self.error


class Uncertified:
    """Certificates that nobody gets."""

    def of_call(self, *_):
        return None


def hollow(kind, **known):
    """An instance of a dataclass whose other parts are not there."""
    return kind(**dict.fromkeys(field.name for field in fields(kind) if field.default is MISSING) | known)


def a_door(italian, error=None, observe=nobody):
    """The whole application, on nothing but receipts that raise."""
    parts = {
        "texts": italian,
        "clock": FakeClock(),
        "body_bytes": 65_536,
        "draft_secret": b"drafts",
        "admission": Admission(lambda: False, FakeClock()),
        "tokens": Tokens(Ring((Secret(Purpose.TOKENS, 1, b"k" * 32, FakeClock().now()),))),
        "observe": observe,
    }
    counter = hollow(Counter, receipts=Raising(error), certificates=Uncertified(), **parts)
    return build(counter, hollow(health.Readiness))


async def asked(door: Door, method="POST", **request) -> httpx.Response:
    """Ask one thing."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(door), base_url="http://counter") as client:
        return await client.request(method, **request)


@pytest.mark.parametrize("error", [RuntimeError("RSSMRA85T50A562W"), KeyGone(), FenceRefused()], ids=str)
async def test_an_error_nobody_foresaw_is_a_problem_with_an_incident(italian, error):
    """500, what is safe, and a number that finds it in our log; never what went wrong."""
    facts = []
    door = a_door(italian, error, lambda fact, **more: facts.append((fact, more)))

    answer = await asked(door, **PROOF)

    assert (500, "internal-error", "unknown") == (answer.status_code, answer.json()["code"], answer.json()["saved"])
    assert "application/problem+json" == answer.headers["content-type"]
    assert "RSSMRA85T50A562W" not in answer.text
    crash = next(more for fact, more in facts if fact == "request.crashed")
    assert crash["incident"] == answer.json()["incident"]
    assert crash["exc_info"] is error


@pytest.mark.parametrize(
    ("error", "code", "saved"),
    [
        (StoreUnavailable(), "store-unavailable", "no"),
        (TooManyWaiting(), "overloaded", "no"),
        (OutcomeUnknown(), "outcome-unknown", "unknown"),
    ],
    ids=str,
)
async def test_what_cannot_be_done_now_says_when(italian, error, code, saved):
    """503 with Retry-After; the same request may be sent again."""
    answer = await asked(a_door(italian, error), **PROOF)

    assert (503, code, saved) == (answer.status_code, answer.json()["code"], answer.json()["saved"])
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.json()["safe_to_retry"] is True


async def test_a_body_that_trickles_is_told_so(italian, monkeypatch):
    """408 after the time a body has; nothing of it is kept."""
    monkeypatch.setattr(call, "BODY_SECONDS", 0.01)
    sent = []

    async def never():
        await asyncio.Event().wait()

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/receipt-verifications",
        "raw_path": b"/v1/receipt-verifications",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
    }
    await a_door(italian)(scope, never, send)

    assert 408 == sent[0]["status"]
    assert "slow-request" == json.loads(sent[1]["body"])["code"]


async def test_whoever_has_gone_is_not_answered(italian):
    """The client closes in the middle of its body: no answer, no fault of ours."""
    facts = []
    door = a_door(italian, observe=lambda fact, **more: facts.append(fact))

    async def gone():
        return {"type": "http.disconnect"}

    async def send(_message):
        raise AssertionError

    path = "/v1/drafts/0198f0c2-6d1e-7a90-8d4b-5a3f1c2e9b77/sections/income"
    headers = [(b"content-type", b"application/json")]
    scope = {"type": "http", "method": "PUT", "path": path, "raw_path": path.encode(), "query_string": b""}
    await door(scope | {"headers": headers}, gone, send)

    assert "request.crashed" not in facts


async def test_an_address_says_all_the_methods_it_takes(italian):
    """405 with Allow (RFC 9110, section 15.5.6)."""
    path = "/v1/drafts/0198f0c2-6d1e-7a90-8d4b-5a3f1c2e9b77"

    section = await asked(a_door(italian), url=f"{path}/sections/income")
    draft = await asked(a_door(italian), url=path)

    assert (405, "GET, HEAD, OPTIONS, PUT") == (section.status_code, section.headers["allow"])
    assert (405, "DELETE, GET, HEAD, OPTIONS") == (draft.status_code, draft.headers["allow"])


async def test_head_is_answered_where_get_is_and_without_a_body(italian):
    """The same status and headers, the length of what GET would give included (RFC 9110, section 9.3.2)."""
    door = a_door(italian)

    for path in ("/livez", "/v1/openapi.json", "/v1/drafts/none/sections/income", "/nowhere"):
        got, head = [await asked(door, method=method, url=path) for method in ("GET", "HEAD")]

        assert head.content == b""
        assert (head.status_code, dict(head.headers)) == (got.status_code, dict(got.headers)), path


async def test_head_is_no_write(italian):
    """Where nothing can be promised it is refused no more than a GET."""
    counter = a_door(italian).desk.counter
    unsound = Admission(lambda: True, FakeClock())
    door = build(replace(counter, admission=unsound), hollow(health.Readiness))

    assert (await asked(door, method="HEAD", url="/v1/openapi.json")).status_code == 200
    assert (await asked(door, **PROOF)).json()["code"] == "unsound"


async def test_options_says_what_an_address_takes(italian):
    """No body, no length, and nowhere stays nowhere; the section save is known though it goes another way."""
    door = a_door(italian)
    section = await asked(door, method="OPTIONS", url="/v1/drafts/none/sections/income")
    nowhere = await asked(door, method="OPTIONS", url="/nowhere")

    assert (204, "GET, HEAD, OPTIONS, PUT", b"") == (section.status_code, section.headers["allow"], section.content)
    assert {"content-length", "content-type"} & set(section.headers) == set()
    assert section.headers["cache-control"] == "no-store"
    assert (404, False) == (nowhere.status_code, "allow" in nowhere.headers)
