"""How long and how much a registry may take."""

from datetime import timedelta

import pytest

from workers.registries.limits import Limits

LEASE = timedelta(seconds=20)


def test_inner_limits_are_below_outer_ones():
    """connect < voucher, read < total, and a wait with a call stays below a lease."""
    limits = Limits()

    assert limits.connect < limits.voucher < limits.total
    assert limits.connect < limits.read < limits.total
    assert limits.place + limits.total < LEASE


@pytest.mark.parametrize(
    "numbers",
    [
        {"connect": timedelta(seconds=8)},
        {"read": timedelta(seconds=10)},
        {"voucher": timedelta(seconds=11)},
        {"concurrency": 0},
        {"answer_bytes": 0},
        {"place": timedelta(seconds=-1)},
    ],
)
def test_limits_that_contradict_each_other_are_refused(numbers):
    """At the start of the process, not at the first slow answer."""
    with pytest.raises(ValueError, match="limits need"):
        Limits(**numbers)
