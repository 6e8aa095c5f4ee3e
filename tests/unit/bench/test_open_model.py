"""The open model: arrivals that know nothing of the server, latencies from the intended instant."""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from loadtest.bench.load import NotAnswered
from loadtest.bench.open_model import arrive, poisson


class ALine:
    """A line as the open model sees it."""

    since = 0.0


class Server:
    """Lines to a server that answers each request so many seconds after it was sent; time passes only by waiting."""

    def __init__(self, lines: int, seconds: float, *, most: int = 1_000) -> None:
        self.now = 100.0
        self.sent = 0
        self.idle: list[Any] = [ALine() for _ in range(lines)]
        self._seconds, self._most = seconds, most
        self._under_way: list[tuple[float, Any]] = []

    @property
    def busy(self) -> int:
        return len(self._under_way)

    def ask(self, line: Any, since: float = 0.0) -> bool:
        if self.sent == self._most:
            return False
        self.sent += 1
        line.since = since
        self._under_way.append((self.now + self._seconds, line))
        return True

    def answered(self, seconds: float) -> Iterator[Any]:
        done = [(at, line) for at, line in self._under_way if at <= self.now + 1e-9]
        self._under_way = [one for one in self._under_way if one not in done]
        return iter([line for _, line in done])

    def wait(self, seconds: float) -> None:
        answers = [at - self.now for at, _ in self._under_way]
        self.now += max(0.0, min([seconds, *answers]))

    def arrive(self, *offsets: float) -> list[float]:
        return arrive(self, offsets, lambda: self.now)


def test_a_request_that_finds_no_free_line_waits_on_its_own_account() -> None:
    """A closed model would have sent the second one later and called it fast."""
    server = Server(lines=1, seconds=1.0)

    latencies = server.arrive(0.0, 0.1, 0.2)

    assert pytest.approx([1.0, 1.9, 2.8]) == latencies


def test_arrivals_do_not_wait_for_answers_where_lines_are_free() -> None:
    """People come when they come."""
    server = Server(lines=3, seconds=1.0)

    latencies = server.arrive(0.0, 0.1, 0.2)

    assert pytest.approx([1.0, 1.0, 1.0]) == latencies


def test_when_there_is_nothing_more_to_ask_nobody_comes() -> None:
    """A supply that runs out ends the arrivals and loses no answer."""
    server = Server(lines=2, seconds=1.0, most=2)

    assert 2 == len(server.arrive(0.0, 0.1, 0.2, 0.3))


def test_a_server_that_never_answers_is_an_error_and_no_figure() -> None:
    """Every loop ends, and what was lost is not left out of a percentile."""
    server = Server(lines=1, seconds=1e6)

    with pytest.raises(NotAnswered):
        server.arrive(0.0, 0.1)


def test_poisson_arrivals_keep_their_rate_and_their_order() -> None:
    """Twenty thousand of them lie within three standard deviations of what was asked."""
    instants = list(poisson(1_000, 20.0, Random(7)))

    assert instants == sorted(instants)
    assert instants[-1] < 20.0
    assert abs(len(instants) - 20_000) < 3 * 20_000**0.5


def test_the_same_seed_gives_the_same_arrivals() -> None:
    """A run can be repeated."""
    assert list(poisson(50, 1.0, Random(3))) == list(poisson(50, 1.0, Random(3)))
