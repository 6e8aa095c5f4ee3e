"""ceiling: how many requests a second one generator could send and take in at most, measured before each rehearsal."""

import csv
import json
import socket
import time
from pathlib import Path
from typing import Final

from loadtest.bench import program
from loadtest.rehearsal.generating import BEGINS, Generating, NotGenerated, Order

SECONDS: Final = 4.0
WANTED: Final = 80.0  # filings a second, at twenty requests each and nobody thinking: more than one core can do
ALL_AT_ONCE: Final = 1e6  # how much faster than in life people are


def measure(place: Path, seed: int) -> float:
    """Return the requests a second that one core of generator can make: people, contents, digests and log included.

    It is asked of a counter that answers at once and keeps nothing; what counts is the CPU the generator used for
    each request, so that a busy machine does not make it look smaller. Errors: NotGenerated.
    """
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listening:
        place.mkdir(parents=True, exist_ok=True)
        empty = program.start(
            "empty-counter", ["-m", "loadtest.rehearsal.empty_counter"], {}, place, listening=listening
        )
        host = f"http://127.0.0.1:{listening.getsockname()[1]}"
        order = Order(host, "steady", seed, scale=WANTED, seconds=SECONDS, pace=ALL_AT_ONCE, mix={"impatient": 0})
        try:
            return _asked(order, place)
        finally:
            empty.stop()


def _asked(order: Order, place: Path) -> float:
    generating = Generating(order, place)
    try:
        generating.wait_until_begun()
        give_up_at = time.monotonic() + BEGINS
        while generating.runs() and time.monotonic() < give_up_at:
            time.sleep(0.1)
    finally:
        generating.stop()
    return _requests_per_cpu_second(place / "generator-0")


def _requests_per_cpu_second(place: Path) -> float:
    try:
        used = json.loads((place / "ended.json").read_text())["cpu_s"]
        with (place / "answers.csv").open(newline="") as lines:
            answered = sum(line["status"] != "0" for line in csv.DictReader(lines))
        return round(float(answered / used), 1)
    except (OSError, KeyError, ZeroDivisionError) as error:
        raise NotGenerated(f"the generator's ceiling could not be measured ({type(error).__name__})") from None
