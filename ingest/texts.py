"""Texts: the catalogue of everything people read, in Italian, by stable codes."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

ITALIAN = Path(__file__).parent / "texts" / "it"

Answered = Literal["yes", "no", "unknown"]


@dataclass(frozen=True, slots=True)
class ProblemText:
    """One problem the counter can answer with; `problems.toml` says what each field tells."""

    code: str
    status: int
    reference: str
    title: str
    detail: str
    safe: str
    action: str
    right: str
    right_preserved: Answered
    saved: Answered
    safe_to_retry: bool
    retry_after: tuple[int, int] | None = None  # seconds, from and to
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class StateText:
    """Where an application stands: the word, the line of the timeline and one plain sentence."""

    label: str
    word: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one language."""

    problems: Mapping[str, ProblemText]
    submission_states: Mapping[str, StateText]
    draft_states: Mapping[str, StateText]
    events: Mapping[str, StateText]
    words: Mapping[str, Mapping[str, str]]  # by group, then by word
    fields: Mapping[str, str]  # what is wrong with something typed, by problem code
    reasons: Mapping[str, str]  # why a month is not due, or what a submission waits for, by any code it may name
    remedies: Mapping[str, str]  # what she can do about a reason, where there is something

    def fault(self, code: str) -> str:
        """Return the sentence for an entry of errors[] or problems[]."""
        problem = self.problems.get(code)
        said = problem.fault if problem else None
        return said or self.fields.get(code) or self.words["fault"]["unnamed"]

    def about(self, fact: str) -> str:
        """Return what a reason is about, from the name of a fact ("account", "child:0"); a pointer stays a pointer."""
        name, _, index = fact.partition(":")
        said = self.words["fact"].get(name)
        return said.format(n=int(index) + 1 if index.isdigit() else "") if said else fact


def load(folder: Path = ITALIAN) -> Texts:
    """Read the catalogue from its folder, once, at the start of a process."""
    states = _table(folder / "states.toml")
    fields, reasons, waits = (_table(folder / f"{name}.toml") for name in ("fields", "reasons", "waits"))
    return Texts(
        problems=_problems(_table(folder / "problems.toml")),
        submission_states={name: StateText(**text) for name, text in states["submission"].items()},
        draft_states={name: StateText(**text) for name, text in states["draft"].items()},
        events={name: StateText(**text) for name, text in states["event"].items()},
        words=_table(folder / "words.toml"),
        fields=_each("text", fields),
        reasons=_each("text", fields | waits | reasons),
        remedies=_each("remedy", fields | waits | reasons),
    )


def _problems(table: Mapping[str, Mapping[str, Any]]) -> dict[str, ProblemText]:
    common = table["default"]
    return {code: _problem(code, {**common, **text}) for code, text in table.items() if code != "default"}


def _problem(code: str, text: Mapping[str, Any]) -> ProblemText:
    span = text.get("retry_after")
    return ProblemText(code=code, **{**text, "retry_after": tuple(span) if span else None})


def _each(part: str, table: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {code: text[part] for code, text in table.items() if part in text}


def _table(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))
