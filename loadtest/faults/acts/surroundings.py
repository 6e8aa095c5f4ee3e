"""Acts on what is around: no room for logs, run files in pieces, names that cannot be looked up, too many people."""

import shutil
import time
from typing import Final

from loadtest.faults import parts, programs
from loadtest.faults.acts.power import fill, small_disk
from loadtest.faults.attempt import Attempt
from loadtest.faults.house import house, registries_beside, wired_to
from loadtest.faults.scenario import ALONE, EMBEDDED, QUICK, CannotRun, does
from loadtest.faults.scene import Scene

LOGS: Final = 4 * 2**20  # bytes
NAME: Final = "ledger.approdo.test"
STORM: Final = 60  # people who do not wait
HOLDS: Final = 0.5  # share of the usual acknowledgements a second that must go on in a storm on shared cores


@does(53, on=ALONE)
def no_room_for_logs(attempt: Attempt) -> None:
    """Logs have no room and run files are in pieces: processes live, and acknowledgements go on."""
    logs = attempt.folder / "data" / "logs"
    with small_disk(logs, LOGS), house(attempt.folder / "house", EMBEDDED, data=attempt.folder / "data") as made:

        async def full(scene: Scene) -> None:
            pids, began = made.stack.pids(), time.time()
            filler = fill(logs)
            spoiled = made.stack.data / "run" / "worker-1.json"
            whole = spoiled.read_bytes()
            spoiled.write_bytes(whole[:7])
            await scene.warm(3)
            await scene.acked_after(time.time(), "no room for logs, next acknowledgement", 2)
            await scene.effect_after(time.time(), "no room for logs, next effect", 30)
            spoiled.write_bytes(whole)
            filler.unlink()
            scene.must(not scene.stretch(began).codes.keys() - {"already-filed"}, "acknowledgements noticed")
            gone = {part for part, pid in pids.items() if made.stack.pids().get(part) != pid}
            scene.must(not gone, f"processes died: {gone}")

        attempt.on(made, full)


@does(55, on=ALONE)
def names_cannot_be_looked_up(attempt: Attempt) -> None:
    """PostgreSQL is known by a name that nobody resolves any more: no request looks it up, and a lost line is told."""
    if shutil.which("unshare") is None:
        raise CannotRun("there is no unshare here")
    folder = attempt.folder
    hosts, resolver, enter = (folder / name for name in ("hosts", "resolv.conf", "enter.sh"))
    hosts.write_text(f"127.0.0.1 localhost\n127.0.0.1 {NAME}\n")
    resolver.write_text("nameserver 192.0.2.1\noptions timeout:2 attempts:1\n")
    enter.write_text(f'mount --bind "{hosts}" /etc/hosts && mount --bind "{resolver}" /etc/resolv.conf && exec "$@"\n')
    under = ("unshare", "--mount", "--propagation", "private", "sh", str(enter))
    with (
        registries_beside(folder) as standins,
        parts.beginning(folder / "parts", programs.wrapped(folder / "programs")) as stores,
        wired_to(stores, folder, standins, {"APPRODO_REGISTRIES_URL": standins}, under=under, name=NAME) as made,
    ):

        async def forgotten(scene: Scene) -> None:
            began = time.time()
            hosts.write_text("127.0.0.1 localhost\n")
            await scene.warm(3)
            noticed = scene.stretch(began).codes.keys() - {"already-filed"}
            scene.must(not noticed, f"acknowledgements noticed: {noticed}")
            scene.lines.postgres.reset()
            await scene.warm(3)
            codes = scene.stretch(began).codes
            scene.must(codes["store-unavailable"] or codes["registered"], "a lost line is not told")
            hosts.write_text(f"127.0.0.1 localhost\n127.0.0.1 {NAME}\n")
            await scene.acked_after(time.time(), "name known again, first acknowledgement", 5)

        attempt.on(made, forgotten)


@does(60, on=QUICK)
async def retry_storm(scene: Scene) -> None:
    """Ten times as many people, who ask again without waiting: goodput holds, and recovers when they have gone."""
    began = time.time()
    await scene.warm(3)
    usual = scene.stretch(began).acks / 3
    scene.load.hurried = True
    scene.load.join(STORM)
    stormed_at = time.time()
    await scene.warm(6)
    held = scene.stretch(stormed_at).acks / 6
    scene.load.leave(STORM)
    scene.load.hurried = False
    scene.note(f"{usual:.0f} acknowledgements a second before, {held:.0f} in the storm")
    scene.must_be_fast(held >= HOLDS * usual, f"goodput fell from {usual:.0f} to {held:.0f} a second")
    await scene.acked_after(time.time(), "storm over, next acknowledgement", 5)
