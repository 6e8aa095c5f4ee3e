"""Acts on PostgreSQL under the supervisor: killed, hung up, locked, crowded."""

import asyncio
import time
from typing import Any, Final

import asyncpg

from loadtest.faults.scenario import does
from loadtest.faults.scene import Scene
from loadtest.stored import NO_ROWS

HANG_UP: Final = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL"
)
OURS_HUNG_UP: Final = HANG_UP.replace("pid <> ", "application_name = 'approdo' AND pid <> ")
FROZEN: Final = 8.0  # seconds; replies are waited for two to five
LOCKS: Final = 2.0  # seconds a change of tables waits for its lock
MOST: Final = 100  # connections the server takes


@does(12)
async def postgres_killed(scene: Scene) -> None:
    """kill -9 of the postmaster: honest refusals while it is away, the first acknowledgement soon after it is back."""
    killed_at = time.time()
    scene.kill("postgres")
    back_at = await scene.postgres_back(killed_at)
    await scene.acked_after(back_at, "PostgreSQL back, first acknowledgement", 5)
    await scene.effect_after(back_at, "PostgreSQL back, next effect", 30)


@does(12)
async def postgres_frozen(scene: Scene) -> None:
    """Every process of PostgreSQL stands still, its lines open: nobody waits long, and it is found when it goes on."""
    postmaster, began = scene.pid("postgres"), time.time()
    with scene.frozen(postmaster):
        await scene.warm(FROZEN)
    on_at = time.time()
    await scene.acked_after(on_at, "PostgreSQL goes on, first acknowledgement", 5)
    await scene.effect_after(on_at, "PostgreSQL goes on, next effect", 30)
    stretch = scene.stretch(began)
    scene.must(postmaster == scene.pid("postgres"), "it was replaced though it would have gone on")
    scene.must(stretch.codes["registered"] or stretch.codes["store-unavailable"], "nobody was told that it is away")
    scene.bar("longest request", stretch.longest_answer, 11)


@does(14)
async def backends_terminated(scene: Scene) -> None:
    """pg_terminate_backend on everybody, again and again: each request is safe to repeat, and the pools are healthy."""
    for _ in range(5):
        await asyncio.sleep(0.8)
        await scene.value(HANG_UP)
    await scene.acked_after(time.time(), "last hang-up, next acknowledgement", 5)


@does(23)
async def connection_storm(scene: Scene) -> None:
    """Every connection is taken, and ours are hung up: refused honestly, never a 500, and whole when there is room."""
    took: list[Any] = []
    began = time.time()
    try:
        for _ in range(3):  # hung up, ours must compete with the storm for each place
            while await _took_one(scene, took):
                pass
            await took[0].execute(OURS_HUNG_UP)
            await asyncio.gather(*(_took_one(scene, took) for _ in range(20)))
        await scene.warm(2)
    finally:
        for one in took:
            one.terminate()
    scene.must(len(took) > MOST / 2, f"only {len(took)} connections were taken")
    scene.note(f"{len(took)} connections were taken; {scene.stretch(began).acks} acknowledgements meanwhile")
    await scene.acked_after(time.time(), "room again, next acknowledgement", 5)


async def _took_one(scene: Scene, took: list[Any]) -> bool:
    try:
        took.append(await scene.connect(application_name="storm"))
    except NO_ROWS:
        return False
    return len(took) < MOST


@does(24)
async def tables_changed_behind_a_long_read(scene: Scene) -> None:
    """A long read, and a change of tables behind it: the change gives up after two seconds, and traffic flows."""
    reader, changer = await scene.connect(), await scene.connect(lock_timeout=f"{int(LOCKS * 1000)}")
    began, scene.load.hurried = time.time(), True  # what a client waits before she asks again is no stall
    try:
        await reader.execute("BEGIN; SELECT count(*) FROM section_revision; SELECT count(*) FROM draft")
        try:
            await changer.execute("ALTER TABLE draft ADD COLUMN planted text")
            scene.must(fact=False, what="the change did not wait for its lock")
        except asyncpg.LockNotAvailableError:
            gave_up_at = time.time()
        await scene.warm()
    finally:
        scene.load.hurried = False
        reader.terminate()
        changer.terminate()
    scene.silence("longest stall", scene.stretch(began, gave_up_at + 1), LOCKS + 1)


@does(25)
async def report_left_open(scene: Scene) -> None:
    """A report is left open in its transaction: saves, claims and decisions go on."""
    reader, began = await scene.connect(), time.time()
    try:
        await reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM work")
        await scene.warm(4)
        scene.silence("longest silence of acknowledgements", scene.stretch(began, time.time()), 2)
        await scene.effect_after(time.time() - 1, "decisions go on, next effect", 5)
    finally:
        reader.terminate()


@does(26)
async def deadlocks(scene: Scene) -> None:
    """Somebody locks drafts against our order: the database ends one of two, and nobody is told 500."""
    rival, met, ends_at = await scene.connect(deadlock_timeout="20ms"), 0, time.time() + 5
    try:
        while time.time() < ends_at:
            met += await _crosses(rival)
    finally:
        rival.terminate()
    scene.note(f"{met} transactions of the rival were ended by a deadlock")


async def _crosses(rival: Any) -> bool:
    """Lock two open drafts, the greater id first; say whether it ended in a deadlock."""
    drafts = await rival.fetch(
        "SELECT draft_id FROM draft WHERE sealed_at IS NULL ORDER BY created_at DESC, draft_id DESC LIMIT 6"
    )
    try:
        async with rival.transaction():
            for row in sorted(drafts, key=lambda each: each["draft_id"], reverse=True):
                await rival.execute("SELECT 1 FROM draft WHERE draft_id = $1 FOR UPDATE", row["draft_id"])
                await asyncio.sleep(0.01)
    except asyncpg.DeadlockDetectedError:
        return True
    return False
