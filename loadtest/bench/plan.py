"""The plan of a run: how long and how much of everything; bounds of every loop."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """One run. Every system has its turn in every round, so that a slow minute of the machine meets all of them."""

    name: str
    rounds: int
    connections: int  # kept-alive lines to one server
    warm: float  # seconds of load before anything is counted
    steady: float  # seconds of full load
    open: float  # seconds of Poisson arrivals at half of what full load gave
    drafts: int  # on which sections are saved
    filings: int  # complete drafts, each filed once in the whole run
    fill: float  # seconds at most to fill them in; a busy machine prepares fewer
    jobs: int  # work rows of one round, at most
    seed: int = 20_251_120


FULL = Plan("full", 3, 256, warm=0.5, steady=1.8, open=2.2, drafts=4_000, filings=30_000, fill=60.0, jobs=10_000)
QUICK = Plan("quick", 1, 256, warm=0.3, steady=0.8, open=1.0, drafts=1_500, filings=2_000, fill=6.0, jobs=1_500)
