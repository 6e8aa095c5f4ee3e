"""Words: what letters say, written in Italian and said in every language of the pages."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from core.pages.languages import ITALIAN, NAMES, Speech, said_in

HERE = Path(__file__).parent
LOCALE = HERE / "locale"


@cache
def known() -> dict[str, Any]:
    """Return the words of all letters in Italian: those of every letter, and by topic."""
    return tomllib.loads((HERE / "words.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Words:
    """What letters say in one language."""

    language: str
    _speech: Speech

    def common(self, name: str) -> str:
        """Return what every letter says."""
        return self._speech.gettext(known()["every"][name])

    def of(self, topic: str, name: str) -> str:
        """Return what the letter on one topic says."""
        return self._speech.gettext(known()[topic][name])


@cache
def words_in(language: str) -> Words:
    """Return the words of one language; Italian for one that letters are not written in."""
    code = language if language in NAMES else ITALIAN
    return Words(code, Speech(code, said_in(code, LOCALE)))
