"""scenario: one way to break things: which rows of the matrix it does, on which kind of system, and what to do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

EMBEDDED: Final = "embedded"  # what `make run` starts: every part under the supervisor
WIRED: Final = "wired"  # every line between counter, stores and clients goes through a proxy
QUICK: Final = "quick"  # embedded, with a third of the lease, so that many can be seen to run out
ALONE: Final = "alone"  # a scenario that makes its own systems

Act = Callable[[Any], Any]  # of a Scene (loadtest/faults/scene.py), asynchronously; alone, of an Attempt (attempt.py)


class CannotRun(Exception):
    """This machine cannot do it; the message says why."""


class NotAsPromised(Exception):
    """What was promised of this fault did not happen; the message says what was seen."""


class TooLate(NotAsPromised):
    """It was promised to be soon, or fast, and was not; while others have the machine nobody knows whose it is."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """`title` is the first line of the act's docstring; `crowd` is how many people come; `seconds` bounds the act."""

    rows: tuple[int, ...]
    on: str
    act: Act
    crowd: int
    seconds: float

    @property
    def name(self) -> str:
        """Its name."""
        return self.act.__name__

    @property
    def title(self) -> str:
        """What happens, in words."""
        return (self.act.__doc__ or "").split("\n")[0]


SCENARIOS: Final[list[Scenario]] = []


def does(*rows: int, on: str = EMBEDDED, crowd: int = 6, seconds: float = 90.0) -> Callable[[Act], Act]:
    """Enter an act among the scenarios, in the order in which the files are read."""

    def enter(act: Act) -> Act:
        SCENARIOS.append(Scenario(rows, on, act, crowd, seconds))
        return act

    return enter
