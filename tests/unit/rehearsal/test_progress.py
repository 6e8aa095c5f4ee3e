"""Progress: one line that is written over where somebody watches, one line a phase where nobody does."""

from io import StringIO

import pytest

from loadtest.rehearsal.plan import lay_out
from loadtest.rehearsal.profiles import PROFILES
from loadtest.rehearsal.progress import Progress

PLAN = lay_out(PROFILES["launch-day"], 1)
BROKEN = "slow registries for 60 s"


class Terminal(StringIO):
    """Somebody watches."""

    def isatty(self):
        return True


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_the_line_never_wraps(columns, monkeypatch):
    """What wraps is not written over: a narrow window would fill with halves of bars."""
    monkeypatch.setenv("COLUMNS", str(columns))
    out = Terminal()

    Progress(out).load(PLAN, PLAN.seconds / 2, {"decided": 12_345.0, "backlog": 678.0}, BROKEN)

    line = out.getvalue().removeprefix("\r\x1b[K")
    assert len(line) < columns
    assert "50%" in line
    assert (BROKEN in line) is (columns == 200)


def test_where_nobody_watches_each_phase_is_told_once():
    """So that a log stays short."""
    out = StringIO()
    progress = Progress(out)

    for second in range(int(PLAN.seconds) + 2):
        progress.load(PLAN, second, {}, "")

    told = out.getvalue().splitlines()
    assert [phase.name for phase in PLAN.phases] == [line.split(" s  ")[1] for line in told[:-1]]
    assert "settling" in told[-1]
