"""Shape: what a section may be on the wire, compiled once into closures that run at every save."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

TEXT_LIMIT = 500  # characters of one typed leaf
NUMBER_LIMIT = 2**53 - 1  # beyond it RFC 8785 has no exact form

#: What no keyboard types: C0 controls (tab and line ends apart), DEL, surrogates without their pair.
_forbidden = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]").search
_speakable = re.compile(r"[\w-]{1,64}", re.ASCII).fullmatch


@dataclass(frozen=True, slots=True)
class ShapeProblem:
    """Why a save is refused: a code and an RFC 6901 pointer into the section; never the value."""

    code: str
    pointer: str


#: Looks at one value standing at a pointer and appends what is wrong with it. `null` fits everywhere below the top.
Shape = Callable[[object, str, list[ShapeProblem]], None]


def an_object(fields: Mapping[str, Shape]) -> Shape:
    """Return the shape of a JSON object that has these fields and no other, each of them optional."""
    texts = frozenset(name for name, shape in fields.items() if shape is a_text)
    shape_of = fields.get

    def shape(value: object, pointer: str, found: list[ShapeProblem]) -> None:
        if type(value) is not dict:
            found.append(ShapeProblem("wrong-type", pointer))
            return
        for name, held in value.items():
            # The common case, spelt out because every save pays for it: a short printable text where one belongs.
            if name in texts and (
                held is None or (type(held) is str and len(held) <= TEXT_LIMIT and held.isprintable())
            ):
                continue
            field = shape_of(name)
            if field is None:
                found.append(ShapeProblem("unknown-field", _place_of_unknown(name, pointer)))
            elif held is not None:
                field(held, f"{pointer}/{name}", found)

    return shape


def a_list_of(item: Shape, limit: int) -> Shape:
    """Return the shape of a JSON array of at most `limit` items, none of them null."""

    def shape(value: object, pointer: str, found: list[ShapeProblem]) -> None:
        if type(value) is not list:
            found.append(ShapeProblem("wrong-type", pointer))
        elif len(value) > limit:
            found.append(ShapeProblem("too-many-items", pointer))
        else:
            for index, held in enumerate(value):
                item(held, f"{pointer}/{index}", found)

    return shape


def a_text(value: object, pointer: str, found: list[ShapeProblem]) -> None:
    """Take a string of at most 500 characters a person can type; dates, choices and money are typed too."""
    if type(value) is not str:
        found.append(_not_the_type(value, pointer))
    elif len(value) > TEXT_LIMIT:
        found.append(ShapeProblem("too-long", pointer))
    elif _forbidden(value):
        found.append(ShapeProblem("forbidden-character", pointer))


def a_whole_number(value: object, pointer: str, found: list[ShapeProblem]) -> None:
    """Take an integer; `true`, `1.0` and `"1"` are none."""
    if type(value) is not int:
        found.append(_not_the_type(value, pointer))
    elif not -NUMBER_LIMIT <= value <= NUMBER_LIMIT:
        found.append(ShapeProblem("out-of-range", pointer))


def a_yes_or_no(value: object, pointer: str, found: list[ShapeProblem]) -> None:
    """Take `true` or `false`."""
    if type(value) is not bool:
        found.append(_not_the_type(value, pointer))


def _not_the_type(value: object, pointer: str) -> ShapeProblem:
    """Tell a number too big to be held (1e400 reads as infinity) from a value of another type."""
    endless = type(value) is float and not math.isfinite(value)
    return ShapeProblem("out-of-range" if endless else "wrong-type", pointer)


def _place_of_unknown(name: str, pointer: str) -> str:
    """Point at an unknown field, or at its object where the name itself is no thing to repeat."""
    return f"{pointer}/{name}" if _speakable(name) else pointer
