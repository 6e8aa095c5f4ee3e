"""stopping: a process is asked to stop once, by a signal, and everything in it hears."""

import asyncio
import signal
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

SIGNALS = (signal.SIGTERM, signal.SIGINT)

Background = list["asyncio.Task[None]"]


def on_signals() -> asyncio.Event:
    """Return an event that is set when this process is asked to stop; to be called inside its loop."""
    asked = asyncio.Event()
    for each in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(each, asked.set)
    return asked


async def pause(asked: asyncio.Event, wait: timedelta) -> None:
    """Wait, or until asked to stop."""
    try:
        await asyncio.wait_for(asked.wait(), wait.total_seconds())
    except TimeoutError:
        return


@asynccontextmanager
async def background(*work: Coroutine[Any, Any, None]) -> AsyncIterator[Background]:
    """Run all of this beside the block, and cancel at its end what still runs."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def until_asked(asked: asyncio.Event, tasks: Background) -> None:
    """Wait until asked to stop. Errors: whatever ended one of these tasks; the supervisor starts another process."""
    waiting = asyncio.create_task(asked.wait())
    done, _ = await asyncio.wait([waiting, *tasks], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    for task in done & set(tasks):
        task.result()
