"""The office: the book outlives the process and the ledger's absence, and what is over is attested once."""

import asyncio
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.domain.book import Alarm
from core.domain.errors import StoreUnavailable
from core.domain.incident import Cause, Effect, Function
from monitoring.public import kept
from monitoring.public.alerts import Sent
from monitoring.public.desk import Desk, Request
from monitoring.public.office import Eyes, Files, Office
from monitoring.public.opening import alerts_key
from monitoring.public.press import Press
from monitoring.public.probes import GRACE, PATIENCE, Seen
from monitoring.public.terms import effect
from tests.fakes.clock import FakeClock

NOON = datetime(2025, 11, 20, 11, tzinfo=UTC)
WELL = Seen(counter_answers=True, store_answers=True, oldest_due=timedelta())
AWAY = Seen(counter_answers=False, store_answers=False, oldest_due=None)
STEP = timedelta(seconds=5)


class Ledger:
    """What the ledger knows of incidents; it can be away."""

    def __init__(self):
        self.away, self.rows, self.attested, self.noted = False, {}, {}, []

    async def latest(self):
        self._answers()
        return list(self.rows.values())

    async def write(self, incidents):
        self._answers()
        self.rows |= {one.incident_id: one for one in incidents}

    async def civil_span(self, one):
        self._answers()
        return one.started_at, one.ended_at

    async def attest(self, incident_id, what):
        self._answers()
        assert incident_id not in self.attested
        self.attested[incident_id] = what

    async def note(self, done):
        self._answers()
        self.noted += done

    def _answers(self):
        if self.away:
            raise StoreUnavailable


class House:
    """An office with what it looks at."""

    def __init__(self, folder):
        self.folder, self.ledger, self.clock, self.seen, self.facts = folder, Ledger(), FakeClock(NOON), WELL, []
        self.office = self.open()

    def open(self):
        async def see():
            return self.seen

        ledger = self.ledger
        files = Files(ledger.latest, ledger.write, ledger.civil_span, ledger.attest, ledger.note)
        press = Press(lambda: "http://counter", "http://here")
        return Office(self.folder, Eyes(see, lambda: None, lambda: False), files, press, self.clock, self.note)

    def note(self, fact, /, **fields):
        self.facts.append(fact)

    async def passes(self, span):
        """Let time pass, looking every few seconds."""
        until = self.clock.now() + span
        while self.clock.now() < until:
            self.clock.forward(STEP)
            await self.office.look()

    @property
    def page(self):
        return self.office.press.sheets["/stato/it"].body.decode()


@pytest.fixture
async def house(tmp_path):
    """A house where all has been well for a minute."""
    built = House(tmp_path)
    await built.passes(GRACE * 2)
    return built


async def test_there_is_a_page_before_the_first_look(tmp_path):
    """It is served as soon as the port is."""
    assert "Stato del servizio" in House(tmp_path).page


async def test_an_outage_is_told_kept_and_filed_when_the_ledger_is_back(house):
    """While it is away nothing can be written into it, and the page says so all the same."""
    house.seen, house.ledger.away = AWAY, True
    await house.passes(timedelta(seconds=30))

    assert "Il servizio non funziona" in house.page
    assert {} == house.ledger.rows
    [one] = kept.read(house.folder / "book.json").open
    assert Cause.STORE is one.cause

    house.seen, house.ledger.away = WELL, False
    await house.passes(timedelta(seconds=10))
    assert [None] == [row.ended_at for row in house.ledger.rows.values()]
    await house.passes(timedelta(minutes=2))
    assert "Il servizio funziona" in house.page
    [row] = house.ledger.rows.values()
    assert row.ended_at - row.started_at == timedelta(seconds=30)
    assert {row.incident_id: Effect.NO_TERM} == house.ledger.attested
    assert ["incident.opened", "incident.closed"] == house.facts


async def test_on_the_emergency_register_it_says_what_still_works(house):
    """Alertmanager knows of PostgreSQL alone; what the counter takes all the same is seen by asking it."""
    house.seen = replace(AWAY, counter_answers=True, on_register=True)
    await house.passes(timedelta(seconds=30))
    house.office.hear(Sent((Alarm("alert:1", Function.ALL, Cause.STORE, NOON),), {}))

    assert [Cause.REGISTER] == [one.cause for one in house.office.book.open]
    assert "Il servizio funziona in parte: puoi salvare e inviare" in house.page
    assert "non prendiamo nulla" not in house.page
    assert 200 == house.office.press.sheets["/status"].status


async def test_an_outage_has_one_number_and_one_attestation_whatever_it_is_told_as(house):
    """What the register takes up and drops is told as it changes, and so is the alert that holds it."""
    began, house.seen = house.clock.now(), AWAY
    house.office.hear(Sent((Alarm("alert:1", Function.ALL, Cause.STORE, began),), {}))
    causes = []
    for seen in (AWAY, replace(AWAY, on_register=True), AWAY, replace(AWAY, counter_answers=True, on_register=True)):
        house.seen = seen
        await house.passes(PATIENCE + STEP)
        [one] = house.office.book.incidents
        causes.append(one.cause)
    house.seen = WELL
    house.office.hear(Sent((), {"alert:1": house.clock.now()}))
    await house.passes(timedelta(minutes=2))

    assert [Cause.STORE, Cause.REGISTER, Cause.STORE, Cause.REGISTER] == causes
    assert {one.incident_id} == house.ledger.attested.keys() == house.ledger.rows.keys()
    assert (began, Cause.REGISTER) == (house.ledger.rows[one.incident_id].started_at, one.cause)
    assert ["incident.opened", *["incident.renamed"] * 3, "incident.closed"] == house.facts


async def test_what_is_calm_already_is_not_part_of_the_outage_that_follows(house):
    """A counter that was down and is back is another story than the store."""
    house.seen = replace(WELL, counter_answers=False)
    await house.passes(PATIENCE + STEP)
    house.seen = WELL
    await house.passes(STEP)
    house.seen = AWAY
    await house.passes(PATIENCE + STEP)

    assert {Cause.COUNTER, Cause.STORE} == {one.cause for one in house.office.book.open}


async def test_one_slow_answer_is_not_the_end_of_the_register(house):
    """What the counter said last holds until it has said nothing, or something else, for as long as anything told."""
    on_register = replace(AWAY, counter_answers=True, on_register=True)
    for seen in (on_register, AWAY, on_register, replace(AWAY, store_answers=None), on_register):
        house.seen = seen
        await house.passes(STEP)
        house.office.hear(Sent((Alarm("alert:1", Function.ALL, Cause.STORE, NOON),), {}))

    [only] = house.office.book.incidents
    assert Cause.REGISTER is only.cause


async def test_promises_refused_before_anybody_knew_why_are_the_same_outage(house):
    """Whether Alertmanager says so before the absence is seen, or again after."""
    refused = Sent((Alarm("alert:1", Function.ALL, Cause.OTHER, NOON),), {})
    house.office.hear(refused)
    assert [Cause.OTHER] == [one.cause for one in house.office.book.open]
    house.seen = replace(AWAY, counter_answers=True, on_register=True)
    await house.passes(STEP)
    house.office.hear(replace(refused, sounding=(Alarm("alert:2", Function.ALL, Cause.OTHER, NOON),)))

    assert [Cause.REGISTER] == [one.cause for one in house.office.book.open]


async def test_what_was_opened_by_hand_stays_what_it_was_called(house):
    """Somebody knows more than the probes."""
    house.office.do(Request(does="open", who="Ada", why="seen on the telephone"))
    house.seen = replace(AWAY, counter_answers=True, on_register=True)
    await house.passes(PATIENCE + STEP)

    assert {Cause.OTHER, Cause.REGISTER} == {one.cause for one in house.office.book.open}


async def test_a_counter_that_did_not_know_yet_was_not_down(house):
    """It answered nothing while it found out that PostgreSQL is silent: one headline, not two beside each other."""
    house.seen = replace(AWAY, store_answers=None)
    await house.passes(PATIENCE + STEP)
    assert [Cause.COUNTER] == [one.cause for one in house.office.book.open]

    house.seen = replace(AWAY, counter_answers=True, on_register=True)
    await house.passes(STEP)

    assert [Cause.REGISTER] == [one.cause for one in house.office.book.open]
    assert "Il servizio non funziona" not in house.page.split("<h2")[0]


async def test_a_restart_during_an_outage_forgets_nothing(house):
    """Neither since when, nor its number."""
    house.seen, house.ledger.away = AWAY, True
    await house.passes(timedelta(seconds=30))
    [before] = house.office.book.open

    house.office = house.open()
    assert "Il servizio non funziona" in house.page
    await house.passes(timedelta(minutes=5))
    [after] = house.office.book.open
    assert (before.incident_id, before.started_at) == (after.incident_id, after.started_at)


async def test_a_new_machine_learns_the_past_from_the_ledger(house, tmp_path_factory):
    """And does not attest it again."""
    house.seen = AWAY
    await house.passes(timedelta(seconds=20))
    house.seen = WELL
    await house.passes(timedelta(minutes=3))

    other = House(tmp_path_factory.mktemp("other"))
    other.ledger.rows = house.ledger.rows
    other.office = other.open()
    await other.passes(STEP)
    assert [one.incident_id for one in house.office.book.incidents] == [
        one.incident_id for one in other.office.book.incidents
    ]


async def test_a_hand_opens_says_when_there_is_more_and_closes(house):
    """With who and why, kept beside the book."""
    desk = Desk(house.folder / "desk")
    desk.lay(
        Request(
            does="open",
            who="Anna",
            why="works on the line",
            function=Function.SUBMISSION,
            cause=Cause.PLANNED,
            next_word_minutes=90,
        )
    )
    await house.passes(STEP)

    [one] = house.office.book.open
    assert (Function.SUBMISSION, house.clock.now() + timedelta(minutes=90)) == (one.function, one.next_word_at)
    desk.lay(Request(does="close", who="Anna", why="done", incident_id=one.incident_id))
    await house.passes(STEP)
    assert () == house.office.book.open
    assert [("open", "Anna"), ("close", "Anna")] == [(done["does"], done["who"]) for done in desk.done()]
    assert [] == list(desk.folder.glob("*.json"))


async def test_what_was_done_by_hand_is_in_the_trail_once_the_ledger_is_back(house):
    """However long it was away; what changed nothing is not an act, and a restart writes nothing twice."""
    house.seen, house.ledger.away = AWAY, True
    house.office.do(Request(does="open", who="Anna", why="a drill", via="console", next_word_minutes=5))
    [one] = house.office.book.open
    house.office.do(Request(does="word", who="Anna", why="a drill", incident_id="00000000", next_word_minutes=5))
    house.office.do(Request(does="close", who="Ugo", why="over", incident_id=one.incident_id))
    await house.passes(timedelta(seconds=30))
    assert [] == house.ledger.noted

    house.seen, house.ledger.away = WELL, False
    await house.passes(STEP * 3)
    told = [(done.via, done.act.who, done.act.action, done.act.subject) for done in house.ledger.noted]
    assert [
        ("console", "Anna", "incident-opened", one.incident_id),
        ("command-line", "Ugo", "incident-closed", one.incident_id),
    ] == told
    assert {"function": "all", "cause": "other", "next_word_minutes": 5} == house.ledger.noted[0].act.said


async def test_what_is_gone_from_the_desk_is_in_the_page(house, monkeypatch):
    """Whoever laid it down is told then that it is done, and looks."""
    pages, seen_to = [], Desk.seen_to

    def looks(*about, **more):
        pages.append(house.page)
        seen_to(*about, **more)

    monkeypatch.setattr(Desk, "seen_to", looks)
    Desk(house.folder / "desk").lay(Request(does="open", who="Anna", why="a drill", function=Function.SUBMISSION))
    await house.passes(STEP)

    assert [True] == ["In questo momento non si riescono a inviare le domande" in page for page in pages]


async def test_a_page_that_is_being_printed_does_not_come_out_after_a_newer_one(house):
    """A look prints beside everything else, and takes its time; meanwhile somebody is heard."""
    begun, goes_on = threading.Event(), threading.Event()

    def takes():
        if not begun.is_set():
            begun.set()
            goes_on.wait(60)

    house.office.eyes = replace(house.office.eyes, takes=takes)
    house.clock.forward(timedelta(minutes=1))
    looking = asyncio.create_task(house.office.look())
    assert await asyncio.to_thread(begun.wait, 60)
    threading.Timer(0.2, goes_on.set).start()
    house.office.do(Request(does="open", who="Anna", why="a drill", function=Function.SUBMISSION))
    goes_on.set()
    await looking

    assert "In questo momento non si riescono a inviare le domande" in house.page


async def test_a_line_in_pieces_hides_nothing_else_that_was_done_by_hand(house):
    """The disk was full, or it is just being written: what was done before it and what is done after it are told."""
    desk = Desk(house.folder / "desk")
    for why in ("before", "after"):
        desk.lay(Request(does="open", who="Anna", why=why))
        await house.passes(STEP)
        with (desk.folder / "done.jsonl").open("ab") as done:
            done.write(b'{"does": "op')

    assert ["before", "after"] == [one["why"] for one in desk.done()]


@pytest.mark.parametrize("content", [None, "", "\n"])
def test_the_key_of_the_alerts_is_whole(tmp_path, content):
    """Also after somebody was killed over it; and once made it stays, for its owner alone."""
    file = tmp_path / "alerts.key"
    if content is not None:
        file.write_text(content)

    key = alerts_key(tmp_path)

    assert len(key) > 40
    assert (key, key) == (alerts_key(tmp_path), file.read_text())
    assert [("alerts.key", 0o600)] == [(one.name, one.stat().st_mode & 0o777) for one in tmp_path.iterdir()]


@pytest.mark.parametrize("name", ["who", "why"])
async def test_who_and_why_say_nothing_personal(name):
    """They are kept in the audit trail."""
    with pytest.raises(ValueError, match="tax code"):
        Request(**({"does": "open", "who": "Anna", "why": "a drill"} | {name: "RSSMRA85T50A562W"}))


async def test_what_lies_on_the_desk_and_cannot_be_understood_is_put_aside(house):
    """It stops nobody."""
    desk = Desk(house.folder / "desk")
    desk.folder.mkdir()
    (desk.folder / "0.json").write_text("{")
    await house.passes(STEP)

    assert ["0.refused"] == [file.name for file in desk.folder.iterdir()]


async def test_a_request_of_nobody_is_none(house):
    """Who and why are asked for."""
    with pytest.raises(ValueError, match="who"):
        Request(does="open", who="", why="x")


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"incidents": [{"incident_id": "x"}], "muted": []}'])
def test_a_damaged_book_is_a_new_one(tmp_path, content):
    """The ledger gives back what it knows."""
    (tmp_path / "book.json").write_text(content)

    assert kept.read(tmp_path / "book.json") is None


TERM = datetime(2025, 12, 9, 23, tzinfo=UTC)  # the ordinary window of 2025 ends: midnight in Rome


@pytest.mark.parametrize(
    ("started", "ended", "what"),
    [
        (TERM - timedelta(hours=3), TERM - timedelta(hours=2), Effect.TERM_INSIDE),
        (TERM - timedelta(days=2), TERM - timedelta(hours=23), Effect.TERM_INSIDE),
        (TERM - timedelta(minutes=1), TERM + timedelta(hours=1), Effect.TERM_INSIDE),
        (TERM - timedelta(days=2), TERM - timedelta(hours=24), Effect.NO_TERM),
        (TERM, TERM + timedelta(hours=1), Effect.NO_TERM),
    ],
)
def test_a_last_day_counts_whole(started, ended, what):
    """A term is a day: whoever is kept from filing in its evening may have meant to file then."""
    assert what is effect(started, ended)
