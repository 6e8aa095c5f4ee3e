"""The pages' desk: whatever goes wrong is told, also where the page that tells it cannot be written."""

import json
from types import SimpleNamespace

import pytest

from ingest.http.refusal import Refusal
from ingest.web import desk, languages


@pytest.fixture
def facts():
    """What the desk has told of."""
    return []


@pytest.fixture
def web(italian, facts):
    """As much of the web as a refusal needs."""
    counter = SimpleNamespace(texts=italian, observe=lambda fact, **fields: facts.append((fact, fields)))
    return SimpleNamespace(counter=counter, languages=languages.load(italian))


@pytest.mark.parametrize("error", [Refusal("not-found"), KeyError("an asset")], ids=["refused", "crashed"])
def test_where_no_page_can_be_written_the_words_are_sent_alone(monkeypatch, web, facts, error):
    """A template that is not what it was when this process began must not leave her with a line of English."""

    def broken(*_):
        raise KeyError("another asset")

    monkeypatch.setattr(desk, "refused", broken)
    visit = SimpleNamespace(session=SimpleNamespace(draft_id=None), language=web.languages["de"], wants_json=False)

    reply = desk.PagesDesk(web)._told("page.home", visit, error)

    told = json.loads(reply.body)
    assert reply.status == told["status"] >= 400
    assert told["action"]
    assert (b"content-language", b"de") in reply.headers
    assert "request.crashed" == facts[-1][0]
