"""limits: how long and how much a registry may take, each with its unit."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from retry.failure import Transient


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of one call, inner ones below outer ones; a wait and a call together stay below a lease (20 s)."""

    connect: timedelta = timedelta(seconds=2)
    voucher: timedelta = timedelta(seconds=5)  # from asking for a voucher to having it
    read: timedelta = timedelta(seconds=8)  # between two pieces of an answer
    total: timedelta = timedelta(seconds=10)  # from a free place to the last byte, voucher and second try included
    place: timedelta = timedelta(seconds=8)  # the longest wait for a free place
    concurrency: int = 32  # calls under way at one registry, per process
    answer_bytes: int = 16_384  # an answer is short; what is longer is none
    retry_after: timedelta = timedelta(hours=1)  # the longest Retry-After that is believed
    voucher_margin: timedelta = timedelta(seconds=30)  # a voucher is renewed this long before it expires

    def __post_init__(self) -> None:
        if not timedelta() < self.connect < min(self.voucher, self.read) <= max(self.voucher, self.read) < self.total:
            raise ValueError("a registry's limits need 0 < connect < voucher, read < total")
        if self.concurrency < 1 or self.answer_bytes < 1 or self.place < timedelta():
            raise ValueError("a registry's limits need at least one place, one byte and no negative wait")


@asynccontextmanager
async def in_time(limit: timedelta) -> AsyncIterator[None]:
    """End the block after `limit`. Errors: Transient."""
    try:
        async with asyncio.timeout(limit.total_seconds()):
            yield
    except TimeoutError:
        raise Transient("no-answer-in-time") from None
