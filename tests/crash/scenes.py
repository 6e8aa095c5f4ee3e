"""scenes: what happens to two at once, or again and again; each is judged like a walk when it is over."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx

from tests.crash.house import House
from tests.crash.mother import Mother
from workers.advance import carry


async def a_zombie_wakes(house: House, mother: Mother) -> None:
    """A worker sleeps past its lease; its row is given to another; then both have an outcome to write."""
    await mother.filed()
    await house.rows.offer(10)
    (zombie,) = await house.rows.claim([UUID(mother.draft_id)])
    await house.time_passes()
    await house.rows.offer(10)
    (other,) = await house.rows.claim_suspects(10)

    for attempt in (zombie, other):
        await carry([attempt], 0.0, house.deps)


async def a_commit_is_slow(house: House, mother: Mother) -> None:
    """Somebody files, and her COMMIT hangs; another files after her and is relayed; then the first one is committed."""
    await mother.fill()
    other = House(house.stores)
    async with other.opened(), _held_up(house) as (held, go_on):
        second = Mother(other.client, mother.log, mother.person + 1)
        await second.fill()
        first = asyncio.create_task(mother.file())
        await held.wait()
        await second.file()
        await other.relay.run_once()
        go_on.set()
        await first
        await other.until_quiet()


@asynccontextmanager
async def _held_up(house: House) -> AsyncIterator[tuple[asyncio.Event, asyncio.Event]]:
    """Hold up the next COMMIT at this house's counter; give what tells that it is held, and what lets it go."""
    held, go_on = asyncio.Event(), asyncio.Event()
    connection = await house.counter._open()
    execute = connection.execute

    async def slow(statement: str, *arguments: Any, **options: Any) -> Any:
        if statement == "COMMIT":
            held.set()
            await go_on.wait()
        return await execute(statement, *arguments, **options)

    class Slow:
        execute = staticmethod(slow)

        def __getattr__(self, name: str) -> Any:
            return getattr(connection, name)

    house.counter._connection = Slow()  # type: ignore[assignment]
    yield held, go_on


class SharedCache(httpx.AsyncBaseTransport):
    """A cache between everybody and the counter, ill set up: it goes by the address, and heeds nothing but no-store."""

    def __init__(self, behind: httpx.AsyncBaseTransport) -> None:
        self._behind, self._kept = behind, dict[str, httpx.Response]()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer from what is kept, or ask and keep."""
        url = str(request.url)
        if request.method == "GET" and url in self._kept:
            return self._kept[url]
        answer = await self._behind.handle_async_request(request)
        await answer.aread()
        if (
            request.method == "GET"
            and answer.status_code == 200
            and "no-store" not in answer.headers.get("cache-control", "")
        ):
            self._kept[url] = httpx.Response(200, headers=answer.headers, content=answer.content)
        return answer


async def people_share_a_cache(house: House, mother: Mother) -> None:
    """Each reads her own, and what the other has read; and whoever reads writes down whom she was shown."""
    cached = httpx.AsyncClient(transport=SharedCache(httpx.ASGITransport(house.door)), base_url="http://counter")  # type: ignore[arg-type]
    async with cached:
        people = [Mother(cached, mother.log, mother.person + place) for place in range(3)]
        for one in people:
            await one.fill()
        for reader in people:
            for of in people:
                await reader.look(f"/v1/drafts/{of.draft_id}")
                await reader.look(f"/v1/drafts/{of.draft_id}/sections/applicant")
