"""What is prepared before anything is measured: drafts to save to, and complete ones to file."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain

from loadtest.bench.asker import Asker
from loadtest.bench.drafts import Draft, NewDrafts
from loadtest.bench.load import Load
from loadtest.bench.open_model import arrive, evenly
from loadtest.bench.people import tax_code
from loadtest.bench.plan import Plan
from loadtest.bench.saves import Fill
from loadtest.bench.sections import Bodies

AT_ONCE = 3_900  # new drafts the counter takes at once, and then 2,000 a second (X-RateLimit-Limit of POST /v1/drafts)
AFTERWARDS = 1_900.0
FEWEST = 400  # drafts to be filed, without which a run says nothing about filing


class NotPrepared(Exception):
    """The counter was too slow to prepare on."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Open drafts, and drafts with every section saved."""

    open: list[Draft]
    complete: list[Draft]
    saved: int  # sections, in all


def prepare(port: int, plan: Plan, bodies: Bodies, say: Callable[[str], None]) -> Prepared:
    """Start every draft of the plan at our counter and fill in those to be filed, as many as its time allows.

    Errors: NotPrepared, Refused.
    """
    new = NewDrafts(plan.drafts + plan.filings)
    _with(port, plan, new, _paced)
    say(f"{len(new.drafts):,} drafts started")
    complete = new.drafts[plan.drafts :]
    fill = Fill(complete, _of_different_people(bodies))
    _with(port, plan, fill, lambda load: load.press(plan.fill))
    complete = [draft for draft in complete if len(draft.revisions) == len(bodies)]
    if len(complete) < FEWEST:
        raise NotPrepared(f"only {fill.count:,} sections were saved in {plan.fill:.0f} s")
    say(f"{fill.count:,} sections saved, {len(complete):,} drafts can be filed")
    return Prepared(new.drafts[: plan.drafts], complete, fill.count)


def _with(port: int, plan: Plan, asker: Asker, work: Callable[[Load], object]) -> None:
    load = Load(port, plan.connections, asker)
    try:
        work(load)
        load.drain()
    finally:
        load.close()


def _paced(load: Load) -> None:
    arrive(load, chain(evenly(1e9, AT_ONCE), (at + 0.5 for at in evenly(AFTERWARDS, 1_000_000))))


def _of_different_people(bodies: Bodies) -> Callable[[str, int], bytes]:
    """Return what gives a body: a case's own, but each applicant with a tax code of hers alone."""
    applicant = bodies["applicant"][0]
    at = applicant.index(b'"tax_code":"') + len(b'"tax_code":"')

    def body(section: str, place: int) -> bytes:
        if section == "applicant":
            return applicant[:at] + tax_code(place).encode() + applicant[at + 16 :]
        return bodies[section][place % len(bodies[section])]

    return body
