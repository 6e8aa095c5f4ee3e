"""Two clocks: within two seconds both are believed; beyond that the earlier instant counts, whichever jumped."""

from datetime import UTC, datetime, timedelta

import pytest

from core.storage.group_commit import Locked, apart
from core.storage.rows import civil

NOON = datetime(2025, 11, 20, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
AHEAD = timedelta(days=3)  # of civil time


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (-1, 1, 0),
        (2, 3, 0),
        (-3, -2, 0),
        (-30, 1, 0),  # a slow answer is no jump
        (-1, 30, 0),
        (300, 301, 300),
        (-7_201, -7_200, -7_200),
    ],
)
def test_what_lies_between_two_looks_is_no_jump(before, after, found):
    """Our clock is looked at before and after the database's; what is tolerated is nothing."""
    assert found * SECOND == apart(NOON + before * SECOND, NOON, NOON + after * SECOND)


@pytest.mark.parametrize(("jump", "counted"), [(86_400, -1), (-7_200, -7_201), (0, -1)])
def test_no_jump_makes_anybody_late(jump, counted):
    """She arrived a second before noon by the database's clock; ours said so much more."""
    locked = Locked([], machine_now=NOON, civil_now=NOON + AHEAD, trial=True, apart=jump * SECOND)

    assert NOON + counted * SECOND + AHEAD == civil(locked, NOON - SECOND + jump * SECOND)
