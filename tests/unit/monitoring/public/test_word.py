"""The word: what is said first, what is withdrawn, and how it is printed in every form and language."""

import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import orjson
import pytest

from core.domain.book import Alarm, Book
from core.domain.incident import Cause, Function
from core.pages.languages import ITALIAN, NAMES, Speech, said_in
from monitoring.public import texts
from monitoring.public.press import LOCALE, Press
from monitoring.public.spoken import lasted, when
from monitoring.public.word import Light, Takes, word

NOON = datetime(2025, 11, 20, 11, tzinfo=UTC)  # in Rome
MINUTE = timedelta(minutes=1)
TAKES = Takes(timedelta(seconds=40), timedelta(minutes=12), NOON)
FIELDS = ("id", "title", "updated")
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def book(*alarms):
    """A book in which these function and cause are out since noon."""
    opened = Book()
    for number, (function, cause) in enumerate(alarms):
        alarm = Alarm(f"probe:{number}", function, cause, NOON)
        opened = opened.sounded(alarm, NOON, lambda: f"{number:08x}")  # noqa: B023 - asked at once
    return opened


STORE = book((Function.ALL, Cause.STORE))
OVER = STORE.hushed("probe:0", NOON + 5 * MINUTE).settled(NOON + 7 * MINUTE)


@pytest.fixture(scope="module")
def press():
    """A press of its own."""
    return Press(lambda: "https://bonus.example.it/", "https://stato.example.it")


@pytest.mark.parametrize(
    ("alarms", "light"),
    [
        ([], Light.WORKS),
        ([(Function.ALL, Cause.STORE)], Light.OUT),
        ([(Function.SECTION, Cause.PLANNED)], Light.OUT),
        ([(Function.ALL, Cause.CROWDED)], Light.SLOW),
        ([(Function.ALL, Cause.REGISTER)], Light.SLOW),
        ([(Function.READING, Cause.ENTRIES)], Light.SLOW),
        ([(Function.DECISION, Cause.REGISTRY)], Light.SLOW),
        ([(Function.DECISION, Cause.SLOW), (Function.SUBMISSION, Cause.OTHER)], Light.OUT),
    ],
)
def test_what_is_late_is_not_out(alarms, light):
    """A mother who reads "out" does not try."""
    assert light is word(book(*alarms), None, NOON, trial=False).light


def test_the_worst_is_told_first():
    """Whatever came first."""
    said = word(book((Function.DECISION, Cause.SLOW), (Function.ALL, Cause.STORE)), None, NOON, trial=False)

    assert Function.ALL is said.worst.function


@pytest.mark.parametrize(
    ("opened", "later", "told"),
    [
        (Book(), MINUTE, True),
        (Book(), 3 * MINUTE, False),
        (book((Function.ALL, Cause.STORE)), MINUTE, False),
        (book((Function.DECISION, Cause.SLOW)), MINUTE, False),
        (book((Function.READING, Cause.OTHER)), MINUTE, True),
    ],
)
def test_an_estimate_that_no_longer_holds_is_withdrawn(opened, later, told):
    """Old, or made before decisions began to wait."""
    assert told is (word(opened, TAKES, NOON + later, trial=False).takes is not None)


def test_every_function_and_cause_has_its_words():
    """Nobody words it in a hurry."""
    for function in Function:
        for cause in Cause:
            said = texts.said(function, cause)
            assert all((said.headline, said.cause, said.safe, said.do, texts.FUNCTION[function]))


@pytest.mark.parametrize(
    ("cause", "was"),
    [
        (Cause.STORE, "Tutto il servizio"),
        (Cause.CROWDED, "Molta affluenza"),
        (Cause.REGISTER, "Servizio in parte fermo: si poteva salvare e inviare"),
    ],
)
def test_what_is_over_is_not_made_greater_than_it_was(press, cause, was):
    """A crowd was no outage of everything; on the page and in the feed."""
    past = book((Function.ALL, cause)).hushed("probe:0", NOON + MINUTE).settled(NOON + 3 * MINUTE)
    press.print(word(past, None, NOON + 4 * MINUTE, trial=False))

    assert f"<h3>{was}</h3>" in page(press)
    assert f"Risolto: {was}" in press.sheets["/stato.atom"].body.decode()


def page(press, code="it"):
    return press.sheets[f"/stato/{code}"].body.decode()


def test_the_page_says_since_when_what_is_safe_what_to_do_and_when_there_is_more(press):
    """In plain words, without a script."""
    press.print(word(STORE, None, NOON + MINUTE, trial=False))

    said = re.sub(r"<[^>]+>|\s+", " ", page(press))
    assert "Il servizio non funziona" in said
    assert "ore 12:00" in said
    assert "entro: ore 12:30" in said
    assert "è al sicuro" in said
    assert "lascia aperta la pagina" in said
    assert "<script" not in page(press)


def test_the_past_leads_to_its_attestation(press):
    """At the counter, which signs it."""
    press.print(word(OVER, TAKES, NOON + 8 * MINUTE, trial=False))

    assert 'href="https://bonus.example.it/v1/outages/00000000"' in page(press)
    assert "Durata: 5 minuti" in page(press)


def test_a_trial_is_said_to_be_one(press):
    """As everywhere while the civil clock is shifted."""
    press.print(word(Book(), None, NOON, trial=True))
    assert "PROVA" in page(press)

    press.print(word(Book(), None, NOON, trial=False))
    assert "PROVA" not in page(press)


@pytest.mark.parametrize("code", [code for code in NAMES if code != ITALIAN])
def test_each_language_says_all_of_it(press, code):
    """No sentence of the Italian is left on the page or in the script, and no name is left unfilled."""
    press.print(word(STORE, TAKES, NOON + MINUTE, trial=False))

    for path in (f"/stato/{code}", f"/stato/{code}/centralino"):
        said = press.sheets[path].body.decode()
        assert not [one for one in ("Il servizio", "sicuro", "riprova", "Prossima", "Interruzioni") if one in said]
        assert not re.search(r"%\(|%s|\{\w+\}", said)
    assert f'<html lang="{code}">' in page(press, code)


def test_json_says_the_same_in_every_language(press):
    """And when it was checked."""
    press.print(word(STORE, None, NOON + MINUTE, trial=False))

    told = orjson.loads(press.sheets["/stato.json"].body)
    assert ("out", "2025-11-20T11:00:00Z", set(NAMES)) == (told["state"], told["since"], set(told["words"]))
    assert {"headline", "why", "safe", "do"} == set(told["words"]["de"])
    assert [("00000000", None)] == [(one["incident"], one["attestation"]) for one in told["incidents"]]


def test_the_feed_tells_an_incident_again_when_it_is_over(press):
    """One entry, its title changed, its instant moved on."""
    told = []
    for one, at in ((STORE, NOON), (OVER, NOON + 7 * MINUTE)):
        press.print(word(one, None, at, trial=False))
        entries = ET.fromstring(press.sheets["/stato.atom"].body).findall("a:entry", ATOM)
        told.append([[entry.findtext(f"a:{name}", "", ATOM) for name in FIELDS] for entry in entries])

    (first,), (second,) = told
    assert first[0] == second[0] == "urn:approdo:incident:00000000"
    assert ("Il servizio non funziona", "Risolto: Tutto il servizio") == (first[1], second[1])
    assert first[2] < second[2]


@pytest.mark.parametrize(
    ("opened", "status"), [(Book(), 200), (book((Function.ALL, Cause.CROWDED)), 200), (STORE, 503)]
)
def test_status_for_programs_is_a_problem(press, opened, status):
    """AgID ModI: problem+json, 200 or 503."""
    press.print(word(opened, None, NOON, trial=False))

    sheet = press.sheets["/status"]
    assert (status, "application/problem+json") == (sheet.status, sheet.media)
    assert status == orjson.loads(sheet.body)["status"]


def test_what_says_nothing_new_is_not_printed_again(press):
    """Only another minute is."""
    press.print(word(Book(), None, NOON, trial=False))
    before = press.sheets

    press.print(word(Book(), None, NOON + timedelta(seconds=2), trial=False))
    assert before is press.sheets
    press.print(word(Book(), None, NOON + MINUTE, trial=False))
    assert before is not press.sheets


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(seconds=59), "meno di un minuto"),
        (timedelta(seconds=60), "un minuto"),
        (timedelta(minutes=89), "89 minuti"),
        (timedelta(minutes=95), "2 ore"),
        (timedelta(hours=35), "35 ore"),
        (timedelta(hours=60), "2 giorni"),
    ],
)
def test_a_span_is_said_in_one_unit(span, said):
    """As people would."""
    assert said == lasted(span, Speech("it", said_in("it", LOCALE)))


def test_another_day_is_named():
    """An hour alone would mean today."""
    italian = Speech("it", said_in("it", LOCALE))

    assert "ore 12:00" == when(NOON, NOON, italian)
    assert "19 novembre 2025, ore 12:00" == when(NOON - timedelta(days=1), NOON, italian)
