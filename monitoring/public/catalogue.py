"""The catalogue of the public page: `python -m monitoring.public.catalogue` brings every language's file up to date."""

import sys
from functools import cache
from pathlib import Path

from core.pages.assets import SHELL
from core.pages.catalogue import Catalogue, Text, extracted
from monitoring.public.press import HERE, LOCALE


def catalogue(folder: Path = LOCALE) -> Catalogue:
    """Return the catalogue of the status page, with its files in a folder."""
    return Catalogue(folder, said_in_italian(), "What the status page says; Italian is the source.")


@cache
def said_in_italian() -> dict[Text, str]:
    """Return every text that is translated, with where it is said first."""
    found: dict[Text, str] = {}
    for text, place in (*extracted(SHELL), *extracted(HERE)):
        found.setdefault(text, place)
    return found


if __name__ == "__main__":
    sys.stdout.writelines(catalogue().bring_up_to_date())
