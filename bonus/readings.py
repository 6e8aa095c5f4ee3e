"""Readings: every way of reading the open questions at once, as the bits of an integer.

A claim is the set of the readings under which something holds, so that "in time and not too much income" is
`in_time & ~over`. The same answers as trying each reading by itself, at a fraction of the cost: two to the number of
questions is the width of an integer, not the length of a loop.
"""

from collections.abc import Iterable, Iterator

#: Bit n stands for the reading that takes literally the questions whose bits are set in n.
Claim = int

NEVER: Claim = 0


class Readings:
    """All ways of reading some questions, each literally (see `bonus.codes`) or not."""

    __slots__ = ("_literal", "_step", "always")

    def __init__(self, questions: Iterable[str]) -> None:
        """Take the names of the questions that are open."""
        names = sorted(set(questions))
        self.always: Claim = (1 << (1 << len(names))) - 1
        self._step = {name: 1 << place for place, name in enumerate(names)}
        self._literal = {name: _every_other(step, self.always) for name, step in self._step.items()}

    def __iter__(self) -> Iterator[str]:
        """Name the questions, in order."""
        return iter(self._step)

    def literal(self, question: str) -> Claim:
        """Return where a question is read literally; a question that is not open never is."""
        return self._literal.get(question, NEVER)

    def difference(self, claim: Claim, question: str, among: Claim) -> bool:
        """Say whether two readings of `among` that differ in this question alone differ in the claim."""
        step, literal = self._step[question], self._literal[question]
        pairs = among & (among >> step) & ~literal
        return bool((claim ^ (claim >> step)) & pairs)

    def gain(self, claim: Claim, question: str) -> int:
        """Return in how many more readings a claim holds where the question is read literally than where it is not."""
        literal = self._literal[question]
        return (claim & literal).bit_count() - (claim & ~literal).bit_count()


def at_least_two_and_three(claims: Iterable[Claim]) -> tuple[Claim, Claim]:
    """Return where at least two, and where at least three, of the claims hold."""
    one = two = three = NEVER
    for claim in claims:
        three |= two & claim
        two |= one & claim
        one |= claim
    return two, three


def plainest(claim: Claim) -> Claim:
    """Return the first reading of a claim alone: where questions are settled, the one that reads no other literally."""
    return claim & -claim


def _every_other(step: int, always: Claim) -> Claim:
    """Return every second run of `step` readings, the first left out."""
    return always // ((1 << step) + 1) << step
