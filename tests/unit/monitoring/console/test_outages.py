"""The incident editor: what is done there is what the public reads, in the name of the login, and nothing by others."""

import pytest

from monitoring.console.outages import Bulletin
from monitoring.console.roster import Role
from monitoring.public.desk import Desk
from tests.unit.monitoring.console.test_entrance import Port
from tests.unit.monitoring.public.test_office import House

OPEN = {"function": "submission", "cause": "planned", "minutes": "90", "why": "works on the line"}


@pytest.fixture
def house(tmp_path):
    """The office that speaks to the public."""
    return House(tmp_path / "public")


@pytest.fixture
def port(tmp_path, house):
    """The operators' port in production, with that office behind it."""
    port = Port(tmp_path)
    port.bulletin = Bulletin(lambda: house.office.book, house.office.do, lambda: "https://bonus.example.it/")
    return port


async def sent(client, path, **form):
    """Send a form of the page."""
    page = (await client.get("/incidents")).text
    proof = page.partition('name="proof" value="')[2].partition('"')[0]
    return await client.post(path, data={"proof": proof, "why": "a drill"} | form)


def done(house):
    return [(one["does"], one["who"], one["via"], one["changed"]) for one in Desk(house.folder / "desk").done()]


async def test_what_is_opened_is_told_at_once_told_again_and_closed(port, house):
    """In the name of the login, whatever the form says of who."""
    client, _ = await port.logged_in()
    opened = await sent(client, "/incidents/open", who="eve", **OPEN)
    [one] = house.office.book.open
    told = house.page

    assert (303, f"/incidents?done={one.incident_id}") == (opened.status_code, opened.headers["location"])
    assert "In questo momento non si riescono a inviare le domande" in told
    assert "È in corso un lavoro di manutenzione previsto" in (await client.get("/incidents")).text
    await sent(client, f"/incidents/{one.incident_id}/word", minutes="5")
    assert house.office.book.open[0].next_word_at < one.next_word_at
    await sent(client, f"/incidents/{one.incident_id}/close", ago="3")
    assert () == house.office.book.open
    assert f"https://bonus.example.it/v1/outages/{one.incident_id}" in (await client.get("/incidents")).text
    assert [(does, "ada", "console", True) for does in ("open", "word", "close")] == done(house)


async def test_what_is_over_cannot_be_told_again_or_closed(port, house):
    """Nor what never was."""
    client, _ = await port.logged_in()
    await sent(client, "/incidents/open", **OPEN)
    [one] = house.office.book.open
    await sent(client, f"/incidents/{one.incident_id}/close")
    before = done(house)
    answers = [
        await sent(client, f"/incidents/{incident}/{act}", minutes="5")
        for incident in (one.incident_id, "00000000", "x" * 40)
        for act in ("word", "close")
    ]

    assert [(409, "not-open")] * 6 == [(answer.status_code, answer.json()["code"]) for answer in answers]
    assert before == done(house)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"function": "everything"}, "unknown"),
        ({"cause": "<script>"}, "unknown"),
        ({"minutes": "0"}, "not-a-time"),
        ({"minutes": "1441"}, "not-a-time"),
        ({"ago": "soon"}, "not-a-time"),
        ({"why": " "}, "not-said"),
        ({"why": "for RSSMRA85T50A562W"}, "personal"),
        ({"proof": "not-mine"}, "foreign-form"),
    ],
)
async def test_what_makes_no_sense_is_told_to_nobody(port, house, changed, code):
    """And quoted to nobody."""
    client, _ = await port.logged_in()
    answer = await sent(client, "/incidents/open", **OPEN | changed)

    assert code == answer.json()["code"]
    assert not any(value in answer.text for value in changed.values() if len(value) > 3)
    assert () == house.office.book.open


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OFFICER])
async def test_only_operators_speak_to_the_public(port, house, role):
    """Others see what is told."""
    client, _ = await port.logged_in(role)
    answer = await sent(client, "/incidents/open", **OPEN)

    assert 200 == (await client.get("/incidents")).status_code
    assert (403, "not-yours") == (answer.status_code, answer.json()["code"])
    assert () == house.office.book.open
