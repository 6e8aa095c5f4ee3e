"""The sampler: reads all processes every few seconds, and keeps what the page is made from."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from core.domain.switch import Pause
from core.hooks import Observe
from monitoring.console import reckoning
from monitoring.console.history import KEPT_SECONDS, History
from monitoring.console.readings import SECONDS, Reading, read_all
from monitoring.console.roll import Entry, Roll
from monitoring.console.samples import Samples
from monitoring.console.snapshot import Civil, Ledger, Point, Snapshot
from monitoring.exporter import Exporter

Pauses = Callable[[], list[Pause]]

WATCHED = 2.0  # seconds between readings while somebody looks
UNWATCHED = 10.0  # and while nobody does
LOOKING = 30.0  # seconds for which one look counts


class Sampler:
    """Reads, remembers five minutes, and answers with the latest."""

    def __init__(
        self, run_folder: Path, exporter: Exporter, environment: str, observe: Observe, pauses: Pauses = list
    ) -> None:
        """Take the folder of run files, the exporter (it reads the ledger), the environment's name, whom to tell, and
        what is held back."""
        self._pauses = pauses
        self._folder, self._exporter, self._environment = run_folder, exporter, environment
        self._observe = observe
        self._history, self._roll = History(), Roll()
        self._entries: Sequence[Entry] = ()
        self._gauges = Samples()
        self._readings: Sequence[Reading] = ()
        self._points: deque[Point] = deque()
        self._looked = -LOOKING
        self.on_register = False  # what a counter says of itself, before anything was taken too
        self._woken = asyncio.Event()

    async def run(self) -> None:
        """Read for ever."""
        async with httpx.AsyncClient(timeout=SECONDS, trust_env=False) as client:
            while True:
                began = time.monotonic()
                try:
                    await self.sample(client)
                except Exception as error:  # noqa: BLE001 - the page shows what it knew, and goes on
                    self._observe("sample.missed", exc_info=error)
                await self._rest(began)

    async def sample(self, client: httpx.AsyncClient) -> None:
        """Read all processes once."""
        self._readings = readings = await read_all(self._folder, client)
        now = time.monotonic()
        self._entries = self._roll.call(readings, now)
        self._gauges = Samples.together(reading.samples for reading in readings if reading.samples is not None)
        self._history.add(readings, now)
        at = datetime.now(UTC)
        seen = self._exporter.seen
        self._points.append(reckoning.point(at, reckoning.figures(self._history, seen), seen))
        while self._points[0].at < at.timestamp() - KEPT_SECONDS:
            self._points.popleft()

    def look(self) -> Snapshot:
        """Return the latest; while somebody looks, it is read more often."""
        if time.monotonic() - self._looked > LOOKING:
            self._woken.set()
        self._looked = time.monotonic()
        return self.last()

    def crowd(self) -> tuple[float, float]:
        """Return how many requests were answered in the last minute, and how many of these there was no room for."""
        grown, _ = self._history.grown(60.0)
        refused = grown.by("approdo_refusals_total", "code")
        return grown.total("approdo_request_seconds_count"), refused.get("overloaded", 0.0)

    def stopped(self) -> frozenset[str]:
        """Return the registries that some process makes no calls to: their breaker is open."""
        held = self._gauges.by("approdo_breaker_state", "registry", state="open")
        return frozenset(registry for registry, processes in held.items() if processes)

    def entries_waited(self) -> timedelta:
        """Return how long the oldest entry of the emergency register has waited; nothing where none does."""
        register = reckoning.register(self._readings, self._exporter.seen)
        return timedelta(seconds=register.oldest_seconds if register else 0.0)

    async def _rest(self, began: float) -> None:
        looked_at = time.monotonic() - self._looked < LOOKING
        pause = (WATCHED if looked_at else UNWATCHED) - (time.monotonic() - began)
        self._woken.clear()
        try:
            async with asyncio.timeout(max(pause, 0.1)):
                await self._woken.wait()
        except TimeoutError:
            return

    def last(self) -> Snapshot:
        """Return the latest, and look no oftener for it."""
        seen = self._exporter.seen
        recent, _ = self._history.grown(reckoning.RECENT_SECONDS)
        standing = seen.standing
        return Snapshot(
            at=datetime.now(UTC),
            environment=self._environment,
            civil=_civil(seen.civil_offset),
            ledger=Ledger(seen.reachable, self._exporter.age),
            bell_reachable=reckoning.bell(self._gauges),
            figures=reckoning.figures(self._history, seen),
            points=list(self._points),
            lanes=reckoning.lanes(seen),
            attempts=reckoning.attempts(recent),
            registries=reckoning.registries(recent, self._gauges),
            buried=reckoning.tallied(standing.buried if standing else {}),
            refusals=reckoning.tallied(recent.by("approdo_refusals_total", "code")),
            decisions=reckoning.tallied(recent.by("approdo_decisions_total", "outcome")),
            submissions=reckoning.tallied(standing.submissions if standing else {}),
            processes=reckoning.processes(self._entries),
            pauses=self._pauses(),
            paces=reckoning.paces(self._history),
            gauges=reckoning.gauges(self._history.grown(reckoning.NOW_SECONDS)[0], self._gauges),
            register=reckoning.register(self._readings, seen, stands_in=self.on_register),
            broken=round(recent.total("approdo_work_broken_total")),
            skew_seconds=reckoning.skew(self._readings),
        )


def _civil(offset: timedelta) -> Civil | None:
    return Civil(datetime.now(UTC) + offset, offset.total_seconds()) if offset else None
