"""mother: somebody at the counter who writes down what she wants before she asks, and every answer she hears."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import httpx

from loadtest.bench.people import tax_code
from loadtest.digest import canonical, digest
from loadtest.ledger import ACKED, DEFERRED, REFUSED, REGISTERED, UNKNOWN, Ledger, read
from tests.unit.bonus.applications import an_application

KEYS = UUID(
    "7f7d8d5a-52a4-4c8e-9d55-0d6f1c1c7a11"
)  # from which every key is drawn: a repeat of an act has its own again
NOTED = ("draft_id", "number", "revision", "arrived_at", "filed_at", "receipt", "entry")


class Mother:
    """One person with one draft. What she knows of it is kept in `mine`, as JSON keeps it."""

    def __init__(self, client: httpx.AsyncClient, log: Path, person: int, mine: dict[str, Any] | None = None) -> None:
        self._client, self.log, self.person = client, log, person
        self.passed: Callable[[], object] = lambda: None  # told when an answer is written down
        self.mine: dict[str, Any] = mine if mine is not None else {"revisions": {}, "digests": {}}

    @property
    def draft_id(self) -> str:
        """Her draft."""
        return str(self.mine["draft_id"])

    def contents(self) -> dict[str, Any]:
        """Return what she types."""
        sections = an_application()
        sections["applicant"] |= {"tax_code": tax_code(self.person), "birth_date": "1980-01-03"}
        return sections

    async def start(self, key: str = "start") -> httpx.Response:
        """Start a draft."""
        asked = {"programme": "bonus-mamme-2025", "channel": "web"}
        answer = await self._ask("draft", {"key": self.key(key)}, "POST", "/v1/drafts", asked, self._keyed(key))
        if answer.is_success:
            told = answer.json()
            self.mine |= {"draft_id": told["draft_id"], "token": told["access_token"]}
        return answer

    async def save(self, section: str, content: object, base: int | None) -> httpx.Response:
        """Save a section on a revision; None: for the first time."""
        wanted = digest(self.draft_id, section, canonical(content))
        about = {"draft_id": self.draft_id, "section": section, "base": base, "digest": wanted}
        self._write_down(lambda ledger: ledger.wrote(self.draft_id, canonical(content)))
        seen = {"if-match": f'"{base}"'} if base else {"if-none-match": "*"}
        path = f"/v1/drafts/{self.draft_id}/sections/{section}"
        answer = await self._ask("save", about, "PUT", path, content, self._hers() | seen)
        if answer.is_success:
            self.mine["revisions"][section] = answer.json()["revision"]
            self.mine["digests"][section] = wanted
        return answer

    async def fill(self) -> None:
        """Start a draft and save every section."""
        _taken(await self.start())
        for section, content in self.contents().items():
            _taken(await self.save(section, content, None))

    async def file(self, key: str = "file") -> httpx.Response:
        """File what she has saved."""
        revisions = self.mine["revisions"]
        sealed = {name: {"revision": revisions[name], "digest": self.mine["digests"][name]} for name in revisions}
        about = {"draft_id": self.draft_id, "key": self.key(key), "sections": sealed}
        path, body = f"/v1/drafts/{self.draft_id}/submission", {"sections": dict(revisions)}
        answer = await self._ask("submission", about, "POST", path, body, self._hers() | self._keyed(key))
        if answer.is_success:
            self.mine["number"] = answer.json().get("number")  # the emergency register gives none
        return answer

    async def filed(self) -> None:
        """Fill in and file."""
        await self.fill()
        _taken(await self.file())

    async def integrate(self, key: str = "integrate", **contents: object) -> httpx.Response:
        """Send corrected sections after filing."""
        bases = self.mine["revisions"]
        sections = {name: {"base_revision": bases[name], "content": content} for name, content in contents.items()}
        path, about = f"/v1/submissions/{self.mine['number']}/integrations", {"key": self.key(key)}
        headers = self._hers() | self._keyed(key)
        return await self._ask("integration", about, "POST", path, {"sections": sections}, headers)

    async def act(self, what: str) -> httpx.Response:
        """Do one of the acts that carry no content: withdrawal, review-request."""
        path = f"/v1/submissions/{self.mine['number']}/{what}"
        return await self._ask(what, {"draft_id": self.draft_id}, "POST", path, None, self._hers())

    async def delete(self) -> httpx.Response:
        """Remove the open draft."""
        about = {"draft_id": self.draft_id}
        return await self._ask("deletion", about, "DELETE", f"/v1/drafts/{self.draft_id}", None, self._hers())

    async def get(self, path: str) -> httpx.Response:
        """Read something of hers."""
        return await self._client.get(path, headers=self._hers())

    async def look(self, path: str) -> httpx.Response:
        """Read something, perhaps not hers, and write down whom she was shown."""
        answer = await self.get(path)
        self._write_down(lambda ledger: ledger.was_shown(self.draft_id, answer.content))
        return answer

    def _write_down(self, line: Callable[[Ledger], object]) -> None:
        ledger = Ledger(self.log)
        line(ledger)
        ledger.close()

    def key(self, what: str) -> str:
        """Return her key for something: the same whenever she wants the same."""
        return str(uuid5(KEYS, f"{self.person} {what}"))

    def _keyed(self, what: str) -> dict[str, str]:
        return {"idempotency-key": self.key(what)}

    def _hers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.mine['token']}"}

    async def _ask(
        self, what: str, about: Mapping[str, Any], method: str, path: str, body: object, headers: Mapping[str, str]
    ) -> httpx.Response:
        """Ask once. Whoever wants the same again has one intent, however often it is sent."""
        ledger = Ledger(self.log)
        try:
            intent = self._known(what, about) or ledger.intend(what, **about)
            answer = await self._client.request(method, path, json=body, headers=dict(headers))
            ledger.heard(intent, _outcome(answer), **_said(answer, about))
            self.passed()
        finally:
            ledger.close()
        return answer

    def _known(self, what: str, about: Mapping[str, Any]) -> int | None:
        same = (i.number for i in read(self.log).of(what) if i.about == about)
        return next(same, None)


def _outcome(answer: httpx.Response) -> str:
    if answer.is_success:
        return REGISTERED if "entry" in answer.json() else ACKED
    if answer.status_code in (429, 503):
        return UNKNOWN if answer.json()["code"] == "outcome-unknown" else DEFERRED
    return REFUSED if answer.status_code < 500 else UNKNOWN


def _said(answer: httpx.Response, about: Mapping[str, Any]) -> dict[str, Any]:
    told = answer.json()
    said = {name: told[name] for name in NOTED if name in told} if answer.is_success else {}
    of_draft = {"draft_id": about["draft_id"]} if "draft_id" in about else {}
    return {**of_draft, **said, "status": answer.status_code, "code": told.get("code")}


def _taken(answer: httpx.Response) -> None:
    assert answer.is_success, answer.text
