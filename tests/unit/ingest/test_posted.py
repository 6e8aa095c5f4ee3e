"""Forms: what a page shows of a section is posted back as the same section, whoever wrote it."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import pytest

from bonus.form import SECTIONS, shape_problems
from ingest.http.refusal import Refusal
from ingest.web.fields import Kind
from ingest.web.filled import Card, Cards, Filling, Widget
from ingest.web.form import BY_NAME
from ingest.web.posted import MOST_CARDS, content_of, form_of
from tests.journeys.applicant import case

NOTICE = "2025-10-28"


def posted(section: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """Show a section and post its form as a browser does."""
    step = BY_NAME[section]
    filled = Filling(str, NOTICE).fill(step, content, ())
    return content_of(step, form_of(urlencode(list(_sent(filled.widgets, filled.groups))).encode()))


def _sent(widgets: list[Widget], groups: list[Cards]) -> Iterator[tuple[str, str]]:
    for widget in widgets:
        yield from _values(widget)
    for cards in groups:
        for card in cards.cards:
            assert isinstance(card, Card)
            yield from _sent(card.widgets, card.groups)


def _values(widget: Widget) -> Iterator[tuple[str, str]]:
    if widget.field.kind is Kind.MONTHS:
        yield from ((widget.name, str(month)) for month in widget.value or ())
    elif widget.field.kind is Kind.YES_NO:
        yield widget.name, {True: "yes", False: "no"}.get(widget.value, "")
    elif widget.field.kind in (Kind.TICK, Kind.NOTICE):
        if widget.value:
            yield widget.name, "si" if widget.field.kind is Kind.TICK else NOTICE
    else:
        yield widget.name, str(widget.value)


def told(content: Any) -> Any:
    """Return a content without what is blank: a form says '' where another program says nothing."""
    if isinstance(content, dict):
        return {name: told(held) for name, held in content.items() if held not in (None, "", [], {})}
    return [told(held) for held in content] if isinstance(content, list) else content


@pytest.mark.parametrize("number", [1, 12, 23, 25, 38, 51])
@pytest.mark.parametrize("section", [name for name in SECTIONS if name != "attachments"])
def test_a_section_comes_back_from_its_page_as_it_went(section, number):
    """Golden cases, filed by programs: opened on the page and saved, nothing of them is lost or altered."""
    content = case(number)[section]
    back = posted(section, content)

    assert told(content) == told(back)
    assert [] == shape_problems(section, back)


@pytest.mark.parametrize("body", [b"\xff=1", b"&".join(b"a%d=1" % number for number in range(4000))])
def test_what_no_form_of_ours_sends_is_refused(body):
    """Bytes beyond ASCII, thousands of fields."""
    with pytest.raises(Refusal):
        form_of(body)


@pytest.mark.parametrize("place", ["periods", "periods/0/suspensions"])
def test_a_form_holds_so_many_cards_and_no_more(place):
    """Each is looked for among all fields, and written as dozens of them: thousands would hold the loop for seconds."""
    fields = [f"{place}/{card}/start=" for card in range(MOST_CARDS + 1)]
    assert form_of("&".join(fields[:MOST_CARDS]).encode())

    with pytest.raises(Refusal, match="bad-request"):
        form_of("&".join(fields).encode())
