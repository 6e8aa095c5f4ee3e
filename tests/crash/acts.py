"""acts: what is done while it is killed: how its ledger is made ready, the act, and what is tried again after."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from bonus.officer import ruling
from core.clock import ROME
from core.domain.notice import cause_of
from core.domain.replay import ReplayOrder
from core.domain.submission import State
from core.storage.civil import move_civil_clock
from core.storage.new_notices import insert_notices
from core.storage.retention import expire
from tests.crash.house import House
from tests.crash.mother import Mother
from workers.broker import message
from workers.registries import Said

FILING_DAY = datetime(2025, 11, 20, 9, tzinfo=ROME)
CORRECTED = {"employment": "21000.00", "self_employment": "0.00"}
LEASES_HAVE_RUN_OUT = "UPDATE work SET lease_until = clock_timestamp() - interval '1 s', due_at = clock_timestamp()"
WANTS_LETTERS = "UPDATE submission SET notices = true WHERE draft_id = $1"
OLD = "UPDATE draft SET expires_at = clock_timestamp() - interval '31 days'"

Do = Callable[[House, Mother], Awaitable[Any]]


async def _nothing(_: House, __: Mother) -> None:
    """Whatever is to be tried again, everybody at work tries by himself."""


@dataclass(frozen=True)
class Act:
    """One act. `commits`: how many transactions it makes, between which it may stand; `again`: how it is repeated.

    `but`: the sets of the verdict for which the client's log has no word for this act; `not_yet`: those that say
    something only once it has been tried again.
    """

    name: str
    prepare: Do
    do: Do
    commits: int = 1
    again: Do = _nothing
    but: frozenset[str] = frozenset()
    not_yet: frozenset[str] = frozenset()
    at_the_counter: bool = False


async def in_the_window(house: House, _: Mother) -> None:
    """Let it be a day of the ordinary window."""
    await move_civil_clock(house.stores.database_url, FILING_DAY)


async def _started(house: House, mother: Mother) -> None:
    await in_the_window(house, mother)
    await mother.start()


async def _filled(house: House, mother: Mother) -> None:
    await in_the_window(house, mother)
    await mother.fill()


async def _filled_twice(house: House, mother: Mother) -> None:
    await _filled(house, mother)
    await mother.save("income", {"employment": "22000.00", "self_employment": "0.00"}, 1)


async def filed(house: House, mother: Mother) -> None:
    """Fill in and file, on such a day."""
    await in_the_window(house, mother)
    await mother.filed()


async def _offered(house: House, mother: Mother) -> None:
    await filed(house, mother)
    await house.rows.offer(10)


async def _decided(house: House, mother: Mother) -> None:
    await _offered(house, mother)
    await house.advance(mother.draft_id)


async def _payment_offered(house: House, mother: Mother) -> None:
    await _decided(house, mother)
    await house.rows.offer(10)


async def _paid_out(house: House, mother: Mother) -> None:
    await _payment_offered(house, mother)
    await house.advance(mother.draft_id)


async def _notice_offered(house: House, mother: Mother) -> None:
    """All is decided and paid, and she is to be told of it."""
    await _paid_out(house, mother)
    async with house.pool.acquire() as connection, connection.transaction():
        await connection.execute(WANTS_LETTERS, _id(mother))
        await insert_notices(connection, [(_id(mother), cause_of(State.GRANTED, 3))])
    await house.rows.offer(10)


async def _claimed_by_the_dead(house: House, mother: Mother) -> None:
    """A worker took it and is never heard of again; its lease has run out."""
    await _offered(house, mother)
    await house.rows.claim([_id(mother)])
    await house.pool.execute(LEASES_HAVE_RUN_OUT)


async def _suspect(house: House, mother: Mother) -> None:
    await _claimed_by_the_dead(house, mother)
    await house.rows.offer(10)


async def _crashed_often(house: House, mother: Mother) -> None:
    await _suspect(house, mother)
    for _ in range(2):
        await house.rows.claim_suspects(10)
        await house.pool.execute(LEASES_HAVE_RUN_OUT)


async def _buried(house: House, mother: Mother) -> None:
    await _crashed_often(house, mother)
    await house.lone.run_once()


async def _registered(house: House, mother: Mother) -> None:
    """With the ledger away: a save and the filing that names it wait in the emergency register."""
    await _filled(house, mother)
    house.store_is(away=True)
    await _save_anew(house, mother)
    await mother.file()


async def _contradicted(house: House, mother: Mother) -> None:
    """A registry says no, and the matter goes back to her."""
    house.registries.says["identity"] = Said.KO
    await _decided(house, mother)


async def _save_anew(_: House, mother: Mother) -> None:
    await mother.save("income", CORRECTED, 1)


async def _save_again(_: House, mother: Mother) -> None:
    await mother.save("income", mother.contents()["income"], None)


async def _save_stale(_: House, mother: Mother) -> None:
    await mother.save("income", CORRECTED, None)


async def _save_without_the_store(house: House, mother: Mother) -> None:
    house.store_is(away=True)
    await _save_anew(house, mother)


async def _save_without_it_again(house: House, mother: Mother) -> None:
    """She sends it again while the ledger is away; then it is back."""
    await _save_without_the_store(house, mother)
    await house.bring_in()


async def _file_without_the_store(house: House, mother: Mother) -> None:
    house.store_is(away=True)
    await mother.file()


async def _file_without_it_again(house: House, mother: Mother) -> None:
    await _file_without_the_store(house, mother)
    await house.bring_in()
    await mother.file()


async def _bring_in(house: House, _: Mother) -> None:
    await house.bring_in()


async def _start(_: House, mother: Mother) -> None:
    await mother.start()


async def _file(_: House, mother: Mother) -> None:
    await mother.file()


async def _file_under_another_key(_: House, mother: Mother) -> None:
    await mother.file("another")


async def _delete(_: House, mother: Mother) -> None:
    await mother.delete()


async def _withdraw(_: House, mother: Mother) -> None:
    await mother.act("withdrawal")


async def _ask_for_review(_: House, mother: Mother) -> None:
    await mother.act("review-request")


async def _integrate(_: House, mother: Mother) -> None:
    await mother.integrate(income=CORRECTED)


async def _relay(house: House, _: Mother) -> None:
    await house.relay.run_once()


async def _hear_in_vain(house: House, mother: Mother) -> None:
    """A message about work that nobody has offered: fetched, found to be no use, acknowledged."""
    house.bell.ring([message([mother.draft_id])])
    await house.hear()


async def _advance(house: House, mother: Mother) -> None:
    await house.advance(mother.draft_id)


async def _advance_unanswered(house: House, mother: Mother) -> None:
    house.away("child:0")
    await house.advance(mother.draft_id)


async def _see_to_suspects(house: House, _: Mother) -> None:
    await house.lone.run_once()


async def _give_back(house: House, mother: Mother) -> None:
    attempts = await house.rows.claim([_id(mother)])
    await house.rows.give_back(attempts)


async def _replay(house: House, _: Mother) -> None:
    await house.operators.replay(ReplayOrder(who="crash", why="points", everything=True))


async def _rule(house: House, mother: Mother) -> None:
    case = await house.rows.case(_id(mother))
    await house.operators.rule(ruling(case, ["identity"], holds=True, who="crash", why="points"))


async def _rule_unless_ruled(house: House, mother: Mother) -> None:
    """He was told nothing, so he looks first: what he ruled is in the case."""
    if "officer" not in {each.source for each in (await house.rows.case(_id(mother))).verifications}:
        await _rule(house, mother)


async def _expire(house: House, _: Mother) -> None:
    await expire(house.pool, timedelta(days=30))


async def _forgotten(house: House, mother: Mother) -> None:
    await _filled(house, mother)
    await house.pool.execute(OLD)


AtTheCounter = partial(Act, at_the_counter=True)


def _id(mother: Mother) -> UUID:
    return UUID(mother.draft_id)


# The client's log has no word for what an integration writes, nor for what is removed before its owner is told.
GHOST, LOST = frozenset({"ghost"}), frozenset({"lost"})

ACTS = (
    AtTheCounter("start", in_the_window, _start, again=_start),
    AtTheCounter("save", _filled, _save_anew, again=_save_anew),
    AtTheCounter("save, repeated", _filled, _save_again, again=_save_again, commits=0),
    AtTheCounter("save, stale", _filled_twice, _save_stale, again=_save_stale),
    AtTheCounter("delete", _filled, _delete, again=_delete, but=LOST),
    AtTheCounter("submit", _filled, _file, again=_file),
    AtTheCounter("submit, repeated", filed, _file, again=_file, commits=0),
    AtTheCounter("submit, under another key", filed, _file_under_another_key, again=_file_under_another_key, commits=0),
    AtTheCounter("integrate", _contradicted, _integrate, again=_integrate, but=GHOST),
    AtTheCounter("withdraw", filed, _withdraw, again=_withdraw),
    AtTheCounter("ask for a review", _paid_out, _ask_for_review, again=_ask_for_review),
    AtTheCounter("save, registered", _filled, _save_without_the_store, again=_save_without_it_again, not_yet=LOST),
    AtTheCounter("submit, registered", _filled, _file_without_the_store, again=_file_without_it_again, not_yet=LOST),
    AtTheCounter("bring in", _registered, _bring_in, again=_bring_in, commits=4, not_yet=LOST),
    Act("relay", filed, _relay),
    Act("hear in vain", filed, _hear_in_vain, commits=0),
    Act("advance", _offered, _advance, commits=2),
    Act("advance, unanswered", _offered, _advance_unanswered, commits=2),
    Act("pay", _payment_offered, _advance, commits=2),
    Act("tell", _notice_offered, _advance, commits=2),
    Act("relay, lease run out", _claimed_by_the_dead, _relay),
    Act("rescue", _suspect, _see_to_suspects, commits=2),
    Act("bury", _crashed_often, _see_to_suspects, commits=2),
    Act("give back", _offered, _give_back, commits=2),
    Act("operator's replay", _buried, _replay, again=_replay),
    Act("officer's ruling", _buried, _rule, again=_rule_unless_ruled),
    Act("expire", _forgotten, _expire, again=_expire, but=LOST),
)
