"""Saves: each a new revision of one section of one draft, built on the revision acknowledged before."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle
from typing import NamedTuple

from loadtest.bench.drafts import Draft
from loadtest.bench.line import Answer
from loadtest.bench.sections import NAMES, Bodies

TOGETHER = 512  # drafts; more than there are lines, so that one draft never has two saves under way


class Save(NamedTuple):
    """What a save is about."""

    draft: Draft
    section: str


class Saves:
    """Saves without end, on one draft after the other, each draft going through the sections.

    Two saves of one draft are never under way together, and no save repeats the content it builds on: both would
    be cheaper than what a save is.
    """

    def __init__(self, drafts: Sequence[Draft], bodies: Bodies, names: Sequence[str] = NAMES) -> None:
        self.count = 0
        self._drafts = deque(drafts)
        self._turns = cycle(names)
        self._bodies = bodies

    def ask(self) -> tuple[object, bytes]:
        """Return the next save."""
        draft, section = self._drafts.popleft(), next(self._turns)
        bodies = self._bodies[section]
        body = bodies[draft.revisions.get(section, 0) % len(bodies)]
        return Save(draft, section), draft.save(section, body)

    def answered(self, about: object, answer: Answer) -> None:
        """Note the new revision."""
        assert isinstance(about, Save)
        about.draft.saved(about.section, answer)
        self.count += 1
        self._drafts.append(about.draft)


class Fill:
    """Saves every section of one draft after the other, some hundreds together, so that they can be filed."""

    def __init__(self, drafts: Sequence[Draft], body: Callable[[str, int], bytes]) -> None:
        """Arguments: the drafts, and what gives the body of a section for the draft at a place."""
        self.count = 0
        self._saves = self._all(drafts, body)

    def ask(self) -> tuple[object, bytes] | None:
        """Return the next save."""
        return next(self._saves, None)

    def answered(self, about: object, answer: Answer) -> None:
        """Note the new revision."""
        assert isinstance(about, Save)
        about.draft.saved(about.section, answer)
        self.count += 1

    @staticmethod
    def _all(drafts: Sequence[Draft], body: Callable[[str, int], bytes]) -> Iterator[tuple[object, bytes]]:
        for first in range(0, len(drafts), TOGETHER):
            for section in NAMES:
                for place in range(first, min(first + TOGETHER, len(drafts))):
                    yield Save(drafts[place], section), drafts[place].save(section, body(section, place))
