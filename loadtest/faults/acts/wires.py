"""Acts on the lines: cut before and after the commit, cut in the middle of an answer, held up, slow, trickling."""

import asyncio
import signal
import socket
import time
from typing import Final

from loadtest.faults.scenario import WIRED, does
from loadtest.faults.scene import Scene

DEADLINE: Final = 10.0  # seconds; what is slower than the counter's own deadline has broken down
TRICKLES: Final = 300
SLOW: Final = 8.0  # seconds
MORE: Final = 24  # people
HOLDS: Final = 0.8  # share of the acknowledgements of a few that must go on in a crowd
CUTS: Final = 6
MOST_CUTS: Final = 40
LOOK: Final = 0.25  # seconds from byte to byte
ENDS: Final = 12.0  # seconds after which a trickled request must have been ended; the bar is ten, and two to notice


@does(6, on=WIRED)
async def clients_leave(scene: Scene) -> None:
    """Clients are cut off as they send, and before they hear: the work ends or commits, and a repeat tells which."""
    for marker, forward in ((b"PUT /v1", True), (b"PUT /v1", False), (b"/submission", True), (b"POST /v1", True)) * 6:
        scene.lines.clients.cut_reply_to(marker, forward=forward)
        await scene.until(scene.lines.clients.cut.is_set, "nobody sends")
    scene.lines.clients.heal()


@does(7, on=WIRED)
async def answers_cut(scene: Scene) -> None:
    """Answers are cut after k bytes, k from nothing to all: unknown, asked again, the same receipt."""
    scene.lines.clients.reset()
    lengths = range(1, 2_400, 45)
    scene.lines.clients.cut_after(lengths)
    scene.lines.clients.reset()
    began = time.time()
    await scene.until(lambda: sum(scene.stretch(began).codes.values()) > len(lengths) / 2, "no answer is cut")
    scene.lines.clients.heal()


@does(15, on=WIRED)
async def commit_replies_lost(scene: Scene) -> None:
    """COMMIT arrives, its reply does not: `outcome-unknown`, and a repeat of the same key settles it."""
    began = time.time()

    def met() -> int:
        codes = scene.stretch(began).codes
        return codes["outcome-unknown"] + codes["registered"]

    for cuts in range(1, MOST_CUTS + 1):
        scene.lines.postgres.cut_reply_to(b"COMMIT")
        await scene.until(scene.lines.postgres.cut.is_set, "nobody commits")
        await asyncio.sleep(0.4)
        if cuts >= CUTS and met():  # workers commit too, and none of the first may have been the counter's
            break
    scene.must(met(), "no commit of the counter was met")
    scene.note(f"{cuts} replies were lost")


@does(27, on=WIRED)
async def black_hole(scene: Scene) -> None:
    """Nothing comes through to PostgreSQL or back, and nobody says so: no request outlives its deadline."""
    began = time.time()
    scene.lines.postgres.black_hole()
    await scene.warm(12)
    scene.lines.postgres.heal()
    await scene.acked_after(time.time(), "line whole, next acknowledgement", 5)
    longest = scene.stretch(began).longest_answer
    scene.bar("longest request", longest, 11)


@does(28, on=WIRED)
async def slow_line(scene: Scene) -> None:
    """200 ms and jitter on every reply of PostgreSQL: slower, and goodput holds where five times as many come."""
    scene.lines.postgres.delay, scene.lines.postgres.jitter = 0.2, 0.1
    began = time.time()
    await scene.warm(SLOW)
    stretch = scene.stretch(began)
    scene.must(not stretch.codes.keys() - {"already-filed"}, f"refused or unknown: {dict(stretch.codes)}")
    scene.bar("99 of 100 acknowledgements within", stretch.within(0.99), DEADLINE)
    scene.load.join(MORE)
    await scene.warm(SLOW)  # until the last of them is on her way
    crowded_at = time.time()
    await scene.warm(SLOW)
    held = scene.stretch(crowded_at).acks
    scene.load.leave(MORE)
    scene.note(f"in {SLOW:.0f} s over the slow line {stretch.acks} acknowledgements, {held} in a crowd")
    scene.must_be_fast(held >= HOLDS * stretch.acks, f"goodput fell from {stretch.acks} to {held} in {SLOW:.0f} s")


@does(8, on=WIRED)
async def stopped_while_commits_are_slow(scene: Scene) -> None:
    """Told to stop while a commit takes its time: whoever waits is answered, and nobody by a bare 500."""
    scene.lines.postgres.delay = 0.12
    await scene.warm(2)
    for _ in range(2):
        stopped_at = time.time()
        old = scene.kill("counter-1", signal.SIGTERM)
        back_at = await scene.back("counter-1", old)
        scene.bar("counter back after its drain", back_at - stopped_at, 15)
        await scene.acked_after(stopped_at, "next acknowledgement", 30)
    scene.lines.postgres.delay = 0.0


@does(9, on=WIRED)
async def slow_senders(scene: Scene) -> None:
    """Hundreds send a byte now and then, heads and bodies: each is ended in ten seconds; the honest do not notice."""
    host, port = scene.house.counter.removeprefix("http://").split(":")
    head = b"PUT /v1/drafts/01890000-0000-7000-8000-000000000000/sections/income HTTP/1.1\r\nHost: x\r\n"
    body = head + b"Content-Type: application/json\r\nContent-Length: 900\r\n\r\n{"
    began, lines = time.time(), list[socket.socket]()
    try:
        for number in range(TRICKLES):
            line = socket.create_connection((host, int(port)), timeout=5)
            line.settimeout(0)
            line.send(head if number % 2 else body)
            lines.append(line)
        open_, all_open_at = lines[:], time.time()
        while open_ and time.time() < all_open_at + ENDS + 3:
            await asyncio.sleep(LOOK)
            open_ = [line for line in open_ if _still_takes(line)]
        scene.bar("every trickled request ended", time.time() - all_open_at if not open_ else None, ENDS)
    finally:
        for line in lines:
            line.close()
    scene.bar("honest: 99 of 100 acknowledgements within", scene.stretch(began).within(0.99), 2)


def _still_takes(line: socket.socket) -> bool:
    """Send a byte more; say whether the other end still listens."""
    try:
        if not _silent(line):
            return False
        line.send(b"x")
    except BlockingIOError:
        return True
    except OSError:
        return False
    return True


def _silent(line: socket.socket) -> bool:
    """Say whether nothing came: no answer, no end."""
    try:
        line.recv(4_096)
    except BlockingIOError:
        return True
    return False
