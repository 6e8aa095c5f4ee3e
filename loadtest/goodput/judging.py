"""judging: whether goodput stayed flat, and how soon all was well: values in, a value out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from loadtest.capacity.trial import CLIENT
from loadtest.goodput.seconds import Second

FLAT = 0.8  # of the best goodput, at the highest rate
RECOVERED_WITHIN = 60.0  # seconds
CALM = 5  # seconds in a row that are well
SETTLING = 5.0  # seconds of each rate that are not counted: the limit is still finding its place
ANSWERED = 0.999  # of what was sent: with yes or no, never with a line that breaks
REFUSAL = 0.001  # seconds of CPU of one refusal; held against the mean of all answers, which cost more
MOST_OTHERS = 0.3  # cores that programs of others may use before a miss may be theirs
MOST_STOOD = 0.5  # seconds in which the generator may look after nobody before a miss may be its own
HONEST = 0.8  # of what was meant to be sent, really sent: below it the generator was the bottleneck


@dataclass(frozen=True, slots=True)
class Judged:
    """What is said in the end. `reasons`: what was missed; `doubts`: what keeps the figures from saying so."""

    result: str  # pass, fail, inconclusive
    share: float  # goodput at the highest rate, of the best
    recovered_s: float | None
    reasons: Sequence[str]
    doubts: Sequence[str]


def recovered(seconds: Sequence[Second]) -> float | None:
    """Return after how many seconds all was well and stayed so for five; None where it never was."""
    well = 0
    for place, one in enumerate(seconds):
        well = well + 1 if one.is_well else 0
        if well == CALM:
            return float(place + 1 - CALM)
    return None


def judged(rates: Sequence[Mapping[str, Any]], recovered_s: float | None) -> Judged:
    """Judge the rates as they were offered, lowest first, and the return to the first of them."""
    best = max(float(one["good"]) for one in rates)
    share = float(rates[-1]["good"]) / best if best else 0.0
    missed = [*_missed(rates, share, recovered_s)]
    doubts = [
        f"of {one['meant']:,.0f} a second at {one['factor']:g} times only {one['sent']:,.0f} were sent"
        for one in rates
        if one["sent"] < HONEST * one["meant"]
    ]
    not_ours = [*_not_ours(rates)]
    if missed and not_ours:
        missed, doubts = [], [*missed, *not_ours, *doubts]
    return Judged("fail" if missed else "inconclusive" if doubts else "pass", share, recovered_s, missed, doubts)


def _not_ours(rates: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield what was not there for the system: a miss may be due to it."""
    stood, client, others = (max(float(one.get(name, 0.0)) for one in rates) for name in ("stood", "client", "others"))
    if stood > MOST_STOOD:  # nobody asked meanwhile, and answers that were there were late
        yield f"the generator stood still for {stood:.1f} s"
    if client > CLIENT:  # it came late to answers that were there
        yield f"the generator itself used {client:.2f} of a core"
    if others > MOST_OTHERS:
        yield f"programs that are not ours used {others:.1f} cores: measure again when it is quiet"


def _missed(rates: Sequence[Mapping[str, Any]], share: float, recovered_s: float | None) -> Iterator[str]:
    if share < FLAT:
        yield f"goodput at {rates[-1]['factor']:g} times the load is {share:.0%} of the best; {FLAT:.0%} is flat"
    if recovered_s is None or recovered_s > RECOVERED_WITHIN:
        yield f"not well again within {RECOVERED_WITHIN:.0f} s"
    if rates[-1]["counter_cpu_s_per_answer"] > REFUSAL:
        yield f"an answer costs {rates[-1]['counter_cpu_s_per_answer'] * 1000:.1f} ms of CPU, refusals included"
    for one in rates:
        if one["broken"] > (1 - ANSWERED) * one["sent"]:
            yield f"{one['broken']:.1f} a second got no answer at {one['factor']:g} times"
