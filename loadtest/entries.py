"""entries: what an emergency register acknowledged, and what became of it once the database was back."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from loadtest.ledger import REGISTERED, Heard, History, Intent
from loadtest.stored import Row, Stored

TAKEN = "taken"


def given(history: History) -> Iterator[tuple[Intent, Heard]]:
    """Yield every answer of a register, with what was asked."""
    for intent in (*history.of("save"), *history.of("submission")):
        yield from ((intent, heard) for heard in intent.heard if heard.outcome == REGISTERED)


def filed(history: History, stored: Stored) -> Iterator[tuple[Intent, Heard, str]]:
    """Yield the filings a register acknowledged and the database took, each with its number."""
    known = _known(stored)
    for intent, heard in given(history):
        row = known.get(heard.said["entry"])
        if intent.what == "submission" and row is not None and row["outcome"] == TAKEN:
            yield intent, heard, str(row["submission"])


def missing(history: History, stored: Stored, gone: Collection[str]) -> Iterator[str]:
    """Yield entries that are not there; that were taken and are not what they say; or that nothing is kept of.

    `gone`: drafts whose owner had them deleted.
    """
    known, numbers = _known(stored), {row["number"] for rows in stored.submissions.values() for row in rows}
    for intent, heard in given(history):
        row = known.get(heard.said["entry"])
        if row is None or str(row["draft_id"]) != intent.about["draft_id"]:
            yield heard.said["entry"]
        elif row["outcome"] != TAKEN:
            if not (row["reason"] and row["kept"]) and intent.about["draft_id"] not in gone:
                yield f"{row['entry']}: neither taken nor kept"
        elif intent.what == "submission":
            if row["submission"] not in numbers:
                yield row["entry"]
        elif _place(intent, row) not in stored.revisions and intent.about["draft_id"] not in gone:
            yield row["entry"]


def changed(history: History, stored: Stored) -> Iterator[str]:
    """Yield entries that are there and hold something else than was acknowledged, or whose answers differ."""
    known, receipts = _known(stored), defaultdict[str, set[str]](set)
    filings = {row["number"]: row for rows in stored.submissions.values() for row in rows}
    for intent, heard in given(history):
        row = known.get(heard.said["entry"])
        receipts[heard.said["entry"]].add(heard.said["receipt"])
        if row is None or str(row["draft_id"]) != intent.about["draft_id"]:
            continue
        if intent.what == "save" and not _holds(intent, row, stored):
            yield row["entry"]
        if intent.what == "submission" and row["outcome"] == TAKEN:
            filing = filings.get(row["submission"])
            if filing is not None and _later(filing["arrived_at"], heard.said["arrived_at"]):
                yield f"{row['entry']}: arrived later"
    yield from (f"{entry}: answers differ" for entry, said in receipts.items() if len(said) > 1)


def repeated(history: History, stored: Stored) -> Iterator[str]:
    """Yield entries brought in twice: one wish that has become two revisions, or one number given to two wishes."""
    known, became, wishes = _known(stored), defaultdict[int, set[int]](set), defaultdict[str, set[int]](set)
    for intent, heard in given(history):
        row = known.get(heard.said["entry"])
        wishes[heard.said["entry"]].add(intent.number)
        if intent.what == "save" and row is not None and row["outcome"] == TAKEN:
            became[intent.number].add(row["revision"])
    yield from (f"intent {number}: revisions" for number, revisions in became.items() if len(revisions) > 1)
    about = history.intents
    for entry, numbers in wishes.items():
        if len({_wish(about[number]) for number in numbers}) > 1:
            yield f"{entry}: two wishes"


def stated(intent: Intent, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the receipt of an entry must state."""
    about = intent.about
    wanted = {"kind": "register", "draft_id": about["draft_id"], "entry": said["entry"]}
    if intent.what == "save":
        return wanted | {"operation": "section", "section": about["section"], "digest": about["digest"]}
    return wanted | {"operation": "submission", "arrived_at": said["arrived_at"]}


def _known(stored: Stored) -> Mapping[str, Row]:
    return {row["entry"]: row for rows in stored.registered.values() for row in rows}


def _holds(intent: Intent, row: Row, stored: Stored) -> bool:
    """Say whether an entry, and the revision it became, have what was typed."""
    there = stored.revisions.get(_place(intent, row)) if row["outcome"] == TAKEN else None
    digests = {row["digest"]} | ({there.kept, there.computed} if there is not None else set())
    return digests == {intent.about["digest"]}


def _place(intent: Intent, row: Row) -> tuple[str, str, int]:
    return intent.about["draft_id"], intent.about["section"], row["revision"]


def _wish(intent: Intent) -> tuple[object, ...]:
    """What makes two intents the same to a counter: two tabs may want the same."""
    about = intent.about
    if intent.what == "save":
        return about["draft_id"], about["section"], about["digest"]
    sections = sorted((name, one["revision"]) for name, one in about["sections"].items())
    return about["draft_id"], *sections


def _later(arrived_at: datetime, said: str) -> bool:
    return arrived_at > datetime.fromisoformat(said)
