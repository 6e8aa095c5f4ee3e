"""An outage and what comes after it, played through with the real gate and the real decisions, on a made-up clock."""

import heapq
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from retry.breaker import Breaker
from retry.budget import RetryBudget
from retry.decision import RetryAt, decide
from retry.failure import Busy, Failure, Transient
from retry.gate import Gate
from retry.policy import BreakerPolicy, BudgetPolicy, RetryPolicy
from tests.fakes.clock import FakeClock

START = datetime(2025, 11, 20, 8, 0, tzinfo=UTC)
PLACES = 32  # calls under way at once
SECONDS_A_CALL = 0.1
POLICY = RetryPolicy()


@dataclass(slots=True)
class Piece:
    """One piece of work with one question."""

    began: float
    attempt: int = 1
    answered_at: float | None = None
    given_up: bool = False


class Play:
    """Everything that happens, in order of time (seconds)."""

    def __init__(self, down, seed=1):
        self.down = down  # (from, to)
        self.clock = FakeClock(START)
        self.gate = Gate(
            Breaker(BreakerPolicy(), self.clock, lambda state: None), RetryBudget(BudgetPolicy(), self.clock)
        )
        self.random = random.Random(seed).random
        self.events = []
        self.order = count()
        self.under_way = 0
        self.calls = []

    def at(self, seconds, step, *args):
        heapq.heappush(self.events, (seconds, next(self.order), step, args))

    def run(self):
        while self.events:
            seconds, _, step, args = heapq.heappop(self.events)
            self.clock.forward(max(0.0, seconds - self.clock.monotonic()))
            step(*args)

    def ask(self, piece):
        try:
            if self.under_way >= PLACES:
                raise Busy("no-free-place")
            call = self.gate.call(piece.attempt)
            call.__enter__()
        except Failure as failure:
            self.failed(piece, failure)
            return
        self.under_way += 1
        self.calls.append(self.clock.monotonic())
        self.at(self.clock.monotonic() + SECONDS_A_CALL, self.come_home, piece, call)

    def come_home(self, piece, call):
        self.under_way -= 1
        now = self.clock.monotonic()
        if self.down[0] <= now - SECONDS_A_CALL < self.down[1]:
            failure = Transient("status-503")
            assert not call.__exit__(Transient, failure, None)
            self.failed(piece, failure)
        else:
            call.__exit__(None, None, None)
            piece.answered_at = now

    def failed(self, piece, failure):
        began = START + timedelta(seconds=piece.began)
        decision = decide(piece.attempt, began, failure, POLICY, self.clock.now(), self.random)
        if isinstance(decision, RetryAt):
            piece.attempt += decision.counts
            self.at((decision.at - START).total_seconds(), self.ask, piece)
        else:
            piece.given_up = True


def play(*, works, every, down, seed=1):
    """`works` pieces, one each `every` seconds, while the registry is down from `down[0]` to `down[1]`."""
    acted = Play(down, seed)
    pieces = [Piece(began=i * every) for i in range(works)]
    for piece in pieces:
        acted.at(piece.began, acted.ask, piece)
    acted.run()
    return acted, pieces


HOUR = 3600.0


@pytest.fixture(scope="module")
def six_hours_down():
    return play(works=2500, every=12.0, down=(0.5 * HOUR, 6.5 * HOUR))


def test_an_outage_of_six_hours_makes_no_storm(six_hours_down):
    """Calls <= 1.1 x work, and the one probe a minute by which its end is seen."""
    acted, pieces = six_hours_down

    probes = 6 * 60 + 5

    assert len(acted.calls) <= 1.1 * len(pieces) + probes
    assert len(acted.calls) - len(pieces) <= BreakerPolicy().failures + probes


def test_after_the_outage_everything_is_answered_in_about_a_quarter_of_an_hour(six_hours_down):
    """Nothing starves, nothing is given up."""
    acted, pieces = six_hours_down

    assert all(piece.answered_at is not None for piece in pieces)
    assert max(piece.answered_at for piece in pieces if piece.began < acted.down[1]) <= acted.down[1] + 20 * 60


def test_what_is_new_after_the_outage_does_not_queue_behind_what_is_old(six_hours_down):
    """First tries need no budget; they wait only until the breaker has closed."""
    acted, pieces = six_hours_down

    waits = [piece.answered_at - piece.began for piece in pieces if piece.began >= acted.down[1] + 60]

    assert max(waits) <= 15


def test_ten_thousand_second_attempts_drain():
    """The worst backlog: all are retries, none earns anything by being new; each answer lets a little more through."""
    acted = Play(down=(0.0, 10.0))
    pieces = [Piece(began=-6 * HOUR, attempt=2) for _ in range(10_000)]
    for piece in pieces:
        acted.at(acted.random() * 900, acted.ask, piece)
    acted.run()

    assert not any(piece.given_up for piece in pieces)
    assert max(piece.answered_at for piece in pieces) <= 45 * 60
    assert len(acted.calls) <= 10_000 + 20


def test_ten_thousand_second_attempts_at_one_instant_drain():
    """Replayed by an operator all at once."""
    acted = Play(down=(0.0, 10.0))
    pieces = [Piece(began=-6 * HOUR, attempt=2) for _ in range(10_000)]
    for piece in pieces:
        acted.at(0.0, acted.ask, piece)
    acted.run()

    assert not any(piece.given_up for piece in pieces)
    assert max(piece.answered_at for piece in pieces) <= 45 * 60
