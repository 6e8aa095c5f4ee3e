"""Versions: what another window saved beside what this one typed, and every revision that can be brought back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.domain.errors import StaleRevision
from ingest import sections
from ingest.http.refusal import Refusal
from ingest.http.reply import Reply
from ingest.web import filling
from ingest.web.fields import BY_NAME, Field, Group, Kind, Section
from ingest.web.filled import identity
from ingest.web.hers import hers
from ingest.web.languages import Language
from ingest.web.posted import content_of, form_of
from ingest.web.typing_habits import date_shown, sum_shown
from ingest.web.visit import Visit
from ingest.web.web import Web

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One field in two versions."""

    place: str  # where it is, as a name
    label: str
    mine: str
    theirs: str

    @property
    def id(self) -> str:
        """Its id on the page."""
        return identity(self.place)


async def compared(web: Web, visit: Visit, step: Section, mine: Mapping[str, Any]) -> Reply:
    """Show what was typed here beside what another window saved, field by field, with nothing lost."""
    draft = await hers(web, visit)
    theirs = draft.content(step)
    rows = list(_rows(step, mine, theirs, visit.language))
    if not rows:
        return web.sent_on(f"/domanda/{step.slug}#stato")
    return web.pages.page(
        visit, "compare.html", 409, step=step, here=draft.step(step), rows=rows, typed=visit.typed.decode("ascii")
    )


async def chosen(web: Web, visit: Visit) -> Reply:
    """POST /domanda/{passo}/scelta: save what she chose of the two versions, on the newest revision."""
    from_form = filling.step_of(visit)
    web.must_be_ours(visit)
    draft = await hers(web, visit)
    mine = content_of(from_form, form_of(visit.field("dati").encode("ascii", "ignore")))
    picked = {row for row in _differing(mine, draft.content(from_form)) if visit.field(_name(row)) == "qui"}
    content = _merged(mine, draft.content(from_form), (), picked)
    try:
        await filling.written(web, visit, from_form, content, filling.revision_of(visit.field("revisione")))
    except StaleRevision:
        return await compared(web, visit, from_form, mine)
    return web.sent_on(f"/domanda/{from_form.slug}#stato")


def _rows(step: Section, mine: Mapping[str, Any], theirs: Mapping[str, Any], language: Language) -> Iterator[Row]:
    for path in sorted(_differing(mine, theirs), key=str):
        field, label = _told(step, path, language)
        yield Row(
            _name(path), label, in_words(field, _at(mine, path), language), in_words(field, _at(theirs, path), language)
        )


def _differing(mine: Any, theirs: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the places at which two versions differ; a card that only one of them has is one place."""
    if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
        for name in {**mine, **theirs}:
            yield from _differing(mine.get(name), theirs.get(name), (*path, name))
    elif _has_cards(mine) or _has_cards(theirs):
        ours, others = mine or [], theirs or []
        for index in range(max(len(ours), len(others))):
            one = ours[index] if index < len(ours) else None
            yield from _differing(one, others[index] if index < len(others) else None, (*path, index))
    elif (mine or None) != (theirs or None):
        yield path


def _has_cards(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(one, Mapping) for one in value)


def _merged(mine: Any, theirs: Any, path: Path, picked: set[Path]) -> Any:
    """Return the newest version with the places that were picked from this window's."""
    if path in picked:
        return mine
    if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
        names = {**theirs, **mine}
        merged = {name: _merged(mine.get(name), theirs.get(name), (*path, name), picked) for name in names}
        return {name: value for name, value in merged.items() if value is not None or name in theirs or name in mine}
    if _has_cards(mine) or _has_cards(theirs):
        ours, others = mine or [], theirs or []
        cards = (
            _merged(
                ours[index] if index < len(ours) else None,
                others[index] if index < len(others) else None,
                (*path, index),
                picked,
            )
            for index in range(max(len(ours), len(others)))
        )
        return [card for card in cards if card is not None]
    return theirs


def _name(path: Path) -> str:
    return "/".join(str(part) for part in path)


def _at(content: Any, path: Path) -> Any:
    for part in path:
        if isinstance(part, int):
            content = content[part] if isinstance(content, list) and part < len(content) else None
        else:
            content = content.get(part) if isinstance(content, Mapping) else None
    return content


def _told(step: Section, path: Path, language: Language) -> tuple[Field | None, str]:
    """Return the field at a place and how it is called, with the card it stands on."""
    say, fields, groups, titles = language.gettext, step.fields, step.groups, []
    group: Group | None = None
    for part in path:
        if isinstance(part, int) and group is not None:
            titles.append(f"{say(group.title)} {part + 1}")
            fields, groups = group.fields, group.groups
            continue
        field = next((one for one in fields if one.name == part), None)
        if field is not None:
            return field, " · ".join([*titles, say(field.label)])
        group = next((one for one in groups if one.name == part), None)
    return None, " · ".join(titles) or say(step.title)


def spoken_of(pointer: str, language: Language) -> tuple[Section, str, str] | None:
    """Return the step, the name and the words of a place such as `/children/children/0/tax_code`; None for no place."""
    name, *parts = pointer.strip("/").split("/")
    step = BY_NAME.get(name) if pointer.startswith("/") else None
    if step is None:
        return None
    path = tuple(int(part) if part.isdigit() else part for part in parts)
    return step, _name(path), _told(step, path, language)[1]


def in_words(field: Field | None, value: Any, language: Language) -> str:
    """Return a value as people read it; '' for what is blank."""
    say = language.gettext
    if value is None or value in ("", []):
        return ""
    if field is None:
        return (
            ", ".join(str(one) for one in value.values() if isinstance(one, str) and one)
            if isinstance(value, Mapping)
            else ""
        )
    if field.kind is Kind.DATE:
        return date_shown(str(value))
    if field.kind is Kind.SUM:
        return f"{sum_shown(str(value))} €"
    if field.kind is Kind.MONTHS:
        return ", ".join(language.month(one) if 1 <= one <= 12 else str(one) for one in value)
    if isinstance(value, bool):
        return say("Sì") if value else say("No")
    if field.kind is Kind.NOTICE:
        return say("Sì")
    if field.kind is Kind.CHILD:
        return str(value + 1)
    return say(dict(field.choices)[value]) if value in dict(field.choices) else str(value)


@dataclass(frozen=True, slots=True)
class Past:
    """One revision, or a copy that was not taken, as the history shows it."""

    revision: int  # 0 for a copy
    at: datetime
    lines: Sequence[tuple[str, str]]
    key: str  # by which it is asked back


async def history(web: Web, visit: Visit) -> Reply:
    """GET /domanda/{passo}/storia: every revision of a step, newest first, and what was not taken."""
    step = filling.step_of(visit)
    draft = await hers(web, visit)
    told = (await web.ask(visit, sections.revisions, path={"section": step.name})).json
    pasts = [
        Past(
            one["revision"],
            datetime.fromisoformat(one["saved_at"]),
            lines(step, one["content"], visit.language),
            one["digest"],
        )
        for one in reversed(told["revisions"])
    ]
    copies = [
        Past(0, datetime.fromisoformat(one["refused_at"]), lines(step, one["content"], visit.language), one["digest"])
        for one in reversed(told["not_taken"])
    ]
    return web.pages.page(
        visit, "history.html", step=step, here=draft.step(step), draft=draft, pasts=pasts, copies=copies
    )


async def restored(web: Web, visit: Visit) -> Reply:
    """POST /domanda/{passo}/storia: bring back a revision, or a copy, as a new revision on the current one."""
    step = filling.step_of(visit)
    web.must_be_ours(visit)
    told = (await web.ask(visit, sections.revisions, path={"section": step.name})).json
    wanted = visit.field("versione")
    known = [*told["revisions"], *told["not_taken"]]
    content = next((one["content"] for one in known if wanted in (one["digest"], str(one.get("revision")))), None)
    if content is None:
        raise Refusal("not-found")
    await filling.written(web, visit, step, content, told["revisions"][-1]["revision"])
    return web.sent_on(f"/domanda/{step.slug}#stato")


def lines(step: Section, content: Mapping[str, Any], language: Language) -> list[tuple[str, str]]:
    """Return a section's content line by line, in the order of the form: label and value; what is blank left out."""
    return [
        (label, said)
        for path in _leaves(step, content)
        for field, label in [_told(step, path, language)]
        if (said := in_words(field, _at(content, path), language))
    ]


def _leaves(step: Section | Group, content: Mapping[str, Any], path: Path = ()) -> Iterator[Path]:
    for field in step.fields:
        yield (*path, field.name)
    for group in step.groups:
        for index, card in enumerate(content.get(group.name) or []):
            yield from _leaves(group, card, (*path, group.name, index))
