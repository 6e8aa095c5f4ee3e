"""Notices on a real ledger, a real bell and a real mail server."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller

from core.clock import SystemClock
from core.domain.notice import Switch
from core.domain.submission import Action
from core.settings import MailTls
from core.storage.notices import NoticeBook
from retry.breaker import Breaker
from retry.budget import RetryBudget
from retry.gate import Gate
from retry.policy import BreakerPolicy, BudgetPolicy
from tests.unit.bonus.applications import an_application
from workers.letters.post import Folder, Line, MailServer

SENDER = "approdo@approdo.example"


class Inbox:
    """A mail server that keeps what it is given, and says what it is told to."""

    def __init__(self) -> None:
        self.got: list[Any] = []
        self.says = ""

    async def handle_RCPT(self, _: Any, __: Any, envelope: Any, address: str, ___: Any) -> str:  # noqa: N802
        """Take a recipient, or not."""
        if self.says.startswith("rcpt "):
            return self.says.removeprefix("rcpt ")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _: Any, __: Any, envelope: Any) -> str:  # noqa: N802
        """Take a letter, or not."""
        if self.says:
            return self.says
        self.got.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=default)))
        return "250 OK"


@pytest.fixture
def inbox(free_port: int) -> Iterator[tuple[Inbox, int]]:
    """A mail server on a port of its own."""
    kept = Inbox()
    controller = Controller(kept, hostname="127.0.0.1", port=free_port)
    controller.start()
    yield kept, free_port
    controller.stop()


def by_mail(port: int) -> MailServer:
    clock = SystemClock()
    gate = Gate(Breaker(BreakerPolicy(), clock, lambda _: None), RetryBudget(BudgetPolicy(), clock))
    return MailServer(Line("127.0.0.1", port, MailTls.NONE, None, None), SENDER, gate)


async def notices(pipeline: Any) -> list[tuple[str, str | None]]:
    rows = await pipeline.ledger.sql("SELECT cause, fate FROM notice ORDER BY made_at, cause")
    return [tuple(row) for row in rows]


def a_switch(draft_id: UUID, number: str, language: str | None = None, *, wanted: bool) -> Switch:
    return Switch(draft_id, number, wanted, language, lambda _: b"{}", datetime.now(UTC))


async def told(pipeline: Any) -> Any:
    """File, and let everything that follows happen."""
    draft_id = await pipeline.file(told=True)
    for _ in range(3):
        await pipeline.run_once()
    return draft_id


async def test_she_is_told_of_what_she_waits_for(build, inbox):
    """Of the filing and the outcome, once each; the rows are gone, and the notices say what became of them."""
    kept, port = inbox
    pipeline = await build(post=by_mail(port))

    draft_id = await told(pipeline)

    assert [("accepted-1", "sent"), ("granted-3", "sent")] == await notices(pipeline)
    assert [] == await pipeline.work(draft_id)
    assert [[an_application()["applicant"]["email"]]] * 2 == [to for to, _ in kept.got]
    subjects = [message["Subject"] for _, message in kept.got]
    assert ["arrivata", "accolta"] == [subject.split()[-1] for subject in subjects]
    assert 2 == len({message["Message-ID"] for _, message in kept.got})


async def test_nobody_is_told_who_gave_no_address(build, inbox):
    """No notice, no row, no letter."""
    kept, port = inbox
    pipeline = await build(post=by_mail(port))

    await pipeline.file()
    await pipeline.run_once()

    assert ([], []) == (await notices(pipeline), kept.got)


async def test_an_outage_of_mail_holds_nobody_up(build, inbox):
    """The application is decided and paid; the letters wait, and go when the server is back."""
    kept, port = inbox
    kept.says = "451 not now"
    pipeline = await build(post=by_mail(port))

    draft_id = await told(pipeline)
    assert "payment_ordered" == (await pipeline.submission(draft_id)).state
    rows = await pipeline.work(draft_id)
    assert {"transient:mail-server-451"} == {row["last_failure"] for row in rows}
    kept.says = ""
    await pipeline.set_due()
    await pipeline.run_once()

    assert [("accepted-1", "sent"), ("granted-3", "sent")] == await notices(pipeline)
    assert 2 == len(kept.got)


async def test_a_server_that_is_not_there_only_moves_the_due_time(build, free_port):
    """The breaker opens, and no try is used up any more."""
    pipeline = await build(post=by_mail(free_port))

    for _ in range(4):
        await pipeline.file(told=True)
    await pipeline.run_once()
    await pipeline.run_once()

    failures = {row["last_failure"] for row in await pipeline.ledger.sql("SELECT last_failure FROM work")}
    assert "transient:mail-server-away" in failures
    assert {None} == {fate for _, fate in await notices(pipeline)}


async def test_an_address_the_server_refuses_is_not_tried_again(build, inbox):
    """Its notice says so."""
    kept, port = inbox
    kept.says = "rcpt 550 no such mailbox"
    pipeline = await build(post=by_mail(port))

    draft_id = await told(pipeline)

    assert {"undeliverable"} == {fate for _, fate in await notices(pipeline)}
    assert [] == await pipeline.work(draft_id)


async def test_notices_are_switched_off_and_on(build, inbox):
    """What was written before she switched them off is not sent; nothing new is written; switched on, it is."""
    kept, port = inbox
    pipeline = await build(post=by_mail(port))
    book = NoticeBook(pipeline.ledger.commit, pipeline.ledger.reader)
    draft_id = await pipeline.file(told=True)
    number = pipeline.numbers[draft_id]

    await book.switch(a_switch(draft_id, number, wanted=False))
    await pipeline.run_once()
    assert [("accepted-1", "unwanted")] == await notices(pipeline)
    await book.switch(a_switch(draft_id, number, wanted=True))

    assert [] == kept.got
    assert (await book.read(draft_id, number)).wanted


async def test_she_is_written_to_in_her_language_and_in_another_from_when_she_says_so(build, inbox):
    """The one she filed in; what is sent after she has changed it is in the new one."""
    kept, port = inbox
    pipeline = await build(post=by_mail(port))
    book = NoticeBook(pipeline.ledger.commit, pipeline.ledger.reader)
    draft_id = await pipeline.file(told=True, language="de")
    await pipeline.run_once()  # of the filing; the outcome is told in another round

    await book.switch(a_switch(draft_id, pipeline.numbers[draft_id], "sl", wanted=True))
    await pipeline.run_once()
    await pipeline.run_once()

    assert ["de", "sl"] == [message["Content-Language"] for _, message in kept.got]
    assert "vlogi ugodeno" in kept.got[-1][1]["Subject"]


async def test_withdrawing_leaves_the_letters_alone(build, inbox):
    """The work on the application goes; what she is told stays to be told."""
    _, port = inbox
    pipeline = await build(post=by_mail(port))
    draft_id = await pipeline.file(told=True)

    action = Action(draft_id, pipeline.numbers[draft_id], lambda _: b"{}", datetime.now(UTC))
    await pipeline.ledger.submissions.withdraw(action)
    await pipeline.run_once()

    assert [("accepted-1", "sent"), ("withdrawn-2", "sent")] == await notices(pipeline)


async def test_a_letter_sent_twice_is_one_file(build, tmp_path):
    """A worker that died after sending: in development the repeat takes the place of the first."""
    post = Folder(tmp_path / "mail", SENDER)
    pipeline = await build(post=post)
    draft_id = await pipeline.file(told=True)
    rows = pipeline.rows

    (key,) = [key for key in await rows.offer(10) if key.kind == "notice"]
    claimed = [one for one in await rows.claim([draft_id]) if one.key == key]
    step = pipeline.deps.decide(claimed[0])
    await post.send(step.letter)
    await post.send(step.letter)
    await rows.settle(step.then(None))

    (letter,) = (tmp_path / "mail").iterdir()
    assert b"To: " + an_application()["applicant"]["email"].encode() in letter.read_bytes()
    assert 0o700 == (tmp_path / "mail").stat().st_mode & 0o777


async def test_a_hundred_letters_share_one_line(build, inbox):
    """More than may wait for it are put off, not lost."""
    kept, port = inbox
    pipeline = await build(post=by_mail(port))
    for _ in range(60):
        await pipeline.file(told=True)

    async with asyncio.timeout(60):
        while any(fate is None for _, fate in await notices(pipeline)) or not kept.got:
            await pipeline.set_due()
            await pipeline.run_once()

    assert len(kept.got) == len({message["Message-ID"] for _, message in kept.got}) == 120
