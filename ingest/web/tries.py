"""Tries: how often a resume code may be tried, so that guessing leads nowhere and nobody is judged by an address."""

from ingest.http.rate_limits import Rate, RateLimits
from ingest.http.refusal import Refusal

PER_VISITOR = Rate(per_minute=5, burst=5)
PER_BEGINNING = Rate(per_minute=5, burst=5)  # of all visitors together, on codes that begin alike
ALTOGETHER = Rate(per_minute=30_000, burst=2_000)
_BEGINNING = 4  # characters


class Tries:
    """Counts tries. A code has sixty bits, and one that begins like hers can be tried five times a minute."""

    def __init__(self) -> None:
        self._visitors = RateLimits(PER_VISITOR)
        self._beginnings = RateLimits(PER_BEGINNING)
        self._all = RateLimits(ALTOGETHER)

    def count(self, visit: bytes, typed: str, now: float) -> None:
        """Count one try, `now` in monotonic seconds. Errors: Refusal too-many-tries (429)."""
        standings = (
            self._visitors.count(visit, now),
            self._beginnings.count("".join(filter(str.isalnum, typed))[:_BEGINNING].upper(), now),
            self._all.count("all", now),
        )
        if not all(standing.admitted for standing in standings):
            wait = max(standing.retry_after for standing in standings)
            raise Refusal("too-many-tries", retry_after=wait)
