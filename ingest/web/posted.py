"""What a form posts, read into a section's content: every field as typed, with dates and sums written one way."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

from ingest.http.refusal import Refusal
from ingest.web.fields import Field, Group, Kind, Section
from ingest.web.typing_habits import date_held, sum_held

Form = Mapping[str, Sequence[str]]
MOST_FIELDS = 3000
MOST_CARDS = 300  # of all groups together; the form takes fewer, and each costs as much as many fields
_is_whole = re.compile(r"-?[0-9]{1,15}").fullmatch


def form_of(body: bytes) -> dict[str, list[str]]:
    """Return the fields of an `application/x-www-form-urlencoded` body. Errors: Refusal bad-request, not-utf-8."""
    try:
        form = parse_qs(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict", separator="&"
        )
    except UnicodeDecodeError:
        raise Refusal("not-utf-8") from None
    except ValueError:
        raise Refusal("bad-request") from None
    if len({name.rpartition("/")[0] for name in form}) > MOST_CARDS:
        raise Refusal("bad-request")
    return form


def one(form: Form, name: str) -> str:
    """Return the last value of a field; '' where it is not there."""
    values = form.get(name)
    return values[-1] if values else ""


def content_of(section: Section, form: Form) -> dict[str, object]:
    """Return the section as it is typed now. Cards keep their order; what is rare and blank is left out."""
    return _held(section.fields, section.groups, form, "")


def _held(fields: Sequence[Field], groups: Sequence[Group], form: Form, place: str) -> dict[str, object]:
    held: dict[str, object] = {}
    for field in fields:
        value = _READ[field.kind](form, place + field.name)
        if value is not None or not (field.rare or field.only_for):
            held[field.name] = value
        if field.rare and value == "":
            del held[field.name]
    for group in groups:
        cards = _cards(group, form, place)
        if cards or not group.rare:
            held[group.name] = cards
    return held


def _cards(group: Group, form: Form, place: str) -> list[dict[str, object]]:
    start = f"{place}{group.name}/"
    return [_held(group.fields, group.groups, form, f"{start}{index}/") for index in places_of(form, start)]


def places_of(form: Form, start: str) -> list[int]:
    """Return the numbers of the cards whose fields begin with `start`, in order."""
    numbers = {name[len(start) :].partition("/")[0] for name in form if name.startswith(start)}
    return sorted(int(number) for number in numbers if number.isascii() and number.isdigit() and len(number) < 6)


def whole_number(typed: str) -> int | None:
    """Return the number; None for any other writing, the digits of other scripts included."""
    return int(typed) if _is_whole(typed) else None


def _text(form: Form, name: str) -> str:
    return one(form, name).replace("\r\n", "\n")


def _months(form: Form, name: str) -> list[int] | None:
    months = [whole_number(month) for month in form.get(name, ())]
    return [month for month in months if month is not None] or None


def _yes_no(form: Form, name: str) -> bool | None:
    return {"yes": True, "no": False}.get(one(form, name))


def _child(form: Form, name: str) -> int | None:
    return whole_number(one(form, name))


_READ: Mapping[Kind, Callable[[Form, str], Any]] = {
    Kind.TEXT: _text,
    Kind.DATE: lambda form, name: date_held(_text(form, name)),
    Kind.SUM: lambda form, name: sum_held(_text(form, name)),
    Kind.CHOICE: _text,
    Kind.LONG_CHOICE: _text,
    Kind.MONTHS: _months,
    Kind.YES_NO: _yes_no,
    Kind.TICK: lambda form, name: name in form,
    Kind.NOTICE: _text,
    Kind.CHILD: _child,
}
