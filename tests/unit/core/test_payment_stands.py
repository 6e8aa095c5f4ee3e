"""A payment that was ordered stands until it fails, or its order was taken back before the bank had answered."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.domain.draft import Channel
from core.domain.submission import PAYMENT_DROPPED, Event, State, SubmissionView
from core.domain.window import Window

NOW = datetime(2025, 11, 20, tzinfo=UTC)
VIEW = SubmissionView(
    draft_id=None,
    number="",
    programme="",
    channel=Channel.WEB,
    state=State.REOPENED,
    window=Window.ORDINARY,
    arrived_at=NOW,
    filed_at=NOW,
    sections={},
    receipt="",
    timeline=(),
    decision=None,
    next_check_at=None,
    civil_now=NOW,
    trial=False,
    language="it",
)


@pytest.mark.parametrize(
    ("happened", "stands"),
    [
        ("", False),
        ("accepted in_review granted", False),
        ("granted payment_ordered", True),
        ("granted payment_ordered paid", True),
        ("granted payment_ordered reopened needs_officer", True),
        ("granted payment_ordered payment_failed", False),
        ("granted payment_failed payment_ordered reopened", True),
        ("granted payment_failed payment-dropped reopened", False),
    ],
)
def test_a_payment_stands_until_it_fails(happened, stands):
    """A review opens the decision again, and leaves the order as it is."""
    timeline = [
        Event(NOW, PAYMENT_DROPPED, None, ()) if one == PAYMENT_DROPPED else Event(NOW, "moved", State(one), ())
        for one in happened.split()
    ]

    assert stands is replace(VIEW, timeline=timeline).payment_stands
