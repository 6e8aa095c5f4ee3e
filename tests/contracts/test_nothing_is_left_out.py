"""Of all that robustness asks for, nothing is missing silently: each fault, each input, each set has somebody."""

from loadtest.conservation import CHECKS
from loadtest.faults.matrix import NOT_BUILT, ROWS
from loadtest.verdict import LATER
from tests.conftest import MEASURED
from tests.integration.counter import input_rows

#: The numbers the specification gives, and the names of what must be empty, written a second time on purpose.
FAULTS = {
    *(*range(1, 11), *range(12, 16), *range(17, 22), *range(23, 34), 36, 37, *range(39, 43), 44),
    *(*range(46, 52), 53, *range(55, 61)),
}
INPUTS = {
    *(*range(1, 5), *range(6, 11), 12, 13, *range(15, 20), 21, 22, 24, 26, *range(28, 31), *range(32, 38)),
    *(*range(39, 45), *range(46, 50), 51, 52, *range(54, 57), *range(58, 61), *range(62, 65), 66, 67),
    *(*range(69, 75), 76, 79, 80),
}
SETS = {
    *("lost", "altered", "torn", "regressed", "dup_live", "dup_effect", "ghost", "stuck", "lied", "leak", "forged"),
    *("chain", "late_flip"),
}


def test_every_fault_is_in_the_matrix():
    """What a scenario does of it is told by tests/unit/loadtest/test_faults.py."""
    assert FAULTS == ROWS.keys()


def test_every_set_is_looked_up_or_named_as_not_built():
    """A set of a later capability is never counted as empty."""
    assert SETS <= CHECKS.keys() | set(LATER)
    assert not CHECKS.keys() & set(LATER)


def test_every_input_is_sent_by_somebody_or_named_as_not_built(record_property):
    """Who is named is there: a case of the table, or a test."""
    nobody = [row.number for row in input_rows.ROWS if not row.held_by]

    assert {row.number for row in input_rows.ROWS} == INPUTS
    assert [] == [name for row in input_rows.ROWS for name in input_rows.missing(row)]
    assert [70, 72] == nobody
    told = f"{len(input_rows.ROWS)} rows and {len(input_rows.CASES)} cases of input; not built: {nobody}"
    record_property(MEASURED, f"{told}; {len(ROWS)} rows of faults; not built: {sorted(NOT_BUILT)}")
    record_property(MEASURED, f"{len(CHECKS)} sets that must be empty; not built: {', '.join(LATER)}")
