"""run: scenarios one after the other, several on one system, each with a verdict of its own."""

import random
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from loadtest.bench.program import NotStarted as ProgramNotStarted
from loadtest.faults.attempt import Attempt, told
from loadtest.faults.house import House, house
from loadtest.faults.scenario import ALONE, CannotRun, Scenario
from loadtest.rehearsal.stack import NotStarted


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a scenario ended: green, red, not known, or cannot run here."""

    rows: Sequence[int]
    name: str
    title: str
    result: str
    seconds: float
    why: Sequence[str] = ()
    bars: Sequence[str] = ()
    notes: Sequence[str] = ()
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Current:
    """The system that the next scenarios share. It is of no further use where something was red, and its data stays."""

    folder: Path
    keep: bool
    opened: ExitStack = field(default_factory=ExitStack)
    kind: str = ""
    house: House | None = None
    number: int = 0

    def of(self, kind: str) -> House:
        """Return a system of this kind. Errors: NotStarted."""
        if self.house is None or self.kind != kind:
            self.end()
            self.number += 1
            self.kind = kind
            self.house = self.opened.enter_context(house(self.folder / f"{self.number:02d}-{kind}", kind))
        return self.house

    def end(self, *, red: bool = False) -> None:
        """End it, if there is one; its data goes, unless it shows why something was red, or all is kept."""
        self.opened.close()
        if self.house and not (red or self.keep):
            shutil.rmtree(self.house.folder, ignore_errors=True)
        self.opened, self.house = ExitStack(), None


def run(
    scenarios: Iterable[Scenario], folder: Path, seed: int, said: Callable[[Outcome], None], *, keep: bool = False
) -> Iterator[Outcome]:
    """Do the scenarios, telling each outcome as it is there. Data of systems goes unless something on them was red."""
    current = _Current(folder, keep)
    try:
        for scenario in scenarios:
            outcome = _done(scenario, current, folder, seed)
            said(outcome)
            yield outcome
            if outcome.result in ("red", "not known"):
                current.end(red=True)
            elif scenario.on == ALONE and not keep:
                shutil.rmtree(folder / scenario.name, ignore_errors=True)
    finally:
        current.end()


def _done(scenario: Scenario, current: _Current, folder: Path, seed: int) -> Outcome:
    began = time.monotonic()
    attempt = Attempt(scenario, folder / scenario.name, random.Random(f"{seed} {scenario.name}"))  # noqa: S311 (no secret)
    try:
        if scenario.on == ALONE:
            current.end()  # two cores carry one system
            attempt.folder.mkdir(parents=True)
            scenario.act(attempt)
        else:
            attempt.on(current.of(scenario.on), scenario.act)
    except CannotRun as error:
        return _outcome(attempt, "cannot run here", time.monotonic() - began, [str(error)])
    except (NotStarted, ProgramNotStarted) as error:
        attempt.why.append(f"a system did not start: {error}")
        current.end(red=True)
    except Exception as error:  # noqa: BLE001  one scenario must not end the matrix
        attempt.why.append(told(error))
        current.end(red=True)
    return _outcome(attempt, attempt.result, time.monotonic() - began, attempt.told)


def _outcome(attempt: Attempt, result: str, seconds: float, why: Sequence[str]) -> Outcome:
    done, bars = attempt.scenario, [bar.told() for bar in attempt.bars]
    told = (result, round(seconds, 1), why, bars, attempt.notes, attempt.counts)
    return Outcome(done.rows, done.name, done.title, *told)
