"""attempt: one scenario being done: people come, something breaks, and everything they were told is looked up."""

import asyncio
import random
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from loadtest.bench.program import NotStarted as ProgramNotStarted
from loadtest.evidence import clock_moved, gather
from loadtest.faults import heard, others
from loadtest.faults.house import House
from loadtest.faults.load import Load
from loadtest.faults.scenario import Act, CannotRun, NotAsPromised, Scenario, TooLate
from loadtest.faults.scene import Bar, Scene
from loadtest.faults.standstill import Witness, witnessed
from loadtest.rehearsal.stack import NotStarted
from loadtest.verdict import weigh

QUIET: Final = 120.0  # seconds until all that is due must be done
EXAMPLES: Final = 3
EXPECTED: Final = {"already-filed"}  # some file twice at once
NOTHING_DONE: Final = (CannotRun, NotStarted, ProgramNotStarted)


@dataclass(slots=True)
class Attempt:
    """What is found: `why` it is red, what came too `late`, and what is not known (`doubts`).

    `others`: the cores that programs which are no part of it used. Too late while they had much of the machine is not
    known; what is lost or false is red whoever had it.
    """

    scenario: Scenario
    folder: Path
    random: random.Random
    began: float = field(default_factory=time.time)
    bars: list[Bar] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    why: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    others: float = 0.0
    counts: dict[str, int] = field(default_factory=dict)
    clock_moves: bool = False  # civil time is moved while people file

    @property
    def result(self) -> str:
        """In a word."""
        missed = self.late if self.others <= others.MOST else []
        return "red" if self.why or missed else "not known" if self.doubts or self.late else "green"

    @property
    def told(self) -> list[str]:
        """Why it is not green, in words."""
        crowded = self.others > others.MOST
        late = [others.theirs(one, self.others) if crowded else one for one in self.late]
        return [*self.why, *late, *self.doubts]

    def on(self, house: House, act: Act) -> None:
        """Do it on a system, under load, and judge."""
        self.play(house, act)
        self.judge(house)

    def play(self, house: House, act: Act) -> None:
        """Let people come, and something break."""
        since = time.time()
        with others.watched() as watched, witnessed(house.folder) as witness:
            try:
                asyncio.run(self._played(house, act, witness))
            except NOTHING_DONE:
                raise
            except Exception as error:  # noqa: BLE001  one act must not end the matrix
                self.why.append(told(error))
        self.others = max(self.others, watched.cores)
        stretch = house.heard(since)
        if stretch.codes.keys() - EXPECTED:
            self.notes.append(f"not acknowledged at once: {dict(stretch.codes.most_common(5))}")
        self.why += sorted(heard.taken_back(stretch, EXPECTED))
        self.why += [f"dishonest: {code}" for code in sorted(heard.dishonest(stretch))]

    def must_be_red(self, control: "Attempt", name: str, when: str) -> None:
        """Hold a control run to its being red: a judge that was never seen red proves nothing."""
        red = [why for why in control.why if why.startswith(f"{name}:")]
        if red:
            self.notes.append(f"control, {when}: {red[0].partition(' (')[0]}, as it must")
        else:
            self.why.append(f"the control run is not red: {when}, nothing was {name}")

    async def _played(self, house: House, act: Act, witness: Witness) -> None:
        async with Load(house.http, house.log, at_once=self.scenario.crowd) as load:
            scene = Scene(house, load, self.random, witness, bars=self.bars, notes=self.notes)
            bound = asyncio.timeout(self.scenario.seconds)
            await scene.warm()
            try:
                await scene.until(house.is_whole, "what an earlier fault ended is not back")
                async with bound:
                    await act(scene)
            except TooLate as error:
                self.late.append(str(error))
            except NotAsPromised as error:
                self.why.append(str(error))
            except NOTHING_DONE:
                raise
            except Exception as error:  # noqa: BLE001  everybody finishes what she has begun all the same
                over = isinstance(error, TimeoutError) and bound.expired()
                self.why += [] if over else [told(error)]
                self.late += [f"it was not over within {self.scenario.seconds:g} s"] if over else []
            finally:
                house.heal()
            await scene.warm()

    def judge(self, house: House, patience: float = QUIET, **addresses: Any) -> None:
        """Look up everything that was promised on a system, since it was begun."""
        evidence = gather(house.log, {**house.addresses, **addresses}, self.began, patience)
        if self.clock_moves:
            clock_moved(evidence)
        found = weigh(evidence)
        for one in found.sets:
            if one.count and one.sure:
                self.why.append(f"{one.name}: {one.count} ({'; '.join(one.examples[:EXAMPLES])})")
        self.doubts += found.doubts
        self.counts = dict(found.counts)
        self.late = [
            *self.late,
            *(said for bar in self.bars if not bar.met and (said := _missed(bar)) not in self.late),
        ]


def told(error: Exception) -> str:
    """Say what broke, and where."""
    last = traceback.extract_tb(error.__traceback__)[-1:]
    where = "".join(f" ({Path(frame.filename).name}:{frame.lineno})" for frame in last)
    return f"{type(error).__name__}: {error}{where}"


def _missed(bar: Bar) -> str:
    return f"too late: {bar.told()}"
