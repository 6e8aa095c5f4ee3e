"""The catalogue of letters: nothing is left in Italian, and things are called as on her pages."""

import pytest

from core.pages.languages import ITALIAN, NAMES
from ingest import texts
from ingest.web import languages
from workers.letters.catalogue import catalogue
from workers.letters.words import known, words_in

OTHERS = [code for code in NAMES if code != ITALIAN]
PAGES = languages.load(texts.load())


@pytest.mark.parametrize("code", OTHERS)
def test_nothing_is_left_as_it_is_in_italian(code: str):
    """Not a line of a letter."""
    assert [] == [text for text, wording in catalogue().told(code).items() if text == wording]


@pytest.mark.parametrize("code", NAMES)
@pytest.mark.parametrize("topic", ["granted", "granted_in_part", "withdrawn", "needs_applicant"])
def test_a_letter_calls_what_happened_as_her_page_does(topic: str, code: str):
    """She finds on it what she was written of."""
    label = PAGES[code].texts.submission_states[topic].label

    assert label.lower() == words_in(code).of(topic, "subject").lower()


def test_a_language_nobody_writes_letters_in_is_italian():
    """A row of another day says what it says."""
    assert known()["paid"]["subject"] == words_in("ru").of("paid", "subject")
