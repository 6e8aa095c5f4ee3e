"""Numbers as people write, read out and mistype them."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.number import ALPHABET, LENGTH, PLACES, NotANumber, grouped, normalised, read, written

values = st.integers(0, PLACES - 1)


@given(values)
def test_a_number_reads_back(value: int):
    """Eight characters of the alphabet, and the value again."""
    number = written(value)

    assert len(number) == LENGTH
    assert set(number) <= set(ALPHABET)
    assert read(number) == value


@given(values, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_every_wrong_character_is_noticed(value: int, place: int, other: str):
    """One character mistyped never makes another number."""
    number = written(value)
    mistyped = number[:place] + other + number[place + 1 :]

    if other != number[place]:
        with pytest.raises(NotANumber):
            read(mistyped)


@given(values, st.integers(0, LENGTH - 2))
def test_neighbours_exchanged_are_noticed(value: int, place: int):
    """The most usual slip in reading out."""
    number = written(value)
    exchanged = number[:place] + number[place + 1] + number[place] + number[place + 2 :]

    if exchanged != number:
        with pytest.raises(NotANumber):
            read(exchanged)


@given(values, st.sampled_from([" ", "-", ".", " - ", "\u2013", "\u00a0"]))
def test_spaces_dashes_and_lower_case_do_no_harm(value: int, between: str):
    """What people put between groups is taken away."""
    number = written(value)

    assert normalised(f" {number[:4].lower()}{between}{number[4:]}\n".replace("\n", " ")) == number


@given(values)
def test_look_alikes_are_read_as_what_they_were_mistaken_for(value: int):
    """Z for 2, S for 5, B for 8, G for 6, U for V: letters we never write."""
    number = written(value)
    mistaken = number.translate(str.maketrans("2586V", "ZSBGU"))

    assert read(mistaken) == value


def test_no_two_characters_look_alike():
    """Of each family of look-alikes the alphabet holds at most one."""
    for family in ("0OQD", "1ILJ", "2Z", "5S", "8B", "6G", "UV"):
        assert sum(character in ALPHABET for character in family) <= 1


@given(st.text(max_size=12))
def test_anything_else_is_no_number(text: str):
    """Whatever is typed gives a number of ours or NotANumber, never another error."""
    with suppress(NotANumber):
        assert written(read(text)) == normalised(text)


def test_a_number_is_shown_in_two_groups():
    """Four and four are easier to read out."""
    assert grouped("XVP5KW5R") == "XVP5 KW5R"
