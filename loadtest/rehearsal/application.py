"""application: one draft in one tab, from its first section to its decision, over HTTP and nothing else."""

import time
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson

from loadtest.digest import canonical, digest
from loadtest.rehearsal.visitor import Request, Visitor

PROGRAMME = "bonus-mamme-2025"


class Application:
    """What one tab knows of one draft."""

    def __init__(self, who: Visitor) -> None:
        self._who, self._world = who, who.world
        self._draft_id = ""
        self._token: dict[str, str] = {}
        self._saved: dict[str, tuple[int, str]] = {}  # section: revision, digest
        self.number: str | None = None

    def start(self) -> bool:
        """Open a draft; say whether it was opened."""
        key = self._key()
        intent = self._world.ledger.intend("draft", key=key)
        body = orjson.dumps({"programme": PROGRAMME, "channel": self._who.channel})
        told = self._who.ask(Request("draft", "POST", "/v1/drafts", {"idempotency-key": key}, body), intent)
        if told is None or "draft_id" not in told:
            return False
        self._draft_id = told["draft_id"]
        self._token = {"authorization": f"Bearer {told['access_token']}"}
        return True

    def another_tab(self, who: Visitor) -> "Application":
        """Return the same draft in another tab, which knows what this one knows now."""
        tab = Application(who)
        tab._draft_id, tab._token, tab._saved = self._draft_id, self._token, dict(self._saved)
        return tab

    def save(self, section: str, content: Mapping[str, Any]) -> list[str] | None:
        """Save a section as this tab has it; return the codes of the errors found in it, None if it was not taken."""
        base = self._saved[section][0] if section in self._saved else None
        body = orjson.dumps(content)
        typed = digest(self._draft_id, section, canonical(content))
        about = {"draft_id": self._draft_id, "section": section, "base": base, "digest": typed}
        intent = self._world.ledger.intend("save", **about)
        self._world.ledger.wrote(self._draft_id, body)
        seen = {"if-match": f'"{base}"'} if base else {"if-none-match": "*"}
        path = f"/v1/drafts/{self._draft_id}/sections/{section}"
        request = Request("save", "PUT", path, {**self._token, **seen}, body, self._draft_id)
        told = self._who.ask(request, intent)
        if told is None or "revision" not in told:
            return None
        self._saved[section] = told["revision"], typed
        return [each["code"] for each in told["problems"] if each["severity"] == "error"]

    def read(self) -> None:
        """Load the page again: from here on this tab knows the newest revisions."""
        asked_at = time.time()
        path = f"/v1/drafts/{self._draft_id}"
        told = self._who.ask(Request("read", "GET", path, self._token, None, self._draft_id))
        for each in (told or {}).get("sections", ()):
            self._world.ledger.saw(self._draft_id, each["section"], each["revision"], asked_at)
            self._saved[each["section"]] = each["revision"], each["digest"]

    def file(self, *, twice: bool = False) -> str | None:
        """File what this tab has seen; `twice`: the button is pressed again. Return why it was refused, if it was."""
        sealed = {name: {"revision": revision, "digest": typed} for name, (revision, typed) in self._saved.items()}
        key = self._key()
        about = {"draft_id": self._draft_id, "key": key, "sections": sealed}
        intent = self._world.ledger.intend("submission", **about)
        body = orjson.dumps({"sections": {name: revision for name, (revision, _) in self._saved.items()}})
        headers = {**self._token, "idempotency-key": key}
        path = f"/v1/drafts/{self._draft_id}/submission"
        request = Request("submission", "POST", path, headers, body, self._draft_id)
        told: Mapping[str, Any] = {}
        for _ in range(1 + twice):
            told = self._who.ask(request, intent) or {}
        self.number = told.get("number", self.number)
        return told.get("refused")

    def stands(self) -> str | None:
        """Look where it stands; return its state."""
        path = f"/v1/submissions/{self.number}"
        told = self._who.ask(Request("standing", "GET", path, self._token, None, self._draft_id))
        return (told or {}).get("state")

    def _key(self) -> str:
        return str(UUID(int=self._who.random.getrandbits(128), version=4))
