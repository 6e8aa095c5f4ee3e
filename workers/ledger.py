"""ledger: PostgreSQL as a process of this room uses it, opened and closed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from core.clock import SystemClock
from core.hooks import Observe, nobody
from core.settings import Settings
from core.storage.database import connect
from core.storage.group_commit import GroupCommit
from core.storage.operators import Operators
from core.storage.register_desk import RegisterDesk
from core.storage.switches import Switches, of_pool
from core.storage.work import LeaseTerms, WorkRows, open_pool

CONNECTIONS = 4  # for claims, the heartbeat and looking around; settlements have their own
CLOSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the ledger offers here."""

    rows: WorkRows
    operators: Operators
    register: RegisterDesk
    pool: Any  # asyncpg's
    switches: Switches

    def busy(self) -> int:
        """Connections of the pool that are in use."""
        return int(self.pool.get_size() - self.pool.get_idle_size())


@asynccontextmanager
async def opened(known: Settings, observe: Observe = nobody) -> AsyncIterator[Ledger]:
    """Open the ledger; nothing is connected until it is used. At the end what waits for a commit is committed."""
    url = known.database_url()
    commit = GroupCommit(lambda: connect(url), observe=observe)
    pool = await open_pool(url, size=CONNECTIONS)
    terms = LeaseTerms(known.loop.lease, known.loop.reoffer)
    await commit.start()
    switches = Switches(of_pool(pool), SystemClock(), observe)
    try:
        rows = WorkRows(pool, commit, terms, observe, switches.paused)
        yield Ledger(rows, Operators(pool, commit), RegisterDesk(pool, commit), pool, switches)
    finally:
        await _close(commit, pool)


async def _close(commit: GroupCommit, pool: Any) -> None:
    """A database that does not answer keeps nobody from leaving."""
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await commit.close()
            await pool.close()
    except TimeoutError:
        pool.terminate()
