"""A section as its page shows it: every field with what is typed in it and what seems wrong with it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as each
from typing import Any

from ingest.web.fields import Choices, Field, Group, Kind, Section
from ingest.web.typing_habits import date_shown, sum_shown


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to look at: a sentence, how grave, and the id of the field it speaks of."""

    text: str
    grave: bool
    target: str
    label: str = ""


@dataclass(slots=True)
class Widget:
    """One field on the page."""

    field: Field
    name: str
    value: Any
    choices: Choices = ()
    remarks: list[Remark] = each(default_factory=list)

    @property
    def id(self) -> str:
        """Its id on the page."""
        return identity(self.name)

    @property
    def is_blank(self) -> bool:
        """Say whether nothing is typed in it."""
        return self.value in ("", None, [], False)


@dataclass(slots=True)
class Card:
    """One child, one job."""

    number: int
    place: str
    widgets: list[Widget]
    groups: list["Cards"]
    named: str = ""
    remarks: list[Remark] = each(default_factory=list)

    @property
    def id(self) -> str:
        """Its id on the page."""
        return identity(self.place)

    @property
    def has_rare(self) -> bool:
        """Say whether anything folded away is filled in."""
        rare = any(not one.is_blank or one.remarks for one in self.widgets if one.field.rare)
        return rare or any(cards.cards for cards in self.groups)


@dataclass(slots=True)
class Cards:
    """A list of cards, and the empty one that scripts copy."""

    group: Group
    place: str
    cards: list[Card]
    blank: Card | None = None

    @property
    def id(self) -> str:
        """Its id on the page."""
        return identity(self.place)


@dataclass(slots=True)
class Filled:
    """A whole section."""

    section: Section
    widgets: list[Widget]
    groups: list[Cards]
    remarks: list[Remark]  # all of them, in the order of the page


def identity(name: str) -> str:
    """Return the id of a field on the page, from its name."""
    return "c-" + name.replace("/", "-")


class Filling:
    """Puts content and problems of one section together."""

    def __init__(self, say: Callable[[str], str], notice: str, children: Choices = ()) -> None:
        """Arguments: what translates, the version of the privacy notice, and her children as choices."""
        self._say, self._notice, self._children = say, notice, children

    def fill(self, section: Section, content: Mapping[str, Any], problems: Iterable[Mapping[str, str]]) -> Filled:
        """Return the section with these contents; `problems` have pointers relative to it and texts in her language."""
        widgets = [self._widget(one, content, "") for one in section.fields]
        groups = [self._cards(one, content, "") for one in section.groups]
        filled = Filled(section, widgets, groups, [])
        places = dict(_places(widgets, groups))
        for problem in problems:
            self._remark(filled, places, problem)
        return filled

    def _widget(self, one: Field, held: Mapping[str, Any], place: str) -> Widget:
        value = held.get(one.name)
        choices = tuple((code, self._say(text)) for code, text in one.choices)
        if one.kind is Kind.DATE:
            value = date_shown(value or "")
        elif one.kind is Kind.SUM:
            value = sum_shown(value or "")
        elif one.kind is Kind.CHILD:
            choices = self._children
        elif one.kind is Kind.NOTICE:
            choices = ((self._notice, ""),)
        if one.kind in (Kind.CHOICE, Kind.LONG_CHOICE) and value and value not in dict(choices):
            choices = (*choices, (value, value))  # kept as it is; the checks say what is wrong with it
        return Widget(one, place + one.name, "" if value is None else value, choices)

    def _cards(self, group: Group, held: Mapping[str, Any], place: str) -> Cards:
        start = place + group.name
        listed = held.get(group.name) or []
        cards = [self._card(group, one, f"{start}/{index}/", index + 1) for index, one in enumerate(listed)]
        return Cards(group, start, cards, self._card(group, {}, f"{start}/{_mark(place)}/", 0))

    def _card(self, group: Group, held: Mapping[str, Any], place: str, number: int) -> Card:
        widgets = [self._widget(one, held, place) for one in group.fields]
        named = next((self._named(one) for one in widgets if one.field.name == group.named_by), "")
        return Card(number, place[:-1], widgets, [self._cards(one, held, place) for one in group.groups], named)

    @staticmethod
    def _named(widget: Widget) -> str:
        return str(dict(widget.choices).get(widget.value, widget.value))

    def _remark(self, filled: Filled, places: Mapping[str, Widget | Card | Cards], problem: Mapping[str, str]) -> None:
        pointer = problem["pointer"].lstrip("/")
        found = next((places[name] for name in _upwards(pointer) if name in places), None)
        target = found.id if found else "contenuto"
        label = self._say(found.field.label) if isinstance(found, Widget) else ""
        remark = Remark(problem["message"], problem["severity"] == "error", target, label)
        filled.remarks.append(remark)
        if isinstance(found, Widget | Card):
            found.remarks.append(remark)


def _mark(place: str) -> str:
    """What stands for a number in an empty card: N in the first list, M in one inside it."""
    return "M" if place else "N"


def _places(widgets: Sequence[Widget], groups: Sequence[Cards]) -> Iterable[tuple[str, Widget | Card | Cards]]:
    for widget in widgets:
        yield widget.name, widget
    for cards in groups:
        yield cards.place, cards
        for card in cards.cards:
            yield card.place, card
            yield from _places(card.widgets, card.groups)


def _upwards(pointer: str) -> Iterable[str]:
    """Yield a pointer and then each place around it."""
    parts = pointer.split("/")
    for length in range(len(parts), 0, -1):
        yield "/".join(parts[:length])
