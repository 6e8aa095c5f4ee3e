"""Nothing acknowledged is lost, altered or done twice, and everything accepted is somewhere: the checks, one by one."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from loadtest import entries
from loadtest.balance import NOWHERE, OUTCOMES, place_of
from loadtest.in_time import flipped
from loadtest.ledger import ACKED, DEFERRED, LOOK, REFUSED, REGISTERED, UNKNOWN, History, Intent
from loadtest.outside import Calls, asked_under_two_keys, invented
from loadtest.receipt import Keys, NotAuthentic, verified
from loadtest.stored import Row, Stored

NOT_LIVE = {"refused", "withdrawn"}


@dataclass(frozen=True, slots=True)
class Seen:
    """What the checks compare: the client's log, the database, the published keys, and the registries' own log."""

    history: History
    stored: Stored
    keys: Keys
    calls: Calls | None = None  # where nobody looked


def check(seen: Seen, but: str | None = None) -> dict[str, list[str]]:
    """Return what violates each promise, `but` one that is not asked about; nothing where all hold."""
    found = {name: sorted(set(violations(seen))) for name, violations in CHECKS.items() if name != but}
    return {name: violations for name, violations in found.items() if violations}


def lost(seen: Seen) -> Iterator[str]:
    """Acknowledged, and not there, though its owner never deleted it."""
    gone = {heard.said["draft_id"] for _, heard in seen.history.acked("deletion")}
    for intent, heard in seen.history.acked("save"):
        place = _place(intent, heard.said["revision"])
        if place not in seen.stored.revisions and place[0] not in gone:
            yield _name(place)
    yield from entries.missing(seen.history, seen.stored, gone)
    numbers = {row["number"] for row in _submissions(seen)}
    yield from {heard.said["number"] for _, heard in seen.history.acked("submission")} - numbers
    yield from {heard.said["draft_id"] for _, heard in seen.history.acked("draft")} - seen.stored.drafts.keys()


def altered(seen: Seen) -> Iterator[str]:
    """Acknowledged, there, and not the same: content, instants, revisions, or the answer to a repeat."""
    for intent, heard in seen.history.acked("save"):
        place = _place(intent, heard.said["revision"])
        there = seen.stored.revisions.get(place)
        if there is not None and {there.kept, there.computed} != {intent.about["digest"]}:
            yield _name(place)
    by_number = {row["number"]: row for row in _submissions(seen)}
    for intent, heard in seen.history.acked("submission"):
        row = by_number.get(heard.said["number"])
        if row is not None and not _as_acknowledged(row, intent, heard.said):
            yield heard.said["number"]
        if len({one.said["receipt"] for one in intent.acks}) > 1:
            yield f"{heard.said['number']}: answers differ"
    yield from entries.changed(seen.history, seen.stored)


def torn(seen: Seen) -> Iterator[str]:
    """Written in part: what one transaction writes is all there or not at all."""
    for draft_id, row in seen.stored.drafts.items():
        if row["sealed"] != (draft_id in seen.stored.submissions):
            yield f"{draft_id}: sealed"
    for draft_id, rows in seen.stored.submissions.items():
        moves = seen.stored.moves(draft_id)
        if _broken(moves) or moves[-1][1] != rows[0]["state"]:
            yield f"{draft_id}: moves"
        operations = {answer["operation"] for answer in seen.stored.answers.get(draft_id, [])}
        if "submission" not in operations:
            yield f"{draft_id}: answer"
        done = {(effect["round"], effect["fence"]) for effect in seen.stored.effects.get(draft_id, [])}
        decisions = seen.stored.decisions.get(draft_id, [])
        if any((decision["round"], decision["fence"]) not in done for decision in decisions):
            yield f"{draft_id}: effect"
        if len(decisions) < sum(target in OUTCOMES for _, target in moves):
            yield f"{draft_id}: decision"


def regressed(seen: Seen) -> Iterator[str]:
    """A read after an acknowledgement showed less."""
    yield from seen.history.regressed


def dup_live(seen: Seen) -> Iterator[str]:
    """A person with more than one live submission in a window."""
    live = Counter(
        (row["programme"], row["window"], row["person"])
        for row in _submissions(seen)
        if row["person"] is not None and row["state"] not in NOT_LIVE
    )
    yield from (f"{person.hex()[:12]}: {count}" for (_, _, person), count in live.items() if count > 1)


def dup_effect(seen: Seen) -> Iterator[str]:
    """Done more than once: a number, a decision of one round, a payment that had not failed, an act at a registry."""
    numbers = Counter(row["number"] for row in _submissions(seen))
    yield from (f"{number}: submissions" for number, count in numbers.items() if count > 1)
    for draft_id in seen.stored.submissions:
        targets = Counter(target for _, target in seen.stored.moves(draft_id))
        dropped = sum(event["kind"] == "payment-dropped" for event in seen.stored.events.get(draft_id, []))
        begun = 1 + targets["reopened"]
        if max(len(seen.stored.decisions.get(draft_id, [])), sum(targets[state] for state in OUTCOMES)) > begun:
            yield f"{draft_id}: decisions"
        if targets["payment_ordered"] > 1 + targets["payment_failed"] + dropped:
            yield f"{draft_id}: payments"
    yield from entries.repeated(seen.history, seen.stored)
    yield from asked_under_two_keys(seen.calls) if seen.calls else ()


def ghost(seen: Seen) -> Iterator[str]:
    """There, and never sent, by a client or by a registry."""
    wanted = {(i.about["draft_id"], i.about["section"], i.about["digest"]) for i in seen.history.of("save")}
    for (draft_id, section, revision), there in seen.stored.revisions.items():
        if (draft_id, section, there.kept) not in wanted:
            yield _name((draft_id, section, revision))
    filed = {intent.about["draft_id"] for intent in seen.history.of("submission")}
    yield from seen.stored.submissions.keys() - filed
    yield from invented(seen.stored, seen.calls) if seen.calls else ()


def stuck(seen: Seen) -> Iterator[str]:
    """Neither decided, nor on a person's list, nor moving."""
    yield from (row["number"] for row in _submissions(seen) if place_of(row, seen.stored) == NOWHERE)


def lied(seen: Seen) -> Iterator[str]:
    """Refused, for good or as not written, and there all the same."""
    for intent in seen.history.of("submission"):
        kept = {
            (answer["operation"], answer["key"]) for answer in seen.stored.answers.get(intent.about["draft_id"], [])
        }
        if _denied(intent) and ("submission", intent.about["key"]) in kept:
            yield f"{intent.about['draft_id']}: {intent.about['key']}"
    for intent in seen.history.of("save"):
        there = seen.stored.revisions.get(_place(intent, (intent.about["base"] or 0) + 1))
        if _denied(intent) and there is not None and there.kept == intent.about["digest"]:
            yield _name(_place(intent, (intent.about["base"] or 0) + 1))


def forged(seen: Seen) -> Iterator[str]:
    """An acknowledged receipt that does not verify offline, or states something else than was done."""
    for intent in (*seen.history.of("save"), *seen.history.of("submission")):
        for ack in (one for one in intent.heard if one.outcome in (ACKED, REGISTERED)):
            try:
                stated = verified(ack.said["receipt"], seen.keys)
            except NotAuthentic:
                stated = {}
            if not _states(stated, intent, ack.said):
                yield f"{intent.about['draft_id']}: intent {intent.number}"


def leak(seen: Seen) -> Iterator[str]:
    """Somebody was shown who is nobody's of this draft."""
    for draft_id, shown in seen.history.shown.items():
        yield from (f"{draft_id}: {marker}" for marker in shown - seen.history.own[draft_id])


def late_flip(seen: Seen) -> Iterator[str]:
    """In time or late otherwise than its arrival says, or an arrival at another time than it was sent."""
    yield from flipped(seen.history, seen.stored)


def unsettled(seen: Seen) -> Iterator[str]:
    """Never answered, though it was repeated until an answer came."""
    asked = (intent for intent in seen.history.intents.values() if intent.what != LOOK)
    yield from (f"intent {i.number}: {i.what}" for i in asked if i.last == UNKNOWN)


CHECKS: Mapping[str, Callable[[Seen], Iterable[str]]] = {
    one.__name__: one
    for one in (
        lost,
        altered,
        torn,
        regressed,
        dup_live,
        dup_effect,
        ghost,
        stuck,
        lied,
        leak,
        forged,
        late_flip,
        unsettled,
    )
}


def _denied(intent: Intent) -> bool:
    """Say whether she was told no, or that nothing was written, and was never told that this is not sure."""
    if intent.is_open:
        return False
    outcomes = {one.outcome for one in intent.heard}
    return intent.last == REFUSED or (bool(outcomes) and outcomes <= {DEFERRED, REFUSED})


def _submissions(seen: Seen) -> Iterator[Row]:
    return (row for rows in seen.stored.submissions.values() for row in rows)


def _place(intent: Intent, revision: int) -> tuple[str, str, int]:
    return intent.about["draft_id"], intent.about["section"], revision


def _name(place: tuple[str, str, int]) -> str:
    return "{}/{}: {}".format(*place)


def _as_acknowledged(row: Row, intent: Intent, said: Mapping[str, Any]) -> bool:
    return (
        str(row["draft_id"]) == intent.about["draft_id"]
        and json.loads(row["acknowledged"]) == {name: one["revision"] for name, one in intent.about["sections"].items()}
        and [said["arrived_at"], said["filed_at"]] == [_instant(row["arrived_at"]), _instant(row["filed_at"])]
    )


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def _broken(moves: list[tuple[str | None, str]]) -> bool:
    return [None, *(target for _, target in moves)][:-1] != [source for source, _ in moves] or not moves


def _states(stated: Mapping[str, Any], intent: Intent, said: Mapping[str, Any]) -> bool:
    if "entry" in said:
        wanted = entries.stated(intent, said)
    elif intent.what == "save":
        wanted = {
            "kind": "section",
            "revision": said["revision"],
            **_some(intent.about, "draft_id", "section", "digest"),
        }
    else:
        wanted = {"kind": "submission", **_some(said, "number", "arrived_at", "filed_at")}
        wanted |= _some(intent.about, "draft_id", "sections")
    return {name: stated.get(name) for name in wanted} == wanted


def _some(of: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: of[name] for name in names}
