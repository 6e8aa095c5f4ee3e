"""Gathered: facts that come by the thousand, stated together a few times a second, each with how often it was so."""

from core.hooks import Observe

#: The facts that may be gathered, and the fields of each; `count` comes with every one of them.
FIELDS = {
    "request.shed": ("kind", "channel"),
    "request.turned_away": ("operation", "code", "status"),
}


class Gathered:
    """Counts until it is asked to state what it has. To state a fact costs a listener some microseconds each time."""

    def __init__(self, observe: Observe) -> None:
        self._observe = observe
        self._counts: dict[tuple[object, ...], int] = {}

    def add(self, *fact: object) -> None:
        """Count one more: the fact's name, then its fields in their order."""
        self._counts[fact] = self._counts.get(fact, 0) + 1

    def state(self) -> None:
        """State what has been counted since."""
        counts, self._counts = self._counts, {}
        for (name, *values), count in counts.items():
            fields = dict(zip(FIELDS[str(name)], values, strict=True))
            self._observe(str(name), **fields, count=count)
