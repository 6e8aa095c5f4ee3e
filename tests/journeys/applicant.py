"""An applicant: fills in a golden case under a tax code of her own, files it and follows it."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import uuid4

import httpx

from loadtest.bench.people import tax_code
from loadtest.receipt import verified
from tests.integration.stack.running import PATIENCE
from tests.journeys.system import ROOT, System

SECTIONS = ("applicant", "children", "work", "income", "payment", "declarations")


@cache
def _cases() -> dict[int, dict[str, Any]]:
    listed = json.loads((ROOT / "loadtest" / "cases.json").read_text())
    return {case["number"]: case for case in listed}


def case(number: int) -> dict[str, Any]:
    """Return a golden case as it is filed, to be changed at will."""
    return dict(json.loads(json.dumps(_cases()[number])))


@dataclass
class Applicant:
    """One person with one draft. `number`: of a person nobody else is."""

    system: System
    case_number: int
    number: int
    case: dict[str, Any] = field(init=False)
    headers: dict[str, str] = field(init=False, default_factory=dict)
    draft: str = field(init=False, default="")
    revisions: dict[str, int] = field(init=False, default_factory=dict)
    submission: str = field(init=False, default="")

    def __post_init__(self) -> None:
        self.case = case(self.case_number)
        self.tax_code = tax_code(self.number)
        self.case["applicant"] |= {"tax_code": self.tax_code, "birth_date": "1980-01-03"}

    def start(self) -> "Applicant":
        """Start a draft."""
        answer = self._ask("POST", "/v1/drafts", json={"programme": "bonus-mamme-2025", "channel": "web"})
        assert answer.status_code == 201, answer.text
        self.draft = answer.json()["draft_id"]
        self.headers = {"authorization": f"Bearer {answer.json()['access_token']}"}
        return self

    def save(self, section: str, content: object | None = None) -> dict[str, Any]:
        """Save a section on its current revision; return the answer."""
        base = self.revisions.get(section)
        seen = {"if-match": f'"{base}"'} if base else {"if-none-match": "*"}
        answer = self._ask("PUT", self._section(section), json=content or self.case[section], headers=seen)
        assert answer.status_code == 200, answer.text
        self.revisions[section] = answer.json()["revision"]
        return dict(answer.json())

    def fill(self) -> "Applicant":
        """Start a draft and save every section."""
        self.start()
        for section in SECTIONS:
            self.save(section)
        return self

    def fill_again(self) -> "Applicant":
        """Begin another draft, with nothing saved yet, and fill it in."""
        self.revisions = {}
        return self.fill()

    def file(self, key: str | None = None) -> httpx.Response:
        """File the draft as she has seen it."""
        body = {"sections": self.revisions}
        answer = self._ask(
            "POST", f"/v1/drafts/{self.draft}/submission", json=body, headers={"idempotency-key": key or str(uuid4())}
        )
        if answer.status_code in (200, 202):
            self.submission = answer.json()["number"]
        return answer

    def filed(self) -> dict[str, Any]:
        """Fill in and file; return the acknowledgement."""
        answer = self.fill().file()
        assert answer.status_code == 202, answer.text
        return dict(answer.json())

    def integrate(self, **contents: object) -> dict[str, Any]:
        """Send corrected sections after filing; return the answer."""
        sections = {
            name: {"base_revision": self.revisions[name], "content": content} for name, content in contents.items()
        }
        headers = {"idempotency-key": str(uuid4())}
        path = f"/v1/submissions/{self.submission}/integrations"
        answer = self._ask("POST", path, json={"sections": sections}, headers=headers)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def act(self, what: str) -> httpx.Response:
        """Do one of the acts that carry no content: withdrawal, review-request."""
        return self._ask("POST", f"/v1/submissions/{self.submission}/{what}")

    def get(self, path: str) -> httpx.Response:
        """Read something of hers."""
        return self._ask("GET", path)

    def delete(self) -> httpx.Response:
        """Remove the open draft."""
        return self._ask("DELETE", f"/v1/drafts/{self.draft}")

    def standing(self) -> dict[str, Any]:
        """Return her submission as she may read it now."""
        answer = self.get(f"/v1/submissions/{self.submission}")
        assert not answer.is_error, answer.text
        return dict(answer.json())

    def states(self) -> list[str]:
        """Return the states of her timeline, in order."""
        return [line["state"] for line in self.standing()["timeline"]]

    def waits_for(self, state: str, also: Callable[[dict[str, Any]], object] = bool) -> dict[str, Any]:
        """Return her submission as soon as it stands there."""
        give_up_at = time.monotonic() + PATIENCE
        while (standing := self.standing())["state"] != state or not also(standing):
            assert time.monotonic() < give_up_at, standing
            time.sleep(0.1)
        return standing

    def outcome(self) -> dict[str, Any]:
        """Return the decision once its payment is ordered."""
        self.waits_for("payment_ordered")
        return dict(self.get(f"/v1/submissions/{self.submission}/outcome").json())

    def stated(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the receipt of an answer states, verified offline with the published keys."""
        return verified(answer["receipt"], self.system.keys())

    def calls(self, registry: str, fact: str, since: int) -> list[dict[str, Any]]:
        """Return the stand-ins' log of one question since a call; in a journey nobody else asks meanwhile."""
        return list(self.system.calls(registry=registry, fact=fact, after=str(since))["calls"])

    def _section(self, section: str) -> str:
        return f"/v1/drafts/{self.draft}/sections/{section}"

    def _ask(self, method: str, path: str, headers: Mapping[str, str] | None = None, **body: Any) -> httpx.Response:
        """Ask, and ask again where a busy machine has nothing refused but this moment: whoever files does so too."""
        give_up_at = time.monotonic() + PATIENCE
        while True:
            answer = self.system.client.request(method, path, headers={**self.headers, **(headers or {})}, **body)
            if not _is_busy(answer) or time.monotonic() > give_up_at:
                return answer
            time.sleep(float(answer.headers["retry-after"]))


def _is_busy(answer: httpx.Response) -> bool:
    """Who waits for long has looked more often than one draft may (429)."""
    return answer.status_code == 429 or (answer.status_code == 503 and answer.json()["code"] == "overloaded")
