"""commands: what operators and officers do by hand: look, replay, rule, record payments, expire."""

import sys
from argparse import Namespace
from collections.abc import Iterable
from uuid import UUID

from bonus import officer
from core.domain.errors import MoveNotAllowed, NotFound
from core.domain.replay import Candidate, ReplayOrder
from core.domain.work import FOR_A_PERSON
from core.hooks import nobody
from core.settings import Settings
from workers.burials import BURIALS
from workers.ledger import Ledger
from workers.run_relay import expire_all
from workers.shown import case_as_text
from workers.tables import by_reason, table


class Refusal(Exception):
    """A command cannot be done; the message says why, and what could be."""


async def buried(ledger: Ledger, _: Settings, __: Namespace) -> None:
    """List what waits for a person, grouped by reason."""
    waiting = await ledger.operators.buried()
    say(by_reason(waiting) if waiting else "nothing waits for a person")


async def replay(ledger: Ledger, _: Settings, asked: Namespace) -> None:
    """Set rows due again, or only show which would be."""
    order = ReplayOrder(
        who=asked.who or "",
        why=asked.why or "",
        numbers=frozenset(asked.number),
        reason=asked.reason,
        since=asked.since,
        until=asked.until,
        everything=asked.all,
    )
    for number in order.numbers:
        await _must_be_there(ledger, number)
    if order.reason is not None:
        _must_be_a_reason(order.reason, await ledger.operators.candidates(order.numbers))
    chosen = await (ledger.operators.plan(order) if asked.dry_run else ledger.operators.replay(order))
    verb = "would be set due" if asked.dry_run else "set due"
    say(f"{table(chosen)}\n{len(chosen)} {verb}" if chosen else f"0 {verb}: nothing that waits fits")


async def show(ledger: Ledger, _: Settings, asked: Namespace) -> None:
    """Show what an officer needs before ruling: what was answered, what was decided, what could be ruled on."""
    draft_id = await _must_be_there(ledger, asked.number)
    case = await ledger.rows.case(draft_id)
    say(case_as_text(case, officer.facts(case), await ledger.operators.decisions(draft_id)))


async def verify(ledger: Ledger, _: Settings, asked: Namespace) -> None:
    """Write an officer's ruling on facts or flags; the rules decide."""
    draft_id = await _must_be_there(ledger, asked.number)
    try:
        case = await ledger.rows.case(draft_id)
        await ledger.operators.rule(officer.ruling(case, asked.fact, asked.ok, asked.who, asked.why))
    except officer.NotRulable as unknown:
        raise Refusal(str(unknown)) from None
    except MoveNotAllowed:
        raise Refusal(
            f"{asked.number} waits for nobody's ruling: it is decided and she has asked for no review,"
            " or it has been withdrawn"
        ) from None
    said = "holds" if asked.ok else "does not hold"
    say("\n".join(f"{asked.number}: {fact} {said}" for fact in asked.fact) + "; its work is due")


async def confirm(ledger: Ledger, _: Settings, asked: Namespace) -> None:
    """Record that an officer has looked at a review and leaves the facts as they are; the rules decide again."""
    draft_id = await _must_be_there(ledger, asked.number)
    try:
        await ledger.operators.rule(officer.looked_at(await ledger.rows.case(draft_id), asked.who, asked.why))
    except MoveNotAllowed:
        raise Refusal(f"{asked.number} has no review that waits to be looked at") from None
    say(f"{asked.number}: looked at; its work is due")


async def paid(ledger: Ledger, _: Settings, asked: Namespace) -> None:
    """Record that the bank has paid."""
    await _must_be_there(ledger, asked.number)
    try:
        await ledger.operators.record_payment(asked.number, asked.who)
    except MoveNotAllowed:
        raise Refusal(f"{asked.number} cannot be paid: no payment of it is ordered") from None
    say(f"{asked.number}: paid")


async def difference(ledger: Ledger, _: Settings, asked: Namespace) -> None:
    """Record that what a review changed in an order has been paid, or recovered."""
    await _must_be_there(ledger, asked.number)
    try:
        reason = await ledger.operators.settle_difference(asked.number, asked.who, asked.why)
    except MoveNotAllowed:
        raise Refusal(f"{asked.number} has no difference that waits") from None
    say(f"{asked.number}: {reason} is settled")


async def expire(ledger: Ledger, known: Settings, _: Namespace) -> None:
    """Remove what unfiled drafts hold past their time."""
    say(f"{await expire_all(ledger.pool, known.counter.draft_retention, nobody)} drafts removed")


def say(text: str) -> None:
    """Answer whoever gave the command."""
    sys.stdout.write(text + "\n")


def _must_be_a_reason(reason: str, waiting: Iterable[Candidate]) -> None:
    if reason in FOR_A_PERSON:
        raise Refusal(f"{reason!r} is settled by a person, not replayed: show, verify, confirm, difference")
    known = BURIALS.union(*(candidate.reasons for candidate in waiting))
    if reason not in known:
        raise Refusal(f"nothing is ever buried for the reason {reason!r}; it could be: {', '.join(sorted(known))}")


async def _must_be_there(ledger: Ledger, number: str) -> UUID:
    try:
        return await ledger.operators.draft_of(number)
    except NotFound:
        raise Refusal(f"there is no submission with the number {number}") from None
