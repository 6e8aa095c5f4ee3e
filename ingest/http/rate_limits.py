"""Rate limits: how often one draft may ask, told on every answer (ModI RAC_ROBUSTEZZA_001)."""

import math
from collections.abc import Hashable
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Rate:
    """A steady pace, and how many requests may come at once before it counts."""

    per_minute: int
    burst: int

    @property
    def interval(self) -> float:
        """Seconds after which one more request may come."""
        return 60 / self.per_minute


PER_DRAFT = Rate(per_minute=240, burst=120)
NEW_DRAFTS = Rate(per_minute=120_000, burst=4_000)  # one class for everybody: hundreds may share one address


class Standing(NamedTuple):
    """Where a caller stands after one request: the numbers its answer carries."""

    admitted: bool
    limit: int  # requests that may come at once
    remaining: int  # of those, how many may still come now
    reset: int  # seconds until all of them may
    retry_after: int  # seconds until one may again; 0 where one may now

    def headers(self) -> list[tuple[bytes, bytes]]:
        """Return the three headers of every answer."""
        return [
            (b"x-ratelimit-limit", b"%d" % self.limit),
            (b"x-ratelimit-remaining", b"%d" % self.remaining),
            (b"x-ratelimit-reset", b"%d" % self.reset),
        ]


class RateLimits:
    """Admits each caller at a rate, by the generic cell rate algorithm (ITU-T I.371): one number a caller.

    Callers are kept in two generations. One turn lasts as long as it takes to forget a whole burst, so what the
    older generation held when it goes has no memory left to lose; `most_callers` bounds it under a flood, where the
    oldest are forgiven. Each process counts for itself.
    """

    def __init__(self, rate: Rate, most_callers: int = 200_000) -> None:
        self._rate = rate
        self._interval = rate.interval
        self._tolerance = rate.burst * rate.interval
        self._most = most_callers // 2
        self._recent: dict[Hashable, float] = {}
        self._older: dict[Hashable, float] = {}
        self._turn_at = -math.inf

    def count(self, caller: Hashable, now: float) -> Standing:
        """Count one request and say where its caller stands; a refused request counts nothing.

        `now` is monotonic seconds.
        """
        self._turn(now)
        full_at = max(self._full_at(caller), now) + self._interval
        if full_at - now > self._tolerance + 1e-9:
            return self._standing(full_at - self._interval, now, admitted=False)
        self._recent[caller] = full_at
        return self._standing(full_at, now, admitted=True)

    def _full_at(self, caller: Hashable) -> float:
        """The instant at which all a caller has used will have grown back."""
        return self._recent.get(caller) or self._older.get(caller, -math.inf)

    def _standing(self, full_at: float, now: float, *, admitted: bool) -> Standing:
        used = full_at - now
        remaining = int((self._tolerance - used) / self._interval + 1e-6)
        wait = 0.0 if remaining else used + self._interval - self._tolerance
        return Standing(admitted, self._rate.burst, remaining, math.ceil(used), max(math.ceil(wait), not admitted))

    def _turn(self, now: float) -> None:
        if now >= self._turn_at or len(self._recent) >= self._most:
            self._older, self._recent = self._recent, {}
            self._turn_at = now + self._tolerance


def unspent(rate: Rate) -> Standing:
    """Return the standing told on answers that belong to no caller's count."""
    return Standing(admitted=True, limit=rate.burst, remaining=rate.burst, reset=0, retry_after=0)
