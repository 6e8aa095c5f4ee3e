"""How often one fact is told: a storm of one kind must not drown the others, nor cost the process its time."""

from collections.abc import Callable

MOST_A_SECOND = 10
MOST_FACTS = 200  # kinds told apart; beyond them nothing new is remembered


class Pace:
    """Admits at most `MOST_A_SECOND` lines of each fact in any one second."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        """Take what tells the seconds."""
        self._monotonic = monotonic
        self._since: dict[str, float] = {}
        self._told: dict[str, int] = {}

    def admits(self, fact: str) -> int | None:
        """Return how many lines of this fact were skipped before this one, or None where this one is skipped too."""
        now = self._monotonic()
        skipped = 0
        if now - self._since.get(fact, -1.0) >= 1.0:
            skipped = max(0, self._told.get(fact, 0) - MOST_A_SECOND)
            self._begin(fact, now)
        self._told[fact] = told = self._told.get(fact, 0) + 1
        return skipped if told <= MOST_A_SECOND else None

    def _begin(self, fact: str, now: float) -> None:
        if len(self._since) >= MOST_FACTS:
            self._since.clear()
            self._told.clear()
        self._since[fact], self._told[fact] = now, 0
