"""Languages: the pages and the problems in Italian, German, French, Slovene and English, from one catalogue."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from gettext import c2py
from pathlib import Path

from babel.dates import format_date, get_month_names
from babel.messages.pofile import read_po

from core.clock import ROME
from ingest.proof.receipt_words import rome_time
from ingest.texts import ProblemText, StateText, Texts

LOCALE = Path(__file__).parent / "locale"
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


class Language:
    """One language: what is written in Italian in the code, said in it."""

    def __init__(self, code: str, said: Said, italian: Texts) -> None:
        self.code = code
        self._said, self._italian = said, italian

    def gettext(self, text: str) -> str:
        """Return a text in this language; in Italian where the catalogue has none."""
        return self._said.texts.get(text) or text

    def ngettext(self, one: str, several: str, number: int) -> str:
        """Return the text that goes with a number; in Italian where the catalogue has none."""
        forms = self._said.plurals.get(one)
        return forms[self._said.form_of(number)] if forms else (one if number == 1 else several)

    @cached_property
    def texts(self) -> Texts:
        """The counter's catalogue in this language."""
        return self._italian if self.code == ITALIAN else translated(self._italian, self.gettext)

    def time(self, at: datetime) -> str:
        """Write the hour of an instant in Rome."""
        return at.astimezone(ROME).strftime("%H:%M")

    def day(self, at: datetime | date) -> str:
        """Write the day of an instant in Rome, in words."""
        local = at.astimezone(ROME) if isinstance(at, datetime) else at
        return format_date(local, "long", locale=self.code)

    def instant(self, at: datetime) -> str:
        """Write an instant for people: day, hour to the second, and the offset of Rome."""
        return rome_time(at, self.texts) if self.code == ITALIAN else self._instant(at)

    def _instant(self, at: datetime) -> str:
        local = at.astimezone(ROME)
        return f"{self.day(local)}, {local.strftime('%H:%M:%S')} (UTC{local.strftime('%z')[:3]})"

    def month(self, number: int) -> str:
        """Write the name of a month."""
        return self.texts.words["month"][str(number)]

    def short_month(self, number: int) -> str:
        """Write the name of a month in a few letters, each another."""
        return str(get_month_names("abbreviated", context="stand-alone", locale=self.code)[number]).rstrip(".")


def load(italian: Texts, folder: Path = LOCALE) -> dict[str, Language]:
    """Read every language, once, at the start of a process."""
    return {code: Language(code, catalogue(code, folder), italian) for code in NAMES}


def catalogue(code: str, folder: Path = LOCALE) -> Said:
    """Return what one language says; nothing for Italian, which is said as it is written."""
    path = folder / code / "LC_MESSAGES" / "approdo.po"
    if code == ITALIAN or not path.exists():
        return Said({}, {}, c2py("n != 1"))
    with path.open("rb") as file:
        said = read_po(file, locale=code)
    texts = {one.id: str(one.string) for one in said if isinstance(one.id, str) and one.string}
    forms = {one.id[0]: tuple(one.string or ()) for one in said if not isinstance(one.id, str)}
    plurals = {text: worded for text, worded in forms.items() if all(worded)}
    return Said(texts, plurals, c2py(said.plural_expr))


def translated(texts: Texts, say: Callable[[str], str]) -> Texts:
    """Return the counter's texts with every sentence said another way."""

    def states(named: Mapping[str, StateText]) -> dict[str, StateText]:
        return {name: StateText(say(one.label), say(one.word), say(one.sentence)) for name, one in named.items()}

    def each(named: Mapping[str, str]) -> dict[str, str]:
        return {name: say(text) for name, text in named.items()}

    return Texts(
        problems={code: _problem(one, say) for code, one in texts.problems.items()},
        submission_states=states(texts.submission_states),
        draft_states=states(texts.draft_states),
        events=states(texts.events),
        words={group: each(words) for group, words in texts.words.items()},
        fields=each(texts.fields),
        reasons=each(texts.reasons),
        remedies=each(texts.remedies),
    )


def _problem(problem: ProblemText, say: Callable[[str], str]) -> ProblemText:
    return replace(
        problem,
        title=say(problem.title),
        detail=say(problem.detail),
        safe=say(problem.safe),
        action=say(problem.action),
        right=say(problem.right),
        fault=say(problem.fault) if problem.fault else None,
    )


def preferred(header: bytes | None) -> str:
    """Return the first of our languages that `Accept-Language` names; Italian where it names none."""
    for part in (header or b"").decode("latin-1").lower().split(","):
        code = part.partition(";")[0].strip().partition("-")[0]
        if code in NAMES:
            return code
    return ITALIAN
