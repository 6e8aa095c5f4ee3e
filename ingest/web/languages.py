"""Languages: the pages and the problems in Italian, German, French, Slovene and English, from one catalogue."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

from babel.dates import get_month_names

from core.clock import ROME
from core.pages.languages import ITALIAN, NAMES, Said, Speech, said_in
from ingest.proof.receipt_words import rome_time
from ingest.texts import ProblemText, StateText, Texts

LOCALE = Path(__file__).parent / "locale"
YEAR = 12  # months


class Language(Speech):
    """One language: what is written in Italian in the code, said in it."""

    def __init__(self, code: str, said: Said, italian: Texts) -> None:
        super().__init__(code, said)
        self._italian = italian

    @cached_property
    def texts(self) -> Texts:
        """The counter's catalogue in this language."""
        return self._italian if self.code == ITALIAN else translated(self._italian, self.gettext)

    def instant(self, at: datetime) -> str:
        """Write an instant for people: day, hour to the second, and the offset of Rome."""
        return rome_time(at, self.texts) if self.code == ITALIAN else self._instant(at)

    def _instant(self, at: datetime) -> str:
        local = at.astimezone(ROME)
        return f"{self.day(local)}, {local.strftime('%H:%M:%S')} (UTC{local.strftime('%z')[:3]})"

    def month(self, number: int) -> str:
        """Write the name of a month."""
        return self.texts.words["month"][str(number)]

    def months(self, numbers: Sequence[int]) -> str:
        """Write the names of months, one after the other; the whole year in three words."""
        return self.gettext("tutti i mesi") if len(numbers) == YEAR else ", ".join(map(self.month, numbers))

    def short_month(self, number: int) -> str:
        """Write the name of a month in a few letters, each another."""
        return self._short_months[number]

    @cached_property
    def _short_months(self) -> dict[int, str]:
        names = get_month_names("abbreviated", context="stand-alone", locale=self.code)
        return {number: str(name).rstrip(".") for number, name in names.items()}


def load(italian: Texts, folder: Path = LOCALE) -> dict[str, Language]:
    """Read every language, once, at the start of a process."""
    return {code: Language(code, said_in(code, folder), italian) for code in NAMES}


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
