"""Rulings: which readings of the open questions still stand, and which questions still decide something.

A world is one way of reading every open question: the set of flag names read literally, as in `bonus.codes`. For each
world the months due are known; nothing here knows why.
"""

from collections.abc import Iterable, Mapping
from itertools import chain, combinations

Months = frozenset[int]
World = frozenset[str]


def all_worlds(doubts: Iterable[str]) -> list[World]:
    """Return every way of reading the doubts, the plainest first: the one that reads none of them literally."""
    names = sorted(doubts)
    sizes = range(len(names) + 1)
    return [frozenset(world) for world in chain.from_iterable(combinations(names, size) for size in sizes)]


def still_standing(due: Mapping[World, Months], rulings: Mapping[str, bool]) -> dict[World, Months]:
    """Return the worlds that agree with the rulings; True rules in her favour, False against her.

    In favour is the reading that gives her more months, over all other readings together: counting a third child,
    for instance, harms a mother with a permanent job. With no difference the literal reading is taken.
    """
    doubts = max(due, key=len)
    taken = {flag: _is_favourable(flag, due) is rulings[flag] for flag in doubts if flag in rulings}
    return {world: held for world, held in due.items() if all((flag in world) is yes for flag, yes in taken.items())}


def open_questions(standing: Mapping[World, Months]) -> dict[str, Months]:
    """Return the flags on which a month still depends, with those months."""
    questions: dict[str, set[int]] = {}
    for world, months in standing.items():
        for flag in world:
            other = standing.get(world - {flag}, months)
            if other != months:
                questions.setdefault(flag, set()).update(other ^ months)
    return {flag: frozenset(months) for flag, months in sorted(questions.items())}


def _is_favourable(flag: str, due: Mapping[World, Months]) -> bool:
    gain = sum(len(months) - len(due[world - {flag}]) for world, months in due.items() if flag in world)
    return gain >= 0
