"""The catalogue of letters: `python -m workers.letters.catalogue` brings every language's file up to date."""

import sys
from pathlib import Path

from core.domain.notice import COMPLAINT
from core.pages.catalogue import Catalogue, Text
from workers.letters.words import LOCALE, known


def catalogue(folder: Path = LOCALE) -> Catalogue:
    """Return the catalogue of letters, with its files in a folder."""
    return Catalogue(folder, said_in_italian(), "What letters say; Italian is the source.")


def said_in_italian() -> dict[Text, str]:
    """Return every text of the letters to her, with where it is said; the office is written to in Italian."""
    to_her = {topic: texts for topic, texts in known().items() if topic != COMPLAINT}
    return {text: f"words.toml {topic}" for topic, texts in to_her.items() for text in texts.values()}


if __name__ == "__main__":
    sys.stdout.writelines(catalogue().bring_up_to_date())
