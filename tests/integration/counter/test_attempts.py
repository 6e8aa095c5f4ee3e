"""Refused attempts: certified while the store is away, written down when it is back, read by their owner alone."""

import asyncio
import json
import time
from pathlib import Path

import asyncpg
import httpx
import pytest

from ingest.verify_receipt import NOT_VALID, VALID, main
from tests.integration.counter.running import PATIENCE, TYPED, Draft, RunningCounter
from tests.integration.counter.stoppable import Store
from tests.integration.counter.wire import conversation


@pytest.fixture(scope="module")
def counter(counter_of_store: RunningCounter) -> RunningCounter:
    """A counter whose PostgreSQL can be stopped."""
    return counter_of_store


def test_with_postgresql_away_the_refusal_is_certified_and_later_listed(
    counter: RunningCounter, store: Store, tmp_path: Path
) -> None:
    """Saved, filed, read: each refused with a certificate that holds offline; all are there when the store is back."""
    draft, stranger = counter.start_draft(), counter.start_draft()
    revisions = counter.fill(draft)
    keys = counter.client.get("/v1/receipt-keys").text
    store.kill()
    refused = [
        counter.save(draft, "income", TYPED["income"], 1),
        counter.save(draft, "work", TYPED["work"], 1),
        counter.file(draft, revisions),
        counter.client.get(draft.path, headers=draft.headers),
    ]
    checked = [
        counter.client.post("/v1/receipt-verifications", json={"receipt": one.json()["attempt_certificate"]}).json()
        for one in refused
    ]
    offline = [verified(tmp_path, one.text, keys) for one in refused]
    store.start()

    listed = attempts(counter, draft, 4)

    assert [(503, "store-unavailable")] * 4 == [(one.status_code, one.json()["code"]) for one in refused]
    assert [True] * 4 == [one["valid"] for one in checked]
    assert ["section", "section", "submission", "reading"] == [one["receipt"]["operation"] for one in checked]
    assert [VALID] * 4 == offline
    handed_out = {one.json()["attempt_certificate"] for one in refused}
    assert handed_out == {one["attempt_certificate"] for one in listed}
    assert {"section": 2, "submission": 1, "reading": 1} == {one["operation"]: one["times"] for one in listed}
    assert [] == attempts(counter, stranger, 0)
    assert downloaded(counter, draft, listed[-1])


def verified(folder: Path, answer: str, keys: str) -> int:
    """What the offline verifier says of an answer kept as a file, and that it sees one changed character."""
    kept, key_set = folder / "answer.json", folder / "keys.json"
    key_set.write_text(keys)
    told = json.loads(answer)
    head, claims, signature = told["attempt_certificate"].split(".")
    kept.write_text(json.dumps(told | {"attempt_certificate": f"{head}.{claims[:-8]}AAAAAAAA.{signature}"}))
    assert main([str(kept), "--keys", str(key_set)]) == NOT_VALID
    kept.write_text(answer)
    return main([str(kept), "--keys", str(key_set)])


def attempts(counter: RunningCounter, draft: Draft, times: int, of: str | None = None) -> list[dict[str, object]]:
    """The attempts of a draft, or those `of` one operation, once so many are counted: they are written bit by bit."""
    give_up_at = time.monotonic() + PATIENCE
    while True:
        answer = counter.client.get(f"{draft.path}/attempts", headers=draft.headers)
        listed = answer.json().get("attempts", [])
        listed = [one for one in listed if of in (None, one["operation"])]
        if answer.status_code == 200 and sum(one["times"] for one in listed) >= times:
            return listed
        assert time.monotonic() < give_up_at, answer.text
        time.sleep(0.3)  # slower than a draft's rate


def downloaded(counter: RunningCounter, draft: Draft, attempt: dict[str, object]) -> bool:
    """Whether one certificate comes as JSON, page and PDF, the same text in each."""
    path, text = f"{draft.path}/attempts/{attempt['attempted_at']}", str(attempt["attempt_certificate"])

    def fetched(media: str) -> tuple[int, bytes]:
        answer = counter.client.get(path, headers=draft.headers | {"accept": media})
        return answer.status_code, answer.content

    as_json, page, pdf = (fetched(media) for media in ("application/json", "text/html", "application/pdf"))
    assert (200, text) == (as_json[0], json.loads(as_json[1])["attempt_certificate"])
    assert page[0] == pdf[0] == 200
    return text.encode() in page[1] and b"Attestato di un tentativo" in page[1] and pdf[1][:5] == b"%PDF-"


def test_what_stands_against_a_filing_is_certified_and_what_is_wrong_in_a_request_is_not(
    counter: RunningCounter,
) -> None:
    """Sealed, changed since, already filed, not ready; but not a body, a header or an address that is wrong."""
    first, second = counter.start_draft(), counter.start_draft()
    applicant = {"tax_code": "RSSMRA85T50A562W"}
    unready = counter.file(first, {"income": 1})
    revisions = counter.fill(first, applicant=applicant)
    counter.fill(second, applicant=applicant)
    assert 202 == counter.file(first, revisions).status_code

    certified = {
        "section-missing": unready,
        "sealed": counter.save(first, "income", {"employment": "1"}, 1),
        "already-filed": counter.file(second, revisions),
        "stale-revision": counter.save(second, "income", {"employment": "2"}),
        "section-changed": counter.file(second, revisions | {"income": 7}),
    }
    bare = [
        counter.save(second, "income", {"salary": 1}, 1),
        counter.save(second, "spese", {}, 1),
        counter.client.put(f"{second.path}/sections/income", json={}, headers=second.headers),
        counter.client.get(first.path, headers=second.headers),
        counter.client.get(f"{first.path}/attempts", headers=second.headers),
    ]

    assert list(certified) == [one.json()["code"] for one in certified.values()]
    assert all("attempt_certificate" in one.json() for one in certified.values())
    assert [422, 404, 428, 404, 404] == [one.status_code for one in bare]
    assert not any("attempt_certificate" in one.json() for one in bare)
    assert {"sealed", "section-missing"} == {one["code"] for one in attempts(counter, first, 2)}


def test_a_flood_costs_one_row_and_is_counted(counter: RunningCounter) -> None:
    """More than a draft's rate allows: one certificate for all that were too many, and how many they were."""
    draft = counter.start_draft()
    lines = f"PUT {draft.path}/sections/income HTTP/1.1\r\nHost: x\r\nAuthorization: {draft.headers['authorization']}"
    request = f"{lines}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n".encode()
    flood = [request + b"\r\n{}"] * 199 + [request + b"Connection: close\r\n\r\n{}"]
    problems = [json.loads(one.body) for one in conversation(counter.port, b"".join(flood))]
    too_many = [one["attempt_certificate"] for one in problems if one["status"] == 429]

    listed = attempts(counter, draft, len(too_many), of="section")

    assert {428, 429} == {one["status"] for one in problems}
    assert set(too_many) == {one["attempt_certificate"] for one in listed}
    assert len(too_many) == sum(int(str(one["times"])) for one in listed)


def test_an_outage_published_as_open_is_named(counter: RunningCounter) -> None:
    """Its reference goes into the certificates of the operation it is of."""
    execute(counter, "INSERT INTO incident VALUES ('0a1b2c3d', 'submission', now(), NULL)")
    try:
        give_up_at = time.monotonic() + PATIENCE
        while incident_of(counter.file(counter.start_draft(), {"income": 1}), counter) != "0a1b2c3d":
            assert time.monotonic() < give_up_at
            time.sleep(0.3)
        assert incident_of(counter.save(counter.start_draft(), "income", {}, 1), counter) is None
    finally:
        execute(counter, "DELETE FROM incident")


def incident_of(refused: httpx.Response, counter: RunningCounter) -> object:
    """What the certificate of a refusal names as its cause."""
    shown = {"receipt": refused.json()["attempt_certificate"]}
    return counter.client.post("/v1/receipt-verifications", json=shown).json()["receipt"].get("incident")


def test_an_address_that_names_no_attempt_leads_nowhere(counter: RunningCounter) -> None:
    """Of an instant without one, and of what is no instant as we write them."""
    draft = counter.start_draft()
    nowhere = ("2025-11-20T08:14:00.901152Z", "2025-11-20T08:14:00Z", "2025-11-20", "9999-12-31T23:59:59.000000-23:59")

    answers = [counter.client.get(f"{draft.path}/attempts/{one}", headers=draft.headers) for one in nowhere]

    assert [404] * 4 == [one.status_code for one in answers]


def execute(counter: RunningCounter, statement: str) -> None:
    """Write what nobody writes yet."""

    async def run() -> None:
        connection = await asyncpg.connect(counter.database_url)
        await connection.execute(statement)
        await connection.close()

    asyncio.run(run())
