"""IBAN, against an outside library: form by country, check digits, CIN."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from schwifty import IBAN, registry
from schwifty.exceptions import SchwiftyException

from bonus.iban import SEPA, Flaw, check_digits, read_iban

OURS = "IT60X0542811101000000123456"


@pytest.mark.parametrize(
    "typed",
    [
        OURS,
        OURS.lower(),
        "IT60 X054 2811 1010 0000 0123 456",
        f" {OURS}\n",
        "IT60\u00a0X054\u00a02811\u00a01010\u00a00000\u00a00123\u00a0456",
    ],
)
def test_spaces_and_capitals_are_of_no_account(typed: str) -> None:
    """People copy it in groups of four, often from a bank's page, whose spaces do not break."""
    assert read_iban(typed) == OURS


@pytest.mark.parametrize(
    "typed",
    [
        "IT60X0542811101000000123457",
        "IT61X0542811101000000123456",
        "IT60X054281110100000012345",
        "IT60Y0542811101000000123456",
        "DE89370400440532013001",
        "ES9121000418450200051332 1",
        "IT",
        "",
        "conto",
        "IT٦0X0542811101000000123456",
    ],
)
def test_a_mistyped_iban_is_seen(typed: str) -> None:
    """Check digits, length, CIN, signs."""
    assert read_iban(typed) is Flaw.MISTYPED


def test_the_cin_is_checked_even_when_the_check_digits_agree() -> None:
    """An Italian account with another CIN, and check digits made to fit it."""
    account = "Y0542811101000000123456"
    typed = f"IT{check_digits('IT', account)}{account}"

    assert IBAN(typed)
    assert read_iban(typed) is Flaw.MISTYPED


@pytest.mark.parametrize(
    "typed", ["AE070331234567890123456", "TR330006100519786457841326", "BR1800360305000010009795493C1"]
)
def test_a_country_out_of_sepa_is_told_apart_from_a_slip(typed: str) -> None:
    """The remedy is another account, not another look."""
    assert IBAN(typed)
    assert read_iban(typed) is Flaw.NOT_SEPA


@pytest.mark.parametrize("country", sorted(SEPA))
def test_the_form_of_each_country_is_that_of_the_registry(country: str) -> None:
    """Kinds and lengths of signs, neighbours of one kind taken together."""
    assert runs(SEPA[country]) == runs(registry.get_iban_spec(country).bban_spec.replace("!", ""))


def test_every_country_the_library_holds_for_sepa_is_accepted() -> None:
    """And four that joined in October 2025."""
    known = {country for country in registry.get_countries() if registry.get_iban_spec(country).in_sepa_zone}

    assert known <= set(SEPA)
    assert {"AL", "MD", "ME", "MK"} <= set(SEPA)


@given(st.sampled_from(["IT", "SM", "DE", "FR", "ES", "AT", "NL", "PL", "RO", "CH", "VA", "MT"]), st.integers())
@settings(max_examples=150)
def test_whatever_the_library_makes_is_read(country: str, seed: int) -> None:
    """Real forms of real countries."""
    iban = str(IBAN.random(country, random=Random(seed), use_registry=False))

    assert read_iban(iban.lower()) == iban


@given(st.integers(), st.integers(2, 26), st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
@settings(max_examples=150)
def test_a_wrong_sign_is_seen_as_the_library_sees_it(seed: int, place: int, sign: str) -> None:
    """Italian accounts, the CIN with them."""
    iban = str(IBAN.random("IT", random=Random(seed), use_registry=False))
    typed = iban[:place] + sign + iban[place + 1 :]

    assert (read_iban(typed) == typed) is accepted(typed)


def accepted(typed: str) -> bool:
    try:
        IBAN(typed, validate_bban=True)
    except SchwiftyException:
        return False
    return True


def runs(form: str) -> str:
    """Return one sign per place: "2n3c" is "nnccc"."""
    places, length = "", ""
    for sign in form:
        if sign.isdigit():
            length += sign
        else:
            places, length = places + sign * int(length), ""
    return places
