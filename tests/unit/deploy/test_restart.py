"""Restart decides how long a dead child waits."""

from hypothesis import given
from hypothesis import strategies as some

from deploy.local import restart

PROMISED = 5.0  # seconds within which a child that dies is started again


@given(lived=some.floats(0, 1e6), early=some.integers(0, 10_000), code=some.integers(-64, 255))
def test_a_dead_child_is_back_in_time(lived: float, early: int, code: int) -> None:
    """However it ended and however often, it waits less than the promised time, and is never given up."""
    assert 0 < restart.after(code, lived, early).delay < PROMISED


def test_each_early_death_waits_longer() -> None:
    """The first start again is at once; those of a child that keeps ending are further and further apart."""
    delays = [restart.after(1, 0.1, deaths).delay for deaths in range(12)]

    assert delays == sorted(delays)
    assert delays[0] < 0.5
    assert delays[-1] == restart.LONGEST


def test_a_steady_life_makes_earlier_deaths_forgotten() -> None:
    """A child that ran well for a while is not punished for its youth."""
    assert restart.after(1, restart.STEADY, 100).early_deaths == 1


def test_a_crash_loop_is_called_one() -> None:
    """It is said aloud when a child ends by itself time after time, and not when others kill it."""
    assert restart.after(1, 0.1, restart.LOOPING).crash_looping
    assert not restart.after(1, 0.1, restart.LOOPING - 1).crash_looping
    assert not restart.after(-9, 0.1, restart.LOOPING).crash_looping


def test_a_crash_loop_does_not_fill_the_screen() -> None:
    """It is told when it begins, and then once in a while."""
    told = [deaths for deaths in range(100) if restart.after(1, 0.1, deaths).is_news]

    assert told[: restart.LOOPING + 1] == list(range(restart.LOOPING + 1))
    assert len(told) < 25
