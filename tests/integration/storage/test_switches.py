"""Switches and the audit trail, on a real ledger: what is held back, what is not, and who is named."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest

from core.clock import SystemClock
from core.domain import switch
from core.domain.draft import Channel
from core.domain.errors import IntakePaused, StoreUnavailable
from core.domain.replay import ReplayOrder
from core.domain.switch import Turn
from core.domain.work import Kind
from core.storage import incidents
from core.storage.audit import Act, Done, Trail
from core.storage.drafts import Drafts
from core.storage.submissions import Submissions
from core.storage.switches import Switches, of_pool, of_reader, turn
from core.storage.work import LeaseTerms, WorkRows

WEB = switch.intake(Channel.WEB)


class Held:
    """A ledger whose writers look at switches."""

    def __init__(self, ledger) -> None:
        self.ledger = ledger
        self.switches = Switches(of_pool(ledger.pool), SystemClock())
        ledger.drafts = Drafts(ledger.commit, ledger.reader, life=timedelta(days=120), paused=self.switches.paused)
        ledger.submissions = Submissions(ledger.commit, ledger.reader, paused=self.switches.paused)
        ledger.work = WorkRows(
            ledger.pool, ledger.commit, LeaseTerms(timedelta(seconds=20), timedelta(0)), paused=self.switches.paused
        )

    async def pause(self, name: str, lasting: timedelta | None = None) -> None:
        await turn(self.ledger.pool, Turn(name, paused=True, who="ada", why="a drill", lasting=lasting), "console")
        await self.switches.look()

    async def resume(self, name: str) -> None:
        await turn(self.ledger.pool, Turn(name, paused=False, who="bob", why="done"), "console")
        await self.switches.look()


@pytest.fixture
def held(ledger):
    """The ledger, with nothing paused yet."""
    return Held(ledger)


async def test_a_paused_channel_takes_no_new_save_and_keeps_its_word(held):
    """What was acknowledged is answered as before; what is new is refused with the time that is left."""
    draft = await held.ledger.draft()
    first = await held.ledger.save(draft.draft_id, "income", None, b"one")
    await held.pause(WEB, timedelta(minutes=5))

    again = await held.ledger.save(draft.draft_id, "income", None, b"one")
    with pytest.raises(IntakePaused) as refused:
        await held.ledger.save(draft.draft_id, "income", 1, b"two")

    assert first == again
    assert timedelta(minutes=4) < refused.value.left <= timedelta(minutes=5)


async def test_a_paused_channel_files_nothing_new_and_repeats_what_it_said(held):
    """A filing under a key that was answered gets that answer."""
    key, filed, waiting = uuid4(), await held.ledger.ready(), await held.ledger.ready()
    first = await held.ledger.file(filed, key)
    await held.pause(WEB)

    again = await held.ledger.file(filed, key)
    with pytest.raises(IntakePaused):
        await held.ledger.file(waiting)

    assert first.body == again.body


async def test_another_channel_goes_on(held):
    """Only what was named is held back."""
    draft = await held.ledger.draft(Channel.PATRONATO)
    await held.pause(WEB)

    saved = await held.ledger.save(draft.draft_id, "income", None, b"one")

    assert 1 == saved.revision


async def test_what_was_paused_goes_on_when_it_is_resumed(held):
    """A turn back is one act too."""
    draft = await held.ledger.draft()
    await held.pause(WEB)
    await held.resume(WEB)

    saved = await held.ledger.save(draft.draft_id, "income", None, b"one")

    assert 1 == saved.revision


async def test_work_of_a_paused_kind_is_not_offered_and_stays_due(held):
    """Nothing about the row changes, so it is offered first when work goes on."""
    _, number = await held.ledger.filed()
    before = await held.ledger.sql("SELECT due_at, attempt, offered FROM work")
    await held.pause(switch.work(Kind.DECISION))

    offered = await held.ledger.work.offer(10)
    after = await held.ledger.sql("SELECT due_at, attempt, offered FROM work")
    await held.resume(switch.work(Kind.DECISION))
    then = await held.ledger.work.offer(10)

    assert ([], before) == (offered, after), number
    assert 1 == len(then)


async def test_a_suspect_of_a_paused_kind_is_left_too(held):
    """The lone worker looks at the same switches."""
    await held.ledger.filed()
    await held.ledger.sql("UPDATE work SET crashes = 1")
    await held.pause(switch.work(Kind.DECISION))

    assert [] == await held.ledger.work.claim_suspects(10)


async def test_a_pause_ends_by_itself(held):
    """Nobody has to remember it."""
    await held.pause(WEB, timedelta(milliseconds=1))
    await held.ledger.sql("SELECT pg_sleep(0.01)")

    assert held.switches.paused(WEB) is None
    assert [] == held.switches.all()


async def test_what_was_known_last_holds_while_postgresql_is_away(held):
    """A switch that forgets in an outage would open what was closed on purpose."""
    await held.pause(WEB)

    async def away():
        raise StoreUnavailable

    held.switches._read = away
    answered = await held.switches.look()

    assert not answered
    assert held.switches.paused(WEB) is not None


async def test_counter_and_workers_read_the_same(held):
    """Through whichever connection."""
    await held.pause(WEB)
    through_reader = Switches(of_reader(held.ledger.reader), SystemClock())
    await through_reader.look()

    assert held.switches.all() == through_reader.all()


async def test_every_turn_is_written_down(held):
    """Who, why, until when; the newest first."""
    await held.pause(WEB, timedelta(minutes=5))
    await held.resume(WEB)

    turns = await Trail(held.ledger.pool).turns()

    assert [("bob", "resumed", "done"), ("ada", "paused", "a drill")] == [
        (line.act.who, line.act.action, line.act.why) for line in turns
    ]
    assert turns[1].act.until is not None
    assert turns[0].at <= datetime.now(UTC)


async def test_an_act_on_a_submission_is_written_down_with_it(held):
    """In the transaction that does it, under the number people know."""
    _, number = await held.ledger.filed()
    await held.ledger.operators.replay(ReplayOrder("ada", "the bank is back", numbers=frozenset({number})))

    (line,) = await Trail(held.ledger.pool).latest(subject=number)

    assert ("ada", "replayed", "the bank is back", "command-line") == (
        line.act.who,
        line.act.action,
        line.act.why,
        line.via,
    )


async def test_what_was_done_while_the_ledger_was_away_is_written_once(held):
    """By its key, however often it is told; when is when it was done."""
    at = datetime(2025, 11, 20, 9, tzinfo=UTC)
    done = [Done(key, at, "console", Act("ada", "incident-opened", "0a1b2c3d", "a drill")) for key in ("one", "two")]
    await incidents.note(held.ledger.url, done[:1])
    await incidents.note(held.ledger.url, done)

    lines = await Trail(held.ledger.pool).latest(subject="0a1b2c3d")
    assert ["two", "one"] == [line.act.said["key"] for line in lines]
    assert {at} == {line.at for line in lines}


@pytest.mark.parametrize("statement", ["UPDATE audit SET who = 'eve'", "DELETE FROM audit", "TRUNCATE audit"])
async def test_nobody_changes_what_was_written_down(held, statement):
    """Not even who may write to it."""
    await held.pause(WEB)

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await held.ledger.sql(statement)


async def test_a_fault_does_not_end_the_looking(monkeypatch):
    """What was known last stays, it is told, and the next pause is heard of."""
    facts, again = [], asyncio.Event()

    async def read():
        if not facts:
            raise LookupError
        again.set()
        return []

    monkeypatch.setattr("core.storage.switches.FAILED", 0.0)
    looking = Switches(read, SystemClock(), lambda fact, **fields: facts.append((fact, fields)))
    watching = asyncio.create_task(looking.watch())
    async with asyncio.timeout(60):
        await again.wait()
    watching.cancel()

    assert [("switches.failed", {"failure": "LookupError"})] == facts
