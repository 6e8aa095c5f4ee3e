"""PostgreSQL is away: saves and filings go into the register, and into the ledger as soon as it is back, in order."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

from ingest.verify_receipt import VALID, main
from tests.conftest import MEASURED
from tests.integration.counter.running import PATIENCE, TYPED, Draft, RunningCounter
from tests.integration.counter.stoppable import Store


def test_saves_go_on_without_the_store_and_are_all_there_in_order_when_it_is_back(
    counter: RunningCounter, store: Store, tmp_path: Path, record_property: Callable[[str, str], None]
) -> None:
    """One tab types on: each save builds on the one before; another section is saved for the first time."""
    draft = start_draft(counter)
    assert counter.save(draft, "income", {"employment": "0"}).status_code == 200
    keys = counter.client.get("/v1/receipt-keys").text
    store.kill()
    acks = [counter.save(draft, "income", {"employment": str(base)}, base) for base in range(1, 6)]
    acks.append(counter.save(draft, "work", TYPED["work"]))
    repeated = counter.save(draft, "income", {"employment": "5"}, 5)
    refused = counter.client.get(draft.path, headers=draft.headers)
    listed = entries(counter, draft)
    health = [counter.client.get(path) for path in ("/readyz", "/status")]
    store.start()

    back_at = time.monotonic()
    other = start_draft(counter)
    first_ordinary_ack = time.monotonic() - back_at
    record_property(MEASURED, f"PostgreSQL back, first acknowledgement: {first_ordinary_ack:.1f} s (bar 5 s)")
    imported = until(lambda: entries(counter, draft), lambda one: all("revision" in e for e in one["entries"]))
    history = shown(counter, draft, "/sections/income/revisions")

    assert [202] * 6 == [one.status_code for one in acks]
    assert [f'"{revision}"' for revision in (2, 3, 4, 5, 6, 1)] == [one.headers["etag"] for one in acks]
    assert (acks[4].status_code, acks[4].content) == (repeated.status_code, repeated.content)
    assert (503, "store-unavailable") == (refused.status_code, refused.json()["code"])
    assert "attempt_certificate" in refused.json()
    assert (False, 6) == (listed["complete"], len(listed["entries"]))
    assert [one.json()["receipt"] for one in acks] == [one["receipt"] for one in listed["entries"]]
    assert [200, 200] == [one.status_code for one in health]
    assert "emergency-register" == health[0].json()["status"]
    assert counter.save(other, "income", {}).status_code == 200
    assert [one.json()["entry"] for one in acks] == [one["entry"] for one in imported["entries"]]
    assert [2, 3, 4, 5, 6, 1] == [one["revision"] for one in imported["entries"]]
    assert [str(base) for base in range(6)] == [one["content"]["employment"] for one in history["revisions"]]
    assert [] == history["not_taken"]
    assert [VALID] * 6 == [verified(tmp_path, one.text, keys) for one in acks]
    assert counter.save(draft, "income", {"employment": "6"}, 6).status_code == 200


def test_a_filing_in_the_register_keeps_its_arrival_and_gets_its_number_later(
    counter: RunningCounter, store: Store
) -> None:
    """The same key gets the same bytes while it waits, and the filing's own answer from then on."""
    draft = start_draft(counter)
    revisions = counter.fill(draft, applicant={})
    key = str(uuid4())
    store.kill()
    assert counter.save(draft, "income", {"employment": "7"}, 1).status_code == 202
    changed = counter.file(draft, revisions, key)
    filed, again = (counter.file(draft, revisions | {"income": 2}, key, language="de") for _ in range(2))
    other = counter.file(draft, revisions | {"income": 3}, key)
    sealed = counter.save(draft, "work", {}, 1)
    store.start()

    settled = until(lambda: counter.file(draft, revisions | {"income": 2}, key), lambda one: "number" in one.json())

    assert (409, "section-changed") == (changed.status_code, changed.json()["code"])
    assert (202, filed.content) == (again.status_code, again.content)
    assert (422, "idempotency-key-reused") == (other.status_code, other.json()["code"])
    assert (409, "sealed") == (sealed.status_code, sealed.json()["code"])
    assert 202 == settled.status_code
    assert filed.json()["arrived_at"] == settled.json()["arrived_at"] < settled.json()["filed_at"]
    listed = entries(counter, draft)["entries"]
    assert settled.json()["number"] == listed[-1]["number"]
    assert filed.json()["entry"] == listed[-1]["entry"]
    export = shown(counter, draft, "/export")
    assert "de" == export["submission"]["language"]


def test_a_section_saved_again_as_it_was_comes_to_the_number_she_was_told(
    counter: RunningCounter, store: Store
) -> None:
    """She files under it: what the register has acknowledged is taken, though that save changed nothing."""
    draft = start_draft(counter)
    revisions = counter.fill(draft, applicant={})
    store.kill()
    again = counter.save(draft, "income", TYPED["income"], 1)
    key = str(uuid4())
    filed = counter.file(draft, revisions | {"income": 2}, key)
    store.start()

    settled = until(
        lambda: counter.file(draft, revisions | {"income": 2}, key),
        lambda one: one.status_code != 202 or "number" in one.json(),
    )
    listed = entries(counter, draft)["entries"]

    assert (202, '"2"', 202) == (again.status_code, again.headers["etag"], filed.status_code)
    assert (202, [2, None]) == (settled.status_code, [one.get("revision") for one in listed]), settled.text
    assert ["taken", "taken"] == [one["outcome"] for one in listed]


def test_whoever_types_on_while_the_store_comes_back_never_overtakes_herself(
    counter: RunningCounter, store: Store
) -> None:
    """What waits goes in before anything newer, whichever way the newer one is acknowledged."""
    draft = start_draft(counter)
    store.kill()
    acks = [counter.save(draft, "income", {"employment": str(base)}, base) for base in range(20)]
    store.start()
    while acks[-1].status_code != 200 and len(acks) < 100:
        acks.append(counter.save(draft, "income", {"employment": str(len(acks))}, len(acks)))
        time.sleep(0.3)  # slower than a draft's rate
    history = shown(counter, draft, "/sections/income/revisions")

    assert 200 == acks[-1].status_code
    assert {202} == {one.status_code for one in acks[:-1]}
    assert [str(base) for base in range(len(acks))] == [one["content"]["employment"] for one in history["revisions"]]
    assert [] == history["not_taken"]


def test_two_tabs_without_the_store_never_overwrite_each_other(counter: RunningCounter, store: Store) -> None:
    """The second is told so at once, and finds its copy among those that were not taken."""
    draft = start_draft(counter)
    counter.save(draft, "income", {"employment": "0"})
    store.kill()
    first = counter.save(draft, "income", {"employment": "first"}, 1)
    second = counter.save(draft, "income", {"employment": "second"}, 1)
    store.start()

    until(lambda: entries(counter, draft), lambda one: all("imported_at" in e for e in one["entries"]))
    history = shown(counter, draft, "/sections/income/revisions")

    assert (202, 412) == (first.status_code, second.status_code)
    assert 2 == second.json()["current_revision"]
    assert ["0", "first"] == [one["content"]["employment"] for one in history["revisions"]]
    assert ["second"] == [one["content"]["employment"] for one in history["not_taken"]]


def test_a_tab_that_was_stale_before_the_store_went_away_ends_beside_the_section(
    counter: RunningCounter, store: Store
) -> None:
    """The register could not know. Nothing is lost, and the number it was promised stands for nothing unseen."""
    draft = start_draft(counter)
    for base, typed in ((0, "both saw this"), (1, "the other tab")):
        assert counter.save(draft, "income", {"employment": typed}, base).status_code == 200
    store.kill()
    promised = [counter.save(draft, "income", {"employment": f"stale {base}"}, base) for base in (1, 2)]
    store.start()

    listed = until(lambda: entries(counter, draft), lambda one: all("imported_at" in e for e in one["entries"]))
    history = shown(counter, draft, "/sections/income/revisions")
    goes_on = counter.save(draft, "income", {"employment": "typed on"}, 3)
    filed = counter.file(draft, {**counter.fill_rest(draft), "income": 2})

    assert [202, 202] == [one.status_code for one in promised]
    assert ["stale-revision"] * 2 == [one["reason"]["code"] for one in listed["entries"]]
    assert {"both saw this", "the other tab"} == {one["content"]["employment"] for one in history["revisions"]}
    assert {"stale 1", "stale 2"} == {one["content"]["employment"] for one in history["not_taken"]}
    assert (412, 409) == (goes_on.status_code, filed.status_code)


def start_draft(counter: RunningCounter) -> Draft:
    """A draft, as soon as the counter has found the store again."""
    asked = {"programme": "bonus-mamme-2025", "channel": "web"}
    told = until(lambda: counter.client.post("/v1/drafts", json=asked), lambda one: one.status_code == 201).json()
    return Draft(told["draft_id"], told["access_token"])


def entries(counter: RunningCounter, draft: Draft) -> dict[str, object]:
    """What the register says of a draft."""
    answer = counter.client.get(f"{draft.path}/register-entries", headers=draft.headers)
    assert answer.status_code == 200, answer.text
    return json.loads(answer.text)


def shown(counter: RunningCounter, draft: Draft, path: str) -> dict[str, Any]:
    """What is at a path of a draft, as soon as the counter reads again: it may write a moment before."""
    asked = f"{draft.path}{path}"
    return until(lambda: counter.client.get(asked, headers=draft.headers), lambda one: one.status_code == 200).json()


def until(look: Callable[[], Any], holds: Callable[[Any], bool]) -> Any:
    """Look until something holds; slower than a draft's rate."""
    give_up_at = time.monotonic() + PATIENCE
    while not holds(seen := look()):
        assert time.monotonic() < give_up_at, seen
        time.sleep(0.3)
    return seen


def verified(folder: Path, answer: str, keys: str) -> int:
    """What the offline verifier says of an answer kept as a file."""
    (folder / "answer.json").write_text(answer)
    (folder / "keys.json").write_text(keys)
    return main([str(folder / "answer.json"), "--keys", str(folder / "keys.json")])
