"""Acts that no row lists, of the classes the rows stand for: thought up to see whether the class holds."""

import os
import time
from functools import partial
from typing import Final

from loadtest.faults.acts.power import fill, small_disk
from loadtest.faults.acts.store import HANG_UP
from loadtest.faults.attempt import Attempt
from loadtest.faults.house import house
from loadtest.faults.scenario import ALONE, EMBEDDED, QUICK, WIRED, does
from loadtest.faults.scene import Scene
from loadtest.faults.shims import built

DEADLINE: Final = 11.0  # seconds; the counter's own, and one to notice
ENOUGH: Final = 200  # acknowledgements
SLOW_FLUSH: Final = 2_500  # milliseconds
TOO_SLOW_FLUSH: Final = 7_000  # longer than a commit is waited for
READERS: Final = 40
STOPPED: Final = 15.0  # seconds; a reply is waited for five
LONGEST_LOOK: Final = 7.0  # seconds; who has waited for one takes five more at most, and one to notice
REGISTER: Final = 6 * 2**20  # bytes
#: One of each class in which PostgreSQL says "not now", whatever it is that ails it (appendix A of its manual).
ERRORS: Final = ("08006", "25006", "40001", "53100", "55P03", "57014", "58030", "F0000", "XX000", "XX001", "42501")
#: One statement a transaction: whoever holds the lock of one table and waits for another's meets those who come the
#: other way.
PLANT: Final = (
    "CREATE TABLE planted (code text)",
    """
    CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE said text := (SELECT code FROM planted);
    BEGIN IF said IS NOT NULL THEN RAISE EXCEPTION 'planted' USING ERRCODE = said; END IF; RETURN NEW; END $$
    """,
    "CREATE TRIGGER planted BEFORE INSERT ON section_revision FOR EACH ROW EXECUTE FUNCTION planted()",
    "CREATE TRIGGER planted BEFORE INSERT ON submission FOR EACH ROW EXECUTE FUNCTION planted()",
)
#: Of whom a save is under way: nobody else inserts there.
WRITES: Final = "SELECT pid FROM pg_locks WHERE relation = 'section_revision'::regclass AND mode = 'RowExclusiveLock'"
WAITED_FOR: Final = """
SELECT string_agg(DISTINCT wait_event, ', ') FROM pg_stat_activity
WHERE state = 'active' AND wait_event_type IN ('Lock', 'LWLock', 'IPC')
"""
TAKE_AWAY: Final = (
    "DROP TRIGGER IF EXISTS planted ON section_revision",
    "DROP TRIGGER IF EXISTS planted ON submission",
    "DROP FUNCTION IF EXISTS planted()",
    "DROP TABLE IF EXISTS planted",
)


@does(on=EMBEDDED, crowd=4)
async def store_answers_with_errors(scene: Scene) -> None:
    """PostgreSQL answers with an error of each class in which it says "not now": none becomes a fault of ours."""
    connection, began = await scene.connect(), time.time()
    try:
        for statement in PLANT:
            await connection.execute(statement)
        for code in ERRORS:
            await connection.execute("INSERT INTO planted VALUES ($1)", code)
            await scene.until(partial(_not_now, scene, time.time()), f"nobody was told of {code}")
            await connection.execute("DELETE FROM planted")
        await scene.acked_after(time.time(), "no error any more, next acknowledgement", 5)
    finally:
        for statement in TAKE_AWAY:
            await connection.execute(statement)
        connection.terminate()
    codes = scene.stretch(began).codes
    scene.must(codes["registered"], "the emergency register took nothing")
    scene.must(not codes["internal-error"], f"{codes['internal-error']} were told that the fault is ours")


def _not_now(scene: Scene, since: float) -> int:
    codes = scene.stretch(since).codes
    return codes["registered"] + codes["store-unavailable"] + codes["internal-error"]


@does(crowd=12)
async def writing_backend_stands_still(scene: Scene) -> None:
    """The server process that writes for the counter stands still, its locks held: who is behind it is told in time."""
    began, caught = time.time(), list[int]()

    async def catch() -> bool:
        """Stop one in the middle; what it had done before it stood still is let go again."""
        if backend := await scene.value(WRITES):
            with scene.frozen(backend):
                if await scene.value(WRITES) == backend:
                    caught.append(backend)
                    await scene.warm(STOPPED)
                    scene.note(f"the others waited for: {await scene.value(WAITED_FOR)}")
        return bool(caught)

    await scene.until_asked(catch, "no server process was caught in the middle of a save")
    on_at = time.time()
    await scene.acked_after(on_at, "it goes on, next acknowledgement", 5)
    await scene.effect_after(on_at, "it goes on, next effect", 30)
    stretch = scene.stretch(began, on_at)
    scene.must(stretch.acks > ENOUGH or stretch.codes["registered"], "the others did not go on")
    scene.bar("longest request", scene.stretch(began).longest_answer, DEADLINE)
    scene.note(f"meanwhile {stretch.acks} acknowledgements; besides: {dict(stretch.codes)}")


@does(on=WIRED, crowd=4)
async def line_half_open(scene: Scene) -> None:
    """PostgreSQL hears all and nobody hears it: what is asked is done, unknown until it is asked again, once."""
    began = time.time()
    scene.lines.postgres.half_open()
    await scene.until(partial(_not_now, scene, began), "nobody was told")
    scene.lines.postgres.heal()
    await scene.acked_after(time.time(), "line whole, next acknowledgement", 5)
    scene.bar("longest request", scene.stretch(began).longest_answer, DEADLINE)


@does(on=WIRED, crowd=2)
async def readers_in_a_crowd(scene: Scene) -> None:
    """Many look at what is theirs while PostgreSQL is slow, silent, hanging up: told in time, and soon shown it."""
    began, line = time.time(), scene.lines.postgres
    scene.load.look(READERS)
    await _all_are_shown(scene, began)
    for ill in (_slow, _silent, _hanging_up, _hanging_up_unheard):
        await ill(scene)
        line.heal()
        healed_at = time.time()
        shown_at = await _all_are_shown(scene, healed_at)
        scene.bar(f"{ill.__name__.strip('_')} no more, all are shown what is theirs", shown_at - healed_at, 5)
    stretch = scene.stretch(began)
    scene.must(stretch.codes_of_looks["store-unavailable"], "no reader was told")
    scene.bar("longest look", stretch.longest_look, LONGEST_LOOK)
    scene.note(f"{sum(1 for _ in stretch.looks())} looks, in vain: {dict(stretch.codes_of_looks)}")


async def _slow(scene: Scene) -> None:
    scene.lines.postgres.delay = 0.3
    await scene.warm(3)


async def _silent(scene: Scene) -> None:
    scene.lines.postgres.half_open()
    await scene.warm(LONGEST_LOOK + 2)  # who waits for the end of it, and not for her own, is seen


async def _hanging_up(scene: Scene) -> None:
    for _ in range(6):
        await scene.value(HANG_UP)
        await scene.warm(0.4)


async def _hanging_up_unheard(scene: Scene) -> None:
    scene.lines.postgres.lose_ends()
    await _hanging_up(scene)


async def _all_are_shown(scene: Scene, since: float) -> float:
    def shown() -> bool:
        return len(scene.stretch(since).shown) >= READERS

    return await scene.until(shown, "not everybody is shown what is hers")


@does(on=WIRED, crowd=4)
async def all_said_twice(scene: Scene) -> None:
    """Whatever a client sends arrives twice, over two connections at once: one answer to her, one effect."""
    scene.lines.clients.mirrors = True
    scene.lines.clients.reset()
    said_at = time.time()
    await scene.until(lambda: scene.stretch(said_at).acks >= ENOUGH, "hardly anybody is acknowledged")
    scene.lines.clients.heal()
    scene.lines.clients.reset()


@does(on=ALONE, crowd=4)
def register_without_room(attempt: Attempt) -> None:
    """PostgreSQL stands still, and the register's disk is full: refused honestly, and taken once there is room."""
    register = attempt.folder / "data" / "register"
    with small_disk(register, REGISTER), house(attempt.folder / "house", QUICK, data=attempt.folder / "data") as made:

        async def full(scene: Scene) -> None:
            goes_on = await scene.load.begins()  # the register knows nobody without a draft
            filler, began = fill(register), time.time()
            postmaster = scene.pid("postgres")
            with scene.frozen(postmaster):
                goes_on()
                await scene.until(lambda: scene.stretch(began).codes["store-unavailable"], "nobody was refused")
                filler.unlink()
                await scene.until(lambda: scene.stretch(began).codes["registered"], "nothing is registered")
            await scene.acked_after(time.time(), "PostgreSQL goes on, first acknowledgement", 5)
            scene.bar("longest request", scene.stretch(began).longest_answer, DEADLINE)

        attempt.on(made, full)


@does(on=ALONE, crowd=4)
def disk_is_slow(attempt: Attempt) -> None:
    """Each flush of PostgreSQL takes 2.5 s, then 7: saves wait, or are told that nobody knows, in their deadline."""
    slow, shim = attempt.folder / "slow", built("flush", attempt.folder / "shims")
    lingers = {"APPRODO_SHIM_FLUSH_SLOW": str(slow)}
    with house(attempt.folder / "house", EMBEDDED, preload=shim, shim=lingers) as made:

        async def slowed(scene: Scene) -> None:
            began = time.time()
            slow.write_bytes(bytes(SLOW_FLUSH))
            try:
                await scene.until(partial(_answered_late, scene, began), "no flush is slow")
                await scene.warm(4)
                os.truncate(slow, TOO_SLOW_FLUSH)
                await scene.until(partial(_unknown_or_registered, scene, began), "nobody was told")
            finally:
                slow.unlink()
            await scene.acked_after(time.time(), "disk fast again, next acknowledgement", 5)
            scene.bar("longest request", scene.stretch(began).longest_answer, DEADLINE)

        attempt.on(made, slowed)


def _unknown_or_registered(scene: Scene, since: float) -> bool:
    codes = scene.stretch(since).codes
    return codes["outcome-unknown"] + codes["registered"] > 0


def _answered_late(scene: Scene, since: float) -> bool:
    return scene.stretch(since).longest_answer > SLOW_FLUSH / 2_000
