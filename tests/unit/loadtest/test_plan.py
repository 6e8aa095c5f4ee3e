"""From what a filing costs to what a day needs: pods, the queue, and when it ends."""

import json
from dataclasses import replace

import pytest

from loadtest.rehearsal.profiles import PROFILES
from loadtest.sizing.__main__ import main
from loadtest.sizing.backlog import course
from loadtest.sizing.demand import Demand
from loadtest.sizing.needs import Assumed, needs

CAPACITY = {
    "measured_at": "2026-11-22T13:00:00+00:00",
    "filings_per_s": 40.0,
    "bottleneck": "CPU of the counter (0.95 of 1 cores)",
    "machine": {"cores": 2, "processor": "any"},
    "costs": {
        "cpu_s_per_request": {"counter": 0.0006, "postgres": 0.0004},
        "cpu_s_per_filing": {"counter": 0.009, "postgres": 0.006, "workers": 0.006, "relay": 0.0005},
    },
    "stored": {"bytes_per_filing": 30_000, "log_bytes_per_filing": 60_000},
}
CLICK_DAY = Demand(PROFILES["click-day"], 675_000)


def test_everybody_files_once():
    """A click day goes on until all have filed; a launch day is only a share of the season."""
    assert 675_000 == pytest.approx(sum(CLICK_DAY.filings(10)))
    assert 140_000 == pytest.approx(sum(Demand(PROFILES["launch-day"], 675_000).filings(10)), rel=0.1)
    assert 100 == CLICK_DAY.peak


def test_half_the_audience_is_half_the_load():
    """In rate as in number."""
    half = replace(CLICK_DAY, audience=337_500)

    assert (50, 337_500) == (half.peak, pytest.approx(sum(half.filings(10))))


def test_the_queue_ends_when_its_last_is_decided():
    """10 a second come for 100 s, 4 are decided: 600 wait at the end of it, and it takes 250 s in all."""
    day = course([10.0] * 100, decided_per_s=4, step=1)

    assert 600 == max(day.waiting)
    assert 250 == pytest.approx(day.ends, abs=1)
    assert 150 == pytest.approx(max(day.waits), abs=2)


def test_a_queue_that_keeps_up_is_no_queue():
    """Whoever files is decided in the same step."""
    day = course([10.0] * 100, decided_per_s=20, step=1)

    assert (0, 0, 100) == (max(day.waiting), max(day.waits), day.ends)


def test_pods_carry_the_peak_with_one_to_spare():
    """2,000 requests a second at 0.6 ms each are 1.2 cores; at 60 % of a core each, two pods, and one to spare."""
    need = needs(CLICK_DAY, 675_000, CAPACITY, Assumed(quota_per_s=1_000))

    assert (2_000, 3) == (need.requests, need.counters)
    assert 1 + 1 == need.workers
    assert need.connections <= 0.6 * need.max_connections
    assert 675_000 * 30_000 * 1.5 / 1e9 == pytest.approx(need.database_gb)


def test_where_registries_are_the_limit_more_workers_are_no_help():
    """Three questions and a fifth to the slowest of them, retries included."""
    need = needs(CLICK_DAY, 675_000, CAPACITY, Assumed(quota_per_s=35.2))

    assert ("the quota of anpr", 10.0) == (need.limit, pytest.approx(need.decided))


def test_the_plan_is_printed_written_and_drawn(tmp_path, capsys):
    """With its assumptions, and how long the queue takes at the registries' quota."""
    (tmp_path / "capacity.json").write_text(json.dumps(CAPACITY))

    asked = ["--profile", "click-day", "--audience", "675000", "--quota", "35.2"]
    assert 0 == main([*asked, "--capacity", str(tmp_path / "capacity.json")])

    said, page = capsys.readouterr().out, (tmp_path / "plan.html").read_text()
    written = json.loads((tmp_path / "plan.json").read_text())
    for text in (said, page):
        assert "Decisions are held back by the quota of anpr: 10.0 a second" in text
        assert "the queue takes 18.8 h in all" in text
        assert "675,000 people apply, each once" in text
    assert "<svg" in page
    assert "http" not in page.replace("http://www.w3.org", "")
    assert ("click-day", 100.0) == (written["profile"], written["peak_filings_per_s"])


def test_without_a_measurement_there_is_no_plan(tmp_path, capsys):
    """It says what to do."""
    assert 2 == main(["--profile", "season", "--capacity", str(tmp_path / "capacity.json")])
    assert "make capacity" in capsys.readouterr().err
