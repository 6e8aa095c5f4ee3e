"""Filings: each seals a draft of its own, of a person of her own."""

import json
from collections import deque
from collections.abc import Sequence
from random import Random
from uuid import UUID

from loadtest.bench.asker import expect, head, whole
from loadtest.bench.drafts import Draft
from loadtest.bench.line import Answer


class Filings:
    """Files one complete draft after the other, each under a new key, until none is left."""

    def __init__(self, drafts: Sequence[Draft], random: Random) -> None:
        self.count = 0
        self._drafts = deque(drafts)
        self._random = random

    @property
    def left(self) -> int:
        """Drafts that can still be filed."""
        return len(self._drafts)

    def ask(self) -> tuple[object, bytes] | None:
        """Return the next filing."""
        if not self._drafts:
            return None
        draft = self._drafts.popleft()
        key = UUID(int=self._random.getrandbits(128), version=4)
        body = json.dumps({"sections": draft.revisions}).encode()
        beginning = head("POST", f"/v1/drafts/{draft.draft_id}/submission", draft.token)
        return draft, whole(beginning, f"idempotency-key: {key}".encode(), body)

    def answered(self, about: object, answer: Answer) -> None:  # noqa: ARG002 (the draft is sealed)
        """Want 202."""
        expect(answer, 202)
        self.count += 1
