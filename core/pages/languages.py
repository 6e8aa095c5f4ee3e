"""Languages: what is written in Italian in the code, said in German, French, Slovene and English too."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from gettext import c2py
from pathlib import Path

from babel.dates import format_date
from babel.messages.pofile import read_po

from core.clock import ROME

ITALIAN = "it"
NAMES: Mapping[str, str] = {
    "it": "Italiano",
    "de": "Deutsch",
    "fr": "Français",
    "sl": "Slovenščina",
    "en": "English",
}


def later(text: str) -> str:
    """Mark a text that is translated where it is shown; Italian is both the source and the key."""
    return text


@dataclass(frozen=True, slots=True)
class Said:
    """What one language says, by the Italian: one text, or one for each plural form it has."""

    texts: Mapping[str, str]
    plurals: Mapping[str, tuple[str, ...]]  # by the Italian singular
    form_of: Callable[[int], int]  # which plural form goes with a number


class Speech:
    """One language, as it says what one catalogue holds."""

    def __init__(self, code: str, said: Said) -> None:
        self.code = code
        self._said = said

    def gettext(self, text: str) -> str:
        """Return a text in this language; in Italian where the catalogue has none."""
        return self._said.texts.get(text) or text

    def ngettext(self, one: str, several: str, number: int) -> str:
        """Return the text that goes with a number; in Italian where the catalogue has none."""
        forms = self._said.plurals.get(one)
        return forms[self._said.form_of(number)] if forms else (one if number == 1 else several)

    def time(self, at: datetime) -> str:
        """Write the hour of an instant in Rome."""
        return at.astimezone(ROME).strftime("%H:%M")

    def day(self, at: datetime | date) -> str:
        """Write the day of an instant in Rome, in words."""
        local = at.astimezone(ROME) if isinstance(at, datetime) else at
        return format_date(local, "long", locale=self.code)


def path_of(code: str, folder: Path) -> Path:
    """Return the file of a language in the folder of a catalogue."""
    return folder / code / "LC_MESSAGES" / "approdo.po"


def said_in(code: str, folder: Path) -> Said:
    """Return what one language says; nothing for Italian, which is said as it is written."""
    path = path_of(code, folder)
    if code == ITALIAN or not path.exists():
        return Said({}, {}, c2py("n != 1"))
    with path.open("rb") as file:
        said = read_po(file, locale=code)
    texts = {one.id: str(one.string) for one in said if isinstance(one.id, str) and one.string}
    forms = {one.id[0]: tuple(one.string or ()) for one in said if not isinstance(one.id, str)}
    plurals = {text: worded for text, worded in forms.items() if all(worded)}
    return Said(texts, plurals, c2py(said.plural_expr))


def preferred(header: bytes | None) -> str:
    """Return the first of our languages that `Accept-Language` names; Italian where it names none."""
    for part in (header or b"").decode("latin-1").lower().split(","):
        code = part.partition(";")[0].strip().partition("-")[0]
        if code in NAMES:
            return code
    return ITALIAN
