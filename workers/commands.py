"""commands: what operators and officers do by hand: look, replay, rule, record payments, expire."""

import sys
from argparse import Namespace
from collections.abc import Iterable
from uuid import UUID

from core.domain.errors import MoveNotAllowed, NotFound
from core.domain.replay import Candidate, ReplayOrder
from core.domain.work import Ruling
from core.hooks import nobody
from core.settings import Settings
from workers.burials import BURIALS
from workers.ledger import Ledger
from workers.rulable import rulable
from workers.run_relay import expire_all
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
        _must_be_a_reason(order.reason, await ledger.operators.candidates())
    chosen = await (ledger.operators.plan(order) if asked.dry_run else ledger.operators.replay(order))
    verb = "would be set due" if asked.dry_run else "set due"
    say(f"{table(chosen)}\n{len(chosen)} {verb}" if chosen else f"0 {verb}: nothing that waits fits")


async def verify(ledger: Ledger, _: Settings, asked: Namespace) -> None:
    """Write an officer's ruling on a fact or a flag; the rules decide."""
    draft_id = await _must_be_there(ledger, asked.number)
    possible = rulable(await ledger.rows.case(draft_id))
    if asked.fact not in possible:
        raise Refusal(f"{asked.number} has no fact {asked.fact!r}; it could be: {', '.join(possible)}")
    ruling = Ruling(
        number=asked.number,
        draft_id=draft_id,
        fact=asked.fact,
        question=possible[asked.fact],
        holds=asked.ok,
        who=asked.who,
        why=asked.why,
    )
    try:
        await ledger.operators.rule(ruling)
    except MoveNotAllowed:
        raise Refusal(f"{asked.number} waits for nobody's ruling: it is decided, or has been withdrawn") from None
    say(f"{asked.number}: {asked.fact} {'holds' if asked.ok else 'does not hold'}; its work is due")


async def paid(ledger: Ledger, _: Settings, asked: Namespace) -> None:
    """Record that the bank has paid."""
    await _must_be_there(ledger, asked.number)
    try:
        await ledger.operators.record_payment(asked.number, asked.who)
    except MoveNotAllowed:
        raise Refusal(f"{asked.number} cannot be paid: no payment of it is ordered") from None
    say(f"{asked.number}: paid")


async def expire(ledger: Ledger, known: Settings, _: Namespace) -> None:
    """Remove what unfiled drafts hold past their time."""
    say(f"{await expire_all(ledger.pool, known.counter.draft_retention, nobody)} drafts removed")


def say(text: str) -> None:
    """Answer whoever gave the command."""
    sys.stdout.write(text + "\n")


def _must_be_a_reason(reason: str, waiting: Iterable[Candidate]) -> None:
    known = BURIALS.union(*(candidate.reasons for candidate in waiting))
    if reason not in known:
        raise Refusal(f"nothing is ever buried for the reason {reason!r}; it could be: {', '.join(sorted(known))}")


async def _must_be_there(ledger: Ledger, number: str) -> UUID:
    try:
        return await ledger.operators.draft_of(number)
    except NotFound:
        raise Refusal(f"there is no submission with the number {number}") from None
