"""Held: who was refused in a crowd and is told a moment later; one timer for all of them."""

from asyncio import AbstractEventLoop
from collections import deque
from collections.abc import Callable

MOST_HELD = 4_096  # at once: about 10 kB each
GRAIN = 0.01  # seconds: who is due so soon is told now
MOST_A_TURN = 64  # told; the others in the next


class Held:
    """Those of one loop. Whoever is held first is told first: one who is due a moment sooner than somebody before her,
    as she had waited to be read, is told with that one."""

    def __init__(self) -> None:
        self._due: deque[tuple[float, Callable[[], None]]] = deque()
        self._waits = False  # for the timer

    def __len__(self) -> int:
        return len(self._due)

    @property
    def has_room(self) -> bool:
        """Say whether one more can be held."""
        return len(self._due) < MOST_HELD

    def hold(self, tell: Callable[[], None], seconds: float, loop: AbstractEventLoop) -> None:
        """Tell somebody after so many seconds."""
        self._due.append((loop.time() + seconds, tell))
        if not self._waits:
            self._waits = True
            loop.call_later(seconds, self._tell, loop)

    def _tell(self, loop: AbstractEventLoop) -> None:
        self._waits, until = False, loop.time() + GRAIN
        told = 0
        try:
            while self._due and self._due[0][0] <= until and told < MOST_A_TURN:
                told += 1
                self._due.popleft()[1]()
        finally:
            if self._due:
                self._waits = True
                loop.call_later(max(0.0, self._due[0][0] - loop.time()), self._tell, loop)
