"""A clock that stands still until it is told to go on."""

from datetime import UTC, datetime, timedelta


class FakeClock:
    """Machine time under the test's hand; `now` and `monotonic` move together."""

    def __init__(self, start: datetime = datetime(2025, 11, 20, 8, 0, tzinfo=UTC)) -> None:
        self._start = start
        self._passed = timedelta()

    def now(self) -> datetime:
        return self._start + self._passed

    def monotonic(self) -> float:
        return self._passed.total_seconds()

    def forward(self, by: timedelta | float) -> None:
        """Let time pass; a number is seconds."""
        self._passed += by if isinstance(by, timedelta) else timedelta(seconds=by)
