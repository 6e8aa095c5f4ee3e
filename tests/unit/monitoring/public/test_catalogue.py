"""The catalogue of the status page: every language says all of it, no more, in each of its forms."""

from pathlib import Path

import pytest

from core.pages.languages import ITALIAN, NAMES
from monitoring.public.catalogue import catalogue
from tests.unit.ingest.test_catalogue import ending

OTHERS = [code for code in NAMES if code != ITALIAN]


def test_code_and_templates_are_read():
    """Both, and the plurals."""
    said = catalogue().italian

    assert "Il servizio non funziona" in said
    assert "Interruzioni passate" in said
    assert ("un minuto", "%(num)s minuti") in said


@pytest.mark.parametrize("code", OTHERS)
def test_a_sentence_ends_as_one(code: str):
    """In each language as in Italian."""
    told = catalogue().told(code)

    assert [] == [one for one, said in told.items() if isinstance(one, str) and ending(one) != ending(str(said))]


def test_a_file_that_lacks_a_text_is_seen(tmp_path: Path):
    """The check above, on a planted gap."""
    held = catalogue(tmp_path)
    held.path_of("de").parent.mkdir(parents=True)
    held.path_of("de").write_bytes(held.written("de", {"Lingua": "Sprache"}))

    assert "Nessuna." in held.missing("de")
    assert "Lingua" not in held.missing("de")
