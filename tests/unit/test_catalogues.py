"""The catalogues, of pages, public word and letters: every language says all of it, no more, in each of its forms."""

from collections.abc import Callable

import pytest

from core.pages.catalogue import Catalogue
from core.pages.languages import ITALIAN, NAMES
from ingest.web import catalogue as of_pages
from monitoring.public import catalogue as of_the_public_word
from tests.unit.ingest.test_catalogue import fits
from workers.letters import catalogue as of_letters

CATALOGUES = (of_pages.catalogue, of_the_public_word.catalogue, of_letters.catalogue)
pytestmark = [
    pytest.mark.parametrize("code", [code for code in NAMES if code != ITALIAN]),
    pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda catalogue: catalogue.__module__),
]


def test_a_language_says_everything_and_nothing_that_is_no_longer_said(catalogue: Callable[[], Catalogue], code: str):
    """To run its module would change nothing, and leaves nothing blank."""
    held = catalogue()

    assert [] == held.missing(code)
    assert held.written(code, held.told(code)) == held.path_of(code).read_bytes()


def test_a_language_fills_in_what_the_italian_fills_in(catalogue: Callable[[], Catalogue], code: str):
    """Every name once meant is there, and none that nobody knows."""
    assert [] == [text for text, wording in catalogue().told(code).items() if not fits(text, wording)]
