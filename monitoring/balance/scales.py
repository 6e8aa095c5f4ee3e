"""The scales: weigh each minute, and show what was found as series and to whoever asks."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from uuid import UUID

from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from core.domain.balance import Balance, Invariant, Kept, Weighed, as_stated
from core.domain.errors import ApprodoError
from core.hooks import Observe
from core.storage import balance
from monitoring.balance.signature import Keys, stated
from monitoring.exporter import Store

EVERY = 60.0
SHARE = 20  # a look that took one second is followed by at least this many seconds without one


class Scales(Collector):
    """Looks at the invariants for ever. What is found broken is told once, with its draft."""

    def __init__(self, store: Store, keys: Callable[[], Awaitable[Keys | None]], observe: Observe) -> None:
        """Take where to look, what gives the published keys (None where nobody answers), and whom to tell."""
        self._store, self._keys, self._observe = store, keys, observe
        self._known: set[tuple[Invariant, UUID]] = set()
        self._at: float | None = None
        self.balance: Balance = {}

    async def run(self) -> None:
        """Weigh for ever, less often where it takes long."""
        while True:
            began = time.monotonic()
            await self.weigh()
            await asyncio.sleep(max(EVERY, SHARE * (time.monotonic() - began)))

    async def weigh(self) -> None:
        """Weigh once; where the store does not answer, what was found last stays, and its age says so."""
        try:
            async with self._store.snapshot() as connection:
                found, kept = await balance.weigh(connection)
            keys = await self._keys()
            self.balance = found | await asyncio.to_thread(_receipts, kept, keys)
            self._at = time.monotonic()
        except ApprodoError as error:
            self._observe("balance.missed", failure=type(error).__name__)
            return
        except Exception as error:  # noqa: BLE001 - a look that fails must not end those that follow
            self._observe("balance.missed", failure=type(error).__name__)
            return
        self._tell()

    @property
    def age(self) -> float | None:
        """Seconds since the last look that succeeded; None before the first."""
        return None if self._at is None else time.monotonic() - self._at

    @property
    def broken(self) -> int:
        """How many things are not as they must be."""
        return sum(len(one.broken) for one in self.balance.values())

    def _tell(self) -> None:
        broken = {(invariant, draft_id) for invariant, one in self.balance.items() for draft_id in one.broken}
        for invariant, draft_id in sorted(broken - self._known):
            self._observe("drift.found", reason=invariant, draft_id=draft_id)
        self._known = broken

    def describe(self) -> Iterable[Metric]:
        """Return the families without their samples."""
        return self._families()

    def collect(self) -> Iterator[Metric]:
        """Yield what was found last."""
        drift, looked_at, age = self._families()
        for invariant, one in self.balance.items():
            drift.add_metric([invariant], len(one.broken))
            looked_at.add_metric([invariant], one.looked_at)
        if self.age is not None:
            age.add_metric([], self.age)
        yield from (drift, looked_at, age)

    @staticmethod
    def _families() -> tuple[GaugeMetricFamily, ...]:
        return (
            GaugeMetricFamily(
                "approdo_reconciliation_drift",
                "Of what was looked at, how much is not as it must be.",
                labels=["invariant"],
            ),
            GaugeMetricFamily(
                "approdo_reconciliation_looked_at", "What the last look looked at.", labels=["invariant"]
            ),
            GaugeMetricFamily("approdo_reconciliation_age_seconds", "How long ago the last look was."),
        )


def _receipts(kept: Sequence[Kept], keys: Keys | None) -> dict[Invariant, Weighed]:
    """Hold each receipt against its signature and against what is there; without keys nothing is said of either."""
    if keys is None:
        return {}
    read = {one.draft_id: stated(one.receipt, keys) for one in kept}
    forged = frozenset(draft_id for draft_id, claims in read.items() if claims is None)
    lost = frozenset(one.draft_id for one in kept if (claims := read[one.draft_id]) and not as_stated(one, claims))
    return {Invariant.SIGNED: Weighed(len(kept), forged), Invariant.STORED: Weighed(len(kept), lost)}
