"""Acts on two PostgreSQL servers: the standby lags, goes, takes over; and one that was never synchronous takes over."""

import asyncio
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import asyncpg

from loadtest.faults import parts, programs
from loadtest.faults.acts.deploy import readyz
from loadtest.faults.attempt import Attempt
from loadtest.faults.house import House, registries_beside, wired_to
from loadtest.faults.parts import Parts
from loadtest.faults.proxy import Proxy, proxied
from loadtest.faults.scenario import ALONE, does
from loadtest.faults.scene import Scene

SYNCHRONOUS: Final = "ALTER SYSTEM SET synchronous_standby_names = '*'"
#: The demand; a register with one copy would promise what one machine alone holds.
A2: Final = {"APPRODO_SYNC_STANDBY": "true", "APPRODO_REGISTER_COPIES": "0"}


@dataclass(slots=True)
class Pair:
    """A primary, its standby, and the line between them."""

    house: House
    primary: Parts
    standby: Parts
    between: Proxy

    async def take_over(self) -> float:
        """Kill the primary and all its backends, promote the standby, lead all to it; return when it was killed."""
        self.primary.signal_postgres(signal.SIGKILL)
        killed_at = time.time()
        await _ask(self.standby, "SELECT pg_promote()")
        self.house.database_url, self.house.parts = self.standby.database_url, self.standby
        assert self.house.lines is not None
        self.house.lines.postgres.target = self.standby.postgres_socket
        self.house.lines.postgres.reset()
        return killed_at

    async def caught_up(self) -> bool:
        """Say whether the standby has all that the primary has written so far."""
        return bool(await _ask(self.primary, _CAUGHT_UP))

    async def ready(self) -> tuple[int, list[str]]:
        """Return what the counter says of itself; 0 and nothing where it does not say."""
        return await readyz(self.house.counter)


_CAUGHT_UP = "SELECT coalesce(min(flush_lsn) >= pg_current_wal_lsn(), false) FROM pg_stat_replication"


async def _ask(server: Parts, *statements: str) -> object:
    connection = await asyncpg.connect(server.database_url, timeout=5)
    try:
        return [await connection.fetchval(statement) for statement in statements][-1]
    finally:
        await connection.close()


@contextmanager
def pair(folder: Path, *, synchronous: bool, **settings: str) -> Iterator[Pair]:
    """Start a primary, a standby of it, and a system on the primary."""
    folder.mkdir(parents=True)
    with (
        registries_beside(folder) as standins,
        parts.beginning(folder / "primary", programs.wrapped(folder / "of-the-primary")) as primary,
        proxied(primary.postgres_socket) as between,
    ):
        copy(primary, folder / "standby", between)
        with parts.beginning(folder / "standby", programs.wrapped(folder / "of-the-standby")) as standby:
            if synchronous:
                asyncio.run(_ask(primary, SYNCHRONOUS, "SELECT pg_reload_conf()"))
            wanted = {"APPRODO_REGISTRIES_URL": standins, **settings}
            with wired_to(primary, folder, standins, wanted) as made:
                yield Pair(made, primary, standby, between)


def copy(primary: Parts, folder: Path, between: Proxy) -> None:
    """Make a standby's data from a running primary; what is written after it goes over the line between them."""
    folder.mkdir(mode=0o700)
    data, sockets = folder / "postgres", primary.postgres_socket.parent
    source = f"host={sockets} user=approdo"
    primary.programs.run("pg_basebackup", "-d", source, "-D", data, "-R", "-X", "stream", "-c", "fast")
    conf = data / "postgresql.auto.conf"
    told = re.sub(r"host=\S+", f"host=127.0.0.1 port={between.port}", conf.read_text())
    conf.write_text(re.sub(r"port=5432", "", told))


@does(19, 21, 29, on=ALONE, seconds=120)
def standby_lags_goes_and_takes_over(attempt: Attempt) -> None:
    """With a synchronous standby demanded: it lags, it goes, it comes back, it takes over; nothing is lost."""
    with pair(attempt.folder / "pair", synchronous=True, **A2) as both:

        async def act(scene: Scene) -> None:
            await _lags(scene, both)
            await _goes_and_comes_back(scene, both)
            await _takes_over(scene, both)

        attempt.on(both.house, act)


async def _lags(scene: Scene, both: Pair) -> None:
    """Replay on the standby stands still: no answer is read from there, so nobody sees less than was promised."""
    await _ask(both.standby, "SELECT pg_wal_replay_pause()")
    await scene.warm(2)
    await _ask(both.standby, "SELECT pg_wal_replay_resume()")
    await scene.acked_after(time.time(), "standby lags, next acknowledgement", 2)


async def _goes_and_comes_back(scene: Scene, both: Pair) -> None:
    """Without it nothing is acknowledged, and the counter says why; with it, it goes on."""
    both.between.refuse()
    gone_at = time.time()

    async def says_so() -> bool:
        return await both.ready() == (503, ["no-synchronous-standby"])

    await scene.until_asked(says_so, "the counter does not say that its standby is gone", within=20)
    scene.note(f"not ready {time.time() - gone_at:.1f} s after the standby went")
    await scene.warm(2)
    acks = scene.stretch(gone_at).acks_of_what_was_sent
    scene.must(acks == 0, f"{acks} acknowledgements without a standby")
    both.between.heal()
    await scene.acked_after(time.time(), "standby back, first acknowledgement", 20)


async def _takes_over(scene: Scene, both: Pair) -> None:
    """The primary dies for good; until an operator drops the demand, the lonely successor promises nothing."""
    failed_at = await both.take_over()

    async def refuses() -> bool:
        return (await both.ready())[1] == ["no-synchronous-standby"]

    await scene.until_asked(refuses, "the successor without a standby is taken for a pair", within=20)
    scene.must(scene.stretch(failed_at).acks_of_what_was_sent == 0, "the lonely successor acknowledged")
    dropped_at = time.time()
    await _dropped(scene, both)
    await scene.acked_after(dropped_at, "demand dropped and started again, first acknowledgement", 60)
    await scene.effect_after(dropped_at, "next effect", 60)


@does(20, on=ALONE, seconds=60)
def asynchronous_standby_promoted(attempt: Attempt) -> None:
    """A standby that lags asynchronously is promoted: without the demand that loses; with it nothing was promised."""
    _must_lose(attempt)
    with pair(attempt.folder / "demanded", synchronous=True, **A2) as both:

        async def turns_asynchronous(scene: Scene) -> None:
            await _ask(both.primary, "ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()")

            async def refuses() -> bool:
                return await both.ready() == (503, ["no-synchronous-standby"])

            await scene.until_asked(refuses, "an asynchronous standby is taken for a synchronous one", within=20)
            await scene.until_asked(both.caught_up, "a healthy standby does not catch up")
            both.between.black_hole()
            await scene.warm(1)
            await both.take_over()
            await _dropped(scene, both)
            await scene.acked_after(time.time(), "demand dropped, first acknowledgement", 20)

        attempt.on(both.house, turns_asynchronous)


def _must_lose(attempt: Attempt) -> None:
    """The control run: what is promised without the demand must be seen lost, or the judge proves nothing."""
    with pair(attempt.folder / "undemanded", synchronous=False) as both:
        control = Attempt(attempt.scenario, attempt.folder, attempt.random)

        async def lags_and_takes_over(scene: Scene) -> None:
            both.between.black_hole()
            await scene.warm(2)
            await both.take_over()
            scene.load.leaves = True  # whoever was promised what is gone now is refused for ever

        control.on(both.house, lags_and_takes_over)
    attempt.must_be_red(control, "lost", "without the demand")


async def _dropped(scene: Scene, both: Pair) -> None:
    """An operator drops the demand, and starts the system again."""
    stack = both.house.stack
    stack.settings = {name: value for name, value in stack.settings.items() if name not in A2}
    stack.popen.send_signal(signal.SIGTERM)
    await scene.start_again()
