"""lines: like those of the bench, but one on which the server hangs up is opened again, as a browser would."""

import select
from collections.abc import Iterator

from loadtest.bench.asker import Asker
from loadtest.bench.line import Answer, Line, LineBroken
from loadtest.bench.load import Load
from loadtest.capacity.coming import Coming

NO_ANSWER = Answer(0, b"")


class Lines(Load):
    """Requests on kept-alive lines; the one that was under way on a broken line counts as answered with nothing."""

    def __init__(self, port: int, connections: int, asker: Asker) -> None:
        """Open them."""
        self._port = port
        super().__init__(port, connections, asker)

    def open(self, most: int) -> bool:
        """Open one more line, free for the next request; False where there are `most` already."""
        if len(self._lines) >= most:
            return False
        self.idle.append(self._coming())
        return True

    def _coming(self) -> Coming:
        line = Coming(self._port)
        self._lines[line.fileno()] = line
        self._poll.register(line.fileno(), select.EPOLLIN | select.EPOLLOUT)
        return line

    def ask(self, line: Line, since: float = 0.0) -> bool:
        """Send the next request on a free line."""
        try:
            return super().ask(line, since)
        except LineBroken:
            self._asker.answered(line.about, NO_ANSWER)
            fresh = self._instead_of(line)
            self.idle[self.idle.index(line)] = fresh
            return super().ask(fresh, since)

    def answered(self, seconds: float) -> Iterator[Line]:
        """Yield the lines that are free again, waiting up to `seconds` for the first."""
        for descriptor, event in self._poll.poll(seconds):
            line = self._lines[descriptor]
            try:
                if isinstance(line, Coming) and not line.stands:
                    line.arrive()
                    self._poll.modify(descriptor, select.EPOLLIN)
                if not event & ~select.EPOLLOUT:
                    continue
                answer = line.receive()
            except LineBroken:
                fresh = self._instead_of(line)
                if line in self.idle:
                    self.idle[self.idle.index(line)] = fresh
                    continue
                line, answer = fresh, NO_ANSWER
            if answer is not None:
                self.answers += 1
                self._asker.answered(line.about, answer)
                yield line

    def _instead_of(self, line: Line) -> Line:
        del self._lines[line.fileno()]
        line.close()
        fresh = self._coming()
        fresh.about, fresh.since = line.about, line.since
        return fresh
