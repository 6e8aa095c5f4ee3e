"""A payment that was ordered stands until it fails, or its order was taken back before the bank had answered."""

import pytest

from core.domain.submission import State
from core.storage.rows import PAYMENT_DROPPED, PAYMENT_STANDS
from tests.integration.storage.conftest import Ledger

#: The events of one submission, in place of the table.
_HAPPENED = f"""
WITH submission_event AS (
    SELECT 1 AS draft_id, seq, CASE WHEN it = '{PAYMENT_DROPPED}' THEN it ELSE 'moved' END AS kind,
           CASE WHEN it <> '{PAYMENT_DROPPED}' THEN it END AS to_state
    FROM unnest($1::text[]) WITH ORDINALITY AS happened(it, seq)
)
SELECT {PAYMENT_STANDS} FROM (SELECT 1 AS draft_id) AS s
"""


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
async def test_a_payment_stands_until_it_fails(ledger: Ledger, happened: str, stands: bool):
    """A review opens the decision again, and leaves the order as it is."""
    listed = happened.split()
    assert {one for one in listed if one != PAYMENT_DROPPED} <= set(State)

    assert stands is await ledger.pool.fetchval(_HAPPENED, listed)
