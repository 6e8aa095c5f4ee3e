"""Acts on Redis: emptied, killed, frozen, full, read-only; no acknowledgement notices, and work goes on without it."""

import asyncio
import time

import redis

from loadtest.faults.scenario import EMBEDDED, WIRED, does
from loadtest.faults.scene import Scene


@does(30, on=EMBEDDED)
async def bell_emptied(scene: Scene) -> None:
    """FLUSHALL, again and again: what was offered comes round again, all of it within a minute."""
    with scene.bell() as bell:
        for _ in range(6):
            await asyncio.sleep(0.5)
            await asyncio.to_thread(bell.flushall)
    await scene.effect_after(time.time(), "bell emptied, next effect", 30)
    await _all_due_is_offered(scene, time.time())


async def _all_due_is_offered(scene: Scene, since: float) -> None:
    """Wait until no row that was due then has been left unoffered and unclaimed."""

    async def none_left() -> bool:
        return bool(await scene.value(_LEFT, since) == 0)

    at = await scene.until_asked(none_left, "due work is not offered again", within=70)
    scene.bar("bell emptied, all due work offered again", at - since, 60)


_LEFT = """
SELECT count(*) FROM work
WHERE buried_at IS NULL AND created_at < to_timestamp($1) AND due_at < to_timestamp($1) AND lease_until IS NULL
"""


@does(31, on=WIRED)
async def bell_away(scene: Scene) -> None:
    """Redis is gone with all it held, for a while: slower, never stopped; when it is back it is used again."""
    gone_at = time.time()
    scene.lines.redis.refuse()
    with scene.bell() as bell:
        bell.flushall()
    await scene.effect_after(gone_at + 2, "bell away, next effect", 30)
    await scene.warm(4)
    await _acks_do_not_notice(scene, gone_at)
    scene.lines.redis.heal()


@does(32, on=WIRED)
async def bell_frozen(scene: Scene) -> None:
    """Redis stands still with its connections open: people are answered, and workers look for themselves."""
    assert scene.house.parts is not None
    frozen_at = time.time()
    with scene.frozen(scene.house.parts.valkey):
        await scene.effect_after(frozen_at + 2, "bell frozen, next effect", 30)
        await scene.warm(4)
        await _acks_do_not_notice(scene, frozen_at)


@does(32, on=WIRED)
async def bell_holds_back_replies(scene: Scene) -> None:
    """What Redis did is done, and its replies are lost, call after call: nothing is stranded."""
    began = time.time()
    for marker in (b"fetch", b"ack", b"enqueue", b"EVALSHA", b"fetch"):
        scene.lines.redis.cut_reply_to(marker)
        await scene.until(scene.lines.redis.cut.is_set, f"no {marker.decode()} was seen on the line")
        await asyncio.sleep(0.3)
    await scene.effect_after(time.time(), "replies cut, next effect", 30)
    await _acks_do_not_notice(scene, began)


@does(33, on=EMBEDDED)
async def bell_ill(scene: Scene) -> None:
    """Redis is out of memory, lacks replicas, is read-only, pauses: acknowledgements do not notice."""
    began = time.time()
    with scene.bell() as bell:
        for ill, well in (
            (("CONFIG", "SET", "maxmemory", "1"), ("CONFIG", "SET", "maxmemory", "0")),
            (("CONFIG", "SET", "min-replicas-to-write", "1"), ("CONFIG", "SET", "min-replicas-to-write", "0")),
            (("REPLICAOF", "127.0.0.1", "1"), ("REPLICAOF", "NO", "ONE")),
            (("CLIENT", "PAUSE", "2000", "ALL"), ("PING",)),
        ):
            bell.execute_command(*ill)
            await asyncio.sleep(2)
            await _well_again(bell, well)
            await asyncio.sleep(0.3)
    await scene.effect_after(time.time(), "bell well again, next effect", 30)
    await _acks_do_not_notice(scene, began)


async def _well_again(bell: "redis.Redis", order: tuple[str, ...]) -> None:
    await asyncio.to_thread(bell.execute_command, *order)


@does(36, on=WIRED)
async def bell_away_while_actors_fail(scene: Scene) -> None:
    """Redis is away while attempts fail: the attempt and its next time are rows, so nothing is forgotten."""
    scene.house.tell_registries("labour", "503")
    await scene.warm(1)
    scene.lines.redis.refuse()
    await scene.warm(3)
    scene.house.tell_registries("labour", "ok")
    await scene.effect_after(time.time(), "registry answers again, next effect", 30)
    scene.lines.redis.heal()


async def _acks_do_not_notice(scene: Scene, since: float) -> None:
    stretch = scene.stretch(since)
    scene.silence("longest silence of acknowledgements", stretch, 1.5)
    refused = {code: count for code, count in stretch.codes.items() if code != "already-filed"}
    scene.must(not refused, f"acknowledgements noticed: {refused}")
