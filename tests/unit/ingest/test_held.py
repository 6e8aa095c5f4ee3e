"""Held: everybody who is held is told, in the order they came, by one timer."""

import pytest

from ingest import held
from ingest.held import GRAIN, Held
from tests.unit.ingest.test_protocol import Loop


@pytest.fixture
def loop():
    return Loop()


def test_each_is_told_when_she_is_due_and_one_timer_does_for_all(loop):
    """Whoever is due at nearly the same instant is told with her."""
    holding, told = Held(), []
    for name, at in (("a", 0.0), ("b", GRAIN / 2), ("c", 0.5)):
        loop.now = at
        holding.hold(lambda name=name: told.append(name), 1.0, loop)
    assert 1 == len(loop.waits())

    loop.now = 0.0
    assert (1.0, ["a", "b"], 1) == (loop.pass_time(), told, len(holding))
    assert (pytest.approx(0.5), ["a", "b", "c"]) == (loop.pass_time(), told)
    assert ([], 0) == (loop.waits(), len(holding))


def test_a_turn_tells_so_many_and_the_next_one_goes_on(loop, monkeypatch):
    """Answers under way have their turn in between."""
    monkeypatch.setattr(held, "MOST_A_TURN", 2)
    holding, told = Held(), []
    for number in range(5):
        holding.hold(lambda number=number: told.append(number), 1.0, loop)

    seen = []
    while loop.waits():
        loop.pass_time()
        seen.append(len(told))

    assert ([2, 4, 5], [0, 1, 2, 3, 4]) == (seen, told)


def test_a_fault_while_one_is_told_keeps_nobody_else_waiting(loop):
    """The timer is set again all the same."""
    holding, told = Held(), []
    holding.hold(lambda: 1 / 0, 1.0, loop)
    holding.hold(lambda: told.append("b"), 1.0, loop)
    with pytest.raises(ZeroDivisionError):
        loop.pass_time()
    loop.pass_time()

    assert ["b"] == told
