"""Codice fiscale, against an outside library: check letter, omocodia, and the date as a hint."""

from datetime import date
from typing import Any

import pytest
from codicefiscale import codicefiscale
from hypothesis import given, settings
from hypothesis import strategies as st

from bonus.check_letter import check_letter
from bonus.tax_code import agrees_with_birth, birth_hint, read_tax_code

VALID = ["RSSMRA85T10A562S", "RSSMRA85T50A562W", "MRTMTT25D09F205Z", "RSSMRA85T10A56NH", "MRTMTT25D09F20RU"]
NAMES = ["Maria", "Anna", "Li", "Noemi", "D'Angelo", "Nuñez", "Fo", "Ávila", "Xu", "De Luca", "O"]
PLACES = ["Roma", "Milano", "Napoli", "Marocco", "Romania", "Albania"]


@st.composite
def issued_codes(draw: Any) -> tuple[str, date]:
    """A code as the outside library issues it, in any omocode, and the birth date it was made from."""
    birth = draw(st.dates(date(1960, 1, 1), date(2025, 6, 1)))
    who = draw(st.sampled_from(NAMES)), draw(st.sampled_from(NAMES))
    code = codicefiscale.encode(*who, draw(st.sampled_from("MF")), birth.isoformat(), draw(st.sampled_from(PLACES)))
    return draw(st.sampled_from(codicefiscale.decode(code)["omocodes"])), birth


@pytest.mark.parametrize("code", VALID)
def test_a_valid_code_is_read_as_it_is(code: str) -> None:
    """Omocodes among them: their letters are never turned back into digits."""
    assert read_tax_code(code) == code


@pytest.mark.parametrize(
    "typed",
    [
        "RSSMRA85T10A562X",
        "RSSMRA90B31B774P",
        "RSSMRA85T10A562",
        "RSSMRA85T10A562SS",
        "RSSMRA85T10A562ß",
        "ſSSMRA85T10A562S",
        "12345678901",
        "",
        "RSSMRA85F10A562S",
        "RSSMRA85T00A562K",
        "RSSMRA85T10N562S",
    ],
)
def test_what_no_office_issues_is_no_code(typed: str) -> None:
    """Wrong letter, wrong length, 31 February, a month that is none, a sign that only looks right."""
    assert read_tax_code(typed) is None


@pytest.mark.parametrize(
    "typed",
    [
        "rssmra85t50a562w",
        "  RSSMRA85T50A562W ",
        "RSS MRA 85T50 A562W",
        "\tRssMra85T50A562w\n",
        "RSS\u00a0MRA\u00a085T50\u202fA562W\u00a0",
    ],
)
def test_capitals_and_spaces_are_of_no_account(typed: str) -> None:
    """People copy it from a card, or from a page whose spaces do not break."""
    assert read_tax_code(typed) == "RSSMRA85T50A562W"


@given(issued_codes())
@settings(max_examples=120)
def test_every_issued_code_is_read_and_agrees_with_its_birth(issued: tuple[str, date]) -> None:
    """All the 128 ways of writing it."""
    code, birth = issued

    assert read_tax_code(code.lower()) == code
    assert agrees_with_birth(code, birth)
    assert agrees_with_birth(code, birth.replace(year=birth.year - 100)) or birth.day == 29


@given(st.sampled_from(VALID), st.integers(0, 15), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"))
@settings(max_examples=200)
def test_a_slip_of_the_finger_is_seen_at_least_by_the_check_letter(code: str, place: int, sign: str) -> None:
    """What the library takes we take; what only we take (a town that closed) has the right letter at least."""
    typed = code[:place] + sign + code[place + 1 :]

    if codicefiscale.is_valid(typed):
        assert read_tax_code(typed) == typed
    elif read_tax_code(typed):
        assert codicefiscale.encode_cin(typed) == typed[15]


@given(st.from_regex(r"[A-Z]{6}[0-9L-NP-V]{2}[ABCDEHLMPRST][0-7][0-9][A-M][0-9]{3}", fullmatch=True))
@settings(max_examples=200)
def test_the_check_letter_is_that_of_the_library(fifteen: str) -> None:
    """Odd and even places, letters and digits."""
    assert check_letter(fifteen) == codicefiscale.encode_cin(fifteen + "A")


def test_a_leap_day_is_taken_in_any_leap_year() -> None:
    """29 February 2000 was; 29 February 2001 was not."""
    assert read_tax_code(with_letter("RSSMRA00B69A562")) is not None
    assert read_tax_code(with_letter("RSSMRA01B69A562")) is None


@pytest.mark.parametrize("month", "ABCDEHLMPRST")
def test_a_code_has_the_days_of_its_month(month: str) -> None:
    """From the first to the last of a month, a woman's forty later, and none beside them."""
    last = {"B": 28, "D": 30, "H": 30, "P": 30, "S": 30}.get(month, 31)
    days = [day for day in range(100) if read_tax_code(with_letter(f"RSSMRA85{month}{day:02}A562"))]

    assert days == [*range(1, last + 1), *range(41, last + 41)]


def test_the_hint_carries_no_century() -> None:
    """1925 and 2025 look the same; another day does not."""
    assert birth_hint("MRTMTT25D09F205Z") == (25, 4, 9)
    assert agrees_with_birth("MRTMTT25D09F205Z", date(2025, 4, 9))
    assert agrees_with_birth("MRTMTT25D09F205Z", date(1925, 4, 9))
    assert not agrees_with_birth("MRTMTT25D09F205Z", date(2025, 4, 10))


def with_letter(fifteen: str) -> str:
    return fifteen + check_letter(fifteen)
