"""The seven sections as schemas, read off the shapes that refuse a save (bonus/form.py)."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from bonus import form, shape
from ingest.openapi.fields import CHOICES, FIELDS, SECTIONS
from ingest.openapi.schema import Schema, a_list, an_object, an_open_choice, or_null, text, whole, yes_or_no


def component(section: str) -> str:
    """Return the name under which a section's schema stands."""
    return section.title() + "Section"


def schemas() -> dict[str, Schema]:
    """Return the schema of each section, by the name of its component."""
    return {component(section): _section(section, drawn) for section, drawn in form._SHAPES.items()}


def _section(section: str, drawn: shape.Shape) -> Schema:
    fields = _captured(drawn)["shape_of"].__self__
    return _object(SECTIONS[section], section, fields)


def _object(said: str, place: str, fields: Mapping[str, shape.Shape]) -> Schema:
    members = {name: or_null(_any(drawn, f"{place}.{name}")) for name, drawn in fields.items()}
    return an_object(said, members, optional=members)


def _any(drawn: shape.Shape, place: str) -> Schema:
    """Return the schema of a shape: one of three leaves, a list, or an object."""
    if place in CHOICES:
        return an_open_choice(FIELDS[place], CHOICES[place])
    if drawn in _LEAVES:
        return _LEAVES[drawn](FIELDS[place])
    held = _captured(drawn)
    if "item" in held:
        return a_list(FIELDS[place], _any(held["item"], f"{place}[]"), held["limit"])
    return _object(FIELDS[place], place, held["shape_of"].__self__)


def _captured(drawn: shape.Shape) -> Mapping[str, Any]:
    """Return what a compiled shape closed over: the fields of an object, or the item and limit of a list."""
    return inspect.getclosurevars(drawn).nonlocals


_LEAVES: Mapping[shape.Shape, Callable[[str], Schema]] = {
    shape.a_text: text,
    shape.a_whole_number: lambda said: whole(said, -shape.NUMBER_LIMIT, shape.NUMBER_LIMIT),
    shape.a_yes_or_no: yes_or_no,
}
