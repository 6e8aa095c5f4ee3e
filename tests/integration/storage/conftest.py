"""A ledger of one's own: everything storage offers, on a real PostgreSQL."""

import json
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from core.domain.draft import Channel, Draft, NewDraft, SectionSave
from core.domain.receipt import digest
from core.domain.revision import Revision
from core.domain.submission import Answer, Filed, Filing
from core.domain.window import Window
from core.storage.database import connect
from core.storage.drafts import Drafts
from core.storage.group_commit import GroupCommit
from core.storage.operators import Operators
from core.storage.reader import Reader
from core.storage.submissions import Submissions
from core.storage.work import LeaseTerms, WorkRows, open_pool

TERMS = LeaseTerms(lease=timedelta(seconds=20), reoffer=timedelta(seconds=15))


@dataclass
class Rules:
    """Filing rules that need two sections and take the applicant's bytes for the person."""

    window: str = "ordinary"
    required: tuple[str, ...] = ("applicant", "declarations")

    def window_at(self, programme: str, arrived_at: datetime) -> Window:
        return Window(self.window)

    def person(self, applicant: bytes) -> bytes | None:
        return None if b"nobody" in applicant else sha256(applicant).digest()

    def declared(self, declarations: bytes) -> bool:
        return b"true" in declarations

    def tells(self, applicant: bytes) -> bool:
        return b"@" in applicant

    def number(self, sequence: int) -> str:
        return f"N{sequence:07d}"

    def reply(self, filed: Filed) -> tuple[str, bytes]:
        said = {"number": filed.number, "filed_at": str(filed.filed_at), "supplementary": filed.supplementary}
        return f"receipt of {filed.number}", json.dumps(said).encode()


@dataclass
class Ledger:
    """The rooms of storage, wired as a process wires them, with short words for what tests do."""

    url: str
    commit: GroupCommit
    reader: Reader
    drafts: Drafts
    submissions: Submissions
    work: WorkRows
    operators: Operators
    pool: Any
    facts: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    async def draft(self, channel: Channel = Channel.WEB) -> Draft:
        return await self.drafts.start(
            NewDraft(uuid4(), "bonus-mamme-2025", channel, None, "2025-10-28", b"fingerprint")
        )

    async def save(self, draft_id: UUID, section: str, base: int | None, content: bytes) -> Revision:
        wanted = digest(draft_id, section, content)
        return await self.drafts.save(SectionSave(draft_id, section, base, content, wanted, "key-1"))

    async def ready(self, applicant: bytes | None = None, channel: Channel = Channel.WEB) -> UUID:
        """A draft with all that a filing needs, by a person of its own unless one is given."""
        draft_id = (await self.draft(channel)).draft_id
        await self.save(draft_id, "applicant", None, applicant or str(draft_id).encode())
        await self.save(draft_id, "declarations", None, b"true")
        return draft_id

    async def file(self, draft_id: UUID, key: UUID | None = None, **changed: Any) -> Answer:
        sections = changed.pop("sections", {"applicant": 1, "declarations": 1})
        return await self.submissions.file(
            Filing(
                draft_id=draft_id,
                key=key or uuid4(),
                fingerprint=changed.pop("fingerprint", json.dumps(sections, sort_keys=True).encode()),
                sections=sections,
                arrived_at=changed.pop("arrived_at", datetime.now(UTC)),
                rules=changed.pop("rules", Rules()),
                traceparent=changed.pop("traceparent", None),
                language=changed.pop("language", "it"),
            )
        )

    async def filed(self, applicant: bytes | None = None, channel: Channel = Channel.WEB) -> tuple[UUID, str]:
        draft_id = await self.ready(applicant, channel)
        answer = await self.file(draft_id)
        return draft_id, json.loads(answer.body)["number"]

    async def sql(self, statement: str, *arguments: object) -> Any:
        return await self.pool.fetch(statement, *arguments)


@pytest_asyncio.fixture
async def ledger(database_url: str) -> AsyncIterator[Ledger]:
    """A ledger on a database of this test's own."""
    facts: list[tuple[str, dict[str, object]]] = []
    commit = GroupCommit(lambda: connect(database_url), observe=lambda fact, /, **said: facts.append((fact, said)))
    await commit.start()
    reader, pool = Reader(database_url), await open_pool(database_url)
    drafts, submissions = Drafts(commit, reader, life=timedelta(days=120)), Submissions(commit, reader)
    work, operators = WorkRows(pool, commit, TERMS), Operators(pool, commit)
    yield Ledger(database_url, commit, reader, drafts, submissions, work, operators, pool, facts)
    await commit.close()
    await reader.close()
    await pool.close()


@pytest.fixture
async def stopped() -> AsyncIterator[Callable[[int], None]]:
    """Let processes of the server stand still for the test."""
    pids: list[int] = []

    def stop(pid: int) -> None:
        pids.append(pid)
        os.kill(pid, signal.SIGSTOP)

    yield stop
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
