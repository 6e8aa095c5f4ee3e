"""The catalogue of the status page: every language says all of it, no more, in each of its forms."""

from pathlib import Path

import pytest

from core.pages.languages import ITALIAN, NAMES
from monitoring.public.catalogue import catalogue
from tests.unit.ingest.test_catalogue import _ending, fits

OTHERS = [code for code in NAMES if code != ITALIAN]


def test_code_and_templates_are_read():
    """Both, and the plurals."""
    said = catalogue().italian

    assert "Il servizio non funziona" in said
    assert "Interruzioni passate" in said
    assert ("un minuto", "%(num)s minuti") in said


@pytest.mark.parametrize("code", OTHERS)
def test_a_language_says_everything_and_nothing_that_is_no_longer_said(code: str):
    """`python -m monitoring.public.catalogue` would change nothing, and leaves nothing blank."""
    held = catalogue()

    assert [] == held.missing(code)
    assert held.written(code, held.told(code)) == held.path_of(code).read_bytes()


@pytest.mark.parametrize("code", OTHERS)
def test_a_language_fills_in_what_the_italian_fills_in(code: str):
    """Every name once meant is there, none that nobody knows, and a sentence ends as one."""
    told = catalogue().told(code)

    assert [] == [text for text, wording in told.items() if not fits(text, wording)]
    assert [] == [one for one, said in told.items() if isinstance(one, str) and _ending(one) != _ending(str(said))]


def test_a_file_that_lacks_a_text_is_seen(tmp_path: Path):
    """The check above, on a planted gap."""
    held = catalogue(tmp_path)
    held.path_of("de").parent.mkdir(parents=True)
    held.path_of("de").write_bytes(held.written("de", {"Lingua": "Sprache"}))

    assert "Nessuna." in held.missing("de")
    assert "Lingua" not in held.missing("de")
