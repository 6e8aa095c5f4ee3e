"""app: the registries, their voucher desk, and the control of both, as one application."""

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from loadtest.standins.calls import Calls
from loadtest.standins.control import Control
from loadtest.standins.modes import reply
from loadtest.standins.rules import VOUCHER_DESK, Rules
from loadtest.standins.verification import Verification
from loadtest.standins.vouchers import LIFE_SECONDS, Vouchers


def build() -> Starlette:
    """Build the stand-ins with no rule and no call yet."""
    rules, calls, vouchers = Rules(), Calls(), Vouchers()
    control = Control(rules, calls)
    return Starlette(
        routes=[
            Route("/{registry}/v1/verifications", Verification(rules, calls, vouchers), methods=["POST"]),
            Route(f"/{VOUCHER_DESK}/token", VoucherDesk(rules, vouchers), methods=["POST"]),
            Route("/control", control.put, methods=["PUT"]),
            Route("/control", control.get, methods=["GET"]),
            Route("/control", control.delete, methods=["DELETE"]),
            Route("/calls", control.calls, methods=["GET"]),
            Route("/calls", control.forget, methods=["DELETE"]),
            Route("/livez", livez, methods=["GET"]),
        ]
    )


class VoucherDesk:
    """POST /pdnd/token; a rule about the registry `pdnd` makes it fail, or sets the life of a voucher."""

    def __init__(self, rules: Rules, vouchers: Vouchers) -> None:
        self._rules = rules
        self._vouchers = vouchers

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        rule = self._rules.match(VOUCHER_DESK, "token", {})
        life = LIFE_SECONDS if rule.seconds is None or rule.mode != "ok" else int(rule.seconds)
        await reply(rule, orjson.dumps(self._vouchers.issue(life)), receive, send)


async def livez(_: Request) -> Response:
    """Say that the process is alive."""
    return PlainTextResponse("ok")
