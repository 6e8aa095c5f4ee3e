"""Numbers of submissions: a permutation of the sequence that gives nothing away."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.number import ALPHABET, LENGTH, PLACES, NotANumber
from ingest.numbers import Numbers, NumbersUsedUp

NUMBERS = Numbers(b"k" * 32)
sequences = st.integers(0, PLACES - 1)


@given(sequences)
def test_a_number_leads_back_to_its_sequence_value(sequence: int):
    """What has an inverse gives no number twice."""
    assert NUMBERS.sequence(NUMBERS.number(sequence)) == sequence


@given(st.text(st.sampled_from(ALPHABET), min_size=LENGTH, max_size=LENGTH))
def test_every_number_is_the_number_of_one_sequence_value(number: str):
    """The other way round too: onto, so that no place is lost."""
    try:
        sequence = NUMBERS.sequence(number)
    except NotANumber:  # most texts have a wrong check character
        return
    assert NUMBERS.number(sequence) == number


def test_neighbouring_numbers_have_nothing_in_common():
    """Of two thousand in a row, no more than one in ten share a first pair with the next (by chance 1 in 529)."""
    numbers = [NUMBERS.number(sequence) for sequence in range(2_000)]

    assert len(set(numbers)) == 2_000
    assert sum(a[:2] == b[:2] for a, b in pairwise(numbers)) < 200


def test_the_numbers_are_the_keys():
    """Another key gives other numbers; the same key the same ones for ever, or one would be given twice."""
    assert Numbers(b"o" * 32).number(1) != NUMBERS.number(1)
    assert [NUMBERS.number(sequence) for sequence in (0, 1, 2, PLACES - 1)] == [
        "N6TKHCN5",
        "R558TKV3",
        "TYP7FVXR",
        "MY2W6AF8",
    ]


@pytest.mark.parametrize("sequence", [-1, PLACES, 2**32])
def test_there_is_no_number_beyond_the_last(sequence: int):
    """Rather an error than a number given twice."""
    with pytest.raises(NumbersUsedUp):
        NUMBERS.number(sequence)
