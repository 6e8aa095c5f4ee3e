"""places: how much a worker holds at once; first come, first served."""

import asyncio
from collections import deque


class Places:
    """So many places, taken in parts. Who wants many waits until they are free, and is not overtaken."""

    def __init__(self, most: int) -> None:
        """Begin with `most` free places."""
        self.most = self._free = most
        self._closed = False
        self._waiting: deque[tuple[int, asyncio.Future[bool]]] = deque()

    @property
    def free(self) -> int:
        """How many could be taken now; none while somebody waits."""
        return 0 if self._waiting or self._closed else self._free

    async def take(self, wanted: int) -> bool:
        """Wait for so many places (at most all of them) and take them; false where none are given any more."""
        if self._closed:
            return False
        if not self._waiting and wanted <= self._free:
            self._free -= wanted
            return True
        turn: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((wanted, turn))
        try:
            return await turn
        except asyncio.CancelledError:
            self._cancelled(wanted, turn)
            raise

    def give(self, places: int) -> None:
        """Give places back."""
        self._free += places
        self._serve()

    def close(self) -> None:
        """Give none any more, and send away who waits."""
        self._closed = True
        while self._waiting:
            _, turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(False)

    def _serve(self) -> None:
        while self._waiting and self._waiting[0][0] <= self._free:
            wanted, turn = self._waiting.popleft()
            if not turn.done():
                self._free -= wanted
                turn.set_result(True)

    def _cancelled(self, wanted: int, turn: asyncio.Future[bool]) -> None:
        """Whoever is cancelled in the moment of being served gives back; otherwise it leaves the queue."""
        if turn.done() and not turn.cancelled() and turn.result():
            self.give(wanted)
        else:
            self._waiting = deque(entry for entry in self._waiting if entry[1] is not turn)
            self._serve()
