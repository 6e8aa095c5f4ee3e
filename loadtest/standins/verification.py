"""verification: the registries' one call; says that the fact holds unless a rule says otherwise."""

import hashlib
import re
from typing import Final

import orjson
from starlette.types import Receive, Scope, Send

from loadtest.standins.calls import Calls
from loadtest.standins.modes import reply, send_json
from loadtest.standins.rules import REGISTRIES, Rules
from loadtest.standins.vouchers import Vouchers

LONGEST_QUESTION: Final = 65_536  # bytes
FACT: Final = re.compile(r"[a-z_]{1,40}(:\d{1,3})?")
KEY: Final = re.compile(r"[0-9a-f-]{32,64}")
REASONS: Final = {"ok": None, "ko": "contradicted", "not_known": "not-registered-yet"}
ANSWERS: Final = {
    said: orjson.dumps({"answer": said, "evidence": f"stand-in:{said}", "reason": reason})
    for said, reason in REASONS.items()
}


class Refusal(Exception):
    """The call is not one a registry would take."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class Verification:
    """POST /{registry}/v1/verifications, as a bare ASGI application: it has to keep up with thousands a second."""

    def __init__(self, rules: Rules, calls: Calls, vouchers: Vouchers) -> None:
        self._rules = rules
        self._calls = calls
        self._vouchers = vouchers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            registry, key = self._admit(scope)
            fact, question = _read(await _body(receive))
        except Refusal as refusal:
            problem = orjson.dumps({"type": "about:blank", "status": refusal.status, "detail": str(refusal)})
            await send_json(send, refusal.status, problem)
            return
        rule = self._rules.match(registry, fact, question)
        call = self._calls.arrived(registry, fact, key, _digest(registry, fact, question), rule.mode)
        said = rule.mode if rule.mode in ANSWERS else "ok"
        if await reply(rule, ANSWERS[said], receive, send):
            self._calls.answered(call, said)

    def _admit(self, scope: Scope) -> tuple[str, str]:
        registry = scope["path_params"]["registry"]
        headers = dict(scope["headers"])
        key = headers.get(b"idempotency-key", b"").decode("latin-1")
        scheme, _, voucher = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        if registry not in REGISTRIES:
            raise Refusal(404, "no such registry")
        if scheme.lower() != "bearer" or not self._vouchers.accept(voucher):
            raise Refusal(401, "no voucher of the desk, or one that has expired")
        if not KEY.fullmatch(key):
            raise Refusal(400, "Idempotency-Key: the digest of the question in hexadecimal")
        return registry, key


async def _body(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if len(body) > LONGEST_QUESTION:
            raise Refusal(413, "a question is short")
        if not message.get("more_body", False):
            return body


def _read(body: bytes) -> tuple[str, dict[str, object]]:
    try:
        asked = orjson.loads(body)
        fact, question = asked["fact"], asked["question"]
    except (ValueError, KeyError, TypeError):
        raise Refusal(400, "a question is {fact, question}") from None
    if not isinstance(question, dict) or not isinstance(fact, str) or not FACT.fullmatch(fact):
        raise Refusal(400, "a question is {fact: text, question: object}")
    return fact, question


def _digest(registry: str, fact: str, question: dict[str, object]) -> bytes:
    named = {"body": question, "fact": fact, "registry": registry}
    return hashlib.sha256(orjson.dumps(named, option=orjson.OPT_SORT_KEYS)).digest()
