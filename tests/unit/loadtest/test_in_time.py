"""Whether a filing arrived when it was sent: by the clients' own log, whichever tab of theirs was first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from loadtest.in_time import flipped
from loadtest.ledger import ACKED, Ledger, read

NUMBER = "AAAA-BBBB"
SENT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)  # whatever day it is: the calendar is that of one year
AHEAD = timedelta(days=-367)


@pytest.fixture
def history(tmp_path):
    """Two tabs that filed one draft, and were given one number."""
    ledger = Ledger(tmp_path / "ledger.jsonl")
    for tab in ("one", "other"):
        intent = ledger.intend("submission", draft_id="D", key=tab, sections={})
        ledger.heard(intent, ACKED, number=NUMBER)
    ledger.close()
    found = read(tmp_path / "ledger.jsonl")
    for intent, later in zip(found.intents.values(), (0, 5), strict=True):
        intent.at = SENT.timestamp() + later
        intent.heard[0] = replace(intent.heard[0], at=intent.at + 1)
    return found


def stored(after):
    arrived = SENT + timedelta(seconds=after) + AHEAD
    row = {"number": NUMBER, "programme": "bonus-mamme-2025", "window": "ordinary", "arrived_at": arrived}
    return SimpleNamespace(submissions={"D": [row]}, registered={}, ahead=AHEAD)


@pytest.mark.parametrize("after", [0, 5])
def test_it_may_have_arrived_from_either_tab(history, after):
    """The first to arrive counts, and both are told the same number."""
    assert list(flipped(history, stored(after))) == []


@pytest.mark.parametrize("after", [-30, 30])
def test_an_arrival_at_a_time_nobody_sent_anything_is_told(history, after):
    """Before the first was sent, or after the last was answered."""
    assert list(flipped(history, stored(after))) == [f"{NUMBER}: arrived when nobody sent it"]
