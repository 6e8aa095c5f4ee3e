"""Alarms: what probes see, what Alertmanager sends, and what is believed of either."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import orjson
import pytest

from core.domain.incident import Cause, Function
from monitoring.public.alerts import PUBLISHED, NotAlerts, read
from monitoring.public.probes import GRACE, PATIENCE, Probes, Said, Seen, counter_says, wrong

NOON = datetime(2025, 11, 20, 11, tzinfo=UTC)
WELL = Seen(counter_answers=True, store_answers=True, oldest_due=timedelta(), asked=100)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("seen", "causes"),
    [
        (WELL, set()),
        (replace(WELL, counter_answers=False), {Cause.COUNTER}),
        (replace(WELL, store_answers=False, counter_answers=False), {Cause.STORE}),
        (replace(WELL, store_answers=False, on_register=True), {Cause.REGISTER}),
        (replace(WELL, refuses=True), {Cause.OTHER}),
        (replace(WELL, entries_waited=timedelta(seconds=61)), {Cause.ENTRIES}),
        (replace(WELL, entries_waited=timedelta(seconds=59)), set()),
        (replace(WELL, store_answers=False, on_register=True, entries_waited=timedelta(hours=1)), {Cause.REGISTER}),
        (replace(WELL, sent_away=6), {Cause.CROWDED}),
        (replace(WELL, sent_away=5), set()),
        (replace(WELL, asked=40, sent_away=40), set()),
        (replace(WELL, oldest_due=timedelta(minutes=11)), {Cause.SLOW}),
        (replace(WELL, oldest_due=None), set()),
        (replace(WELL, registries_stopped=frozenset({"anpr"})), {Cause.REGISTRY}),
        (replace(WELL, registries_stopped=frozenset({"bank"})), set()),
    ],
)
def test_what_is_wrong_is_told_by_its_cause(seen, causes):
    """And nothing else with it: without PostgreSQL everything else follows."""
    assert causes == {cause for (_, cause), is_wrong in wrong(seen).items() if is_wrong}


@pytest.mark.parametrize(
    ("alert", "seen"),
    [
        ("CounterDown", replace(WELL, counter_answers=False)),
        ("LedgerAway", replace(WELL, store_answers=False)),
        ("LedgerNotDurable", replace(WELL, refuses=True)),
        ("RegisterWaits", replace(WELL, entries_waited=timedelta(minutes=2))),
        ("CounterFull", replace(WELL, sent_away=6)),
        ("WorkWaiting", replace(WELL, oldest_due=timedelta(minutes=11))),
        ("RegistryStopped", replace(WELL, registries_stopped=frozenset({"anpr"}))),
    ],
)
def test_an_alert_and_a_probe_tell_the_public_the_same_of_one_fault(alert, seen):
    """Whichever hears of it first."""
    assert [PUBLISHED[alert]] == [what for what, is_wrong in wrong(seen).items() if is_wrong]


@pytest.mark.parametrize(
    ("status", "told", "said"),
    [
        (200, {"status": "ready"}, Said(answers=True, store_answers=True)),
        (200, {"status": "emergency-register"}, Said(answers=True, store_answers=False, on_register=True)),
        (503, {"code": "store-unavailable"}, Said(answers=True, store_answers=False)),
        (503, {"code": "unsound"}, Said(answers=True, refuses=True)),
        (503, {"code": "shutting-down"}, Said(answers=False)),
        (502, [], Said(answers=False)),
    ],
)
async def test_what_a_counter_says_of_itself_is_believed(status, told, said):
    """One that cannot promise anything does answer, and PostgreSQL answers it."""
    saying = httpx.MockTransport(lambda _: httpx.Response(status, json=told))
    async with httpx.AsyncClient(transport=saying) as client:
        assert said == await counter_says(client, "http://counter")


def test_one_miss_is_no_alarm_and_a_long_one_began_with_the_first():
    """A blip is not published; an outage began when it was first seen."""
    probes, later = Probes(), NOON + GRACE
    bad = replace(WELL, counter_answers=False)
    probes.sounding(WELL, NOON)

    assert [] == probes.sounding(bad, later)
    assert [] == probes.sounding(WELL, later + SECOND)
    assert [] == probes.sounding(bad, later + 2 * SECOND)
    [alarm] = probes.sounding(bad, later + 2 * SECOND + PATIENCE)
    assert (Cause.COUNTER, later + 2 * SECOND) == (alarm.cause, alarm.since)


def test_while_everything_starts_nothing_is_wrong():
    """The counter may be starting as we are."""
    probes, bad = Probes(), replace(WELL, counter_answers=False)
    probes.sounding(bad, NOON)

    assert [] == probes.sounding(bad, NOON + GRACE - SECOND)
    assert 1 == len(probes.sounding(bad, NOON + GRACE))


def notification(*alerts):
    """What Alertmanager sends."""
    told = [
        {
            "status": status,
            "labels": {"alertname": name, "severity": "page"},
            "annotations": {},
            "startsAt": "2025-11-20T11:00:00.000Z",
            "endsAt": "2025-11-20T11:09:00Z" if status == "resolved" else "0001-01-01T00:00:00Z",
            "generatorURL": "",
            "fingerprint": fingerprint,
        }
        for name, status, fingerprint in alerts
    ]
    return orjson.dumps({"version": "4", "status": "firing", "receiver": "approdo", "alerts": told})


def test_a_notification_is_read_by_its_alerts():
    """Firing ones sound since they started, resolved ones are silent since they ended."""
    sent = read(notification(("LedgerAway", "firing", "a1"), ("WorkWaiting", "resolved", "b2")))

    [alarm] = sent.sounding
    assert ("alert:a1", Function.ALL, Cause.STORE, NOON) == (alarm.key, alarm.function, alarm.cause, alarm.since)
    assert {"alert:b2": NOON + timedelta(minutes=9)} == sent.silent


def test_an_alert_that_means_nothing_to_mothers_is_not_published():
    """A relay that is down is ours to mend."""
    sent = read(notification(("ProcessDown", "firing", "a1")))

    assert ((), {}) == (sent.sounding, sent.silent)


@pytest.mark.parametrize("body", [b"", b"{}", b'{"alerts": [{}]}', b'{"alerts": 1}', b"\xff", notification() * 2])
def test_anything_else_is_no_notification(body):
    """And changes nothing."""
    with pytest.raises(NotAlerts):
        read(body)


def test_every_published_alert_has_its_heading_in_the_runbook():
    """Whoever is asked about the page finds what to do."""
    runbook = (Path(__file__).parents[4] / "docs" / "runbook.md").read_text()

    assert PUBLISHED.keys() <= set(re.findall(r"^## (\w+)$", runbook, re.MULTILINE))
