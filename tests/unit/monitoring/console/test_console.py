"""The operators' port: what it answers, to whom, and what it says of the state of things."""

import re
import time
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import orjson
import pytest
from prometheus_client.parser import text_string_to_metric_families

from core.clock import SystemClock
from core.domain.book import Book
from core.domain.errors import StoreUnavailable
from core.storage.audit import Trail
from core.storage.operators import Operators
from core.storage.pressure import Lane, Standing
from core.storage.switches import Switches
from monitoring.console.app import Console, Hands, build
from monitoring.console.clock import EARLIEST
from monitoring.console.guarded import HEADERS
from monitoring.console.notices import notices
from monitoring.console.outages import Bulletin
from monitoring.console.readings import read_all
from monitoring.console.roster import Operator, Role, Roster, hashed
from monitoring.console.sampler import Sampler
from monitoring.console.snapshot import Figures, Ledger, Process, Register, Registry, Tallied
from monitoring.exporter import Exporter
from monitoring.listeners import listen
from monitoring.scrape_port import ScrapePort
from monitoring.series import Series
from tests.unit.monitoring.catalogue import _Silent
from tests.unit.monitoring.test_preflight import READY

RUNBOOK = set(re.findall(r"^## (\w+)$", (Path(__file__).parents[4] / "docs" / "runbook.md").read_text(), re.MULTILINE))
NOON = datetime(2025, 11, 20, 12, tzinfo=UTC)


class FakeProcess:
    """A process of this copy, as far as it can be seen."""

    def __init__(self, name, pid, run_folder):
        self.series = Series()
        self.observe = listen(self.series, _Silent())
        self.port = ScrapePort(self.series.registry)
        said = {"pid": pid, "metrics": self.port.address}
        (run_folder / f"{name}.json").write_bytes(orjson.dumps(said))


class AwayPool:
    """A pool whose database does not answer."""

    async def fetch(self, *_):
        raise OSError

    def acquire(self):
        raise OSError


class FakeClock:
    """The civil clock without its database."""

    def __init__(self):
        self.reading = NOON, timedelta(days=-3)
        self.away = False

    async def read(self):
        if self.away:
            raise StoreUnavailable
        return self.reading

    async def move(self, now):
        self.reading = now, now - NOON
        return self.reading


@pytest.fixture
def run_folder(tmp_path):
    (tmp_path / "system.json").write_text("{}")
    (tmp_path / "broken.json").write_text("{")
    return tmp_path


@pytest.fixture
def processes(run_folder):
    """Two processes that answer."""
    with ExitStack() as stack:
        started = [FakeProcess(name, pid, run_folder) for name, pid in (("counter-1", 11), ("worker-1", 12))]
        for process in started:
            stack.callback(process.port.close)
        yield started


@pytest.fixture
def exporter():
    exporter = Exporter(store=None, observe=lambda *_, **__: None)
    exporter.seen.reachable = True
    exporter.seen.backlog = (Lane("web", "decision", due=2, offered=1, leased=0, waiting=9, oldest_seconds=2.5),)
    exporter.seen.standing = Standing({"out-of-patience": 2}, {"granted": 5, "needs_officer": 2}, frozenset())
    return exporter


async def found_before_launch():
    return READY


@pytest.fixture
def sampler(run_folder, exporter):
    return Sampler(run_folder, exporter, "development", lambda *_, **__: None)


@pytest.fixture
def clock():
    return FakeClock()


def a_bulletin():
    """Nothing is told, and nobody does anything about it."""
    return Bulletin(Book, lambda _: None, lambda: "http://localhost:8000")


@pytest.fixture
def hands(tmp_path):
    """Nobody was added, and there is no ledger: what is done by hand is tested on a real one, in tests/console."""
    ledger = Operators(AwayPool(), None)
    switches = Switches(None, SystemClock())
    return Hands(ledger, None, switches, None, Trail(AwayPool()), Roster(tmp_path / "keys"), a_bulletin())


@pytest.fixture
def port(sampler, exporter, run_folder, clock, hands):
    """The operators' port, as a caller on this machine meets it."""
    series = Series()
    series.registry.register(exporter)
    console = Console(
        sampler,
        series.registry,
        run_folder,
        clock.read,
        clock.move,
        found_before_launch,
        hands,
        lambda *_, **__: None,
        time.monotonic,
    )

    def open_port(*, development=True, client=("127.0.0.1", 50_000), base_url="http://localhost:8001"):
        app = build(console, development=development)
        transport = httpx.ASGITransport(app, client=client, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url=base_url)

    return open_port


async def sampled_twice(sampler, between):
    """Read, let things happen, and read again."""
    async with httpx.AsyncClient(trust_env=False) as client:
        await sampler.sample(client)
        between()
        await sampler.sample(client)
    return sampler.look()


async def test_the_snapshot_adds_up_all_processes(sampler, processes):
    """What each counted between two readings, and what the exporter saw."""
    counter, worker = processes

    def busy():
        for _ in range(10):
            counter.observe("request.answered", operation="section.save", status=200, seconds=0.004)
        counter.observe("batch.committed", units={"save": 10}, size=10, seconds=0.002, waits=(0.003,) * 10)
        counter.observe("request.refused", operation="section.save", code="stale-revision", status=412)
        for outcome in ("ok", "ok", "status-503"):
            worker.observe("registry.answered", registry="anpr", outcome=outcome, seconds=0.04, retries=3)
        worker.observe("breaker.changed", registry="anpr", state="open")
        worker.observe("decision.recorded", outcome="granted", channel="web", count=1)
        worker.observe("work.settled", kind="decision", outcome="granted", channel="web", count=1, seconds=0.1)

    now = await sampled_twice(sampler, busy)

    assert now.figures.acks_per_second > 0
    assert 0.003 < now.figures.ack_p50_seconds <= now.figures.ack_p99_seconds <= 0.005
    assert now.figures.batch_size == 10
    assert (now.figures.backlog, now.figures.oldest_due_seconds) == (3, 2.5)
    assert (now.figures.buried, now.figures.silent) == (2, 0)
    [anpr] = now.registries
    assert (anpr.registry, anpr.outcomes, anpr.breaker) == ("anpr", {"ok": 2, "status-503": 1}, "open")
    assert [(row.name, row.count) for row in now.refusals] == [("stale-revision", 1)]
    assert [(row.name, row.count) for row in now.decisions] == [("granted", 1)]
    assert [(row.name, row.count) for row in now.attempts] == [("concluded: granted", 1)]
    assert [(process.process, process.up) for process in now.processes] == [("counter-1", True), ("worker-1", True)]
    assert len(now.points) == 2


async def test_a_dead_process_is_shown_as_down(sampler, processes):
    """It does not hold up the others."""
    now = await sampled_twice(sampler, processes[1].port.close)

    assert {process.process: process.up for process in now.processes} == {"counter-1": True, "worker-1": False}
    assert [(notice.name, notice.text) for notice in notices(now)] == [("ProcessDown", "Down: worker-1.")]


async def test_run_files_that_say_nothing_are_left_out(run_folder, processes):
    """The supervisor's own, and a broken one."""
    async with httpx.AsyncClient(trust_env=False) as client:
        readings = await read_all(run_folder, client)

    assert [reading.run_file.process for reading in readings] == ["counter-1", "worker-1"]


async def test_the_page_is_rendered_with_its_headings(port):
    """Tables with headings, no inline script or style, everything from here."""
    page = (await port().get("/")).text

    assert page.count("<table>") == page.count("<tbody") == 14
    assert page.count('<th scope="col"') == len(re.findall(r"<th\b", page))
    assert not re.search(r"<style|style=|\son\w+=|<script(?![^>]*\ssrc=)", page)
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", page)
    assert page.count('aria-live="polite"') == 1


async def test_everything_the_page_names_is_served(port):
    """Script, style, mark, and what they ask for."""
    client = port()
    page = (await client.get("/")).text
    script = (await client.get("/static/console.js")).text
    named = set(re.findall(r'(?:src|href)="(/[^"]*)"', page)) | set(re.findall(r'"(/v1/[a-z]+)"', script))

    assert "/v1/snapshot" in named
    named -= {"/stato", "/balance"}  # answered by the public door, and by the balance
    answered = {path: (await client.get(path)).status_code for path in named}
    assert answered == dict.fromkeys(named, 200) | dict.fromkeys(("/desk", "/audit"), 503)


async def test_the_page_asks_only_for_what_the_snapshot_has(port, sampler, processes):
    """Each figure, each drawing and each table has its numbers."""
    await sampled_twice(sampler, lambda: None)
    client = port()
    page, now = (await client.get("/")).text, (await client.get("/v1/snapshot")).json()

    assert set(re.findall(r'data-figure="(\w+)"', page)) <= now["figures"].keys()
    assert set(re.findall(r'data-spark="(\w+)"', page)) <= now["points"][0].keys()
    assert set(re.findall(r'data-rows="(\w+)"', page)) <= now.keys()


async def test_a_shifted_civil_clock_is_said(port, exporter):
    """On the page itself and in its numbers, as a trial."""
    exporter.seen.civil_offset = NOON - datetime.now(UTC)
    client = port()

    assert re.search(r"<strong>Prova</strong>[^<]*<time[^>]*>20/11/2025 13:00</time>", (await client.get("/")).text)
    assert (await client.get("/v1/snapshot")).json()["civil_text"] == "20/11/2025 13:00"


async def test_an_unshifted_clock_is_not_mentioned(port):
    """The badge is there for the script, hidden."""
    assert 'id="trial" hidden' in (await port().get("/")).text


@pytest.mark.parametrize("path", ["/", "/v1/snapshot", "/metrics", "/targets", "/livez", "/status", "/nowhere"])
async def test_every_answer_has_the_headers(port, path):
    """A strict policy, and nothing kept."""
    answer = await port().get(path)

    assert HEADERS.items() <= dict(answer.headers).items()
    assert "unsafe" not in answer.headers["content-security-policy"]


async def test_prometheus_finds_every_process(port, processes):
    """HTTP service discovery."""
    targets = (await port().get("/targets")).json()

    assert [target["labels"] for target in targets] == [
        {"process": "counter-1", "__metrics_path__": "/metrics"},
        {"process": "worker-1", "__metrics_path__": "/metrics"},
    ]
    assert [target["targets"] for target in targets] == [
        [process.port.address.removeprefix("http://").removesuffix("/metrics")] for process in processes
    ]


async def test_the_series_of_the_ledger_are_shown(port):
    """Together with this process's own."""
    families = {family.name for family in text_string_to_metric_families((await port().get("/metrics")).text)}

    assert {"approdo_work_oldest_due_seconds", "approdo_work_buried", "approdo_silent_failure"} <= families


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nowhere", 404), ("POST", "/", 405), ("GET", "/static/../app.py", 404)]
)
async def test_errors_are_problems(port, method, path, status):
    """The framework's own ones too."""
    answer = await port().request(method, path)

    assert answer.status_code == answer.json()["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("client", "base_url"),
    [
        (("192.0.2.7", 50_000), "http://localhost:8001"),
        (("127.0.0.1", 50_000), "http://elsewhere.example:8001"),
    ],
)
async def test_strangers_are_refused(port, client, base_url):
    """From another machine, or through a page that has its own name point here."""
    answer = await port(client=client, base_url=base_url).get("/v1/snapshot")

    assert (answer.status_code, answer.json()["code"]) == (403, "loopback-only")


@pytest.mark.parametrize(
    "hosts",
    [
        ["localhost:80@evil.example"],
        ["localhost:8001.evil.example"],
        ["[::1].evil.example"],
        ["[::1]evil"],
        ["localhost:"],
        ["localhost:8001", "evil.example"],
        ["localhost.evil.example"],
        [""],
        [],
    ],
)
async def test_a_host_that_only_begins_like_ours_is_not_ours(port, hosts):
    """A name is read to its end, and there is one: what follows may be where somebody else has it point here."""
    client = port()
    request = client.build_request("GET", "/livez")
    request.headers = httpx.Headers([("host", host) for host in hosts])

    assert (await client.send(request)).status_code == 403


@pytest.mark.parametrize("host", ["localhost:8001", "127.0.0.1:8001", "[::1]:8001", "LOCALHOST", "[::1]"])
async def test_this_machine_has_three_names(port, host):
    """With a port or without."""
    assert (await port(client=("::1", 1), base_url=f"http://{host}").get("/livez")).status_code == 200


async def test_the_civil_clock_is_read_and_moved(port, clock):
    """In development."""
    client = port()
    before = (await client.get("/clock")).json()
    moved = await client.put("/clock", json={"now": "2025-12-09T23:59:58+01:00"})

    assert before == {
        "civil_now": "2025-11-20T12:00:00+00:00",
        "machine_now": "2025-11-23T12:00:00+00:00",
        "offset_seconds": -259200.0,
    }
    assert moved.status_code == 200
    assert clock.reading[0] == datetime(2025, 12, 9, 22, 59, 58, tzinfo=UTC)


@pytest.mark.parametrize("method", ["GET", "PUT"])
async def test_production_has_no_such_clock(port, hands, method):
    """404, as if it had never been thought of."""
    hands.roster.put(Operator("ada", frozenset({Role.OPERATOR}), hashed("correct horse battery")))
    client = port(development=False, base_url="https://localhost:8001")
    origin = {"origin": "https://localhost:8001"}
    await client.post("/login", data={"name": "ada", "password": "correct horse battery"}, headers=origin)

    assert (await client.request(method, "/clock")).status_code == 404


@pytest.mark.parametrize(
    ("content", "content_type", "status"),
    [
        ('{"now": "2025-12-09T23:59:58"}', "application/json", 422),
        ('{"now": 1765321198}', "application/json", 422),
        ('{"now": "2025-12-09T23:59:58Z", "by": 1}', "application/json", 422),
        ("{}", "application/json", 422),
        ("[", "application/json", 422),
        (f'{{"now": "{EARLIEST.year - 1}-12-31T00:00:00Z"}}', "application/json", 422),
        ('{"now": "2025-12-09T23:59:58Z"}', "text/plain", 415),
        ('{"now": "2025-12-09T23:59:58Z"}', "application/x-www-form-urlencoded", 415),
        (" " * 2_000, "application/json", 413),
    ],
)
async def test_the_clock_takes_an_instant_with_its_offset(port, clock, content, content_type, status):
    """And nothing else; it stays where it was, and what was sent is not sent back."""
    before = clock.reading
    answer = await port().put("/clock", content=content, headers={"content-type": content_type})

    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert clock.reading == before
    assert "1765321198" not in answer.text


async def test_without_the_ledger_the_clock_says_so(port, clock):
    """503, and when to ask again."""
    clock.away = True

    assert (await port().get("/clock")).headers["retry-after"] == "5"


UP = Process("counter-1", 1, up=True, restarts=0, started_at=NOON, in_hand=None)
AWAY = Ledger(reachable=False, age_seconds=1)
STANDING_IN = Register(stands_in=True, waiting=9, oldest_seconds=90.0, for_a_person=0)


@pytest.fixture
def calm(sampler):
    """A snapshot with nothing wrong in it."""
    return replace(
        sampler.look(),
        ledger=Ledger(reachable=True, age_seconds=1.0),
        processes=[UP, replace(UP, process="relay-1"), replace(UP, process="worker-1")],
    )


def registry(breaker):
    return Registry("anpr", 1, {"ok": 1}, 0.1, 0.1, breaker)


def test_where_all_is_well_it_is_said(calm):
    """Once, in one sentence."""
    [notice] = notices(calm)

    assert notice.name == ""
    assert notice.text == "All 3 processes are up; everything accepted is moving or on a person's list."


async def test_the_register_stands_in_from_when_a_counter_says_so(sampler, processes):
    """Before anybody has saved: its series tell of it with the first entry alone."""
    processes[0].series.register_waiting.set(0)
    before = await sampled_twice(sampler, lambda: None)
    sampler.on_register = True
    now = sampler.last()

    assert (before.register.stands_in, now.register.stands_in) == (False, True)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"ledger": AWAY}, "nothing goes into the emergency register"),
        (
            {"ledger": AWAY, "register": STANDING_IN},
            "go into the emergency register",
        ),
        ({"register": replace(STANDING_IN, stands_in=False)}, "is not brought in"),
        ({"register": Register(stands_in=False, waiting=0, oldest_seconds=0.0, for_a_person=2)}, "wait for a person"),
        (
            {"register": replace(STANDING_IN, oldest_seconds=0.0, interrupted_seconds=13 * 3600.0)},
            "needs an authorisation",
        ),
        ({"processes": [UP, replace(UP, process="relay-1")]}, "No worker is up."),
        ({"processes": [UP, replace(UP, process="worker-1")]}, "No relay is up."),
        ({"ledger": Ledger(reachable=True, age_seconds=600)}, "are old"),
        ({"bell_reachable": False}, "Redis does not answer"),
        ({"processes": [Process("relay-1", 1, up=False, restarts=0, started_at=None, in_hand=None)]}, "Down: relay-1."),
        ({"registries": [registry("open")]}, "Calls are stopped to: anpr."),
        ({"silent": 2}, "on a person's list: 2 submissions."),
        ({"refusals": [Tallied("overloaded", 3)]}, "sent away as full"),
        ({"broken": 1}, "Our own code fails"),
        ({"skew_seconds": 30.0}, "are apart"),
        ({"oldest_due_seconds": 61.0}, "longer than a minute"),
    ],
)
def test_what_is_wrong_is_said(calm, wrong, said):
    """Each by itself, and nothing about all being well."""
    named = {field: value for field, value in wrong.items() if field in Figures.__slots__}
    rest = wrong.keys() - named.keys()
    ill = replace(calm, figures=replace(calm.figures, **named), **{field: wrong[field] for field in rest})

    [notice] = notices(ill)
    assert said in notice.text
    assert notice.name in RUNBOOK


LETTER = b"""From: approdo@approdo.example
To: maria@example.it
Subject: Bonus mamme, N234 5678: domanda accolta
Date: Thu, 20 Nov 2025 09:00:00 +0100
Content-Type: text/plain; charset="utf-8"

La tua domanda <b>accolta</b>.
"""


async def test_letters_that_were_not_sent_are_read_here_in_development_only(port, run_folder):
    """As text: what stands in a letter is never part of the page."""
    folder = run_folder.parent / "mail"
    folder.mkdir()
    (folder / "one.eml").write_bytes(LETTER)

    async with port() as near, port(development=False) as elsewhere:
        shown, hidden = await near.get("/letters"), await elsewhere.get("/letters")

    assert "N234 5678: domanda accolta" in shown.text
    assert "&lt;b&gt;accolta&lt;/b&gt;" in shown.text
    assert 200 != hidden.status_code
    assert "maria@example.it" not in hidden.text
