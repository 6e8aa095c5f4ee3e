"""The officer's desk: an application as an officer sees it; numbers and codes, never anything personal."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from bonus import officer
from core.domain.errors import NotFound
from core.domain.number import NotANumber, normalised
from core.domain.work import DIFFERENCE_TO_PAY, DIFFERENCE_TO_RECOVER, REVIEW_ASKED, Attempt
from core.storage.audit import Trail
from core.storage.operators import Operators
from monitoring.console.pages import Pages
from monitoring.console.problems import Problem

LISTED = 200
DIFFERENCES = frozenset({DIFFERENCE_TO_PAY, DIFFERENCE_TO_RECOVER})
ReadCase = Callable[[UUID], Awaitable[Attempt]]


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision, as it is shown."""

    round: int
    outcome: str
    euro: str
    decided_at: Any
    months: Sequence[dict[str, Any]]


def routes(pages: Pages, operators: Operators, read_case: ReadCase, trail: Trail) -> APIRouter:
    """Return the pages under `/desk`."""
    router = APIRouter(prefix="/desk")

    @router.get("")
    async def listed(request: Request, number: str = "") -> Response:
        if number:
            return RedirectResponse(f"/desk/{the_number(number)}", 303)
        return pages.page(request, "desk.html", items=await operators.waiting(None, LISTED), listed=LISTED)

    @router.get("/{number}")
    async def shown(request: Request, number: str, done: str = "") -> Response:
        name = the_number(number)
        draft_id = await draft_of(operators, name)
        case = await read_case(draft_id)
        rows = [one for one in await operators.candidates({name}) if one.number == name and one.buried]
        waiting = {one.reason for one in rows if one.reason}
        return pages.page(
            request,
            "case.html",
            case=case,
            facts=officer.facts(case),
            decisions=[_decided(row) for row in await operators.decisions(draft_id)],
            lines=await trail.latest(subject=name),
            waiting=sorted(waiting),
            review=REVIEW_ASKED in waiting,
            difference=sorted(waiting & DIFFERENCES),
            done=done == "1",
        )

    return router


async def draft_of(operators: Operators, number: str) -> UUID:
    """Return the draft of a number. Errors: Problem (404)."""
    try:
        return await operators.draft_of(number)
    except NotFound:
        raise Problem(404, "not-found", "There is no submission with that number.") from None


def the_number(text: str) -> str:
    """Return a number as it is kept, however it was typed. Errors: Problem (422)."""
    try:
        return normalised(text)
    except NotANumber:
        raise Problem(422, "not-a-number", "That is not a number of ours: eight characters, one mistyped?") from None


def _decided(row: Any) -> Decided:
    euro = f"{row['amount_cents'] // 100}.{row['amount_cents'] % 100:02d}"
    return Decided(row["round"], row["outcome"], euro, row["decided_at"], orjson.loads(row["months"]))
