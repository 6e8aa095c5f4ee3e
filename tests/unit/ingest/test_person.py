"""The person's pseudonym."""

import hmac

from ingest.person import People

CODE = "RSSMRA85T50A562W"


def test_a_pseudonym_is_keyed():
    """HMAC-SHA256 of the tax code; without the key nobody can try all codes."""
    assert People(b"k" * 32).pseudonym(CODE) == hmac.digest(b"k" * 32, CODE.encode(), "sha256")
    assert People(b"k" * 32).pseudonym(CODE) != People(b"o" * 32).pseudonym(CODE)


def test_lower_case_and_spaces_around_are_the_same_person():
    """As the checks read it."""
    assert People(b"k" * 32).pseudonym(f" {CODE.lower()} ") == People(b"k" * 32).pseudonym(CODE)


def test_omocodia_letters_tell_two_people_apart():
    """They are never turned back into digits."""
    assert People(b"k" * 32).pseudonym("RSSMRA85T10A562S") != People(b"k" * 32).pseudonym("RSSMRA85T10A56NH")
