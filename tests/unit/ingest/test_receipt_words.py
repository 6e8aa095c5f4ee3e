"""The page of her receipt promises no day of payment that is over, and none to who may be refused."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from core.pages.assets import Assets
from ingest.http.call import Call
from ingest.web import languages
from ingest.web.pages import HERE, Pages
from ingest.web.session import Sessions, visitor
from ingest.web.visit import Visit
from tests.fakes.clock import FakeClock

NOW = datetime(2026, 1, 20, 9, tzinfo=UTC)


@pytest.fixture
def page(italian):
    """What gives the words of the receipt's page for an application that came in a window."""
    spoken = languages.load(italian)
    sessions = Sessions(b"secret", None, production=False)
    pages = Pages(Assets(HERE, "/statico/"), sessions, spoken, None)

    def written(window: str | None) -> str:
        call = Call({"headers": []}, None, FakeClock(NOW), {})
        civil = SimpleNamespace(now=NOW, trial=False)
        visit = Visit(call, "GET", "/domanda/ricevuta", visitor(NOW), civil, spoken["it"])
        shown = {"code": None, "mark": "a", "window": window, "number": "7KHM4RTA", "range": None, "state": "accepted"}
        return pages.page(visit, "receipt.html", **shown, arrived_at=NOW, filed_at=NOW).body.decode()

    return written


@pytest.mark.parametrize(
    ("window", "december", "february"), [("ordinary", True, True), ("late", False, True), (None, False, False)]
)
def test_a_payment_is_promised_by_the_window_and_only_if_it_is_due(page, window, december, february):
    """In January nobody is paid in December, and after the windows nobody has said when."""
    words = page(window)

    assert ("dicembre 2025" in words, "febbraio 2026" in words) == (december, february)
    assert "Il pagamento arriva" not in words
