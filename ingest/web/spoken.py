"""Spoken: places and contents of the form as people read them."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from ingest.web.fields import Field, Group, Kind, Section
from ingest.web.form import BY_NAME
from ingest.web.languages import Language
from ingest.web.typing_habits import date_shown, sum_read

Path = tuple[str | int, ...]
SEPARATOR = " · "


class Lines(NamedTuple):
    """What stands on one card, or on none: label and value of each field that is filled in."""

    card: str  # its name; '' for what stands on no card
    lines: list[tuple[str, str]]


def spoken(step: Section, content: Mapping[str, Any], language: Language) -> list[Lines]:
    """Return a section's content in the order of the form, card by card; what is blank is left out."""
    found: list[Lines] = []
    for path in _leaves(step, content):
        field, names = _names(step, path, language)
        if not (said := in_words(field, at(content, path), language)):
            continue
        card = SEPARATOR.join(names[:-1])
        if not found or found[-1].card != card:
            found.append(Lines(card, []))
        found[-1].lines.append((names[-1], said))
    return found


def _leaves(step: Section | Group, content: Mapping[str, Any], path: Path = ()) -> Iterator[Path]:
    for field in step.fields:
        yield (*path, field.name)
    for group in step.groups:
        for index, card in enumerate(content.get(group.name) or []):
            yield from _leaves(group, card, (*path, group.name, index))


def spoken_of(pointer: str, language: Language) -> tuple[Section, str, str] | None:
    """Return the step, the name and the words of a place such as `/children/children/0/tax_code`; None for no place."""
    name, *parts = pointer.strip("/").split("/")
    step = BY_NAME.get(name) if pointer.startswith("/") else None
    if step is None:
        return None
    path = tuple(int(part) if part.isdigit() else part for part in parts)
    return step, name_of(path), told(step, path, language)[1]


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
        return f"{sum_read(str(value))} €"
    if field.kind is Kind.MONTHS:
        return ", ".join(language.month(one) if 1 <= one <= 12 else str(one) for one in value)
    if isinstance(value, bool):
        return say("Sì") if value else say("No")
    if field.kind is Kind.NOTICE:
        return _which_notice(str(value), language)
    if field.kind is Kind.CHILD:
        return str(value + 1)
    return say(dict(field.choices)[value]) if value in dict(field.choices) else str(value)


def _which_notice(version: str, language: Language) -> str:
    """Return that a text was read, and which: its version is the day from which it says so."""
    try:
        day = language.day(date.fromisoformat(version))
    except ValueError:
        return language.gettext("Sì")
    return language.gettext("Sì, nella versione del {day}").format(day=day)


def name_of(path: Path) -> str:
    """Return the name under which a form posts what stands at a place."""
    return "/".join(str(part) for part in path)


def at(content: Any, path: Path) -> Any:
    """Return what stands at a place; None where nothing does."""
    for part in path:
        if isinstance(part, int):
            content = content[part] if isinstance(content, list) and part < len(content) else None
        else:
            content = content.get(part) if isinstance(content, Mapping) else None
    return content


def told(step: Section, path: Path, language: Language) -> tuple[Field | None, str]:
    """Return the field at a place and how it is called, with the card it stands on."""
    field, names = _names(step, path, language)
    return field, SEPARATOR.join(names) or language.gettext(step.title)


def _names(step: Section, path: Path, language: Language) -> tuple[Field | None, list[str]]:
    """Return the field at a place, and the names of the cards around it and its own."""
    say, fields, groups, titles = language.gettext, step.fields, step.groups, []
    group: Group | None = None
    for part in path:
        if isinstance(part, int) and group is not None:
            titles.append(f"{say(group.title)} {part + 1}")
            fields, groups = group.fields, group.groups
            continue
        field = next((one for one in fields if one.name == part), None)
        if field is not None:
            return field, [*titles, say(field.label)]
        group = next((one for one in groups if one.name == part), None)
    return None, titles
