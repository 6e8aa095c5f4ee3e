"""control: what a test or a person tells the stand-ins to do, at run time."""

from typing import Annotated, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from loadtest.standins.calls import Calls
from loadtest.standins.rules import Mode, Registry, Rule, Rules, Scope, person_of

LISTED_BY = ("registry", "fact", "key", "mode", "answer")


class Order(BaseModel):
    """The body of PUT /control."""

    model_config = ConfigDict(extra="forbid")

    registry: Registry | Literal["*", "pdnd"]
    fact: str | None = None  # `child:1`, or `child` for every child
    tax_code: str | None = None  # only questions that name this person; kept as a digest
    mode: Mode
    seconds: Annotated[float, Field(ge=0, le=86_400)] | None = None
    retry_after: Annotated[int, Field(ge=0)] | Annotated[str, Field(pattern=r"^[\x20-\x7e]{1,64}$")] | None = None
    times: Annotated[int, Field(ge=1)] | None = None

    def scope(self) -> Scope:
        """Return what it is about."""
        return Scope(self.registry, self.fact, person_of(self.tax_code) if self.tax_code else None)

    def rule(self) -> Rule:
        """Return what it says."""
        wait = None if self.retry_after is None else str(self.retry_after)
        return Rule(self.mode, self.seconds, wait, self.times)


class Control:
    """PUT, GET and DELETE /control; GET and DELETE /calls."""

    def __init__(self, rules: Rules, calls: Calls) -> None:
        self._rules = rules
        self._calls = calls

    async def put(self, request: Request) -> Response:
        """Set a rule; the answer lists all of them."""
        try:
            order = Order.model_validate_json(await request.body())
        except ValidationError as error:
            return _json(error.errors(include_input=False, include_url=False, include_context=False), 422)
        self._rules.put(order.scope(), order.rule())
        return await self.get(request)

    async def get(self, _: Request) -> Response:
        """List the rules."""
        return _json({"rules": [_listed(scope, rule) for scope, rule in self._rules.items()]})

    async def delete(self, request: Request) -> Response:
        """Take every rule back."""
        self._rules.clear()
        return await self.get(request)

    async def calls(self, request: Request) -> Response:
        """List the calls: `?registry= &fact= &key= &mode= &answer= &after=<number> &limit=`."""
        asked = request.query_params
        try:
            after, limit = int(asked.get("after", "0")), int(asked["limit"]) if "limit" in asked else None
        except ValueError:
            return _json({"detail": "after and limit are numbers"}, 422)
        return _json(self._calls.listed({name: asked[name] for name in LISTED_BY if name in asked}, after, limit))

    async def forget(self, _: Request) -> Response:
        """Forget every call."""
        self._calls.clear()
        return _json({"total": 0})


def _listed(scope: Scope, rule: Rule) -> dict[str, object]:
    about = {"registry": scope.registry, "fact": scope.fact, "person": scope.person and scope.person.hex()[:16]}
    return about | {
        "mode": rule.mode,
        "seconds": rule.seconds,
        "retry_after": rule.retry_after,
        "times": rule.times,
    }


def _json(value: object, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status, media_type="application/json")
