"""Somebody who speaks HTTP by hand, as a browser without a script does: with cookies, and with the forms of a page."""

import html
import re

import httpx

from tests.integration.stack.running import PATIENCE
from tests.journeys.system import System

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
_CODE = re.compile(r"<code>([A-Z2-9-]{14})</code>")


def a_person(system: System) -> httpx.Client:
    """Give a browser of somebody's own, which follows nothing by itself."""
    return httpx.Client(base_url=system.address("http"), timeout=PATIENCE)


def begins(person: httpx.Client) -> str:
    """Begin an application and return the page of its steps."""
    answer = person.post("/inizia", data={"prova": hidden(person.get("/").text)["prova"]})
    assert answer.status_code == 303, answer.text
    return person.get("/domanda").text


def hidden(page: str) -> dict[str, str]:
    """Return what the forms of a page carry unseen, by name; the last where they carry it twice."""
    return {name: html.unescape(value) for name, value in _HIDDEN.findall(page)}


def code_of(page: str) -> str:
    """Return the resume code a page shows."""
    found = _CODE.search(page)
    assert found
    return found[1]
