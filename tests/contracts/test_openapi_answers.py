"""Every answer of the running application is one that the document tells: status, headers, content."""

import asyncio
import json
import time
from collections.abc import Iterator
from uuid import uuid4

import asyncpg
import httpx
import pytest

from tests.contracts.openapi import Contract, document, operations, planted
from tests.integration.counter.running import PATIENCE, TYPED, RunningCounter, running_counter
from tests.integration.counter.test_outages import ATTESTED

#: Answers of the document that no flow can bring about, and where they are shown instead.
SHOWN_ELSEWHERE = {
    "408": "tests/unit/ingest/test_protocol.py",
    "414": "tests/integration/counter/test_bad_input.py",
    "429": "tests/integration/counter/test_bad_input.py",
    "431": "tests/integration/counter/test_bad_input.py",
    "500": "tests/unit/ingest/test_door.py",
    "503": "tests/unit/ingest/test_door.py, tests/faults",
}
ON_THE_REGISTER = {("section_save", "202"), ("draft_register", "200")}  # tests/integration/emergency


@pytest.fixture(scope="module")
def contract() -> Contract:
    return Contract(document())


@pytest.fixture(scope="module")
def seen() -> set[tuple[str, str]]:
    """Operations and statuses that were met."""
    return set()


@pytest.fixture(scope="module")
def counter(module_database_url, tmp_path_factory, contract, seen) -> Iterator[RunningCounter]:
    """A counter whose every answer is held against the document."""
    with running_counter(module_database_url, tmp_path_factory.mktemp("counter")) as started:

        def note(response: httpx.Response) -> None:
            if met := contract.agrees(response):
                seen.add(met)

        started.client.event_hooks["response"].append(note)
        yield started


def execute(counter, *statements):
    """Write in the ledger what workers would."""

    async def run():
        connection = await asyncpg.connect(counter.database_url)
        try:
            for statement, *values in statements:
                await connection.execute(statement, *values)
        finally:
            await connection.close()

    asyncio.run(run())


DECIDE = """
INSERT INTO decision SELECT draft_id, round, $2, $3::jsonb, 40000, '2025.1', '[]'::jsonb, 1, now()
FROM submission WHERE number = $1
"""


def moved(counter, number, state):
    """A submission in another state."""
    execute(counter, ("UPDATE submission SET state = $2 WHERE number = $1", number, state))


def decided(counter, number, outcome="granted_in_part"):
    """A submission with a decision."""
    reasons = [{"month": m, "due": m > 2, "reasons": [] if m > 2 else ["not-requested"]} for m in range(1, 13)]
    execute(counter, (DECIDE, number, outcome, json.dumps(reasons)))
    moved(counter, number, outcome)


def filed(counter, tax_code=None):
    """A submission: its draft and its number."""
    draft = counter.start_draft()
    answer = counter.file(draft, counter.fill(draft, applicant={"tax_code": tax_code}))
    assert answer.status_code == 202
    return draft, answer.json()["number"]


def test_a_submission_that_waits_says_why_until_when_and_how_long_others_took(counter):
    """Reasons with what they speak of, the next check, and an estimate from decisions just made."""
    for _ in range(5):
        decided(counter, filed(counter)[1])
    draft, number = filed(counter)
    suspended(counter, number)

    told = with_an_estimate(counter, draft, number)

    assert {"code": "not-known-yet", "about": "work:0"}.items() <= told["timeline"][-1]["reasons"][0].items()
    assert told["next_check_at"] is not None
    assert 5 <= told["estimate"]["based_on"]


def with_an_estimate(counter, draft, number):
    """What is told of a submission; one that was asked for before the decisions were made is told for ten seconds."""
    give_up_at = time.monotonic() + PATIENCE
    while not (told := counter.client.get(f"/v1/submissions/{number}", headers=draft.headers).json())["estimate"]:
        assert time.monotonic() < give_up_at
        time.sleep(1)
    return told


def suspended(counter, number):
    """A submission that waits for a registry."""
    execute(counter, (WAITS, number), ("UPDATE submission SET next_check_at = now() WHERE number = $1", number))
    moved(counter, number, "suspended")


WAITS = """
INSERT INTO submission_event (draft_id, seq, at, kind, from_state, to_state, reasons)
SELECT draft_id, 9, now(), 'moved', 'in_review', 'suspended', '[{"code": "not-known-yet", "about": "work:0"}]'
FROM submission WHERE number = $1
"""


def test_the_document_is_served_as_it_stands(counter, contract):
    """The very one that is kept, and the same where tools look first."""
    served = counter.client.get("/v1/openapi.json")

    assert contract.document == served.json()
    assert served.content == counter.client.get("/openapi.json").content


def test_the_service_says_how_it_is(counter):
    """Alive, ready, well; the keys are public."""
    paths = ("/livez", "/readyz", "/status", "/v1/receipt-keys")

    assert {200} == {counter.client.get(path).status_code for path in paths}


def test_a_draft_is_started_filled_read_and_taken_away(counter):
    """What is typed, right and wrong, and all that can be read of it."""
    draft = counter.start_draft()
    counter.save(draft, "income", {"employment": "molto", "flat_rate": True})
    counter.save(draft, "income", {"employment": "1"}, base=1)
    counter.save(draft, "income", {"employment": "2"}, base=1)
    for section in ("children", "work", "applicant", "attachments"):
        counter.save(draft, section, TYPED.get(section, {"documents": [{"child_index": 3}]}))

    read = [
        counter.client.get(draft.path + place, headers=draft.headers)
        for place in ("", "/export", "/sections/income", "/sections/income/revisions", "/sections/work/revisions")
    ]

    assert [200] * 5 == [answer.status_code for answer in read]
    assert read[0].json()["problems"] != []
    assert read[0].json()["expected"] is not None
    assert len(read[3].json()["not_taken"]) == 1
    assert 200 == counter.client.delete(draft.path, headers=draft.headers).status_code


def test_a_submission_is_filed_followed_and_decided(counter):
    """Accepted, followed, decided: 200, then 303 to the outcome; the receipt in its three forms."""
    draft, number = filed(counter)
    path = f"/v1/submissions/{number}"
    again = counter.file(draft, dict.fromkeys(TYPED, 1))

    before = [counter.client.get(path + place, headers=draft.headers) for place in ("", "/outcome")]
    forms = [
        counter.client.get(f"{path}/receipt", headers=draft.headers | {"accept": media})
        for media in ("application/json", "text/html", "application/pdf", "image/png")
    ]
    decided(counter, number)
    after = [counter.client.get(path + place, headers=draft.headers) for place in ("", "/outcome")]
    export = counter.client.get(f"{draft.path}/export", headers=draft.headers)
    receipts = counter.client.get(f"{draft.path}/receipts", headers=draft.headers)

    assert 200 == receipts.status_code
    assert 200 == again.status_code
    assert [200, 404] == [answer.status_code for answer in before]
    assert [200, 200, 200, 406] == [answer.status_code for answer in forms]
    assert [303, 200] == [answer.status_code for answer in after]
    assert f"{path}/outcome" == after[0].headers["location"]
    assert after[0].json() == after[1].json()
    assert 200 == export.status_code


def test_a_submission_is_integrated_reviewed_and_withdrawn(counter):
    """What she can still do, where it is possible and where it is not."""
    draft, number = filed(counter, "RSSMRA85T50A562W")
    path = f"/v1/submissions/{number}"

    def post(what, content=None, **headers):
        return counter.client.post(f"{path}/{what}", json=content, headers=draft.headers | headers)

    key = {"idempotency-key": str(uuid4())}
    given = {"sections": {"income": {"base_revision": 1, "content": {"employment": "3"}}}}
    too_early = [post("integrations", given, **key), post("review-request")]
    moved(counter, number, "needs_applicant")
    integrated = [post("integrations", given, **key) for _ in range(2)]
    moved(counter, number, "needs_applicant")
    stale = post("integrations", given, **{"idempotency-key": str(uuid4())})
    reused = post("integrations", {"sections": {"work": {"base_revision": 1, "content": {}}}}, **key)
    wrong = [
        post("integrations", {"sections": {"spese": {"base_revision": 1, "content": {}}}}, **key),
        post("integrations", {"sections": {}}, **key),
        post("integrations", given),
        counter.client.post(f"{path}/integrations", content=b"{}", headers=draft.headers),
        counter.client.post(f"{path}/integrations", content=HUGE, headers=draft.headers | JSON),
        counter.client.post(f"{path}/withdrawal", content=HUGE, headers=draft.headers),
        counter.client.post(f"{path}/review-request", content=HUGE, headers=draft.headers),
        counter.client.post(f"{path}/integrations", json=given, headers=counter.start_draft().headers | key),
    ]
    moved(counter, number, "in_review")
    decided(counter, number, "granted")
    reopened = post("review-request")
    withdrawn = [post("withdrawal") for _ in range(2)]
    over = counter.client.get(path, headers=draft.headers)
    another, other_number = filed(counter, "RSSMRA85T50A562W")
    moved(counter, other_number, "paid")
    too_late = counter.client.post(f"/v1/submissions/{other_number}/withdrawal", headers=another.headers)

    assert [409, 409] == [answer.status_code for answer in too_early]
    assert [200, 200] == [answer.status_code for answer in integrated]
    assert (412, 422) == (stale.status_code, reused.status_code)
    assert [422, 422, 400, 415, 413, 413, 413, 404] == [answer.status_code for answer in wrong]
    assert 200 == reopened.status_code
    assert [200, 200] == [answer.status_code for answer in withdrawn]
    assert "withdrawn" == over.json()["state"]
    assert 409 == too_late.status_code


def test_notices_are_read_and_switched_and_complaints_taken(counter):
    """Hers, well said and badly; of somebody else and of nobody."""
    draft, number = filed(counter)
    mine, stranger = draft.headers, counter.start_draft().headers
    key = {"idempotency-key": str(uuid4())}
    path, said = f"/v1/submissions/{number}/notices", {"text": "Non funzionava."}

    def put(headers, **sent):
        return counter.client.put(path, headers=headers, **sent)

    def complain(headers, **sent):
        return counter.client.post(f"{draft.path}/complaints", headers=headers, **sent)

    read = [counter.client.get(path, headers=headers) for headers in (mine, stranger, {})]
    switched = [put(headers, json={"wanted": False}) for headers in (mine, stranger, {})]
    switched += [put(mine, json={"wanted": 1}), put(mine, content=b"{}"), put(mine | JSON, content=HUGE)]
    kept = [complain(headers, json=said) for headers in (mine | key, stranger | key, key, mine)]
    kept += [complain(mine | key, json={"text": "Altro."}), complain(mine | key, content=b"{}")]
    kept += [complain(mine | key | JSON, content=HUGE)]
    full = [complain(mine | {"idempotency-key": str(uuid4())}, json=said) for _ in range(20)]

    assert [200, 404, 401] == [answer.status_code for answer in read]
    assert [200, 404, 401, 422, 415, 413] == [answer.status_code for answer in switched]
    assert [201, 404, 401, 400, 422, 415, 413] == [answer.status_code for answer in kept]
    assert 409 == full[-1].status_code


def test_receipts_are_checked(counter):
    """Ours, of each kind, and what is none."""
    draft, _ = filed(counter)
    receipts = [
        counter.save(draft, "income", TYPED["income"]).json()["receipt"],
        counter.file(draft, dict.fromkeys(TYPED, 1)).json()["receipt"],
        "a.b.c",
    ]

    found = [counter.client.post("/v1/receipt-verifications", json={"receipt": one}).json() for one in receipts]

    assert [True, True, False] == [one["valid"] for one in found]


def test_a_refused_attempt_is_read_and_its_certificate_fetched(counter):
    """Once it is written down; in its three forms, and in no other."""
    draft, _ = filed(counter)
    assert 409 == counter.save(draft, "income", {"employment": "9"}, 1).status_code

    listed = once_logged(counter, draft)
    forms = [
        counter.client.get(f"{draft.path}/attempts/{listed['attempted_at']}", headers=draft.headers | {"accept": media})
        for media in ("application/json", "text/html", "application/pdf", "image/png")
    ]

    assert "sealed" == listed["code"]
    assert [200, 200, 200, 406] == [answer.status_code for answer in forms]


def test_an_outage_is_attested_once_it_is_over(counter):
    """In its three forms, and in no other."""
    execute(counter, (ATTESTED.format(id="0badcafe", function="NULL", effect="no-term"),))
    try:
        forms = [
            counter.client.get("/v1/outages/0badcafe", headers={"accept": media})
            for media in ("application/json", "text/html", "application/pdf", "image/png")
        ]
    finally:
        execute(counter, ("DELETE FROM incident",))

    assert [200, 200, 200, 406] == [answer.status_code for answer in forms]


def once_logged(counter, draft):
    """A draft's one attempt, which is written within seconds of its refusal."""
    give_up_at = time.monotonic() + PATIENCE
    while not (found := counter.client.get(f"{draft.path}/attempts", headers=draft.headers).json()["attempts"]):
        assert time.monotonic() < give_up_at
        time.sleep(0.2)
    return found[0]


def test_whatever_is_wrong_is_told_for_each_operation(counter, contract):
    """No token, a wrong one, another's; a body that is none, of another type, too large; no key."""
    draft, number = filed(counter)
    other = counter.start_draft()
    names = {"draft_id": draft.draft_id, "number": number, "section": "income"}
    names |= {"attempted_at": AN_INSTANT, "incident": "0a1b2c3d"}

    for method, path, told in operations(contract.document):
        address = path.format(**names)
        for headers in ({}, {"authorization": "Bearer x"}, other.headers, draft.headers):
            counter.client.request(method, address, headers=headers | {"if-match": "1", "idempotency-key": "1"})
            if "requestBody" in told:
                for media, body in WRONG_BODIES:
                    typed = headers | {"content-type": media, "idempotency-key": str(uuid4())}
                    counter.client.request(method, address, headers=typed, content=body)
    for method, address in (("GET", "/nowhere"), ("PATCH", draft.path), ("PUT", f"{draft.path}/sections/spese")):
        counter.client.request(method, address, headers=draft.headers, json={})


AN_INSTANT = "2025-11-20T08:14:00.901152Z"
HUGE, JSON = b"x" * 70_000, {"content-type": "application/json"}
WRONG_BODIES = (
    ("text/plain", b"{}"),
    ("application/json", b"{"),
    ("application/json", b"[]"),
    ("application/json", b'{"x": 1}'),
    ("application/json", b"{}"),
    ("application/json", b" " * 70_000),
)


def test_a_section_is_refused_in_every_way(counter):
    """428, 400, 409, 412, 422."""
    draft, _ = filed(counter)
    path = f"{draft.path}/sections/income"
    fresh = counter.start_draft()

    answers = [
        counter.client.put(path, json={}, headers=draft.headers),
        counter.client.put(path, json={}, headers=draft.headers | {"if-match": "1"}),
        counter.save(draft, "income", {"employment": "9"}, 1),
        counter.save(fresh, "income", {"employment": "9"}, 1),
        counter.save(fresh, "income", {"salary": 1}),
        counter.client.delete(draft.path, headers=draft.headers),
        counter.file(fresh, {}),
        counter.file(draft, {"income": 2}),
    ]

    assert [428, 400, 409, 412, 422, 409, 422, 409] == [answer.status_code for answer in answers]


def test_every_answer_of_the_document_was_met(contract, seen):
    """Whatever the flows above did not bring about is shown elsewhere, and named."""
    told = {(one["operationId"], status) for _, _, one in operations(contract.document) for status in one["responses"]}
    elsewhere = {(name, status) for name, status in told if status in SHOWN_ELSEWHERE}
    hardly_http = {(one["operationId"], "400") for _, _, one in operations(contract.document) if not _takes_words(one)}

    assert set() == told - seen - elsewhere - hardly_http - ON_THE_REGISTER


def _takes_words(told):
    """A request with neither body nor key is 400 only where it is hardly HTTP (test_bad_input.py)."""
    return "requestBody" in told


FAULTS = {
    "a status nobody told": lambda d: d["paths"]["/livez"]["get"]["responses"].pop("200"),
    "a header nobody told": lambda d: d["paths"]["/livez"]["get"]["responses"]["200"]["headers"].pop("Cache-Control"),
    "a header that does not come": lambda d: d["paths"]["/livez"]["get"]["responses"]["200"]["headers"].update(
        {"Location": {"$ref": "#/components/headers/Location"}}
    ),
    "another type": lambda d: d["paths"]["/livez"]["get"]["responses"]["200"].update({"content": {}}),
    "a member too many": lambda d: d["components"]["schemas"]["Health"]["properties"].pop("status"),
    "a member too few": lambda d: d["components"]["schemas"]["Health"]["required"].append("since"),
    "another pattern": lambda d: d["components"]["schemas"]["Health"]["properties"]["status"].update({"enum": ["x"]}),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_check_sees(fault, contract):
    """The check itself, red on a planted fault."""
    wrong = planted(contract.document)
    FAULTS[fault](wrong)
    rate = {"x-ratelimit-limit": "1", "x-ratelimit-remaining": "1", "x-ratelimit-reset": "0"}
    answer = ("GET", "/livez", 200, rate | JSON | {"cache-control": "no-store"}, b'{"status": "alive"}')

    assert ("livez", "200") == contract.check(*answer)
    with pytest.raises(AssertionError):
        Contract(wrong).check(*answer)
