"""The officer's acts: a ruling by hand, a review looked at, a difference settled; the rules decide on them."""

from collections.abc import Awaitable

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from bonus import officer
from core.domain.errors import MoveNotAllowed
from core.domain.work import Attempt
from core.storage.operators import Operators
from monitoring.console import forms
from monitoring.console.casework import ReadCase, draft_of, the_number
from monitoring.console.problems import Problem
from monitoring.console.roster import Role


def routes(operators: Operators, read_case: ReadCase) -> APIRouter:
    """Return what is posted under `/desk/{number}`; each act is also a command of `python -m workers`."""
    router = APIRouter(prefix="/desk/{number}")

    @router.post("/verify")
    async def verify(request: Request, number: str) -> Response:
        form, case = await asked(request, number)
        if form.one("holds") not in ("yes", "no") or not form.all("fact"):
            raise Problem(422, "nothing-ruled", "Choose at least one fact, and whether it holds.")
        try:
            ruling = officer.ruling(case, form.all("fact"), form.one("holds") == "yes", form.who, form.why)
        except officer.NotRulable:
            raise Problem(409, "not-rulable", "That fact is not one of this application any more.") from None
        return await _done(case, operators.rule(ruling), "It waits for nobody's ruling, or it has been withdrawn.")

    @router.post("/confirm")
    async def confirm(request: Request, number: str) -> Response:
        form, case = await asked(request, number)
        ruling = officer.looked_at(case, form.who, form.why)
        return await _done(case, operators.rule(ruling), "No review of it waits to be looked at.")

    @router.post("/difference")
    async def difference(request: Request, number: str) -> Response:
        form, case = await asked(request, number)
        who, why = form.who, form.why
        return await _done(case, operators.settle_difference(case.number, who, why), "It has no difference that waits.")

    async def asked(request: Request, number: str) -> tuple[forms.Form, Attempt]:
        form = await forms.posted(request, Role.OFFICER)
        return form, await read_case(await draft_of(operators, the_number(number)))

    return router


async def _done(case: Attempt, act: Awaitable[object], refused: str) -> Response:
    try:
        await act
    except MoveNotAllowed:
        raise Problem(409, "not-now", f"{refused} Nothing was changed.") from None
    return RedirectResponse(f"/desk/{case.number}?done=1", 303)
