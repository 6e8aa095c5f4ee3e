"""Strangers: nobody reads or changes what is another's, no foreign form works, nothing comes from elsewhere."""

import re
from collections.abc import Callable

import httpx

from ingest.web.routes import ROUTES
from tests.journeys.system import System
from tests.journeys.web.mother import Mother
from tests.journeys.web.posting import a_person

PLACES = {
    "passo": "richiedente",
    "forma": "testo",
    "voce": "E-0000001",
    "atto": "annulla",
    "lingua": "it",
    "nome": "niente",
    "codice": "overloaded",
}
INLINE = re.compile(r'<style|\sstyle=|\son\w+=|<script(?! type="(?:module|application/json)")')
MARKS = ("Zbigniewa", "zbigniewa@posta-piantata.example", "Querciagrossa")


def addresses(method: str) -> list[str]:
    """Return every address of the pages."""
    return [re.sub(r"\{(\w+)\}", lambda part: PLACES[part[1]], one.path) for one in ROUTES if one.method == method]


async def test_a_second_person_finds_nothing_of_the_first_at_any_address(mother: Callable, system: System):
    """All addresses are the same for everybody: what they show depends on the session alone."""
    maria: Mother = await mother(java_script_enabled=False)
    await maria.starts()
    await maria.fills_everything()
    await maria.opens("richiedente")
    for field, mark in zip(("first_name", "email", "last_name"), MARKS, strict=True):
        await maria.types(field, mark)
    await maria.posts("Salva e resta qui")
    assert all([mark in await maria.page.content() for mark in MARKS])

    with a_person(system) as stranger, a_person(system) as eve:
        _begins(eve)
        for address in addresses("GET"):
            for somebody in (stranger, eve):
                answer = somebody.get(address, follow_redirects=True)
                assert answer.status_code < 500, address
                assert not [mark for mark in MARKS if mark in answer.text], address


def test_a_form_of_somebody_else_changes_nothing(system: System):
    """Without the proof, with another visitor's, or from a foreign page: each post is refused."""
    with a_person(system) as eve, a_person(system) as mallory:
        _begins(eve)
        _begins(mallory)
        theirs = _proof(mallory.get("/domanda").text)
        mine = _proof(eve.get("/domanda").text)
        for address in addresses("POST"):
            if address in ("/controlla", "/verifica-ricevuta", "/attestato"):
                continue  # they change nothing and open nothing
            for form, headers in (
                ({}, {}),
                ({"prova": theirs}, {}),
                ({"prova": mine}, {"sec-fetch-site": "cross-site"}),
                ({"prova": mine}, {"origin": "https://example.com"}),
            ):
                answer = eve.post(address, data={**form, "first_name": "Mallory"}, headers=headers)
                typed = address in ("/domanda/richiedente", "/domanda/richiedente/correggi", "/reclamo")
                asked_whose = 401 if typed and not headers else 403  # what was typed waits for its own draft's code
                assert answer.status_code == asked_whose, (address, form, headers)
        assert "Mallory" not in eve.get("/domanda/richiedente").text


def test_every_page_is_sent_so_that_nothing_is_kept_and_nothing_is_fetched_from_elsewhere(system: System):
    """No store, a strict policy, no style or script in the page, no address of another site; the cookie is guarded."""
    with a_person(system) as eve:
        first = eve.get("/")
        cookie = first.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        with a_person(system) as somebody:
            over_tls = somebody.get("/", headers={"x-forwarded-proto": "https"}).headers["set-cookie"]
        assert over_tls.startswith("__Host-")
        assert "Secure" in over_tls
        _begins(eve)
        for address in addresses("GET"):
            answer = eve.get(address, follow_redirects=True)
            if not answer.headers["content-type"].startswith("text/html"):
                continue
            policy = answer.headers["content-security-policy"]
            assert "no-store" == answer.headers["cache-control"], address
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            if "sha256-" not in policy:  # a receipt carries its own style, by its hash
                assert not re.search(
                    r"<style|\sstyle=|\son\w+=|<script(?! type=\"(module|application/json)\")", answer.text
                )
            assert not re.search(r'((src|action)=|<link[^>]* href=)"(https?:)?//', answer.text), address


def test_static_files_are_kept_for_ever_under_a_name_that_tells_their_content(system: System):
    """Immutable, packed where that helps, and a name nobody has leads nowhere."""
    with a_person(system) as eve:
        for path in set(re.findall(r'"(/statico/[^"]+)"', eve.get("/domanda").text + eve.get("/").text)):
            answer = eve.get(path)
            assert "public, max-age=31536000, immutable" == answer.headers["cache-control"]
            assert re.search(r"\.[0-9a-f]{16}\.\w+$", path)
        assert 404 == eve.get("/statico/pages.0123456789abcdef.css").status_code


def test_a_resume_code_can_be_tried_five_times_a_minute(system: System):
    """Whatever is tried."""
    with a_person(system) as eve:
        form = {"prova": _proof(eve.get("/riprendi").text)}
        statuses = [eve.post("/riprendi", data=form | {"codice": f"{n}222BBBBCCCC"}).status_code for n in range(2, 8)]

    assert [422] * 5 + [429] == statuses


def test_the_first_view_weighs_less_than_100_kilobytes(system: System):
    """Page, style, fonts and scripts as they go over the line, for the start and for the heaviest step."""
    with a_person(system) as eve:
        eve.headers["accept-encoding"] = "gzip"
        _begins(eve)
        for address in ("/", "/domanda/lavoro"):
            assert _weight(eve, address) < 100_000


def _weight(client: httpx.Client, address: str) -> int:
    seen: dict[str, int] = {}
    waiting = [address]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        with client.stream("GET", path) as answer:
            seen[path] = sum(len(piece) for piece in answer.iter_raw())
        text = client.get(path).text if not path.endswith((".woff2", ".svg")) else ""
        waiting += re.findall(r'"(/statico/[^"]+)"', text)
        waiting += [f"/statico/{name}" for name in re.findall(r'(?:url\("|"\./)([\w.-]+\.(?:woff2|svg|js))"', text)]
    return sum(seen.values())


def _begins(client: httpx.Client) -> None:
    client.post("/inizia", data={"prova": _proof(client.get("/").text)})


def _proof(page: str) -> str:
    found = re.search(r'name="prova" value="([^"]+)"', page)
    assert found
    return found[1]
