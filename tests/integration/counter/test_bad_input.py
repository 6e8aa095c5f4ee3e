"""Whatever comes in is answered as the matrix says: a problem, no echo, nothing stored, and never a fault of ours."""

import asyncio
import json
import unicodedata
from collections.abc import Mapping

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.counter.bad_input import (
    BODIES,
    EDGES,
    GZIP,
    HEADERS,
    MARK,
    PATHS,
    STARTS,
    TYPED,
)
from tests.integration.counter.running import Draft
from tests.integration.counter.wire import Answer, abandoned, answers, conversation, exchange, fuzzed

TABLES = ("draft", "section_revision", "refused_copy", "submission", "idempotency", "work")


def names(table):
    return [entry.name for entry in table]


def stored(counter):
    """How many rows each table holds."""

    async def count():
        connection = await asyncpg.connect(counter.database_url)
        try:
            return {table: await connection.fetchval(f"SELECT count(*) FROM {table}") for table in TABLES}
        finally:
            await connection.close()

    return asyncio.run(count())


def a_request(method, path, headers: Mapping[str, str | list[str] | None], body=b""):
    lines = [f"{method} {path} HTTP/1.1", "host: counter"]
    for name, value in headers.items():
        values = value if isinstance(value, list) else [value] if value is not None else []
        lines += [f"{name}: {one}" for one in values]
    return "\r\n".join(lines).encode() + b"\r\ncontent-length: %d\r\n\r\n" % len(body) + body


def a_save(draft, section, body, **other):
    headers = {"content-type": "application/json", "if-none-match": "*", **draft.headers, **other}
    return a_request("PUT", f"{draft.path}/sections/{section}", headers, body)


def assert_refused(answer: Answer, status, code):
    """A problem in full, that tells nothing of what was sent."""
    assert (status, code) == (answer.status, answer.problem["code"])
    assert answer.problem["status"] == status
    assert answer.problem["saved"] == "no"
    assert answer.problem.keys() >= {"type", "title", "detail", "action", "right", "safe_to_retry", "reference"}
    assert MARK not in answer.body.decode()
    assert "no-store" == answer.headers["cache-control"]
    assert answer.headers.keys() >= {"x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"}


@pytest.mark.parametrize("case", BODIES, ids=names(BODIES))
def test_a_body_that_no_person_can_type_is_refused_and_nothing_is_stored(counter, draft, case):
    """Each row of the matrix; errors point into what was sent and never repeat it."""
    answer = exchange(counter.port, a_save(draft, case.section, case.body))

    assert_refused(answer, case.status, case.code)
    assert counter.client.get(draft.path, headers=draft.headers).json()["sections"] == []


@pytest.mark.parametrize("case", HEADERS, ids=names(HEADERS))
def test_headers_that_mean_nothing_are_refused(counter, draft, case):
    """Type, encoding, token and precondition, each with its own status."""
    sent = b'{"employment": "%b"}' % MARK.encode()
    answer = exchange(counter.port, a_save(draft, "income", sent, **case.headers))

    assert_refused(answer, case.status, case.code)
    assert counter.client.get(draft.path, headers=draft.headers).json()["sections"] == []


def test_a_wish_for_another_protocol_is_left_out(counter, draft):
    """A save that offers HTTP/2 is a save, in HTTP/1.1 (RFC 9110, section 7.8)."""
    wish = {"connection": "Upgrade, HTTP2-Settings", "upgrade": "h2c", "http2-settings": "AAMAAABkAAQAAP__"}
    answer = exchange(counter.port, a_save(draft, "income", b'{"employment": "1"}', **wish))

    assert (200, 1) == (answer.status, json.loads(answer.body)["revision"])


def test_head_and_options_are_answered_without_a_body(counter):
    """What may be done where, and how a GET would be answered (RFC 9110, sections 9.3.2 and 9.3.7)."""
    head, section, everywhere = (
        exchange(counter.port, b"%b HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n" % line, until_closed=True)
        for line in (b"HEAD /v1/openapi.json", b"OPTIONS /v1/drafts/x/sections/income", b"OPTIONS *")
    )

    assert (200, b"") == (head.status, head.body)
    assert int(head.headers["content-length"]) > 100_000
    assert (204, "GET, HEAD, OPTIONS, PUT", b"") == (section.status, section.headers["allow"], section.body)
    assert (204, "DELETE, GET, HEAD, OPTIONS, POST, PUT") == (everywhere.status, everywhere.headers["allow"])


def test_a_compressed_body_is_told_to_come_uncompressed(counter, draft):
    """No bombs: 415 with Accept-Encoding (RFC 9110, section 12.5.3)."""
    answer = exchange(counter.port, a_save(draft, "income", GZIP, **{"content-encoding": "gzip"}))

    assert_refused(answer, 415, "unsupported-encoding")
    assert "identity" == answer.headers["accept-encoding"]


@pytest.mark.parametrize("case", EDGES, ids=names(EDGES))
def test_what_is_hardly_http_gets_a_problem_too(counter, case):
    """Smuggling, floods and noise: a problem, and where the sender cannot be followed any more, the end."""
    answer = exchange(counter.port, *case.sent, until_closed=case.closed)

    assert_refused(answer, case.status, case.code)
    assert answer.closed >= case.closed


@pytest.mark.parametrize(("method", "path", "status", "code"), PATHS, ids=[f"{m} {p[:60]}" for m, p, *_ in PATHS])
def test_an_address_that_leads_nowhere_is_not_found(counter, draft, method, path, status, code):
    """The same 404 for what is not there, is not hers, and never could be; 405 says what can be done."""
    headers = {"content-type": "application/json", "if-none-match": "*", **draft.headers}
    answer = exchange(counter.port, a_request(method, path.format(draft_id=draft.draft_id), headers, b"{}"))

    assert_refused(answer, status, code)
    assert (status == 405) == ("allow" in answer.headers)


@pytest.mark.parametrize("case", STARTS, ids=names(STARTS))
def test_a_draft_is_not_started_by_mistake(counter, case):
    """The bodies that are not sections are read as strictly."""
    before = stored(counter)

    answer = exchange(counter.port, a_request("POST", "/v1/drafts", {"content-type": "application/json"}, case.body))

    assert_refused(answer, case.status, case.code)
    assert before == stored(counter)


KEY = "0198f0c2-6d1e-7a90-8d4b-5a3f1c2e9b77"
NO_KEYS = [
    "uno",
    "0" * 2_000,
    "",
    '"',
    [KEY] * 2,
    f"{KEY}, {KEY}",
    f"urn:uuid:{KEY}",
    f"{{{KEY}}}",
    KEY.replace("-", ""),
    "00000000-0000-0000-0000-000000000000",
]


@pytest.mark.parametrize("key", NO_KEYS)
def test_a_key_that_is_no_uuid_is_refused(counter, draft, key):
    """An empty one, a long one, and two of them; none at all has a code of its own."""
    headers = {"content-type": "application/json", **draft.headers}
    filing = b'{"sections": {"income": 1}}'

    answer = exchange(
        counter.port, a_request("POST", f"{draft.path}/submission", {**headers, "idempotency-key": key}, filing)
    )
    missing = exchange(counter.port, a_request("POST", f"{draft.path}/submission", headers, filing))

    assert_refused(answer, 400, "idempotency-key-malformed")
    assert_refused(missing, 400, "idempotency-key-missing")


@pytest.mark.parametrize(("name", "section", "content"), TYPED, ids=[name for name, *_ in TYPED])
def test_what_a_person_can_type_is_stored_as_typed(counter, draft, name, section, content):
    """Right or wrong, complete or not: a save is a save; what seems wrong is told beside it."""
    saved = counter.save(draft, section, content)
    read = counter.client.get(f"{draft.path}/sections/{section}", headers=draft.headers)

    assert 200 == saved.status_code
    assert content == read.json()["content"]


def test_accents_are_one_however_they_were_typed(counter, draft):
    """Composed or not, it is the same content: the second save is answered with the first revision."""
    first = counter.save(draft, "applicant", {"first_name": unicodedata.normalize("NFC", "Nicolò")})
    again = counter.save(draft, "applicant", {"first_name": unicodedata.normalize("NFD", "Nicolò")}, base=1)

    assert first.content == again.content


def test_a_request_cut_short_leaves_nothing(counter, draft):
    """The sender goes away in the middle of a body: nothing is stored, and the next request is served."""
    whole = a_save(draft, "income", b'{"employment": "1"}')

    received = [abandoned(counter.port, whole[:cut]) for cut in (10, len(whole) // 2, len(whole) - 1)]

    assert [b"", b"", b""] == received
    assert counter.client.get(draft.path, headers=draft.headers).json()["sections"] == []


def test_who_has_said_all_and_closes_still_hears_the_answer(counter, draft):
    """Of every whole request; then the connection is closed, and what was cut short is left out."""
    first = a_save(draft, "income", b'{"employment": "1"}')
    look = f"GET {draft.path} HTTP/1.1\r\nhost: a\r\nauthorization: {draft.headers['authorization']}\r\n\r\n".encode()

    alone = answers(abandoned(counter.port, first), closed=True)
    both = answers(abandoned(counter.port, first + look), closed=True)
    cut = answers(abandoned(counter.port, first + look[:-10]), closed=True)

    assert [[200], [200, 200], [200]] == [[one.status for one in heard] for heard in (alone, both, cut)]


@pytest.mark.parametrize("behind", [b"garbage\r\n\r\n", b"GET /" + b"a" * 70_000], ids=["noise", "a flood"])
def test_a_whole_request_gets_its_own_answer_whatever_comes_behind_it(counter, draft, behind):
    """A save that is acknowledged is told so, on the same connection, before that is closed."""
    first, *others = conversation(counter.port, a_save(draft, "income", b'{"employment": "1"}') + behind)

    assert 200 == first.status
    assert 1 == json.loads(first.body)["revision"]
    assert [] == others


def test_answers_come_in_the_order_of_the_requests(counter, draft):
    """A request that cannot be read never gets its answer before the one that stands in front of it."""
    whole = a_save(draft, "income", b'{"employment": "1"}')
    broken = whole.replace(b"content-length: 19", b"transfer-encoding: chunked").replace(
        b'\r\n\r\n{"', b"\r\n\r\nZZ\r\n"
    )

    first = exchange(counter.port, whole + broken)

    assert 200 == first.status


EDITS = st.lists(
    st.tuples(st.floats(0, 1), st.sampled_from(["drop", "double", "put"]), st.binary(min_size=1, max_size=3)),
    max_size=4,
)


def edited(sent, edits):
    """The same bytes with some dropped, doubled or put in."""
    for place, edit, more in edits:
        at = int(place * len(sent))
        middle = {"drop": b"", "double": sent[at : at + 8] * 2, "put": more + sent[at : at + 8]}[edit]
        sent = sent[:at] + middle + sent[at + 8 :]
    return sent


@settings(max_examples=80, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_input_makes_a_fault_of_ours(counter, data):
    """Any row, mutated: an answer is never 5xx, a refusal always a problem, and the counter lives on."""
    draft = Draft("0198f0c2-6d1e-7a90-8d4b-5a3f1c2e9b77", "A" * 72)
    rows = [a_save(draft, case.section, case.body) for case in BODIES] + [b"".join(case.sent)[:4_000] for case in EDGES]
    sent = edited(data.draw(st.sampled_from(rows)), data.draw(EDITS))

    for answer in fuzzed(counter.port, sent):
        assert answer.status < 500
        assert answer.status < 400 or answer.problem["saved"] == "no"
    assert 200 == counter.client.get("/livez").status_code
    assert "request.crashed" not in counter.log.read_text()


def test_a_draft_that_asks_too_often_is_told_when_to_come_back(counter, draft):
    """429 with Retry-After and the three headers; nobody else is held up."""
    refused = None
    while refused is None:
        answer = counter.client.get(draft.path, headers=draft.headers)
        refused = answer if answer.status_code == 429 else None
        assert answer.status_code in (200, 429)

    assert "too-many-requests" == refused.json()["code"]
    assert int(refused.headers["retry-after"]) == refused.json()["retry_after"] >= 1
    assert "0" == refused.headers["x-ratelimit-remaining"]
    assert (
        201 == counter.client.post("/v1/drafts", json={"programme": "bonus-mamme-2025", "channel": "web"}).status_code
    )


def test_forged_receipts_are_called_so(counter, draft):
    """Always 200: whether it is ours is the answer, and a forged one states nothing."""
    receipt = counter.save(draft, "income", {}).json()["receipt"]
    head, body, _ = receipt.split(".")
    forged = {
        receipt: (True, "authentic"),
        f"{head}.{body}.{'A' * 86}": (False, "altered"),
        f"{head}.{body}": (False, "truncated"),
        "": (False, "not-a-receipt"),
        "a" * 20_000: (False, "not-a-receipt"),
    }

    for text, expected in forged.items():
        found = counter.client.post("/v1/receipt-verifications", json={"receipt": text})
        assert (200, *expected) == (found.status_code, found.json()["valid"], found.json()["reason"])
