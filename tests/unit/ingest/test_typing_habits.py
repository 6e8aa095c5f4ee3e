"""Typing habits: dates and sums are held one way however they are typed, and whatever else is typed stays as it is."""

import signal
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.web.typing_habits import date_held, date_shown, sum_held, sum_read, sum_shown

DAY_FIRST = ["1/5/2018", "01.05.2018", "1 5 2018", "01052018", " 1-5-2018 ", "1 / 5 .2018", "1   5\t2018", "2018-05-01"]


@pytest.mark.parametrize("typed", [*DAY_FIRST, "1/5/18", "010518", "1 maggio 2018", "1 Mag. 2018", "01-MAG-18"])
def test_a_day_is_held_as_the_form_holds_days(typed):
    """Day first, with whatever stands between, the month in digits or in words, the year with two digits or four."""
    assert "2018-05-01" == date_held(typed)


YEARS = [("85", "1985"), ("00", "2000"), ("26", "2026"), ("50", "1950")]


@pytest.mark.parametrize(("typed", "year"), YEARS)
def test_a_year_of_two_digits_is_one_in_which_somebody_of_a_family_may_be_born(typed, year):
    """Not a hundred years off, whoever it is about."""
    assert f"{year}-01-03" == date_held(f"3/1/{typed}")


@pytest.mark.parametrize(
    ("typed", "held"),
    [
        ("28.000,50", "28000.50"),
        ("28 000", "28000"),
        ("28000,5", "28000.50"),
        ("28000.50", "28000.50"),
        ("1.234.567 €", "1234567"),
        ("€ 20.000", "20000"),
        ("0", "0"),
    ],
)
def test_a_sum_is_held_with_a_point_before_its_cents(typed, held):
    """Thousands apart or not, a comma as people here write it."""
    assert held == sum_held(typed)


@pytest.mark.parametrize("typed", ["", "maggio 2018", "1/5", "5/2018", "abc", "1 mai 2018", "28.00.000", "1,2,3"])
def test_whatever_is_neither_stays_as_it_is(typed):
    """The checks say what is wrong with it; nothing is lost."""
    assert typed == date_held(typed)
    assert typed == sum_held(typed) or typed == "5/2018"


@given(st.dates())
def test_a_day_shown_is_held_again(day):
    """From the ledger to the page and back."""
    held = day.isoformat()

    assert held == date_held(date_shown(held))


@given(st.integers(0, 10**11), st.integers(0, 99))
def test_a_sum_shown_is_held_again(euro, cents):
    """From the ledger to the page and back."""
    held = f"{euro}.{cents:02d}"

    assert held == sum_held(sum_shown(held))


@given(st.integers(0, 10**11), st.integers(0, 99))
def test_a_sum_that_is_read_is_the_same_sum(euro, cents):
    """Written with points between thousands, as people here write it."""
    held = f"{euro}.{cents:02d}"

    assert held == sum_held(sum_read(held))


def test_a_sum_is_read_with_points_between_thousands_however_long_it_is():
    """And what is no sum is read as it is."""
    read = {one: sum_read(one) for one in ("20000.00", "0", "999", "1234567.5", "tanto", "")}

    assert ["20.000,00", "0", "999", "1.234.567,5", "tanto", ""] == list(read.values())
    assert 6_000 == sum_read("1" * 6_000).count("1")


FIELD = 60_000  # characters: what one form can hold of one field
_GAP = " " * (FIELD // 3)


@contextmanager
def _at_most(seconds):
    """End what takes more of the processor's time; how busy the machine is makes no difference."""

    def over(_signal, _frame):
        raise AssertionError(f"not done in {seconds} seconds of the processor's time")

    before = signal.signal(signal.SIGVTALRM, over)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@pytest.mark.parametrize("read", [date_held, sum_held, date_shown, sum_shown, sum_read])
@pytest.mark.parametrize(
    "typed",
    [
        f"1{3 * _GAP}x",
        f"1{_GAP}1{_GAP}x",
        f"{_GAP}1 1{_GAP}x",
        f"1,1{3 * _GAP}x",
        "1" * FIELD,
        "1.111" * (FIELD // 5) + "x",
    ],
    ids=["a gap", "two gaps", "gaps around", "a gap behind cents", "digits", "thousands"],
)
def test_a_field_that_is_full_of_anything_is_read_at_once(read, typed):
    """One field must never hold the loop: everybody else waits at it. A second is a thousand times what it takes."""
    with _at_most(seconds=5):
        assert read(typed) is not None
