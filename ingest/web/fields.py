"""Fields: the ways in which the pages ask for something, one by one, in cards, in steps."""

from dataclasses import dataclass
from enum import StrEnum

Choices = tuple[tuple[str, str], ...]  # as it is held, and as it is said


class Kind(StrEnum):
    """What is typed into a field."""

    TEXT = "text"
    DATE = "date"
    SUM = "sum"
    CHOICE = "choice"  # one of a few
    LONG_CHOICE = "long_choice"  # one of many
    MONTHS = "months"
    YES_NO = "yes_no"
    TICK = "tick"
    NOTICE = "notice"  # a tick that holds which text was ticked
    CHILD = "child"  # one of her children, by its place


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `rare`: folded away until somebody needs it; `only_for`: what its group's `category` must be."""

    name: str
    label: str
    kind: Kind = Kind.TEXT
    hint: str = ""
    choices: Choices = ()
    autocomplete: str = "off"
    inputmode: str = ""
    rare: bool = False
    only_for: frozenset[str] = frozenset()


def day(name: str, label: str, *, hint: str = "", autocomplete: str = "off", rare: bool = False) -> Field:
    """Return a field for a day, typed with digits."""
    return Field(name, label, Kind.DATE, hint, autocomplete=autocomplete, inputmode="numeric", rare=rare)


@dataclass(frozen=True, slots=True)
class Group:
    """A list of cards, each with the same fields. `title` says which one it is, with its number."""

    name: str
    title: str
    one_more: str
    fields: tuple[Field, ...]
    groups: tuple["Group", ...] = ()
    named_by: str = ""  # the field that tells one card from another
    rare: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """One step of the form."""

    name: str
    slug: str  # in addresses
    title: str
    lead: str
    fields: tuple[Field, ...] = ()
    groups: tuple[Group, ...] = ()
    required: bool = True
