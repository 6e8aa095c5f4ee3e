"""inline: one more try at once, for a blip under a second; the only place that uses tenacity."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_random

from core.clock import Clock

WITHIN = 1.0  # seconds from the first try to the second; a failure that took longer is no blip
SHORTEST_WAIT, LONGEST_WAIT = 0.05, 0.25  # seconds between the two

Answered = TypeVar("Answered")
Sleep = Callable[[float], Awaitable[None]]


async def through_a_blip(
    call: Callable[[], Awaitable[Answered]],
    *,
    is_blip: Callable[[BaseException], bool],
    may_repeat: Callable[[], bool],
    clock: Clock,
    sleep: Sleep = asyncio.sleep,
) -> Answered:
    """Make the call, and once more where it failed by a blip and the second try still begins within a second.

    `is_blip`: whether this error means that the call never began to be answered. `may_repeat`: asked last, and only
    where a second try would follow (it pays for it). Anything else, and the second failure, is raised as it came.
    """
    give_up = _Once(may_repeat, clock)
    retrying = AsyncRetrying(
        stop=give_up,
        wait=wait_random(SHORTEST_WAIT, LONGEST_WAIT),
        retry=retry_if_exception(is_blip),
        reraise=True,
        sleep=sleep,
    )
    return await retrying(call)


class _Once:
    """Stops after the second try, when the second is up, or when a repeat is not allowed."""

    def __init__(self, may_repeat: Callable[[], bool], clock: Clock) -> None:
        self._may_repeat = may_repeat
        self._clock = clock
        self._began = clock.monotonic()

    def __call__(self, state: RetryCallState) -> bool:
        passed = self._clock.monotonic() - self._began + state.upcoming_sleep
        return state.attempt_number >= 2 or passed >= WITHIN or not self._may_repeat()
