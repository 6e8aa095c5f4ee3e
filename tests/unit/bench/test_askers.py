"""Askers: saves that are really new, filings that are really different, the same bodies for everybody."""

import json
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from codicefiscale import codicefiscale

from loadtest.bench.asker import Refused
from loadtest.bench.counters import section_requests
from loadtest.bench.drafts import Draft, NewDrafts
from loadtest.bench.filings import Filings
from loadtest.bench.line import Answer
from loadtest.bench.people import MOST, tax_code
from loadtest.bench.saves import Fill, Saves
from loadtest.bench.sections import NAMES, bodies, in_turn

SAVED = Answer(200, b"{}")


def some_drafts(count: int = 1) -> list[Draft]:
    """Drafts with nothing in them."""
    return [Draft(f"draft-{number}", f"token-{number}") for number in range(count)]


def split(request: bytes) -> tuple[list[str], bytes]:
    """The head's lines and the body."""
    head, _, body = request.partition(b"\r\n\r\n")
    return head.decode().split("\r\n"), body


def asked(asker: Any) -> tuple[list[str], bytes]:
    """One request, answered as saved."""
    about, request = asker.ask()
    asker.answered(about, SAVED)
    return split(request)


def test_each_save_builds_on_the_revision_that_was_acknowledged() -> None:
    """The first states that there is none."""
    saves = Saves(some_drafts(), bodies(), ["children"])

    seen = [asked(saves)[0] for _ in range(3)]

    assert ["if-none-match: *", 'if-match: "1"', 'if-match: "2"'] == [head[-2] for head in seen]
    assert {"PUT /v1/drafts/draft-0/sections/children HTTP/1.1"} == {head[0] for head in seen}
    assert all("authorization: Bearer token-0" in head for head in seen)


@pytest.mark.parametrize("section", NAMES)
def test_no_save_repeats_the_content_it_builds_on(section: str) -> None:
    """A repeat is answered without a row: it would make a save look cheaper than it is."""
    saves = Saves(some_drafts(), bodies(), [section])

    contents = [asked(saves)[1] for _ in range(70)]

    assert all(one != after for one, after in pairwise(contents))


def test_a_draft_has_one_save_under_way() -> None:
    """Until it is answered the others have their turn."""
    saves = Saves(some_drafts(3), bodies())

    about = [saves.ask()[0] for _ in range(3)]

    assert 3 == len({save.draft.draft_id for save in about})


def test_every_section_has_the_same_share() -> None:
    """A mix of short and long ones, the same for every server."""
    mix = [name for name, _ in in_turn(bodies(), NAMES)]

    assert {mix.count(name) for name in NAMES} == {mix.count("applicant")}


def test_the_other_servers_get_the_bodies_that_ours_gets() -> None:
    """Neither shorter nor simpler."""
    others = section_requests(bodies(), NAMES)

    contents = {split(others.ask()[1])[1] for _ in range(400)}

    assert {body for each in bodies().values() for body in each} == contents


def test_the_length_that_is_told_is_the_length_of_the_body() -> None:
    """In bytes, accents included."""
    head, body = asked(Saves(some_drafts(), {"applicant": ["è".encode(), b"{}"]}, ["applicant"]))

    assert f"content-length: {len(body)}" == head[-1]


def test_a_filing_names_what_was_saved_under_a_key_of_its_own() -> None:
    """Two filings never share a key, and one draft is filed once."""
    drafts = some_drafts(2)
    fill = Fill(drafts, lambda section, place: b"{}")
    for _ in range(2 * len(NAMES)):
        asked(fill)
    filings = Filings(drafts, Random(1))

    requests = [split(request) for _, request in (filings.ask(), filings.ask())]

    assert [{"sections": dict.fromkeys(NAMES, 1)}] * 2 == [json.loads(body) for _, body in requests]
    assert 2 == len({head[-2] for head, _ in requests})
    assert filings.ask() is None


def test_what_is_filled_in_ends() -> None:
    """Every section of every draft, once."""
    fill = Fill(some_drafts(700), lambda section, place: b"{}")

    asks = iter(fill.ask, None)

    assert 700 * len(NAMES) == sum(1 for _ in asks)


def test_a_new_draft_is_known_by_what_the_counter_said() -> None:
    """Its id and its token come from the answer."""
    new = NewDrafts(1)
    about, _ = new.ask() or (None, b"")

    new.answered(about, Answer(201, b'{"draft_id": "d", "access_token": "t"}'))

    assert [("d", "t")] == [(draft.draft_id, draft.token) for draft in new.drafts]
    assert new.ask() is None


@pytest.mark.parametrize("status", [201, 409, 412, 429, 503])
def test_a_refusal_ends_the_run(status: int) -> None:
    """A figure that has refusals in it would mean nothing."""
    saves = Saves(some_drafts(), bodies())
    about, _ = saves.ask()

    with pytest.raises(Refused):
        saves.answered(about, Answer(status, b""))


def test_people_are_different_and_their_codes_hold() -> None:
    """Each claims a place of her own; the library agrees with every check letter."""
    codes = [tax_code(number) for number in (*range(500), MOST - 1)]

    assert len(codes) == len(set(codes))
    assert all(codicefiscale.is_valid(code) for code in codes)
