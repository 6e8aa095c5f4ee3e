"""Pressure: how many want in for each one that is let in, and when who was refused may come again."""

from collections.abc import Callable

BASE_SECONDS = 2.0  # on average, where twice as many want in
MOST_SECONDS = 60
FADES = 0.1  # of what was counted, in one window
FEWEST = 1.0  # let in, so that the ratio stands for something
CROWDED = 3.0  # who want in for each that is let in: from here on a refusal is kept back for a moment
HOLD_SECONDS = 1.0  # no more than anybody is told to wait in any case


class Pressure:
    """Counts who was let in and who was not, the latest most."""

    def __init__(self, draw: Callable[[], float]) -> None:
        """`draw` gives a number from 0 to 1 by chance."""
        self._draw = draw
        self._admitted, self._refused = 0.0, 0.0

    def admitted(self) -> None:
        """Count one that was let in."""
        self._admitted += 1

    def refused(self) -> None:
        """Count one that was refused."""
        self._refused += 1

    def turn(self) -> None:
        """Let what was counted fade: a window has passed."""
        self._admitted *= 1 - FADES
        self._refused *= 1 - FADES

    @property
    def ratio(self) -> float:
        """Those who want in for each one that is let in; 1 where nobody is refused."""
        return 1 + self._refused / max(self._admitted, FEWEST)

    @property
    def hold(self) -> float:
        """The seconds for which a refusal is kept back; 0 where no crowd is there.

        Who does as she is told loses nothing by it. Who asks again at once is slowed down to one request a second,
        for next to none of our CPU: a storm of such people feeds itself, and is over no sooner than they have gone.
        """
        return HOLD_SECONDS if self.ratio > CROWDED else 0.0

    def retry_after(self, rank: int) -> int:
        """Return the whole seconds after which to come again, drawn from all of a span (full jitter).

        The span grows with the pressure, so that those who obey come back at a rate that can be served, and with the
        rank of the class: what matters least comes last.
        """
        span = min(BASE_SECONDS * self.ratio * rank, MOST_SECONDS - 1)
        return 1 + round(self._draw() * span)
