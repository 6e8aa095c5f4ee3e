"""What stands between a system and its launch: each line is seen ok, and seen to say what to do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from core.settings import Environment
from core.storage.copies import Copies
from monitoring.launch import Found
from monitoring.preflight import CHECKS, State, as_json, lines
from monitoring.web_certificate import WebCertificate

NOW = datetime(2025, 11, 20, 8, 0, tzinfo=UTC)
COPIES = Copies(weak=[], standbys=1, clock=NOW, civil_offset=timedelta())
PLAN = {"profile": "launch-day", "audience": 675_000, "needs": {"counters": 2, "workers": 1, "database_gb": 40}}
READY = Found(
    now=NOW,
    environment=Environment.PRODUCTION,
    civil_now_is_set=False,
    copies=COPIES,
    receipt_keys=1,
    missing_keys=[],
    keys_open_to_others=[],
    stand_ins=False,
    clock_is_kept=True,
    disk_free=80 * 10**9,
    disk_whole=100 * 10**9,
    names=["counter-1", "counter-2", "worker-1", "monitoring"],
    register_copies=1,
    register_waits=0,
    status_answers=True,
    status_page_at=NOW - timedelta(seconds=3),
    plan=PLAN,
    capacity={"rate_per_s": 300},
    storm={
        "judged_at": (NOW - timedelta(days=3)).isoformat(),
        "result": "pass",
        "line": "PASS: all kept",
        "counts": {"turned_away": 900},
    },
    verdict={
        "judged_at": (NOW - timedelta(days=2)).isoformat(),
        "result": "pass",
        "line": "PASS: all kept",
        "profile": "launch-day",
        "faults": 6,
    },
    alerts={"at": (NOW - timedelta(days=2)).isoformat(), "fired": ["LedgerAway"], "expected": ["LedgerAway"]},
    drill={"at": (NOW - timedelta(days=20)).isoformat(), "ok": True, "missing": 0},
    web_certificate=WebCertificate(NOW + timedelta(days=15)),
)


def not_ok(found):
    return {line.name for line in lines(found) if line.state is not State.OK}


def test_a_system_that_is_ready_can_be_launched():
    """Every line can be ok, and then the list is."""
    assert set() == not_ok(READY)
    assert orjson.loads(as_json(READY))["ready"] is True
    assert orjson.loads(as_json(replace(READY, copies=None)))["ready"] is False


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"copies": replace(COPIES, civil_offset=timedelta(days=-365))}, "civil clock"),
        ({"environment": Environment.DEVELOPMENT}, "environment"),
        ({"civil_now_is_set": True}, "demonstration date"),
        ({"stand_ins": True}, "registries"),
        ({"stand_ins": None}, "registries"),
        ({"now": datetime(2025, 12, 9, 23, 0, tzinfo=UTC)}, "calendar"),
        ({"copies": replace(COPIES, weak=["fsync"])}, "durability"),
        ({"copies": replace(COPIES, standbys=0)}, "second copy"),
        ({"receipt_keys": 0}, "receipt keys"),
        ({"missing_keys": ["person"]}, "key files"),
        ({"keys_open_to_others": ["receipts-0001.json"]}, "key files"),
        ({"copies": replace(COPIES, clock=NOW + timedelta(seconds=3))}, "clocks"),
        ({"clock_is_kept": False}, "time service"),
        ({"clock_is_kept": None}, "time service"),
        ({"disk_free": 10 * 10**9}, "disks"),
        ({"plan": PLAN | {"needs": {**PLAN["needs"], "database_gb": 90}}}, "disks"),
        ({"plan": {}}, "capacity"),
        ({"capacity": {}}, "capacity"),
        ({"names": ["counter-1", "worker-1"]}, "capacity"),
        ({"verdict": {}}, "receipts reconciled"),
        ({"storm": {}}, "storm"),
        ({"storm": {**READY.storm, "result": "fail"}}, "storm"),
        ({"storm": {**READY.storm, "counts": {"turned_away": 0}}}, "storm"),
        ({"storm": {**READY.storm, "judged_at": (NOW - timedelta(days=30)).isoformat()}}, "storm"),
        ({"verdict": {**READY.verdict, "result": "inconclusive"}}, "receipts reconciled"),
        ({"verdict": {**READY.verdict, "judged_at": (NOW - timedelta(days=30)).isoformat()}}, "receipts reconciled"),
        ({"verdict": {**READY.verdict, "faults": 0}}, "receipts reconciled"),
        ({"register_copies": 0}, "emergency register"),
        ({"register_waits": None}, "emergency register"),
        ({"register_waits": 3}, "emergency register"),
        ({"copies": replace(COPIES, for_a_person=1)}, "emergency register"),
        ({"status_answers": False}, "status"),
        ({"status_page_at": None}, "status page"),
        ({"status_page_at": NOW - timedelta(minutes=2)}, "status page"),
        ({"web_certificate": None}, "certificates"),
        ({"web_certificate": WebCertificate(NOW + timedelta(days=13))}, "certificates"),
        ({"web_certificate": WebCertificate(None, "certificate has expired")}, "certificates"),
        ({"alerts": {}}, "alerts"),
        ({"alerts": {**READY.alerts, "fired": []}}, "alerts"),
        ({"alerts": {**READY.alerts, "fired": [], "expected": []}}, "alerts"),
        ({"alerts": {**READY.alerts, "at": (NOW - timedelta(days=8)).isoformat()}}, "alerts"),
        ({"drill": {}}, "backups restored"),
        ({"drill": {**READY.drill, "ok": False, "missing": 3}}, "backups restored"),
        ({"drill": {**READY.drill, "at": (NOW - timedelta(days=31)).isoformat()}}, "backups restored"),
    ],
)
def test_each_line_is_seen_not_ok(change, name):
    """By what makes it so; and it says what to do."""
    found = lines(replace(READY, **change))

    line = next(line for line in found if line.name == name)
    assert (State.DO, True) == (line.state, bool(line.do))
    assert name in not_ok(replace(READY, **change))


def test_without_postgresql_nothing_about_it_is_ok():
    """And the rest is told all the same."""
    found = replace(READY, copies=None)

    assert {"civil clock", "durability", "clocks", "emergency register"} == not_ok(found)
    assert len(CHECKS) <= len(lines(found))


def test_no_line_has_two_meanings():
    """A name is a line."""
    names = [line.name for line in lines(READY)]

    assert len(names) == len(set(names))
