"""A worker whose decision is trivial: everything else of `python -m workers run` is as it is. For the bench."""

import sys

from core import settings
from core.domain.submission import Decision, State
from core.domain.work import Attempt, Concluded
from workers import outfit, run_worker
from workers.moves import moves_to
from workers.step import Decide, Step, settled
from workers.terms import Terms


def main() -> None:
    """Work until asked to stop, asking no registry."""
    outfit.decider = trivially
    run_worker.run(settings.load())


def trivially(_: Terms) -> Decide:
    """Return what refuses every application by no rule at all: the smallest decision that leaves nothing to do."""

    def decide(attempt: Attempt, /) -> Step:
        refused = Decision(State.REFUSED, (), 0, "none")
        return settled(attempt, Concluded(moves_to(State.REFUSED, attempt.state), refused))

    return decide


if __name__ == "__main__":
    sys.exit(main())
