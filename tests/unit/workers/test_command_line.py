"""What the command line takes and how it answers."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from bonus.digest import question_digest
from bonus.officer import flag_question, rulable
from core.domain.number import written
from core.domain.receipt import canonical
from core.domain.replay import Candidate
from core.domain.work import Kind, Verdict, WorkKey
from tests.unit.bonus.applications import a_child, an_application
from tests.unit.workers.attempts import an_attempt, asked_about, ruled
from workers.__main__ import main
from workers.tables import by_reason, table

NUMBER = written(12_345)
FOSTER = an_application(children=[a_child("2018-05-01"), a_child("2021-03-03", link="foster")])
CARE, BIRTHDAY = "flag:plain-foster-care", "flag:birthday-on-1-january"
WHO = ["--who", "officer-7", "--why", "seen on paper"]


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch, tmp_path):
    """Nothing of this machine's gets in, and nothing is reached."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("APPRODO_DATA", str(tmp_path))


def misused(*arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert 2 == ended.value.code
    return capsys.readouterr().err


def test_an_empty_replay_never_means_everything(capsys):
    """It says what could be named."""
    assert "--number, --reason, --since, --until or --all" in misused("replay", *WHO, capsys=capsys)


@pytest.mark.parametrize(
    "given",
    [
        [],
        ["--who", "me"],
        ["--why", "because"],
        ["--who", " ", "--why", "because"],
        ["--who", "\udcff", "--why", "because"],
        ["--who", "me", "--why", "asked by RSSMRA85T50A562W"],
    ],
)
def test_a_replay_is_answered_for_by_somebody(given, capsys):
    """Who and why are recorded with each row."""
    misused("replay", "--all", *given, capsys=capsys)


@pytest.mark.parametrize("number", ["2222", NUMBER[:-1] + ("2" if NUMBER[-1] != "2" else "3")])
def test_a_mistyped_number_is_noticed(number, capsys):
    """The check character finds it before the database is asked."""
    assert "not a number of ours" in misused("paid", number, "--who", "me", capsys=capsys)


def test_an_instant_needs_its_offset(capsys):
    """Nobody guesses the time zone of an operator."""
    assert "offset" in misused("replay", "--since", "2025-11-20T09:00:00", "--dry-run", capsys=capsys)


@pytest.mark.parametrize("given", [[], ["--ok", "--ko"]])
def test_a_ruling_is_one_of_two(given, capsys):
    """It holds or it does not."""
    misused("verify", NUMBER, "--fact", "identity", *given, *WHO, capsys=capsys)


def test_what_is_missing_is_named(capsys):
    """One line, exit code 1, no traceback."""
    assert 1 == main(["buried"])
    assert "DATABASE_URL is not set" in capsys.readouterr().err


def a_candidate(number, reason, state="needs_officer"):
    since = datetime(2025, 11, 20, 8, tzinfo=UTC)
    key = WorkKey(uuid4(), Kind.DECISION, "filing-1")
    return Candidate(key, number, state, "web", 3, 0, reason, since, buried=True)


def test_the_list_is_grouped_by_reason_the_most_frequent_first():
    """An officer sees what to work through, and nothing personal."""
    waiting = [a_candidate(written(n), reason) for n, reason in enumerate(("flag", "crashes", "flag"))]

    lines = by_reason(waiting).splitlines()

    assert ["flag: 2", "crashes: 1"] == [line for line in lines if line.endswith((": 2", ": 1"))]
    assert table(waiting[:1]).splitlines()[1].split() == [
        *(written(0)[:4], written(0)[4:]),
        *("decision", "needs_officer", "flag", "2025-11-20", "08:00:00Z", "3", "0"),
    ]


def test_an_officer_rules_on_the_question_that_was_asked():
    """The digest is that of the registry's question, so a ruling never outlives what it was about."""
    possible = rulable(an_attempt())

    assert {fact: question_digest(question) for fact, question in asked_about().items()} == possible


def test_an_officer_rules_on_a_flag_of_these_revisions():
    """A flag that decides a month is listed among the facts."""
    revisions = dict.fromkeys(FOSTER, 1) | {"children": 2}

    possible = rulable(replace(an_attempt(FOSTER), sections=revisions))

    assert flag_question(CARE, revisions) == possible[CARE]


def test_a_flag_of_months_she_has_already_is_not_listed():
    """Her other application was granted the whole year: nothing depends on it here."""
    assert CARE not in rulable(an_attempt(FOSTER, granted_elsewhere=frozenset(range(1, 13))))
    asked_for_all = canonical({"requested_months": list(range(1, 13))})
    assert CARE not in rulable(an_attempt(FOSTER, supplementary=True, earlier_declarations=(asked_for_all,)))


def test_a_ruling_can_be_changed_and_leaves_out_what_it_made_pointless():
    """Two flags: against her on the first, the second decides nothing any more."""
    both = an_application(children=[a_child("2012-05-01"), a_child("2015-01-01", link="foster")])
    assert {CARE, BIRTHDAY} <= rulable(an_attempt(both)).keys()

    ruled_on_one = rulable(an_attempt(both, verifications=(ruled(CARE, Verdict.KO, both),)))

    assert CARE in ruled_on_one
    assert BIRTHDAY not in ruled_on_one
