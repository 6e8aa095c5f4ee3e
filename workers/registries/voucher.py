"""voucher: what opens the registries, fetched once and reused until shortly before it expires."""

import asyncio

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.clock import Clock
from retry.failure import Failure, Transient
from workers.registries.exchange import Exchange
from workers.registries.limits import Limits, in_time
from workers.registries.lines import Lines

ASKED = b"grant_type=client_credentials"
FORM = {"content-type": "application/x-www-form-urlencoded"}


class _Wire(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)  # RFC 6749 allows more fields

    access_token: str = Field(pattern=r"^[A-Za-z0-9._~+/=-]+$")  # it becomes a header
    expires_in: int = Field(gt=0)  # seconds


class Vouchers:
    """One voucher for all registries. Whoever needs one while it is being fetched waits for the same fetch."""

    def __init__(self, lines: Lines, exchange: Exchange, limits: Limits, clock: Clock) -> None:
        self._lines = lines
        self._exchange = exchange
        self._limit = limits.voucher
        self._margin = limits.voucher_margin.total_seconds()
        self._clock = clock
        self._voucher = ""
        self._renew_at = 0.0  # monotonic seconds
        self._fetching: asyncio.Task[str] | None = None

    async def current(self) -> str:
        """Return a voucher that is still good.

        Errors: Transient where none can be had; nothing is refused for want of a voucher of ours.
        """
        if self._voucher and self._clock.monotonic() < self._renew_at:
            return self._voucher
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._fetch())
            self._fetching.add_done_callback(self._fetched)
        return await asyncio.shield(self._fetching)

    def refused(self, voucher: str) -> None:
        """Forget a voucher that a registry did not accept, unless it has been renewed meanwhile."""
        if voucher == self._voucher:
            self._voucher = ""

    async def aclose(self) -> None:
        """Stop fetching and close the connection."""
        if self._fetching is not None:
            self._fetching.cancel()
            await asyncio.gather(self._fetching, return_exceptions=True)
        await self._lines.aclose()

    async def _fetch(self) -> str:
        try:
            async with self._lines.take(self._limit) as line, in_time(self._limit):
                body = await self._exchange.post(line, ASKED, FORM, may_repeat=lambda: False)
            wire = _Wire.model_validate_json(body)
        except ValidationError:
            raise Transient("voucher-not-understood") from None
        except Failure as failure:
            raise Transient(f"voucher-{failure.reason}", failure.retry_after) from failure
        self._voucher = wire.access_token
        self._renew_at = self._clock.monotonic() + max(wire.expires_in - self._margin, 1.0)
        return self._voucher

    def _fetched(self, fetching: asyncio.Task[str]) -> None:
        self._fetching = None
        if not fetching.cancelled():
            fetching.exception()  # whoever waited has seen it; where nobody did, it is no news
