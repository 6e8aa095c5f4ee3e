"""What an emergency register acknowledged is judged by what became of it in the database: each fault by name."""

from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import UTC, datetime
from json import dumps

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from loadtest.balance import balance
from loadtest.conservation import Seen, altered, dup_effect, forged, lost
from loadtest.digest import canonical, digest
from loadtest.ledger import ACKED, REGISTERED, Heard, Ledger, read
from loadtest.stored import Revision, Stored

DRAFT, SECTION, NUMBER = "01890000-0000-7000-8000-000000000001", "income", "ABCD2345"
OTHER = "01890000-0000-7000-8000-000000000002"
TYPED = digest(DRAFT, SECTION, canonical({"employment": "1.00"}))
ARRIVED, SAID = datetime(2025, 11, 20, 9, tzinfo=UTC), "2025-11-20T09:00:00.000000Z"
KEY = Ed25519PrivateKey.generate()
ABOUT = {"kind": "register", "draft_id": DRAFT}


def receipt(**stated):
    def encoded(raw):
        return urlsafe_b64encode(raw).decode().rstrip("=")

    signed = f"{encoded(dumps({'kid': 'k'}).encode())}.{encoded(dumps(stated).encode())}"
    return f"{signed}.{encoded(KEY.sign(signed.encode()))}"


def saved(entry="KTRA-0000001", **other):
    stated = {"entry": entry, "operation": "section", "section": SECTION, "digest": TYPED}
    return receipt(**(ABOUT | stated | other))


def row(number, operation, outcome="taken", **rest):
    kept = {"draft_id": DRAFT, "entry": f"KTRA-{number:07}", "operation": operation, "outcome": outcome}
    return kept | {"digest": TYPED, "reason": None, "revision": None, "submission": None, "kept": False} | rest


@pytest.fixture
def seen(tmp_path):
    """A save and a filing, both taken by a register and both brought in; the filing was then asked for its number."""
    ledger = Ledger(tmp_path / "log.jsonl")
    save = ledger.intend("save", draft_id=DRAFT, section=SECTION, base=None, digest=TYPED)
    ledger.heard(save, REGISTERED, revision=1, entry="KTRA-0000001", receipt=saved())
    filing = ledger.intend("submission", draft_id=DRAFT, key="k", sections={SECTION: {"revision": 1, "digest": TYPED}})
    filed = receipt(**ABOUT, entry="KTRA-0000002", operation="submission", arrived_at=SAID)
    ledger.heard(filing, REGISTERED, entry="KTRA-0000002", arrived_at=SAID, receipt=filed)
    ledger.close()
    there = {"draft_id": DRAFT, "number": NUMBER, "state": "needs_applicant", "arrived_at": ARRIVED, "person": None}
    stored = replace(
        Stored.nothing(),
        revisions={(DRAFT, SECTION, 1): Revision(TYPED, TYPED)},
        submissions={DRAFT: [there | {"filed_at": ARRIVED, "acknowledged": '{"income": 1}'}]},
        registered={DRAFT: [row(1, "section", revision=1), row(2, "submission", submission=NUMBER)]},
    )
    return Seen(read(tmp_path / "log.jsonl"), stored, {"k": KEY.public_key()})


def with_rows(seen, *rows):
    return replace(seen, stored=replace(seen.stored, registered={DRAFT: list(rows)}))


def found(seen):
    """The sets that are not empty."""
    return {check.__name__ for check in (lost, altered, forged, dup_effect) if list(check(seen))}


def test_what_was_brought_in_is_where_it_belongs(seen):
    """The save is a revision, the filing has its number, and the account of all that was accepted holds."""
    assert set() == found(seen)
    assert (1, True) == (balance(seen.history, seen.stored).accepted, balance(seen.history, seen.stored).holds)


def test_what_is_not_there_is_lost(seen):
    """No entry; or one of another draft; or one that says it is a revision, or a filing, that is not there."""
    save, filing = seen.stored.registered[DRAFT]

    assert {"lost"} == found(with_rows(seen, filing))
    assert {"lost"} == found(with_rows(seen, save))
    assert {"lost"} == found(with_rows(seen, save | {"draft_id": OTHER}, filing))
    assert {"lost"} == found(with_rows(seen, save | {"revision": 2}, filing))
    assert {"lost"} == found(with_rows(seen, save, filing | {"submission": "22222222"}))


def test_what_was_not_taken_is_kept_with_its_reason(seen):
    """Beside its section or with the entry, and her page says why; without the one or the other it is lost."""
    save, filing = seen.stored.registered[DRAFT]
    stale = save | {"outcome": "not_taken", "revision": None, "reason": "stale-revision", "kept": True}

    assert set() == found(with_rows(seen, stale, filing))
    assert {"lost"} == found(with_rows(seen, stale | {"reason": None}, filing))
    assert {"lost"} == found(with_rows(seen, stale | {"kept": False}, filing))


def test_what_is_another_than_was_acknowledged_is_altered(seen):
    """Another content under her revision or in her entry, a later arrival, or two receipts of one entry."""
    save, filing = seen.stored.registered[DRAFT]
    other = {(DRAFT, SECTION, 1): Revision(TYPED, "00")}
    moved = [{**seen.stored.submissions[DRAFT][0], "arrived_at": datetime(2025, 11, 20, 10, tzinfo=UTC)}]
    two = next(iter(seen.history.of("save")))

    assert {"altered"} == found(replace(seen, stored=replace(seen.stored, revisions=other)))
    assert {"altered"} == found(replace(seen, stored=replace(seen.stored, submissions={DRAFT: moved})))
    assert {"altered"} == found(with_rows(seen, save | {"digest": "00"}, filing))
    two.heard.append(Heard(1.0, REGISTERED, two.heard[0].said | {"receipt": saved(cause="another")}))
    assert {"altered"} == found(seen)


def test_an_earlier_arrival_is_in_her_favour(seen):
    """The same filing, sent before, was in the ledger already though nobody could tell her."""
    earlier = [{**seen.stored.submissions[DRAFT][0], "arrived_at": datetime(2025, 11, 20, 8, 59, tzinfo=UTC)}]

    assert set() == found(replace(seen, stored=replace(seen.stored, submissions={DRAFT: earlier})))


def test_one_wish_that_became_two_revisions_is_done_twice(seen):
    """And so is one number that was given to two wishes."""
    save, filing = seen.stored.registered[DRAFT]
    intent = next(iter(seen.history.of("save")))
    intent.heard.append(
        Heard(1.0, REGISTERED, {"revision": 1, "entry": "KTRA-0000003", "receipt": saved("KTRA-0000003")})
    )
    revisions = {(DRAFT, SECTION, one): Revision(TYPED, TYPED) for one in (1, 2)}
    twice = with_rows(seen, save, filing, row(3, "section", revision=2))

    assert {"dup_effect"} == found(replace(twice, stored=replace(twice.stored, revisions=revisions)))


def test_one_number_for_two_wishes_is_seen(seen):
    """Whoever has the second receipt has nothing."""
    filing = next(iter(seen.history.of("submission")))
    filing.heard[0] = replace(filing.heard[0], said=filing.heard[0].said | {"entry": "KTRA-0000001"})

    assert "dup_effect" in found(seen)


@pytest.mark.parametrize(
    "said",
    [
        saved("KTRA-0000009"),
        saved(digest="00"),
        saved(draft_id=OTHER),
        saved(section="work"),
        saved(kind="section"),
        saved()[:-8] + "AAAAAAAA",
        "no receipt",
    ],
)
def test_a_receipt_that_states_something_else_or_does_not_verify_is_forged(seen, said):
    """It must name the very entry, and what was typed."""
    save = next(iter(seen.history.of("save")))
    save.heard[0] = replace(save.heard[0], said=save.heard[0].said | {"receipt": said})

    assert {"forged"} == found(seen)


def test_a_filing_that_was_told_its_number_later_counts_once(seen):
    """It was accepted once, whoever acknowledged it first."""
    filing = next(iter(seen.history.of("submission")))
    sections = filing.about["sections"]
    of = receipt(kind="submission", draft_id=DRAFT, number=NUMBER, arrived_at=SAID, filed_at=SAID, sections=sections)
    filing.heard.append(Heard(2.0, ACKED, {"number": NUMBER, "arrived_at": SAID, "filed_at": SAID, "receipt": of}))

    assert (set(), 1) == (found(seen), balance(seen.history, seen.stored).accepted)
