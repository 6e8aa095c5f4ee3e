"""The lights and the forecast: what is said of each promise, from what is seen."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.domain.switch import Pause
from monitoring.console.forecast import Forecast, Pace, forecast
from monitoring.console.lights import State, lights
from monitoring.console.snapshot import Figures, Ledger, Process, Register, Registry, Snapshot, Tallied

NOW = datetime(2025, 11, 20, 12, tzinfo=UTC)
CALM = Snapshot(
    at=NOW,
    environment="production",
    civil=None,
    ledger=Ledger(reachable=True, age_seconds=1.0),
    bell_reachable=True,
    figures=Figures(10.0, 0.01, 0.05, 4.0, 0, 0.0, 0, 0, 0.0, 1.0),
    points=(),
    lanes=(),
    attempts=(),
    registries=(Registry("anpr", 10, {"ok": 10}, 0.1, 0.2, "closed"),),
    buried=(),
    refusals=(Tallied("stale-revision", 3),),
    decisions=(),
    submissions=(),
    processes=tuple(
        Process(name, 1, up=True, restarts=0, started_at=NOW, in_hand=None)
        for name in ("counter-1", "relay-1", "worker-1", "lone-worker")
    ),
    pauses=(),
    paces=(),
    gauges=(),
    register=Register(stands_in=False, waiting=0, oldest_seconds=0.0, for_a_person=0),
)
LEFT = Forecast(0.0, 0.0, "Nothing waits.")
SAVED, QUICK, OPEN, MOVING, SEEN, VERIFIED, STAFFED, BROUGHT_IN = range(8)
AWAY = Ledger(reachable=False, age_seconds=5)


def register(waiting, oldest=0.0, for_a_person=0, *, stands_in=False):
    return Register(stands_in, waiting, oldest, for_a_person)


def pause(switch):
    return Pause(switch, NOW, None, "ada", "a drill")


def test_where_all_is_well_every_promise_is_kept():
    """A refusal that is no fault of ours darkens nothing."""
    assert {State.KEPT} == {light.state for light in lights(CALM, LEFT)}


@pytest.mark.parametrize(
    ("which", "wrong", "state", "said"),
    [
        (SAVED, {"ledger": Ledger(reachable=False, age_seconds=5)}, State.BROKEN, "PostgreSQL does not answer"),
        (SAVED, {"ledger": AWAY, "register": register(0, stands_in=True)}, State.AT_RISK, "the emergency register"),
        (
            BROUGHT_IN,
            {"ledger": AWAY, "register": register(7, 90.0)},
            State.AT_RISK,
            "7 entries wait, the oldest for 90",
        ),
        (BROUGHT_IN, {"register": register(7, 3.0)}, State.AT_RISK, "7 entries wait"),
        (BROUGHT_IN, {"register": register(7, 90.0)}, State.BROKEN, "7 entries wait"),
        (BROUGHT_IN, {"register": register(0, for_a_person=2)}, State.AT_RISK, "2 entries could not"),
        (BROUGHT_IN, {"register": None}, State.UNKNOWN, "No counter"),
        (SAVED, {"refusals": (Tallied("internal-error", 2),)}, State.AT_RISK, "2 requests met a fault of ours"),
        (SAVED, {"refusals": (Tallied("overloaded", 9),)}, State.AT_RISK, "9 requests were sent away as full"),
        (QUICK, {"ack_p99_seconds": 1.5}, State.AT_RISK, "within 1.50 s"),
        (QUICK, {"ack_p99_seconds": 6.0}, State.BROKEN, "within 6.00 s"),
        (QUICK, {"ack_p99_seconds": None}, State.UNKNOWN, "Nobody has saved"),
        (OPEN, {"pauses": (pause("intake:web"),)}, State.AT_RISK, "Paused by hand: intake:web."),
        (OPEN, {"pauses": (pause("starts"),)}, State.AT_RISK, "Paused by hand: starts."),
        (OPEN, {"processes": ()}, State.BROKEN, "No counter is up"),
        (MOVING, {"oldest_due_seconds": 61.0}, State.AT_RISK, "has waited 61 s"),
        (MOVING, {"oldest_due_seconds": 901.0}, State.BROKEN, "has waited 901 s"),
        (MOVING, {"ledger": Ledger(reachable=True, age_seconds=300)}, State.UNKNOWN, "last read 300 s ago"),
        (MOVING, {"ledger": Ledger(reachable=False, age_seconds=5)}, State.UNKNOWN, "last read 5 s ago"),
        (SEEN, {"ledger": Ledger(reachable=False, age_seconds=5)}, State.UNKNOWN, "person's list"),
        (SEEN, {"silent": 1}, State.BROKEN, "1 submissions neither move"),
        (SEEN, {"silent": None}, State.UNKNOWN, "not been counted"),
        (VERIFIED, {"pauses": (pause("registry:anpr"),)}, State.AT_RISK, "Paused by hand: anpr."),
        (VERIFIED, {"registries": ()}, State.UNKNOWN, "No registry was asked"),
        (MOVING, {"broken": 3}, State.AT_RISK, "failed at 3 attempts"),
        (STAFFED, {"skew_seconds": 30.2}, State.AT_RISK, "30 s apart"),
        (STAFFED, {"processes": CALM.processes[:2]}, State.AT_RISK, "No worker is up."),
        (STAFFED, {"processes": (CALM.processes[0], *CALM.processes[2:])}, State.AT_RISK, "No relay is up."),
        (STAFFED, {"bell_reachable": False}, State.AT_RISK, "Redis does not answer"),
    ],
)
def test_each_promise_says_how_it_stands_and_why(which, wrong, state, said):
    """One thing is wrong; its light says so in words."""
    named = {field: value for field, value in wrong.items() if field in Figures.__slots__}
    rest = {field: value for field, value in wrong.items() if field not in named}
    light = lights(replace(CALM, figures=replace(CALM.figures, **named), **rest), LEFT)[which]

    assert state is light.state
    assert said in light.reason


def test_an_open_breaker_is_told_by_the_name_of_its_registry():
    """And leads to the runbook."""
    stopped = replace(CALM, registries=(Registry("bank", 10, {"ok": 1}, 0.1, 0.2, "open"),))
    light = lights(stopped, LEFT)[VERIFIED]

    assert (State.AT_RISK, "RegistryStopped") == (light.state, light.alert)
    assert "bank" in light.reason


@pytest.mark.parametrize(("reachable", "alert"), [(True, "LedgerStale"), (False, "LedgerAway")])
def test_an_old_reading_leads_to_why_it_is_old(reachable, alert):
    """PostgreSQL does not answer, or it does and nobody has read it."""
    old = Ledger(reachable=reachable, age_seconds=300)

    assert alert == lights(replace(CALM, ledger=old), LEFT)[MOVING].alert


@pytest.mark.parametrize(
    ("backlog", "paces", "soonest", "latest", "said"),
    [
        (None, [], None, None, "not known"),
        (0, [], 0.0, 0.0, "Nothing waits"),
        (100, [], None, None, "Too little"),
        (100, [Pace(0, 4, 60.0)], None, None, "Too little"),
        (100, [Pace(0, 60, 60.0), Pace(0, 150, 300.0)], 100.0, 200.0, "in 2 min to 3 min."),
        (100, [Pace(90, 60, 60.0)], 100.0, 100.0, "and the line grows"),
        (10, [Pace(0, 600, 60.0)], 1.0, 1.0, "in 1 s to 1 s."),
        (36_000, [Pace(0, 60, 60.0)], 36_000.0, 36_000.0, "10.0 h"),
    ],
)
def test_the_forecast_is_a_range_or_says_that_it_knows_nothing(backlog, paces, soonest, latest, said):
    """By the pace of the last minute and of the last five."""
    left = forecast(backlog, paces)

    assert (soonest, latest) == (left.soonest, left.latest)
    assert said in left.in_words
