"""The catalogue of everything people read: Italian is the source and the key, each other language one file.

`python -m ingest.web.catalogue` writes the texts that are new into every language's file, empty, and takes out what is
no longer said; a test holds every file complete.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from ingest import texts
from ingest.texts import Texts
from ingest.web.languages import ITALIAN, LOCALE, NAMES

_HERE = Path(__file__).parent
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext.babel_extract")]
_OPTIONS = {"templates/**.html": {"extensions": "jinja2.ext.i18n", "trim_blocks": "1", "lstrip_blocks": "1"}}
_KEYWORDS = {"_": None, "gettext": None, "say": None, "later": None, "ngettext": (1, 2)}
_SAID_AS_IT_IS = ("receipt_page", "receipt_verifier", "receipt_kind")  # receipts are written in Italian


def said_in_italian() -> dict[str, str]:
    """Return every text that is translated, with where it is said."""
    found = dict(_of_pages())
    for text, place in _of_texts(texts.load()):
        found.setdefault(text, place)
    return found


def _of_pages() -> Iterator[tuple[str, str]]:
    for file, _, message, *_ in extract_from_dir(_HERE, _METHODS, _OPTIONS, _KEYWORDS):
        for text in (message,) if isinstance(message, str) else message:
            if text:
                yield text, file


def _of_texts(known: Texts) -> Iterator[tuple[str, str]]:
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


def path_of(code: str, folder: Path = LOCALE) -> Path:
    """Return the file of a language."""
    return folder / code / "LC_MESSAGES" / "approdo.po"


def missing(code: str) -> list[str]:
    """Return the texts a language does not say."""
    with path_of(code).open("rb") as file:
        said = {str(one.id) for one in read_po(file, locale=code) if one.id and one.string and not one.fuzzy}
    return [text for text in said_in_italian() if text not in said]


def main() -> None:
    """Bring every language's file up to what is said now."""
    wanted = said_in_italian()
    for code in NAMES:
        if code != ITALIAN:
            left = _write(code, wanted)
            sys.stdout.write(f"{code}: {len(wanted)} texts, {left} not said yet\n")


def _write(code: str, wanted: dict[str, str]) -> int:
    path, known = path_of(code), {}
    if path.exists():
        with path.open("rb") as file:
            known = {str(one.id): str(one.string or "") for one in read_po(file, locale=code) if one.id}
    catalog = Catalog(locale=code, project="approdo", charset="utf-8", header_comment="# The pages and problems.")
    for text, place in wanted.items():
        catalog.add(text, known.get(text, ""), locations=[(place, 0)])
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=0, omit_header=True, include_lineno=False)
    return sum(not known.get(text) for text in wanted)


if __name__ == "__main__":
    main()
