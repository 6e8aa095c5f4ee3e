"""The catalogue of everything people read: Italian is the source and the key, each other language one file.

`python -m ingest.web.catalogue` writes the texts that are new into every language's file, empty, and takes out what is
no longer said; a test holds every file complete.
"""

import io
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
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

Text = str | tuple[str, str]  # one text, or its singular and its plural
Wording = str | tuple[str, ...] | list[str]  # how a language says it: once, or once for each plural form it has
Told = Mapping[Text, Wording]


@cache
def said_in_italian() -> dict[Text, str]:
    """Return every text that is translated, with where it is said first."""
    found: dict[Text, str] = {}
    for text, place in (*_of_pages(), *_of_texts(texts.load())):
        found.setdefault(text, place)
    return found


def _of_pages() -> Iterator[tuple[Text, str]]:
    for file, _, message, *_ in sorted(extract_from_dir(_HERE, _METHODS, _OPTIONS, _KEYWORDS), key=lambda one: one[:2]):
        if isinstance(message, str):
            yield message, file
        else:
            yield (message[0], message[1]), file


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


def path_of(code: str, folder: Path = LOCALE) -> Path:
    """Return the file of a language."""
    return folder / code / "LC_MESSAGES" / "approdo.po"


def told(code: str, folder: Path = LOCALE) -> dict[Text, Wording]:
    """Return what the file of a language says of each text; blank for what it does not say yet."""
    path = path_of(code, folder)
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return {_text(one.id): one.string or "" for one in read_po(file, locale=code) if one.id}


def _text(key: str | Sequence[str]) -> Text:
    return key if isinstance(key, str) else (key[0], key[1])


def missing(code: str, folder: Path = LOCALE) -> list[Text]:
    """Return the texts a language does not say, in each of its forms."""
    said = told(code, folder)
    return [text for text in said_in_italian() if not is_said(said.get(text, ""))]


def is_said(wording: Wording) -> bool:
    """Say whether a text is worded in every form."""
    return bool(wording) and all(wording)


def main() -> None:
    """Bring every language's file up to what is said now."""
    for code in NAMES:
        if code != ITALIAN:
            path_of(code).parent.mkdir(parents=True, exist_ok=True)
            path_of(code).write_bytes(written(code, told(code)))
            sys.stdout.write(f"{code}: {len(said_in_italian())} texts, {len(missing(code))} not said yet\n")


def written(code: str, known: Told) -> bytes:
    """Return the file of a language that says what is `known`, with every text of the pages and no other."""
    catalog = Catalog(locale=code, charset="utf-8")
    for text, place in said_in_italian().items():
        blank = "" if isinstance(text, str) else ("",) * catalog.num_plurals
        catalog.add(text, known.get(text) or blank, locations=[(place, 0)])
    file = io.BytesIO()
    write_po(file, catalog, width=0, omit_header=True, include_lineno=False)
    return _head(code, catalog.plural_forms).encode() + file.getvalue()


def _head(code: str, plural_forms: str) -> str:
    """What other tools for such files need to know; nothing that changes by itself."""
    told = (f"Language: {code}", "MIME-Version: 1.0", "Content-Type: text/plain; charset=UTF-8")
    more = ("Content-Transfer-Encoding: 8bit", f"Plural-Forms: {plural_forms}")
    lines = "".join(f'"{one}\\n"\n' for one in (*told, *more))
    return f'# What the pages and the problems say; Italian is the source.\nmsgid ""\nmsgstr ""\n{lines}\n'


if __name__ == "__main__":
    main()
