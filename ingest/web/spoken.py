"""Spoken: places and contents of the form as people read them."""

from collections.abc import Iterator, Mapping
from typing import Any

from ingest.web.fields import Field, Group, Kind, Section
from ingest.web.form import BY_NAME
from ingest.web.languages import Language
from ingest.web.typing_habits import date_shown, sum_shown

Path = tuple[str | int, ...]


def lines(step: Section, content: Mapping[str, Any], language: Language) -> list[tuple[str, str]]:
    """Return a section's content line by line, in the order of the form: label and value; what is blank left out."""
    return [
        (label, said)
        for path in _leaves(step, content)
        for field, label in [told(step, path, language)]
        if (said := in_words(field, at(content, path), language))
    ]


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
