"""Crowds: what the limit comes to when people come, are refused, obey and come again; each was seen otherwise."""

from ingest.admission.classes import Class
from ingest.admission.limit import MOST_PATIENCE
from tests.unit.ingest.admission.crowd import BATCH, Crowd

QUICK = (0.004, 0.0013)  # some 700 a second, as measured on two cores
SLOW = (0.004, 0.010)  # a hundred a second, with others on the machine
FAR = (1.0, 0.0005)  # five round trips of 200 ms


def test_a_slow_machine_answers_in_time_those_whom_it_lets_in() -> None:
    """A batch that takes seconds is no quick window for that: who waits for it says how long answers take."""
    crowd = Crowd(lambda _: SLOW, lambda _: 400).until(30)

    assert crowd.in_time(10, 30) >= 0.8 / SLOW[1]


def test_a_far_store_is_used_as_far_as_its_batches_carry() -> None:
    """Fewer would be no quicker: what was learnt of it holds, though it is put to the proof again and again."""
    crowd = Crowd(lambda _: FAR, lambda _: 300).until(60)

    assert crowd.served(20, 60) >= 0.75 * BATCH / (FAR[0] + FAR[1] * BATCH)


def test_a_patience_that_no_longer_holds_is_found_out() -> None:
    """The store was far away, and is near again just as a crowd comes: what it waits for is itself."""
    crowd = Crowd(lambda _: SLOW, lambda _: 600)
    crowd.admission.standing = crowd.admission.standing._replace(patience=MOST_PATIENCE)
    crowd.until(40)

    assert crowd.in_time(25, 40) >= 0.8 / SLOW[1]


def test_a_class_that_is_refused_lets_the_limit_grow() -> None:
    """Only readers are there, and half the limit they never come to: that some were refused says that more want in."""
    looking = [(Class.LOOKING, 1.0)]
    crowd = Crowd(lambda at: (0.3, 0.01) if at < 5 else (0.03, 0.0), lambda at: 600 if at < 5 else 900, mix=looking)
    crowd.admission.standing = crowd.admission.standing._replace(limit=20.0)
    crowd.until(40)

    assert sum(crowd.refused[at] for at in range(35, 40)) == 0


def test_after_a_storm_only_those_wait_who_still_want_in() -> None:
    """Many times as many for a quarter of a minute: all that can be served is, until the last of them has been."""
    crowd = Crowd(lambda _: QUICK, lambda at: 2_500 if 5 <= at < 20 else 200, stays=15).until(50)
    waits = max(at for at, refused in crowd.refused.items() if refused)

    assert 25 < waits < 45
    assert min(crowd.served(at, at + 5) for at in range(20, waits - 5, 5)) >= 0.9 * crowd.served(5, 20)
