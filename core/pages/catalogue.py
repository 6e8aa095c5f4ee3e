"""A catalogue: Italian is the source and the key, each other language one file that any gettext editor opens."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from core.pages.languages import ITALIAN, NAMES, path_of

_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext.babel_extract")]
_OPTIONS = {"templates/**.html": {"extensions": "jinja2.ext.i18n", "trim_blocks": "1", "lstrip_blocks": "1"}}
_KEYWORDS = {"_": None, "gettext": None, "say": None, "later": None, "ngettext": (1, 2)}

Text = str | tuple[str, str]  # one text, or its singular and its plural
Wording = str | tuple[str, ...] | list[str]  # how a language says it: once, or once for each plural form it has
Told = Mapping[Text, Wording]


def extracted(room: Path) -> Iterator[tuple[Text, str]]:
    """Yield every text that the code and the templates of a folder say, with the file that says it."""
    for file, _, message, *_ in sorted(extract_from_dir(room, _METHODS, _OPTIONS, _KEYWORDS), key=lambda one: one[:2]):
        if isinstance(message, str):
            yield message, file
        else:
            yield (message[0], message[1]), file


def is_said(wording: Wording) -> bool:
    """Say whether a text is worded in every form."""
    return bool(wording) and all(wording)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The files of one folder, held against what is said in Italian."""

    folder: Path
    italian: Mapping[Text, str]  # every text that is translated, with where it is said first
    title: str  # the first line of each file

    def path_of(self, code: str) -> Path:
        """Return the file of a language."""
        return path_of(code, self.folder)

    def told(self, code: str) -> dict[Text, Wording]:
        """Return what the file of a language says of each text; blank for what it does not say yet."""
        path = self.path_of(code)
        if not path.exists():
            return {}
        with path.open("rb") as file:
            return {_text(one.id): one.string or "" for one in read_po(file, locale=code) if one.id}

    def missing(self, code: str) -> list[Text]:
        """Return the texts a language does not say, in each of its forms."""
        said = self.told(code)
        return [text for text in self.italian if not is_said(said.get(text, ""))]

    def written(self, code: str, known: Told) -> bytes:
        """Return the file of a language that says what is `known`, with every text that is said and no other."""
        catalog = Catalog(locale=code, charset="utf-8")
        for text, place in self.italian.items():
            blank = "" if isinstance(text, str) else ("",) * catalog.num_plurals
            catalog.add(text, known.get(text) or blank, locations=[(place, 0)])
        file = io.BytesIO()
        write_po(file, catalog, width=0, omit_header=True, include_lineno=False)
        return self._head(code, catalog.plural_forms).encode() + file.getvalue()

    def bring_up_to_date(self) -> Iterator[str]:
        """Write new texts into every language's file, blank, and take out what is no longer said; yield a line each."""
        for code in NAMES:
            if code != ITALIAN:
                self.path_of(code).parent.mkdir(parents=True, exist_ok=True)
                self.path_of(code).write_bytes(self.written(code, self.told(code)))
                yield f"{code}: {len(self.italian)} texts, {len(self.missing(code))} not said yet\n"

    def _head(self, code: str, plural_forms: str) -> str:
        """What other tools for such files need to know; nothing that changes by itself."""
        told = (f"Language: {code}", "MIME-Version: 1.0", "Content-Type: text/plain; charset=UTF-8")
        more = ("Content-Transfer-Encoding: 8bit", f"Plural-Forms: {plural_forms}")
        lines = "".join(f'"{one}\\n"\n' for one in (*told, *more))
        return f'# {self.title}\nmsgid ""\nmsgstr ""\n{lines}\n'


def _text(key: str | Sequence[str]) -> Text:
    return key if isinstance(key, str) else (key[0], key[1])
