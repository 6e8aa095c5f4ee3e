"""The limit: found by how long answers take, held by a model of a counter whose commits are shared."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.admission.limit import MOST_PATIENCE, Bounds, Standing, Window, begun, moved

BOUNDS = Bounds()
BATCH = 256


@dataclass
class Model:
    """A counter by Little's law: a batch costs `fixed` seconds and each of its items `each`, up to 256 in one."""

    fixed: float
    each: float

    def answers_take(self, under_way: float) -> float:
        """Return the mean seconds of an answer with so many always under way: one's own batch, and the one before."""
        batches = max(1.0, under_way / BATCH)
        return batches * (self.fixed + self.each * min(under_way, BATCH))

    def rate(self, under_way: float) -> float:
        """Return the answers a second."""
        return under_way / self.answers_take(under_way)


def run(model: Model, offered: float, windows: int = 400, standing: Standing | None = None) -> list[Standing]:
    """Let the limit move under so many that always want in."""
    now, past = standing or begun(BOUNDS), []
    for _ in range(windows):
        under_way = min(offered, now.limit)
        loop = model.each * min(under_way, BATCH)  # the items cost the loop; what is fixed, the store
        now = moved(now, Window(model.answers_take(under_way), int(under_way), loop), BOUNDS)
        past.append(now)
    return past


@pytest.mark.parametrize("each", [0.0003, 0.001, 0.004], ids=["quick", "busy", "very busy"])
def test_a_busy_loop_is_held_where_answers_take_what_they_may(each: float) -> None:
    """However slow the machine has become, an answer takes about its quarter of a second, and no room is wasted."""
    model = Model(fixed=0.004, each=each)

    settled = run(model, offered=4_000)[-1]

    assert model.answers_take(settled.limit) <= 1.3 * BOUNDS.patience
    assert model.rate(settled.limit) >= 0.9 * model.rate(1_000) or settled.limit == BOUNDS.most


def test_a_far_store_is_no_crowd() -> None:
    """Five round trips of 200 ms: fewer under way would be no quicker, so there are as many as batches carry."""
    model = Model(fixed=1.0, each=0.0005)

    settled = run(model, offered=4_000)[-1]

    assert model.rate(settled.limit) >= 0.8 * model.rate(BATCH)
    assert settled.patience <= MOST_PATIENCE


def test_after_a_far_store_the_bar_is_as_before() -> None:
    """What was learnt is forgotten as soon as answers are quick."""
    far = run(Model(fixed=1.0, each=0.0005), offered=4_000)[-1]

    quick = run(Model(fixed=0.004, each=0.0003), offered=20, windows=40, standing=far)[-1]

    assert BOUNDS.patience == quick.patience


def test_after_a_crowd_there_is_room_within_ten_seconds() -> None:
    """Forty windows of a quarter of a second, with somebody there who would use it."""
    crowded = run(Model(fixed=0.004, each=0.02), offered=4_000)[-1]
    freed = run(Model(fixed=0.004, each=0.0003), offered=4_000, windows=40, standing=crowded)[-1]

    assert crowded.limit < 64
    assert freed.limit >= BOUNDS.most / 2


def test_nobody_there_teaches_nothing() -> None:
    """A limit that nobody comes near stays where it is, also after hours."""
    here = Standing(100.0, BOUNDS.patience)

    assert here == run(Model(fixed=0.004, each=0.0003), offered=10, windows=1_000, standing=here)[-1]


@given(
    st.lists(st.builds(Window, st.floats(0, 60), st.integers(0, 5_000), st.floats(0, 60)), max_size=60),
    st.integers(1, 50),
    st.integers(50, 2_000),
)
def test_it_stays_within_its_bounds(windows: list[Window], least: int, most: int) -> None:
    """Whatever is seen."""
    bounds = Bounds(least, most)
    now = begun(bounds)
    for seen in windows:
        now = moved(now, seen, bounds)

        assert least <= now.limit <= most
        assert bounds.patience <= now.patience <= MOST_PATIENCE
