"""Load: requests on many kept-alive lines from one loop of ours, each line asking again as soon as it is answered."""

import select
import time
from collections.abc import Iterator

from loadtest.bench.asker import Asker
from loadtest.bench.line import Line

PATIENCE = 10.0  # seconds for the last answers
GLANCE = 0.05  # seconds in one wait, so that every loop looks at its own end


class NotAnswered(Exception):
    """Some requests got no answer in all the time there was."""


class Load:
    """Lines to one server on this machine, and the asker whose requests they carry.

    One thread and plain sockets, so that a request costs this side some ten microseconds.
    """

    def __init__(self, port: int, connections: int, asker: Asker) -> None:
        self.answers = 0
        self._asker = asker
        self._poll = select.epoll()
        self._lines: dict[int, Line] = {}
        for _ in range(connections):
            line = Line(port)
            self._lines[line.fileno()] = line
            self._poll.register(line.fileno(), select.EPOLLIN)
        self.idle = list(self._lines.values())

    @property
    def busy(self) -> int:
        """Requests under way."""
        return len(self._lines) - len(self.idle)

    def press(self, seconds: float, most: int = 1_000_000_000) -> int:
        """Ask on every line as soon as it is answered, for `seconds` or `most` answers; return how many came.

        What is under way at the end stays under way: the next call, or `drain`, takes its answers.
        """
        until, before = time.monotonic() + seconds, self.answers
        while self.idle and self.ask(self.idle[-1]):
            self.idle.pop()
        while self.busy and time.monotonic() < until and self.answers - before < most:
            for line in self.answered(GLANCE):
                if not self.ask(line):
                    self.idle.append(line)
        return self.answers - before

    def drain(self) -> None:
        """Wait for the answers under way. Errors: NotAnswered."""
        give_up_at = time.monotonic() + PATIENCE
        while self.busy:
            self.idle += self.answered(GLANCE)
            if time.monotonic() > give_up_at:
                raise NotAnswered(f"{self.busy} requests without an answer after {PATIENCE:.0f} s")

    def ask(self, line: Line, since: float = 0.0) -> bool:
        """Send the asker's next request on a free line; False where there is none. `since` is kept with the line."""
        asked = self._asker.ask()
        if asked is None:
            return False
        line.about, request = asked
        line.since = since
        line.send(request)
        return True

    def answered(self, seconds: float) -> Iterator[Line]:
        """Yield the lines whose answers are there, waiting up to `seconds` for the first."""
        for descriptor, _ in self._poll.poll(seconds):
            line = self._lines[descriptor]
            answer = line.receive()
            if answer is not None:
                self.answers += 1
                self._asker.answered(line.about, answer)
                yield line

    def wait(self, seconds: float) -> None:
        """Wait until an answer comes, or for `seconds`, to the microsecond: epoll would round it to a millisecond."""
        if seconds > 0:
            select.select([self._poll.fileno()], [], [], seconds)

    def close(self) -> None:
        """Hang up on every line."""
        for line in self._lines.values():
            line.close()
        self._poll.close()
