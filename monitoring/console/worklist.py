"""The worklist: what waits for a person, by reason, and its replay, shown before it is done."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, Request, Response

from core.domain.number import NotANumber, normalised
from core.domain.replay import Candidate, ReplayOrder
from core.domain.work import FOR_A_PERSON
from core.storage.operators import Operators
from monitoring.console import forms
from monitoring.console.forms import Form
from monitoring.console.pages import Pages
from monitoring.console.problems import Problem
from monitoring.console.roster import Role

SHOWN = 200  # items of one page; a group may hold more
MOST_NUMBERS = 200


@dataclass(frozen=True, slots=True)
class Groups:
    """How many items wait for each reason, and how old that count is."""

    counts: Mapping[str, int]
    age: timedelta


def routes(pages: Pages, operators: Operators, groups: Callable[[], Groups]) -> APIRouter:
    """Return the pages under `/worklist`."""
    router = APIRouter(prefix="/worklist")

    @router.get("")
    async def listed(request: Request, reason: str = "") -> Response:
        items = await operators.waiting(reason, SHOWN) if reason else ()
        return pages.page(
            request,
            "work.html",
            groups=sorted(groups().counts.items(), key=lambda group: (-group[1], group[0])),
            age=groups().age,
            reason=reason,
            items=items,
            replayable=reason not in FOR_A_PERSON,
            shown=SHOWN,
        )

    @router.get("/plan")
    async def plan(request: Request, reason: str = "", number: str = "") -> Response:
        order = _order(reason, number.split(), "", "")
        return _planned(request, order, await operators.plan(order))

    def _planned(request: Request, order: ReplayOrder, chosen: Sequence[Candidate]) -> Response:
        until = max((one.waiting_since for one in chosen), default=None)
        return pages.page(
            request,
            "plan.html",
            order=order,
            chosen=chosen[:SHOWN],
            count=len(chosen),
            until=until and (until + timedelta(microseconds=1)).isoformat(),
            shown=SHOWN,
        )

    @router.post("/replay")
    async def replay(request: Request) -> Response:
        form = await forms.posted(request, Role.OPERATOR)
        order = _order(form.one("reason"), form.one("number").split(), form.who, form.why, _until(form))
        done = await operators.replay(order)
        return pages.page(request, "replayed.html", order=order, count=len(done), done=done[:SHOWN])

    return router


def _order(reason: str, numbers: Sequence[str], who: str, why: str, until: datetime | None = None) -> ReplayOrder:
    """Return what is to be tried again. Errors: Problem (422) where nothing is named, or no number of ours."""
    if len(numbers) > MOST_NUMBERS:
        raise Problem(422, "too-many", f"At most {MOST_NUMBERS} numbers at once; a reason takes any number of items.")
    try:
        named = frozenset(map(normalised, numbers))
    except NotANumber:
        raise Problem(422, "not-a-number", "One of these is not a number of ours: mistyped?") from None
    order = ReplayOrder(who, why, named, reason or None, None, None if named else until)
    if not order.numbers and not order.reason:
        raise Problem(422, "nothing-named", "Name a reason or a number: a replay never means everything by accident.")
    return order


def _until(form: Form) -> datetime | None:
    """Only what was on the page of the plan is replayed, and nothing that came after it."""
    said = form.one("until")
    try:
        return datetime.fromisoformat(said).astimezone(UTC) if said else None
    except (ValueError, OverflowError):
        raise Problem(422, "unreadable", "This form cannot be read.") from None
