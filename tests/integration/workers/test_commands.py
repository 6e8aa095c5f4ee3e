"""What operators and officers do from the command line, on a real ledger."""

import asyncio

import pytest

from core.domain.number import written
from core.domain.submission import State
from core.storage.pressure import read_standing
from retry.failure import Permanent
from tests.integration.storage.conftest import Rules
from tests.unit.bonus.applications import a_child, an_application
from workers.__main__ import main
from workers.registries import Said

S = State
FOSTER = an_application(children=[a_child("2018-05-01"), a_child("2021-03-03", link="foster")])
WHO = ["--who", "officer-7", "--why", "seen on paper"]


@pytest.fixture(autouse=True)
def _numbers_as_people_write_them(monkeypatch):
    """The numbers of these tests carry their check character."""
    monkeypatch.setattr(Rules, "number", lambda _, sequence: written(sequence))


@pytest.fixture
def command(pipeline, monkeypatch, capsys):
    """Give a command; returns its exit code and what it said."""
    monkeypatch.setenv("DATABASE_URL", pipeline.ledger.url)

    async def give(*arguments):
        code = await asyncio.to_thread(main, arguments)
        said = capsys.readouterr()
        return code, said.out + said.err

    return give


async def a_buried_one(pipeline):
    draft_id = await pipeline.file()
    pipeline.registries.says["identity"] = Permanent("question-refused")
    await pipeline.run_once()
    pipeline.registries.says.clear()
    return draft_id, pipeline.numbers[draft_id]


async def test_what_waits_for_a_person_is_listed_by_reason(pipeline, command):
    """Numbers, states and codes; nothing personal."""
    await pipeline.file(FOSTER)
    await pipeline.run_once()
    _, number = await a_buried_one(pipeline)

    code, said = await command("buried")

    assert 0 == code
    assert {"flag:plain-foster-care: 1", "question-refused: 1"} <= set(said.splitlines())
    assert f"{number[:4]} {number[4:]}" in said
    for personal in ("RSSMRA85T50A562W", "Maria", "Rossi", "IT60X"):
        assert personal not in said


async def test_the_console_names_the_flag(pipeline):
    """What it shows are these reasons, and so do the series."""
    await pipeline.file(FOSTER)
    await pipeline.run_once()

    async with pipeline.ledger.reader.snapshot() as connection:
        assert {"flag:plain-foster-care": 1} == (await read_standing(connection)).buried


async def test_a_dry_run_moves_nothing(pipeline, command):
    """It shows what a real one would do."""
    draft_id, _ = await a_buried_one(pipeline)

    code, said = await command("replay", "--all", "--dry-run")

    assert (0, True) == (code, "1 would be set due" in said)
    assert 1 == len(await pipeline.ledger.operators.buried())
    assert S.NEEDS_OFFICER is (await pipeline.submission(draft_id)).state


async def test_a_replay_sets_due_and_says_who_and_why(pipeline, command):
    """The next round decides; the event keeps the operator's name for it."""
    draft_id, number = await a_buried_one(pipeline)

    code, said = await command("replay", "--number", f"{number[:4]}-{number[4:]}".lower(), *WHO)
    await pipeline.run_once()

    assert (0, True) == (code, "1 set due" in said)
    assert S.GRANTED is (await pipeline.submission(draft_id)).state
    events = await pipeline.ledger.sql("SELECT who, why FROM submission_event WHERE kind = 'replayed'")
    assert [("officer-7", "seen on paper")] == [tuple(event) for event in events]


@pytest.mark.parametrize("chosen", [["--reason", "flag"], ["--since", "2200-01-01T00:00:00Z"]])
async def test_a_replay_that_fits_nothing_says_so(pipeline, command, chosen):
    """And moves nothing."""
    await a_buried_one(pipeline)

    code, said = await command("replay", *chosen, *WHO)

    assert (0, True) == (code, "nothing that waits fits" in said)
    assert 1 == len(await pipeline.ledger.operators.buried())


async def test_a_reason_nothing_is_buried_for_is_an_error(pipeline, command):
    """A mistyped reason must not look like an empty list; what it could be is said."""
    await a_buried_one(pipeline)

    code, said = await command("replay", "--reason", "nonsense", "--dry-run")

    assert 1 == code
    assert "'nonsense'" in said
    for known in ("crashes", "flag", "flag:plain-foster-care", "question-refused", "registry-unanswered"):
        assert known in said


@pytest.mark.parametrize("reason", ["flag", "flag:plain-foster-care"])
async def test_flags_are_replayed_by_kind_or_by_name(pipeline, command, reason):
    """After a correction of the rules: all of them, or those of one question."""
    await pipeline.file(FOSTER)
    await pipeline.run_once()

    code, said = await command("replay", "--reason", reason, "--dry-run")

    assert (0, True) == (code, "1 would be set due" in said)


async def test_a_number_nobody_has_is_an_error(command):
    """Exit code 1 and the number."""
    for arguments in (["replay", "--number", written(99), *WHO], ["paid", written(99), "--who", "me"]):
        code, said = await command(*arguments)

        assert (1, True) == (code, written(99) in said)


async def test_an_officer_rules_on_a_flag_and_the_rules_decide(pipeline, command):
    """needs_officer, a ruling, granted."""
    draft_id = await pipeline.file(FOSTER)
    await pipeline.run_once()

    code, _ = await command("verify", pipeline.numbers[draft_id], "--fact", "flag:plain-foster-care", "--ok", *WHO)
    await pipeline.run_once()

    assert 0 == code
    assert [S.NEEDS_OFFICER, S.IN_REVIEW, S.GRANTED] == (await pipeline.states(draft_id))[2:]


async def test_an_officer_rules_on_a_fact_the_registry_contradicts(pipeline, command):
    """Back from the applicant, and the registry is not asked about it again."""
    draft_id = await pipeline.file()
    pipeline.registries.says["child:1"] = Said.KO
    await pipeline.run_once()
    pipeline.registries.asked.clear()

    code, _ = await command("verify", pipeline.numbers[draft_id], "--fact", "child:1", "--ok", *WHO)
    await pipeline.run_once()

    assert 0 == code
    assert S.GRANTED is (await pipeline.submission(draft_id)).state
    assert [] == pipeline.registries.asked


async def test_a_fact_there_is_not_is_answered_with_those_there_are(pipeline, command):
    """The officer reads what it could be."""
    draft_id = await pipeline.file(FOSTER)
    await pipeline.run_once()

    code, said = await command("verify", pipeline.numbers[draft_id], "--fact", "child:9", "--ko", *WHO)

    assert 1 == code
    assert "tax_code, identity, child:0, child:1, work:0, flag:plain-foster-care" in said


async def test_what_is_decided_waits_for_no_ruling(pipeline, command):
    """A decision is reviewed when she asks for it, not by a command."""
    draft_id = await pipeline.file()
    await pipeline.run_once()

    code, said = await command("verify", pipeline.numbers[draft_id], "--fact", "identity", "--ko", *WHO)

    assert (1, True) == (code, "waits for nobody's ruling" in said)


async def test_a_payment_is_recorded_once_it_was_ordered(pipeline, command):
    """Not before; and twice is once."""
    draft_id = await pipeline.file()
    await pipeline.run_once()
    early, said = await command("paid", pipeline.numbers[draft_id], "--who", "treasury")
    await pipeline.run_once()

    codes = [(await command("paid", pipeline.numbers[draft_id], "--who", "treasury"))[0] for _ in range(2)]

    assert (1, True, [0, 0]) == (early, "no payment of it is ordered" in said, codes)
    assert [S.PAID] == (await pipeline.states(draft_id))[-1:]


async def test_unfiled_drafts_past_their_time_are_removed(pipeline, command):
    """What was typed goes; what was filed stays."""
    filed, unfiled = await pipeline.file(), (await pipeline.ledger.draft()).draft_id
    await pipeline.ledger.save(unfiled, "applicant", None, b"{}")
    await pipeline.ledger.sql("UPDATE draft SET expires_at = now() - interval '200 days'")

    code, said = await command("expire")

    assert (0, True) == (code, "1 drafts removed" in said)
    left = {row[0] for row in await pipeline.ledger.sql("SELECT DISTINCT draft_id FROM section_revision")}
    assert {filed} == left


async def test_a_switch_is_turned_from_a_shell(pipeline, command):
    """Where the console is not at hand: the same rows as its own, and a line in the same trail."""
    paused = await command("pause", "registry:anpr", "--minutes", "30", *WHO)
    (row,) = [line for line in (await command("switches"))[1].splitlines() if line.startswith("registry:anpr")]
    resumed = await command("resume", "registry:anpr", *WHO)
    listed = (await command("switches"))[1]
    wrong = await command("pause", "registry:nobody", *WHO)

    assert [(0, "registry:anpr is paused\n"), (0, "registry:anpr goes on\n")] == [paused, resumed]
    assert "paused  officer-7" in row
    assert row.endswith("seen on paper")
    assert "paused" not in listed
    assert 1 == wrong[0]
    assert "starts" in wrong[1]
    trail = await pipeline.ledger.sql("SELECT who, via, action FROM audit ORDER BY line")
    assert [("officer-7", "command-line", "paused"), ("officer-7", "command-line", "resumed")] == [
        tuple(line) for line in trail
    ]
