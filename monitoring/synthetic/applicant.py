"""One application, from the first draft to its decision, over HTTP; every promise on the way is checked."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx

from bonus.synthetic import EXPECTED, application
from monitoring.balance.signature import read_keys, stated

PROGRAMME = "bonus-mamme-2025"
SECONDS = 10.0  # for an answer
PATIENCE = 50.0  # until the decision
LOOK = 0.5  # between two looks at it
OVER = frozenset({"granted", "granted_in_part", "refused", "payment_ordered", "paid"})

Name = Callable[[UUID], Awaitable[None]]


class Failed(Exception):
    """A step did not go as promised; the message is the step's name."""


@dataclass(slots=True)
class Walk:
    """How an application went: the seconds to each step, and the step that failed, if one did."""

    steps: dict[str, float] = field(default_factory=dict)
    failed: str = ""


async def walk(client: httpx.AsyncClient, counter: str, number: int, name: Name) -> Walk:
    """File one application as the applicant with this number, and see it decided. Never raises.

    `name` writes down that the draft is hers; it is called before anything is filed.
    """
    done, began = Walk(), time.monotonic()
    step = "started"
    try:
        async for step in _steps(client, counter, number, name):
            done.steps[step] = time.monotonic() - began
    except Failed as error:
        done.failed = str(error)
    except (httpx.HTTPError, httpx.InvalidURL, KeyError, ValueError, TypeError):
        done.failed = f"after-{step}"
    return done


async def _steps(client: httpx.AsyncClient, counter: str, number: int, name: Name) -> AsyncIterator[str]:
    asked = {"programme": PROGRAMME, "channel": "web", "client_reference": "sonda"}
    draft = _taken(await client.post(f"{counter}/v1/drafts", json=asked, timeout=SECONDS), "started")
    await name(UUID(draft["draft_id"]))
    yield "started"
    ask = _Asking(client, f"{counter}/v1", {"authorization": f"Bearer {draft['access_token']}"})
    path, sections = f"/drafts/{draft['draft_id']}", application(number)
    for section, content in sections.items():
        saved = await ask("PUT", f"{path}/sections/{section}", "saved", content, {"if-none-match": "*"})
        if saved["revision"] != 1:
            raise Failed("saved")
    yield "saved"
    named = {"sections": dict.fromkeys(sections, 1)}
    filed = await ask("POST", f"{path}/submission", "filed", named, {"idempotency-key": str(uuid4())})
    yield "filed"
    keys = read_keys(await ask("GET", "/receipt-keys", "receipt"))
    claims = stated(filed["receipt"], keys)
    if claims is None or claims.get("number") != filed["number"] or claims.get("draft_id") != draft["draft_id"]:
        raise Failed("receipt")
    yield "receipt"
    if await _decided(ask, filed["number"]) != EXPECTED:
        await ask(
            "POST", f"/submissions/{filed['number']}/withdrawal", "withdrawn", {}, {"idempotency-key": str(uuid4())}
        )
        raise Failed("decided")
    yield "decided"


async def _decided(ask: "_Asking", number: str) -> str:
    until = time.monotonic() + PATIENCE
    state = ""
    while time.monotonic() < until:
        state = str((await ask("GET", f"/submissions/{number}", "read"))["state"])
        if state in OVER:
            break
        await asyncio.sleep(LOOK)
    return state


@dataclass(frozen=True, slots=True)
class _Asking:
    client: httpx.AsyncClient
    base: str
    mine: dict[str, str]

    async def __call__(
        self, method: str, path: str, step: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> dict[str, Any]:
        answer = await self.client.request(
            method, self.base + path, json=body, headers=self.mine | (headers or {}), timeout=SECONDS
        )
        return _taken(answer, step)


def _taken(answer: httpx.Response, step: str) -> dict[str, Any]:
    """303 leads to the outcome, with the same body."""
    if not answer.is_success and answer.status_code != httpx.codes.SEE_OTHER:
        raise Failed(step)
    return dict(answer.json())
