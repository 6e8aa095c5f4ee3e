"""The catalogue of everything people read at the counter: Italian is the source, each other language one file.

`python -m ingest.web.catalogue` writes the texts that are new into every language's file, empty, and takes out what is
no longer said; a test holds every file complete.
"""

import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from core.pages.assets import SHELL
from core.pages.catalogue import Catalogue, Text, extracted
from ingest import texts
from ingest.texts import Texts
from ingest.web.languages import LOCALE

# Receipts and attestations are written in Italian.
_SAID_AS_IT_IS = (
    "receipt_page",
    "receipt_verifier",
    "letters",
    "outage_function",
    "outage_effect",
    "register",
    "register_cause",
)


def catalogue(folder: Path = LOCALE) -> Catalogue:
    """Return the catalogue of the pages and the problems, with its files in a folder."""
    return Catalogue(folder, said_in_italian(), "What the pages and the problems say; Italian is the source.")


@cache
def said_in_italian() -> dict[Text, str]:
    """Return every text that is translated, with where it is said first."""
    found: dict[Text, str] = {}
    for text, place in (*extracted(SHELL), *extracted(Path(__file__).parent), *_of_texts(texts.load())):
        found.setdefault(text, place)
    return found


def _of_texts(known: Texts) -> Iterator[tuple[Text, str]]:
    for code, problem in known.problems.items():
        for text in (problem.title, problem.detail, problem.safe, problem.action, problem.right, problem.fault):
            if text:
                yield text, f"problems.toml {code}"
    for state in (*known.submission_states.values(), *known.draft_states.values(), *known.events.values()):
        for text in filter(None, (state.label, state.word, state.sentence)):
            yield text, "states.toml"
    for group, words in known.words.items():
        if group not in _SAID_AS_IT_IS:
            yield from ((text, f"words.toml {group}") for text in words.values())
    for name, said in (("fields", known.fields), ("reasons", known.reasons), ("remedies", known.remedies)):
        yield from ((text, name) for text in said.values())


if __name__ == "__main__":
    sys.stdout.writelines(catalogue().bring_up_to_date())
