"""What `make try` does around a filing: the day, the stand-ins, another mother, and what was expected."""

import json
import random
from datetime import date, datetime, timedelta

import httpx
import pytest

from bonus.tax_code import agrees_with_birth, read_tax_code
from loadtest import try_it
from loadtest.applicant import Applicant, Refused
from loadtest.mother import another
from loadtest.outcome import differences, is_at_rest, told
from loadtest.running import CannotTry, Running, Scene, find
from loadtest.try_it import CASES, with_another_mother

GOLDEN = json.loads(CASES.read_text())
HERE = Running("http://counter", "http://ops", "http://registries")
MONTHS = [{"month": month, "due": month < 7, "reasons": [] if month < 7 else ["late"]} for month in range(1, 13)]
PAID = {
    "state": "payment_ordered",
    "decision": "granted_in_part",
    "months": MONTHS,
    "amount": {"amount": "240.00", "currency": "EUR"},
}
EXPECTED = {
    "state": "granted_in_part",
    "months_due": [1, 2, 3, 4, 5, 6],
    "amount": "240.00",
    "payment_state": "payment_ordered",
}


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: str(case["number"]))
def test_another_mother_is_born_on_the_same_day(case):
    """A second run of a case files somebody else: a valid code, the same birth date."""
    known = case["applicant"]["tax_code"]

    fresh = another(known, random.Random(7).choice)

    code = read_tax_code(fresh)
    assert code is not None
    assert fresh != known
    assert agrees_with_birth(code, date.fromisoformat(case["applicant"]["birth_date"]))


def test_the_stand_ins_speak_of_the_mother_who_files():
    """Golden case 52: the bank contradicts her, not the one of the file."""
    case = with_another_mother(next(case for case in GOLDEN if case["number"] == 52))

    assert [case["applicant"]["tax_code"]] == [order["tax_code"] for order in case["standins"]]


def test_as_expected_is_as_expected():
    """State of the decision, months, euro and where the payment stands."""
    assert [] == differences(EXPECTED, PAID)


@pytest.mark.parametrize(
    ("name", "other"),
    [("state", "granted"), ("months_due", [1]), ("amount", "480.00"), ("payment_state", "payment_failed")],
)
def test_every_difference_is_named(name, other):
    """What is, and what should be."""
    (line,) = differences(EXPECTED | {name: other}, PAID)

    assert line.startswith(f"{name} is ")
    assert line.endswith(f"expected {other}")


def test_an_application_that_waits_for_a_person_has_no_months():
    """Golden case 38: the state alone is expected."""
    expected = {"state": "needs_officer", "months_due": None, "amount": None}

    assert [] == differences(expected, {"state": "needs_officer"})
    assert ["state is suspended, expected needs_officer"] == differences(expected, {"state": "suspended"})


def test_a_grant_goes_on_to_its_payment():
    """It is not at rest before the bank has spoken."""
    assert [False, True, True] == [is_at_rest({"state": s}) for s in ("granted", "payment_ordered", "refused")]


def test_the_outcome_is_told_with_its_months_and_reasons():
    """Euro, months due, and why the others are not."""
    assert [
        "granted_in_part: 240.00 EUR",
        "due: Jan Feb Mar Apr May Jun",
        "not due: Jul Aug Sep Oct Nov Dec (late)",
    ] == list(told(PAID))


class World:
    """The operators' port and the stand-ins, as far as a scene uses them."""

    machine_now = datetime.fromisoformat("2026-03-01T12:00:00+00:00")

    def __init__(self, offset=timedelta(), rules=()):
        self.offset, self.rules = offset, list(rules)
        self.client = httpx.Client(transport=httpx.MockTransport(self.answer))

    def answer(self, request):
        if request.url.path == "/clock":
            if request.method == "PUT":
                self.offset = datetime.fromisoformat(json.loads(request.content)["now"]) - self.machine_now
            told = {"machine_now": self.machine_now.isoformat(), "offset_seconds": self.offset.total_seconds()}
            return httpx.Response(200, json=told)
        if request.method == "PUT":
            self.rules.append(json.loads(request.content))
        elif request.method == "DELETE":
            self.rules.clear()
        return httpx.Response(200, json={"rules": self.rules})


@pytest.mark.parametrize("offset", [timedelta(), timedelta(days=-100)])
@pytest.mark.parametrize("fails", [False, True])
def test_the_day_is_put_back(offset, fails):
    """Whatever happened in between."""
    world = World(offset)

    with pytest.raises(CannotTry) if fails else pytest.raises(ZeroDivisionError), Scene(HERE, world.client) as scene:
        scene.it_is(datetime.fromisoformat("2025-12-09T23:59:50+01:00"))
        scene.it_is(datetime.fromisoformat("2025-12-09T23:59:50+01:00"))
        assert world.machine_now + world.offset == datetime.fromisoformat("2025-12-09T23:59:50+01:00")
        raise CannotTry if fails else ZeroDivisionError

    assert offset == world.offset


def test_the_stand_ins_are_put_back():
    """Where nobody had told them anything, nobody has."""
    world = World()

    with Scene(HERE, world.client) as scene:
        scene.registry_says({"registry": "bank", "mode": "ko"})
        assert [{"registry": "bank", "mode": "ko"}] == world.rules

    assert [] == world.rules


def test_what_others_told_the_stand_ins_stays():
    """Ours is only overruled: theirs cannot be told again, since they keep no names."""
    theirs = {"registry": "anpr", "mode": "slow"}
    world = World(rules=[theirs])

    with Scene(HERE, world.client) as scene:
        scene.registry_says({"registry": "bank", "mode": "ko"})

    assert theirs in world.rules
    assert {"registry": "bank", "mode": "ok"} == world.rules[-1]


def test_a_case_that_needs_a_scene_says_where_it_is_missing():
    """The registries of production take no orders."""
    with pytest.raises(CannotTry, match="make run"), Scene(Running("http://counter", None, None), httpx.Client()) as it:
        it.registry_says({"registry": "bank", "mode": "ko"})


def test_where_nothing_runs_it_says_so(tmp_path, monkeypatch, capsys):
    """One line that names the command; exit code 1."""
    monkeypatch.setenv("APPRODO_DATA", str(tmp_path))
    monkeypatch.delenv("APPRODO_HTTP_PORT", raising=False)

    assert 1 == try_it.main([])
    assert "make run" in capsys.readouterr().err


def test_a_port_is_enough_to_find_the_counter(tmp_path):
    """For a system that was not started by `make run`."""
    found = find({"APPRODO_DATA": str(tmp_path), "APPRODO_HTTP_PORT": "8123"})

    assert Running("http://127.0.0.1:8123", None, None) == found


def test_a_case_there_is_not_is_misuse(capsys):
    """It lists those there are."""
    with pytest.raises(SystemExit) as ended:
        try_it.main(["3"])

    assert 2 == ended.value.code
    assert "there is no case 3; there are 1, 2, 4" in capsys.readouterr().err


def test_a_refusal_is_told_in_the_counters_own_words():
    """The problem's code, what happened, and what to do."""
    problem = {"code": "programme-not-open", "detail": "Non si può ancora.", "action": "Aspetta."}
    transport = httpx.MockTransport(lambda _: httpx.Response(422, json=problem))

    with httpx.Client(base_url="http://counter", transport=transport) as client, pytest.raises(Refused) as refusal:
        Applicant.opens(client)

    assert "programme-not-open: Non si può ancora. Aspetta." in str(refusal.value)
