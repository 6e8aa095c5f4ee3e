"""crowd: the Locust file. Whoever arrives is a Locust user of her own, started at her instant, whoever else waits.

`python -m locust -f loadtest/rehearsal/crowd.py --host URL --load-profile NAME --seed N --folder PLACE`, --headless or
with its web page, alone or with --master and --worker: each worker lets in its share of one and the same arrivals.
"""

import gc
import json
import os
import time
import traceback
from argparse import ArgumentParser
from pathlib import Path
from typing import ClassVar

from locust import LoadTestShape, User, events, task
from locust.env import Environment
from locust.exception import StopUser

from loadtest.ledger import Ledger
from loadtest.rehearsal.journeys import journey
from loadtest.rehearsal.notes import Notes
from loadtest.rehearsal.plan import Arrival, Plan, arrivals, asked_for
from loadtest.rehearsal.profiles import PROFILES
from loadtest.rehearsal.wire import Lines
from loadtest.rehearsal.world import FINISHES, MOST_PRESENT, World

GRACE = 20.0  # seconds after that until Locust is stopped whatever happens


def _arguments(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("the rehearsal")
    group.add_argument("--load-profile", default="launch-day", choices=list(PROFILES), help="the shape of the load")
    group.add_argument("--scale", type=float, default=0.0, help="share of the people who come; 0: the profile's own")
    group.add_argument("--seconds", type=float, default=0.0, help="how long people keep coming; 0: the profile's own")
    group.add_argument("--seed", type=int, default=1, help="the same seed gives the same arrivals and people")
    group.add_argument("--folder", default=".approdo/rehearsals/by-hand", help="where what is heard is written down")
    group.add_argument("--generators", type=int, default=1, help="how many workers share the arrivals")
    group.add_argument("--pace", type=float, default=0.0, help="how much faster people are than in life")
    group.add_argument("--mistakes", type=float, default=-1.0, help="share of applications that are wrong at first")
    group.add_argument("--impatient", type=float, default=-1.0, help="share of people who ask again without waiting")


events.init_command_line_parser.add_listener(_arguments)  # type: ignore[no-untyped-call]


def _plan(environment: Environment) -> Plan:
    asked = environment.parsed_options
    assert asked is not None
    told = {"mistakes": asked.mistakes, "impatient": asked.impatient}
    mix = {name: share for name, share in told.items() if share >= 0}
    return asked_for(asked.load_profile, asked.seed, scale=asked.scale, seconds=asked.seconds, pace=asked.pace, mix=mix)


class Course(LoadTestShape):
    """How long it goes on: until the last arrival, and until everybody has gone."""

    _began = 0.0

    def reset_time(self) -> None:
        """Begin."""
        self._began = time.monotonic()

    def tick(self) -> tuple[int, float, list[type[User]] | None] | None:
        """Let one door stand open in each generator; what comes through it is up to the plan, not to Locust."""
        assert self.runner is not None
        plan, gone = _plan(self.runner.environment), time.monotonic() - self._began
        empty = gone > plan.seconds + 2 and self.runner.user_count == 0
        if empty or gone > plan.seconds + FINISHES + GRACE:
            return None
        asked = self.runner.environment.parsed_options
        assert asked is not None
        return asked.generators, asked.generators, [Door]


class Door(User):
    """Lets people in when they come, one greenlet each, however slow the answers are."""

    world: ClassVar[World]

    def on_start(self) -> None:
        """Open the folder and begin."""
        runner, asked = self.environment.runner, self.environment.parsed_options
        assert runner is not None
        assert asked is not None
        self._share, self._of = getattr(runner, "worker_index", 0), asked.generators
        self._place = Path(asked.folder) / f"generator-{self._share}"
        self._place.mkdir(parents=True, exist_ok=True)
        plan, self._late, self._dropped = _plan(self.environment), [], 0
        mine = [one for one in arrivals(plan) if one.number % self._of == self._share]
        gc.collect()
        gc.freeze()
        Door.world = World(
            plan,
            Lines(self.environment.host or ""),
            Ledger(self._place / "ledger.jsonl"),
            Notes(self._place),
            self._heard,
        )
        self._arrivals = mine
        self._write("began", {"started_at": time.time(), "pid": os.getpid()})
        self._used_before = _cpu()

    _place: Path
    _share: int
    _of: int
    _late: list[float]
    _dropped: int
    _used_before: float
    _arrivals: list[Arrival]

    @task
    def open(self) -> None:
        """Let everybody in, let them finish, and write down how it went."""
        for arrival in self._arrivals:
            time.sleep(max(0.0, arrival.at - Door.world.now()))
            self._let_in(arrival)
        time.sleep(max(0.0, Door.world.plan.seconds - Door.world.now()))
        Door.world.finish(FINISHES)
        while self._present() and Door.world.now() < Door.world.give_up_at + 1:
            time.sleep(0.1)
        self._close()
        raise StopUser

    def _let_in(self, arrival: Arrival) -> None:
        if self._present() >= MOST_PRESENT:
            self._dropped += 1
            Door.world.notes.dropped(arrival.at)
            return
        self._late.append(Door.world.now() - arrival.at)
        Door.world.notes.came(arrival.at)
        person = _KINDS[arrival.kind](self.environment)
        person.arrival = arrival
        person.start(self.group)

    def _present(self) -> int:
        return len(self.group) - 1

    def _close(self) -> None:
        world, used = Door.world, _cpu() - self._used_before
        world.notes.close(world.now())
        world.ledger.close()
        world.lines.close()
        late = sorted(self._late)
        ended = {
            "arrivals": len(late) + self._dropped,
            "dropped": self._dropped,
            "left": self._present(),
            "broken": _broken,
            "lateness_p99_ms": round(1000 * late[int(len(late) * 0.99)], 3) if late else 0.0,
            "seconds": world.now(),
            "cpu_s": used,
        }
        self._write("ended", ended)

    def _write(self, name: str, what: object) -> None:
        unfinished = self._place / f"{name}.unfinished"
        unfinished.write_text(json.dumps(what) + "\n")
        unfinished.replace(self._place / f"{name}.json")

    def _heard(self, operation: str, channel: str, seconds: float, size: int, wrong: str) -> None:
        self.environment.events.request.fire(
            request_type=channel,
            name=operation,
            response_time=1000 * seconds,
            response_length=size,
            exception=None if wrong in ("", "hung-up") else wrong,
            context={},
        )


def _cpu() -> float:
    """Return the CPU seconds this process has used."""
    times = os.times()
    return times.user + times.system


_broken: list[str] = []  # journeys that ended by a fault of their own


class _Person(User):
    abstract = True
    arrival: Arrival

    @task
    def live(self) -> None:
        """Do what she came for, once."""
        try:
            journey(Door.world, self.arrival)
        except Exception:  # noqa: BLE001 (told in the verdict: evidence would be missing)
            _broken.append(traceback.format_exc(limit=-3))
        raise StopUser


class Mother(_Person):
    """On a phone."""


class Patronato(_Person):
    """Files for many."""


class ContactCentre(_Person):
    """Types for somebody on the telephone."""


class Looker(_Person):
    """Only looks."""


_KINDS: dict[str, type[_Person]] = {
    "web": Mother,
    "patronato": Patronato,
    "contact_centre": ContactCentre,
    "looker": Looker,
}
