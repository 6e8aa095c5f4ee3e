"""decision: what becomes of a failed attempt."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from retry.backoff import Random, full_jitter, spread
from retry.failure import Failure, NotAsked, Permanent
from retry.policy import RetryPolicy

OUT_OF_PATIENCE = "out-of-patience"


@dataclass(frozen=True, slots=True)
class RetryAt:
    """Try again at `at`. `counts` is false where nothing was asked: the attempt is given back."""

    at: datetime
    counts: bool = True


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Put it on a person's list, with this reason (a code in kebab-case)."""

    reason: str


def decide(
    attempt: int, first_attempt_at: datetime, failure: Failure, policy: RetryPolicy, now: datetime, random: Random
) -> RetryAt | GiveUp:
    """Say what becomes of a failed attempt; touch nothing.

    `attempt`: the attempt that failed, from 1. `first_attempt_at`, `now`: machine time, aware. `random`: in [0, 1).

    A question held back (open breaker, empty budget, no free place) is only moved: it counts for nothing and is never
    given up. A permanent failure is given up at once. Anything else is retried while the next attempt still lies
    within the patience; a Retry-After wins over our own backoff, in both directions, and where it points beyond the
    patience nothing could be asked in time, so a person takes over now.
    """
    if isinstance(failure, NotAsked):
        return RetryAt(now + _held_back(first_attempt_at, failure, policy, now, random), counts=False)
    if isinstance(failure, Permanent):
        return GiveUp(failure.reason)
    return _within_patience(attempt, first_attempt_at, failure, policy, now, random)


def _held_back(
    first_attempt_at: datetime, failure: NotAsked, policy: RetryPolicy, now: datetime, random: Random
) -> timedelta:
    asked_to_wait = max(failure.retry_after or timedelta(), timedelta())
    return asked_to_wait + spread(now - first_attempt_at, policy.base, policy.cap, random)


def _within_patience(
    attempt: int, first_attempt_at: datetime, failure: Failure, policy: RetryPolicy, now: datetime, random: Random
) -> RetryAt | GiveUp:
    deadline = first_attempt_at + policy.patience
    if failure.retry_after is None:
        at = min(now + full_jitter(attempt, policy.base, policy.cap, random), deadline)
    else:
        at = now + max(failure.retry_after, timedelta())
    return RetryAt(at) if now < deadline and at <= deadline else GiveUp(OUT_OF_PATIENCE)
