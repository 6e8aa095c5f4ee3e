"""Drafts at our counter, as the client that fills them in knows them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from loadtest.bench.asker import expect, head, whole
from loadtest.bench.line import Answer

PROGRAMME = "bonus-mamme-2025"


@dataclass(slots=True, eq=False)
class Draft:
    """One draft: what opens it, and the revision of each section that was acknowledged."""

    draft_id: str
    token: str
    revisions: dict[str, int] = field(default_factory=dict)
    _heads: dict[str, bytes] = field(default_factory=dict)

    def save(self, section: str, body: bytes) -> bytes:
        """Return the request that saves a section on the revision last acknowledged."""
        beginning = self._heads.get(section)
        if beginning is None:
            beginning = head("PUT", f"/v1/drafts/{self.draft_id}/sections/{section}", self.token)
            self._heads[section] = beginning
        revision = self.revisions.get(section)
        seen = b"if-none-match: *" if revision is None else b'if-match: "%d"' % revision
        return whole(beginning, seen, body)

    def saved(self, section: str, answer: Answer) -> None:
        """Note an acknowledged save. Errors: Refused."""
        expect(answer, 200)
        self.revisions[section] = self.revisions.get(section, 0) + 1


class NewDrafts:
    """Starts drafts, as many as are wanted."""

    def __init__(self, count: int) -> None:
        self.drafts: list[Draft] = []
        body = json.dumps({"programme": PROGRAMME, "channel": "web"}).encode()
        self._requests: Iterator[bytes] = iter([whole(head("POST", "/v1/drafts"), b"x-bench: 1", body)] * count)

    def ask(self) -> tuple[object, bytes] | None:
        """Return the next request."""
        request = next(self._requests, None)
        return None if request is None else (None, request)

    def answered(self, about: object, answer: Answer) -> None:  # noqa: ARG002 (a draft is new)
        """Keep the draft."""
        expect(answer, 201)
        said = json.loads(answer.body)
        self.drafts.append(Draft(said["draft_id"], said["access_token"]))
