"""applicant: somebody who files an application over HTTP, as any client would."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from loadtest.digest import canonical, digest
from loadtest.receipt import NotAuthentic, read_keys, verified

PROGRAMME = "bonus-mamme-2025"

Section = Mapping[str, Any]


class Refused(Exception):
    """The counter did not take it; the message is the problem's."""

    def __init__(self, answer: httpx.Response) -> None:
        try:
            problem = answer.json()
            said = f"{problem['code']}: {problem['detail']} {problem.get('action', '')}"
        except (ValueError, KeyError, TypeError):
            said = answer.text[:200]
        super().__init__(f"{answer.request.method} {answer.url.path} answered {answer.status_code} {said}")


@dataclass(frozen=True, slots=True)
class Saved:
    """One acknowledged save."""

    section: str
    revision: int
    saved_at: str
    problems: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Filed:
    """One acknowledged filing, and what its receipt states."""

    number: str
    arrived_at: str
    filed_at: str
    receipt: str


class Applicant:
    """One draft and what becomes of it. Errors of every call: Refused; httpx's own where nobody answers."""

    def __init__(self, client: httpx.Client, draft: Mapping[str, Any]) -> None:
        """Take the client, whose base address is the counter's, and the answer that opened the draft."""
        self._client = client
        self.draft_id: str = draft["draft_id"]
        self.expires_at: str = draft["expires_at"]
        self._mine = {"authorization": f"Bearer {draft['access_token']}"}
        self._saved: dict[str, tuple[int, bytes]] = {}

    @classmethod
    def opens(cls, client: httpx.Client) -> "Applicant":
        """Open a draft."""
        asked = {"programme": PROGRAMME, "channel": "web"}
        return cls(client, _taken(client.post("/v1/drafts", json=asked)).json())

    def save(self, section: str, content: Section) -> Saved:
        """Save a section for the first time."""
        path = f"/v1/drafts/{self.draft_id}/sections/{section}"
        answer = self._client.put(path, json=content, headers={**self._mine, "if-none-match": "*"})
        told = _taken(answer).json()
        self._saved[section] = told["revision"], canonical(content)
        return Saved(section, told["revision"], told["saved_at"], told["problems"])

    def file(self) -> Filed:
        """File what was saved."""
        named = {section: revision for section, (revision, _) in self._saved.items()}
        answer = self._client.post(
            f"/v1/drafts/{self.draft_id}/submission",
            json={"sections": named},
            headers={**self._mine, "idempotency-key": str(uuid4())},
        )
        told = _taken(answer).json()
        return Filed(told["number"], told["arrived_at"], told["filed_at"], told["receipt"])

    def stands(self, number: str) -> dict[str, Any]:
        """Return where a submission stands, its outcome included once there is one."""
        answer = self._client.get(f"/v1/submissions/{number}", headers=self._mine)
        told: dict[str, Any] = (answer if answer.status_code == httpx.codes.SEE_OTHER else _taken(answer)).json()
        return told

    def check(self, receipt: str) -> dict[str, Any]:
        """Return what a receipt states, once it is found authentic, and about what was typed. Errors: NotAuthentic."""
        stated = verified(receipt, read_keys(_taken(self._client.get("/v1/receipt-keys")).json()))
        typed = {name: digest(self.draft_id, name, content) for name, (_, content) in self._saved.items()}
        if typed != {name: sealed["digest"] for name, sealed in stated["sections"].items()}:
            raise NotAuthentic("about something else than was typed")
        return stated


def _taken(answer: httpx.Response) -> httpx.Response:
    if not answer.is_success:
        raise Refused(answer)
    return answer
