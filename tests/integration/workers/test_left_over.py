"""What an emergency register took and no import could bring in waits for a person, who settles it once, by name."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from core.domain.errors import MoveNotAllowed
from core.domain.register import UNREADABLE, Import
from core.storage.audit import Trail
from core.storage.copies import look
from core.storage.pressure import read_standing
from core.storage.register import RegisterImports
from core.storage.register_desk import RegisterDesk
from tests.fakes.entries import an_entry
from workers.__main__ import main

WHO = ["--who", "officer-7", "--why", "she has sent it again"]
AT = datetime.now(UTC)


@pytest.fixture
def command(ledger, monkeypatch, capsys):
    """Give a command; returns its exit code and what it said."""
    monkeypatch.setenv("DATABASE_URL", ledger.url)

    async def give(*arguments):
        code = await asyncio.to_thread(main, arguments)
        said = capsys.readouterr()
        return code, said.out + said.err

    return give


async def left_over(ledger, number=12, content=b"\xffsealed", unable=UNREADABLE):
    """Bring in an entry of a draft that nobody knows."""
    entry = an_entry(number, AT, draft_id=uuid4(), content=content)
    await RegisterImports(ledger.commit, ledger.reader).take(Import(entry, "a.receipt.of-it", unable=unable))


async def test_what_could_not_be_brought_in_is_listed_and_counted(ledger, command):
    """By entry, with its reason, and without what it holds; the series and the preflight count it."""
    await left_over(ledger, 13)
    await left_over(ledger, 12, b'{"employment":"7"}')

    code, said = await command("register")

    assert 0 == code
    assert ["KTRA-0000012", "KTRA-0000013"] == [line.split()[0] for line in said.splitlines()[1:]]
    assert UNREADABLE in said
    assert "employment" not in said
    assert 2 == (await look(ledger.reader)).for_a_person
    async with ledger.reader.snapshot() as connection:
        assert 2 == (await read_standing(connection)).for_a_person


async def test_one_is_read_whole(ledger, command):
    """What it holds, where it can be read, and its receipt."""
    await left_over(ledger, 12, b'{"employment":"7"}')
    await left_over(ledger, 13)

    _, readable = await command("register", "--read", "ktra-0000012")
    _, sealed = await command("register", "--read", "KTRA-0000013")

    assert {'{"employment":"7"}', "a.receipt.of-it"} <= set(readable.splitlines())
    assert "sealed with a key that is not here" in sealed


async def test_it_is_settled_once_by_somebody_who_says_why(ledger, command):
    """It goes from the list, what it held stays, and the audit trail has the line."""
    await left_over(ledger)

    settled, again = [await command("register", "--settle", "KTRA-0000012", *WHO) for _ in range(2)]
    _, listed = await command("register")
    row = await ledger.pool.fetchrow("SELECT * FROM register_entry")
    line = (await Trail(ledger.pool).latest())[0]

    assert (0, 1) == (settled[0], again[0])
    assert "no entry waits for a person" in listed
    assert ("officer-7", "she has sent it again", b"\xffsealed") == (
        row["settled_by"],
        row["settled_why"],
        row["content"],
    )
    assert ("officer-7", "entry-settled", "KTRA-0000012", "command-line") == (
        line.act.who,
        line.act.action,
        line.act.subject,
        line.via,
    )
    assert 0 == (await look(ledger.reader)).for_a_person


async def test_who_comes_second_settles_nothing(ledger):
    """Two have the list before them at once: what the first has said stays."""
    await left_over(ledger)
    desk = RegisterDesk(ledger.pool, ledger.commit)
    (entry,) = await desk.left_over()
    await desk.settle(entry, "officer-7", "she has sent it again")

    with pytest.raises(MoveNotAllowed):
        await desk.settle(entry, "officer-8", "me too")

    row = await ledger.pool.fetchrow("SELECT settled_by, settled_why FROM register_entry")
    assert ("officer-7", "she has sent it again") == tuple(row)
    assert 1 == len(await Trail(ledger.pool).latest())


@pytest.mark.parametrize("missing", [(), WHO[:2], WHO[2:]])
async def test_nobody_settles_without_who_and_why(ledger, command, missing):
    """They are kept with it."""
    await left_over(ledger)

    with pytest.raises(SystemExit):
        await command("register", "--settle", "KTRA-0000012", *missing)
    assert 1 == (await look(ledger.reader)).for_a_person
