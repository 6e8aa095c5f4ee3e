"""Labels: few values each, so that a series never grows with the people it counts."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Generic, TypeVar

from core.domain.window import Window
from monitoring import words

OTHER = "other"
MOST_VALUES = 80  # of one open label in one process; what comes after is `other`

CLOSED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "channel": frozenset({"web", "contact_centre", "patronato"}),
        "section": frozenset(
            {"applicant", "children", "work", "income", "payment", "declarations", "attachments"},
        ),
        "registry": frozenset({"anpr", "revenue", "labour", "bank", "mail"}),
        "window": frozenset(Window),
        "status": frozenset({"1xx", "2xx", "3xx", "4xx", "5xx"}),
    }
)

Child = TypeVar("Child")


class Labels:
    """Turns what a fact says into label values: of the closed set where the label has one, else few and word-shaped."""

    def __init__(self) -> None:
        self._seen: dict[str, set[str]] = {}

    def value(self, label: str, said: object) -> str:
        """Return the value of `label` for what a fact said; `other` where it does not belong there."""
        if label == "status":
            said = f"{said // 100}xx" if isinstance(said, int) else said
        if label in CLOSED:
            return str(said) if said in CLOSED[label] else OTHER
        return self._open(label, words.class_name(said))

    def _open(self, label: str, admitted: object) -> str:
        seen = self._seen.setdefault(label, set())
        if admitted is words.WITHHELD or (admitted not in seen and len(seen) >= MOST_VALUES):
            return OTHER
        seen.add(str(admitted))
        return str(admitted)


class Bound(Generic[Child]):
    """The children of one series, bound once for each combination of what facts say."""

    def __init__(self, names: tuple[str, ...], bind: Callable[..., Child], labels: Labels) -> None:
        """Take the label names, what binds label values to a child, and the process's labels."""
        self._names = names
        self._bind = bind
        self._labels = labels
        self._children: dict[tuple[object, ...], Child] = {}

    def __call__(self, *said: object) -> Child:
        """Return the child for what a fact said of each label, in their order."""
        child = self._children.get(said)
        return self._remember(said) if child is None else child

    def _remember(self, said: tuple[object, ...]) -> Child:
        child = self._bind(*map(self._labels.value, self._names, said))
        if len(self._children) < 4 * MOST_VALUES:
            self._children[said] = child
        return child
