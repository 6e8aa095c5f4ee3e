"""Samples: series added up as they are shown, and processes that are replaced."""

import os

import pytest

from loadtest.rehearsal.sampling import Increase, Use, added_up

SHOWN = """# HELP approdo_work_backlog Live work rows.
approdo_work_backlog{channel="web",kind="decision"} 3
approdo_work_backlog{channel="patronato",kind="decision"} 4
approdo_work_backlog_age 9
"""


def test_a_series_is_added_up_over_its_labels():
    """And no other that begins like it."""
    assert added_up(SHOWN, "approdo_work_backlog") == 7
    assert added_up(SHOWN, "approdo_work_backlog", largest=True) == 4
    assert added_up(SHOWN, "approdo_work_buried") is None


@pytest.mark.parametrize(("seen", "total"), [((5, 8), 3), ((5, 8, 2), 5), ((5,), 0)])
def test_a_counter_of_a_new_process_goes_on_from_zero(seen, total):
    """What had been counted before we looked is not ours."""
    decided = Increase()
    for value in seen:
        decided.see("worker-1", value)

    assert decided.total == total


def test_what_a_process_uses_counts_from_the_first_look():
    """Memory is told as it is now."""
    use = Use()
    first = use.look([("generator", os.getpid())])["generator"]

    assert first[0] == 0
    assert first[1] > 1


def test_a_process_that_ended_is_not_forgotten():
    """Its group goes on with what it had used."""
    use = Use()
    before = use.look([("generator", os.getpid())])

    assert use.look([])["generator"][0] >= before["generator"][0]


def test_what_nobody_of_ours_used_is_told_as_that_of_others():
    """Never less than nothing."""
    use = Use()

    assert use.look([])["others"][0] >= 0
