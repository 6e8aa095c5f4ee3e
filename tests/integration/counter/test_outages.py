"""Attested outages: signed by the counter, checked by anybody, and led to from the attempts that fell into them."""

import time
from pathlib import Path

import pytest

from ingest.keys import main as keys_command
from ingest.verify_receipt import VALID, main
from tests.integration.counter.running import PATIENCE, RunningCounter
from tests.integration.counter.test_attempts import execute

ID = "0badcafe"
ATTESTED = """
INSERT INTO incident (incident_id, operation, cause, started_at, ended_at, refused, effect, ahead, attested_at)
SELECT '{id}', {function}, 'store', now() - interval '1 hour', now() + interval '1 hour', 17, '{effect}', ahead, now()
FROM civil_clock
"""


@pytest.fixture
def outage(counter: RunningCounter):
    """Write an outage that covers this hour; none is left."""
    yield lambda function="NULL", effect="no-term": execute(
        counter, ATTESTED.format(id=ID, function=function, effect=effect)
    )
    execute(counter, "DELETE FROM incident")


def test_an_outage_is_attested_in_three_forms_and_checked_by_anybody(counter: RunningCounter, outage, tmp_path: Path):
    """The same signed text in each; offline, and by the endpoint."""
    outage()
    answers = {
        media: counter.client.get(f"/v1/outages/{ID}", headers={"accept": media})
        for media in ("application/json", "text/html", "application/pdf", "image/png")
    }
    told = answers["application/json"].json()
    checked = counter.client.post("/v1/receipt-verifications", json={"receipt": told["outage_attestation"]}).json()
    (tmp_path / "answer.json").write_text(answers["application/json"].text)
    (tmp_path / "receipt-keys.json").write_text(counter.client.get("/v1/receipt-keys").text)

    assert [200, 200, 200, 406] == [answer.status_code for answer in answers.values()]
    assert (True, "outage", ID, "all", 17, "no-term") == (
        checked["valid"],
        *(checked["receipt"][name] for name in ("kind", "incident", "function", "refused", "effect")),
    )
    assert "draft_id" not in checked["receipt"]
    assert "Attestato di un&#39;interruzione del servizio" in answers["text/html"].text
    assert "non cadeva l&#39;ultimo giorno" in answers["text/html"].text
    assert answers["application/pdf"].content.startswith(b"%PDF-")
    assert VALID == main([str(tmp_path / "answer.json")])


def test_one_outage_has_one_text_whatever_happens_to_the_keys(counter: RunningCounter, outage):
    """It is signed with the key that was newest when it was written down, also by a counter that knows a newer one."""
    outage(effect="term-inside")
    first = counter.client.get(f"/v1/outages/{ID}").json()
    time.sleep(1.1)  # key files say seconds

    assert 0 == keys_command(["rotate", "receipts", "--keys", str(counter.log.parent / "keys")])
    assert 2 == len(counter.client.get("/v1/receipt-keys").json()["keys"])
    assert first == counter.client.get(f"/v1/outages/{ID}").json()


def test_what_lasts_and_what_never_was_is_not_attested(counter: RunningCounter):
    """Nobody knows yet what it did; and an address that is no reference leads nowhere."""
    execute(counter, "INSERT INTO incident (incident_id, started_at) VALUES ('0000000a', now())")
    try:
        asked = [counter.client.get(f"/v1/outages/{one}") for one in ("0000000a", "0000000b", "x", "0000000A")]
    finally:
        execute(counter, "DELETE FROM incident")

    assert [(404, "not-found")] * 4 == [(one.status_code, one.json()["code"]) for one in asked]


@pytest.mark.parametrize(("function", "leads"), [("NULL", True), ("'submission'", True), ("'reading'", False)])
def test_an_attempt_leads_to_the_outage_that_stopped_it(counter: RunningCounter, outage, function: str, leads: bool):
    """By its function and its instant; a refusal for how the draft stands leads to none."""
    draft = counter.start_draft()
    assert 422 == counter.file(draft, {}).status_code  # sections are missing: no fault of ours
    outage(function)
    execute(
        counter,
        f"""INSERT INTO attempt_log (draft_id, attempted_at, operation, code, noted_at, trial, key_id, times)
        SELECT '{draft.draft_id}', now() + ahead, 'submission', 'overloaded', now(), false,
               '{counter.client.get("/v1/receipt-keys").json()["keys"][-1]["kid"]}', 1 FROM civil_clock""",
    )
    give_up_at = time.monotonic() + PATIENCE
    while len(listed := counter.client.get(f"{draft.path}/attempts", headers=draft.headers).json()["attempts"]) < 2:
        assert time.monotonic() < give_up_at
        time.sleep(0.2)

    led = {one["code"]: one["outage"] for one in listed}
    assert {"overloaded": f"/v1/outages/{ID}" if leads else None, "section-missing": None} == led
