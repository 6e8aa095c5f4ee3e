"""Languages: chosen on any page, kept without saying who she is, and told to whoever reads the page aloud."""

import html
import re

import httpx
import pytest

from core.pages.languages import ITALIAN, NAMES
from ingest import texts
from ingest.web import languages
from tests.journeys.system import System
from tests.journeys.web.posting import a_person, begins, hidden

OTHERS = [code for code in NAMES if code != ITALIAN]
STEPS = ("richiedente", "figli", "lavoro", "redditi", "pagamento", "dichiarazioni", "documenti")
PAGES = (
    *("/", "/controlla", "/riprendi", "/privacy", "/accessibilita", "/aiuto", "/reclamo", "/verifica-ricevuta"),
    *("/domanda", "/domanda/accesso", "/domanda/riepilogo", "/domanda/elimina", "/domanda/tentativi", "/non-esiste"),
    *(f"/domanda/{step}" for step in STEPS),
    "/domanda/figli/storia",
)
# Names of people, of the service and of the other languages are the same in each.
SAID = re.compile(r">([^<>]*[^\W\d_]{3}[^<>]*)<")


@pytest.mark.parametrize("code", OTHERS)
def test_every_page_is_in_the_language_that_was_chosen(code: str, system: System):
    """Its `lang` says so, and no sentence of it is the Italian one: none was forgotten on the way to the page."""
    known = {language.code: language for language in languages.load(texts.load()).values()}
    with a_person(system) as italian, a_person(system) as other:
        for somebody in (italian, other):
            begins(somebody)
            for section in ("redditi", "figli"):
                form = hidden(somebody.get(f"/domanda/{section}").text)
                typed = {"employment": "x", "children/0/tax_code": "x"}
                somebody.post(f"/domanda/{section}", data=form | typed | {"azione": "resta"})
        assert 303 == other.get(f"/lingua/{code}").status_code
        for address in PAGES:
            page = _read(other, address)
            assert f'<html lang="{code}">' in page, address
            same = _sentences(page) & _sentences(_read(italian, address))
            assert not [one for one in same if known[code].gettext(one) != one], address


def test_a_language_is_chosen_where_one_is_and_kept_without_saying_who_she_is(system: System):
    """Back to the same page, a cookie with two letters; and never to an address of somebody else."""
    with a_person(system) as eve:
        begins(eve)
        link = re.search(r'href="(/lingua/sl[^"]*)"', eve.get("/domanda/figli").text)
        assert link

        answer = eve.get(link[1].replace("&amp;", "&"))

        assert "/domanda/figli" == answer.headers["location"]
        assert re.fullmatch(r"lingua=sl; Path=/; Max-Age=\d+; SameSite=Lax", answer.headers["set-cookie"])
        assert "sl" == eve.get("/domanda/figli").headers["content-language"]
        for elsewhere in ("//example.com", "https://example.com", "/\\example.com"):
            assert "/" == eve.get("/lingua/de", params={"da": elsewhere}).headers["location"]
        assert 404 == eve.get("/lingua/xx").status_code


def test_the_browser_is_believed_until_a_language_is_chosen(system: System):
    """What it prefers first; Italian where it prefers none of ours."""
    asked = {"de-AT,de;q=0.9,en;q=0.5": "de", "es,fr;q=0.7": "fr", "es": "it", "": "it"}

    with a_person(system) as eve:
        said = {one: eve.get("/", headers={"accept-language": one}).headers["content-language"] for one in asked}

    assert asked == said


def test_a_refusal_is_told_in_her_language_to_her_and_to_the_script(system: System):
    """As a page and as a problem; the certificate and what she sent stay as they are."""
    with a_person(system) as eve:
        begins(eve)
        eve.get("/lingua/de")
        page = eve.get("/domanda/niente")
        problem = eve.get("/domanda/niente", headers={"accept": "application/json"})

    assert 404 == page.status_code
    assert "<h1>Nicht gefunden</h1>" in page.text
    assert ("de", "Nicht gefunden") == (problem.headers["content-language"], problem.json()["title"])


def test_each_problem_has_its_page_in_each_language(system: System):
    """What happened, what is safe, what to do, the right, and the code to read; found by that code too."""
    overloaded = texts.load().problems["overloaded"].reference
    with a_person(system) as eve:
        for language in languages.load(texts.load()).values():
            eve.get(f"/lingua/{language.code}")
            for problem in language.texts.problems.values():
                page = html.unescape(eve.get(f"/problemi/{problem.code}").text)
                told = (problem.title, problem.detail, problem.safe, problem.action, problem.right, problem.reference)
                assert not [one for one in told if one not in page], (language.code, problem.code)
        assert "<h1>We are full at the moment</h1>" in eve.get(f"/problemi/{overloaded}").text


def test_no_language_is_offered_where_choosing_one_would_lose_what_she_sent(system: System):
    """A page that answers a form holds it; the switch would ask for another page."""
    with a_person(system) as eve:
        begins(eve)
        refused = eve.post("/domanda/redditi", data={"prova": "another", "employment": "12345,67"})

    assert "/lingua/" not in refused.text
    assert "12345%2C67" in hidden(refused.text)["dati"]


def _read(somebody: httpx.Client, address: str) -> str:
    return somebody.get(address, headers={"accept-language": "it", "accept": "text/html"}).text


def _sentences(page: str) -> set[str]:
    return {one.strip() for one in SAID.findall(re.sub(r"(?s)<script.*?</script>", "", page))}
