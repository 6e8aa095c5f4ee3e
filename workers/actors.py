"""actors: what a message sets in motion; thin shells around the desk, declared when a worker starts."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import dramatiq

from core.hooks import Observe
from workers.broker import ADVANCE, QUEUE, Bell

Take = Callable[[Sequence[UUID]], Awaitable[None]]


def declare(bell: Bell, loop: asyncio.AbstractEventLoop, take: Take, observe: Observe) -> None:
    """Declare the actor. It runs in Dramatiq's threads and hands the ids over to the loop.

    A message is done with as soon as there is a place for its ids: leases, not messages, see to it that nothing is
    lost. `take` returns at that moment.
    """
    dramatiq.actor(actor_name=ADVANCE, queue_name=QUEUE, broker=bell)(_shell(loop, take, observe))


def _shell(loop: asyncio.AbstractEventLoop, take: Take, observe: Observe) -> Callable[[list[str]], None]:
    def run(draft_ids: list[str]) -> None:
        try:
            asyncio.run_coroutine_threadsafe(_taken(take, draft_ids), loop).result()
        except Exception as error:  # noqa: BLE001  a message that makes no sense is no loss: the rows come round again
            observe("message.failed", failure=type(error).__name__)

    return run


async def _taken(take: Take, draft_ids: list[str]) -> None:
    await take([UUID(each) for each in draft_ids])
