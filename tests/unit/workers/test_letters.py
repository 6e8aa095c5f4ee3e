"""The catalogue of letters: every language says all of it, no more, and calls things as her pages do."""

import pytest

from core.pages.languages import ITALIAN, NAMES
from ingest import texts
from ingest.web import languages
from tests.unit.ingest.test_catalogue import fits
from workers.letters.catalogue import catalogue
from workers.letters.words import known, words_in

OTHERS = [code for code in NAMES if code != ITALIAN]
PAGES = languages.load(texts.load())


@pytest.mark.parametrize("code", OTHERS)
def test_a_language_says_everything_and_nothing_that_is_no_longer_said(code: str):
    """`python -m workers.letters.catalogue` would change nothing, and leaves nothing blank."""
    held = catalogue()

    assert [] == held.missing(code)
    assert held.written(code, held.told(code)) == held.path_of(code).read_bytes()


@pytest.mark.parametrize("code", OTHERS)
def test_a_language_fills_in_what_the_italian_fills_in(code: str):
    """Number, link and subject stand in each; nothing is left as it was in Italian."""
    told = catalogue().told(code)

    assert [] == [text for text, wording in told.items() if not fits(text, wording) or text == wording]


@pytest.mark.parametrize("code", NAMES)
@pytest.mark.parametrize("topic", ["granted", "granted_in_part", "withdrawn", "needs_applicant"])
def test_a_letter_calls_what_happened_as_her_page_does(topic: str, code: str):
    """She finds on it what she was written of."""
    label = PAGES[code].texts.submission_states[topic].label

    assert label.lower() == words_in(code).of(topic, "subject").lower()


def test_a_language_nobody_writes_letters_in_is_italian():
    """A row of another day says what it says."""
    assert known()["paid"]["subject"] == words_in("ru").of("paid", "subject")
