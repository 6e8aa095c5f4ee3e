"""Hers: the draft of this session as the pages show it, read from what the counter tells about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from bonus.codes import OFFICER_DECIDES
from ingest import drafts
from ingest.web.fields import Section
from ingest.web.filled import Filled, Filling
from ingest.web.form import BY_NAME, SECTIONS
from ingest.web.languages import Language
from ingest.web.steps.children import CHILDREN
from ingest.web.visit import Visit
from ingest.web.web import Web

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One section among the others."""

    section: Section
    revision: int  # 0: never saved
    saved_at: datetime | None
    grave: int  # how much must be put right before a decision
    light: int  # how much may be worth a look

    @property
    def is_saved(self) -> bool:
        """Say whether it was ever saved."""
        return self.revision > 0


@dataclass(frozen=True, slots=True)
class Month:
    """One month that seems due, or the reasons why it does not."""

    number: int
    due: bool
    reasons: Sequence[Json]

    @property
    def is_open(self) -> bool:
        """Say whether a person of the office will look at it."""
        return any(reason["code"] == OFFICER_DECIDES for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class Expected:
    """What seems due by what is typed so far."""

    months: Sequence[Month]
    euro: str
    to_be_checked: Sequence[Json]

    @property
    def due(self) -> list[int]:
        """The months that seem due."""
        return [month.number for month in self.months if month.due]

    @property
    def reasons(self) -> list[tuple[Json, list[int]]]:
        """Each reason with the months it speaks of."""
        told: dict[str, tuple[Json, list[int]]] = {}
        for month in self.months:
            for reason in month.reasons:
                told.setdefault(reason["code"], (reason, []))[1].append(month.number)
        return list(told.values())


class Hers:
    """A draft, read once for a page."""

    def __init__(self, told: Json, language: Language, notice: str) -> None:
        self._told, self._language, self._notice = told, language, notice
        self._sections: dict[str, Json] = {one["section"]: one for one in told["sections"]}
        self.is_sealed: bool = told["state"] == "sealed"
        self.number: str | None = told["submission"]
        self.programme: str = told["programme"]
        self.expires_at = datetime.fromisoformat(told["expires_at"])

    def content(self, section: Section) -> Json:
        """Return what a section holds; where the declarations were never saved, the months that seem due."""
        held = self._sections.get(section.name)
        if held is not None:
            content: Json = held["content"]
            return content
        expected = self.expected
        asked = expected.due if section.name == "declarations" and expected else []
        return {"requested_months": asked} if asked else {}

    def revision(self, section: Section) -> int:
        """Return the current revision of a section; 0 where it was never saved."""
        held = self._sections.get(section.name)
        return held["revision"] if held else 0

    def revisions(self) -> dict[str, int]:
        """Return the current revision of every saved section."""
        return {name: held["revision"] for name, held in self._sections.items()}

    def problems(self, section: Section) -> list[dict[str, str]]:
        """Return what seems wrong in a section, by itself and beside the others, in her language."""
        held = self._sections.get(section.name)
        own = held["problems"] if held else []
        start = f"/{section.name}"
        across = [
            {**problem, "pointer": problem["pointer"][len(start) :]}
            for problem in self._told["problems"]
            if problem["pointer"].startswith(f"{start}/")
        ]
        return [in_words(problem, self._language) for problem in (*own, *across)]

    def filled(self, section: Section, content: Json | None = None) -> Filled:
        """Return a section for its page; with `content` in place of what is saved."""
        filling = Filling(self._language.gettext, self._notice, self._children())
        return filling.fill(section, self.content(section) if content is None else content, self.problems(section))

    def _children(self) -> tuple[tuple[str, str], ...]:
        held = self._sections.get(CHILDREN.name)
        listed = (held["content"].get("children") or []) if held else []
        return tuple(
            (str(index), f"{index + 1}. {child.get('first_name') or ''}") for index, child in enumerate(listed)
        )

    @property
    def steps(self) -> list[Step]:
        """Every section, in order."""
        return [self.step(section) for section in SECTIONS]

    def step(self, section: Section) -> Step:
        """Return one section among the others."""
        held = self._sections.get(section.name)
        problems = self.problems(section)
        grave = sum(problem["severity"] == "error" for problem in problems)
        at = datetime.fromisoformat(held["saved_at"]) if held else None
        return Step(section, self.revision(section), at, grave, len(problems) - grave)

    @property
    def missing(self) -> list[Section]:
        """The sections that must still be saved."""
        return [BY_NAME[name] for name in self._told["missing_sections"]]

    @cached_property
    def expected(self) -> Expected | None:
        """What seems due; None before there is anything to go by."""
        told = self._told["expected"]
        if told is None:
            return None
        return Expected(
            [Month(one["month"], one["due"], reasons(one["reasons"], self._language)) for one in told["months"]],
            in_euro(told["amount"]["amount"]),
            reasons(told["to_be_checked"], self._language),
        )


async def hers(web: Web, visit: Visit) -> Hers:
    """Return her draft. Errors: NoSession, and those of the counter's own reading."""
    told = (await web.ask(visit, drafts.read)).json
    notice = web.counter.programmes[told["programme"]].privacy_notice
    return Hers(told, visit.language, notice)


def in_words(problem: Mapping[str, str], language: Language) -> dict[str, str]:
    """Return a problem with its sentence in her language."""
    return {**problem, "message": language.texts.fault(problem["code"])}


def reasons(told: Sequence[Json], language: Language) -> list[dict[str, str]]:
    """Return reasons with their sentences in her language."""
    return [_reason(one, language) for one in told]


def _reason(told: Json, language: Language) -> dict[str, str]:
    texts, code = language.texts, told["code"]
    said = {
        "code": code,
        "message": texts.reasons.get(code) or texts.fault(code),
        "remedy": texts.remedies.get(code, ""),
    }
    return said | {"about": texts.about(told["about"]) if told.get("about") else "", "place": told.get("about") or ""}


def in_euro(amount: str) -> str:
    """Write an amount the way people here write it, without cents where there are none."""
    whole, _, cents = amount.partition(".")
    return whole if cents in ("", "00") else f"{whole},{cents}"
