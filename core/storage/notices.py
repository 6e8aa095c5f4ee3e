"""Notices: claimed with what a letter needs, settled under their fence, read and switched by whom they are for."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.domain.draft import Channel
from core.domain.errors import ApprodoError, FenceRefused, NotFound
from core.domain.notice import COMPLAINT, MOST_SWITCHED, NO_LETTERS, Fate, Notice, Notices, Switch, topic_of
from core.domain.submission import Acted, State
from core.domain.work import Attempt, Concluded, Kind, Settlement, WorkKey
from core.storage.civil import civil_now
from core.storage.database import Connection
from core.storage.ends import bury, postpone
from core.storage.group_commit import GroupCommit, Locked
from core.storage.reader import Reader
from core.storage.rows import civil
from core.storage.tables import notice, submission


class NoticeBook:
    """What an applicant may know and say about her notices."""

    def __init__(self, commit: GroupCommit, reader: Reader) -> None:
        self._commit, self._reader, self._switch = commit, reader, _SwitchNotices()

    async def read(self, draft_id: UUID, number: str) -> Notices:
        """Return the notices of this draft's submission, if `number` is its own. Errors: NotFound, StoreUnavailable."""
        s, n = submission.c, notice.c
        async with self._reader.snapshot() as connection:
            wanted = select(s.notices, s.language).where(s.draft_id == draft_id, s.number == number)
            row = (await connection.execute(wanted)).one_or_none()
            if row is None:
                raise NotFound
            all_of_hers = select(notice).where(n.draft_id == draft_id).order_by(n.made_at, n.cause)
            rows = (await connection.execute(all_of_hers)).mappings().all()
            _, ahead = await civil_now(connection)
        return Notices(
            row.notices, row.language, [_notice(one, ahead) for one in rows if topic_of(one["cause"]) != COMPLAINT]
        )

    async def switch(self, switch: Switch) -> bytes:
        """Want notices from now on, or no more of them; a repeat gets the same answer. Errors: NotFound."""
        return await self._commit.put(self._switch, switch)


def _notice(row: Mapping[Any, Any], ahead: timedelta) -> Notice:
    """Rows tell machine time; `ahead` is how far civil time runs ahead of it, which is what she reads."""
    fate = Fate(row["fate"]) if row["fate"] else None
    ended_at = row["ended_at"] + ahead if row["ended_at"] else None
    return Notice(topic_of(row["cause"]), row["made_at"] + ahead, ended_at, fate)


class _SwitchNotices:
    name = "notices"

    async def write(
        self, connection: Connection, locked: Locked, items: Sequence[Switch]
    ) -> Sequence[bytes | ApprodoError]:
        return [await self._one(connection, locked, item) for item in items]

    async def _one(self, connection: Connection, locked: Locked, item: Switch) -> bytes | ApprodoError:
        """The object check is in the statement: a number that is not this draft's finds nothing."""
        before = await connection.fetchrow(_BEFORE, item.draft_id, item.number, self.name)
        if before is None:
            return NotFound()
        language = item.language or before["language"]
        if (item.wanted, language) == (before["notices"], before["language"]) and before["response"] is not None:
            return bytes(before["response"])
        body = item.reply(_switched(locked, item, before, language if item.wanted else NO_LETTERS))
        turn = before["turn"] + 1
        await connection.execute(_SWITCH, item.draft_id, item.wanted, language)
        await connection.execute(_REMEMBER, item.draft_id, self.name, str(turn), body, locked.machine_now)
        await connection.execute(_FORGET, item.draft_id, self.name, turn - MOST_SWITCHED)
        return body


def _switched(locked: Locked, item: Switch, before: Any, letters: str) -> Acted:
    return Acted(
        draft_id=item.draft_id,
        number=item.number,
        programme=before["programme"],
        state=before["state"],
        arrived_at=civil(locked, item.arrived_at),
        at=locked.civil_now,
        filed_at=before["filed_at"],
        sections={},
        trial=locked.trial,
        letters=letters,
    )


class SettleNotice:
    """The unit of workers for letters: the row's end and the notice's own, all or nothing. Nothing else moves."""

    name, reads_drafts = "notice", False

    async def write(
        self, connection: Connection, locked: Locked, items: Sequence[Settlement]
    ) -> Sequence[tuple[State, ...] | ApprodoError]:
        drafts, fences = [item.draft_id for item in items], [item.fence for item in items]
        held = {row["draft_id"] for row in await connection.fetch(_FENCED, drafts, fences)}
        mine = [item for item in items if item.draft_id in held]
        await postpone(connection, locked, mine)
        await bury(connection, locked, mine)
        ends = [(item, item.end.fate) for item in mine if isinstance(item.end, Concluded) and item.end.fate]
        if ends:
            fates = [fate for _, fate in ends]
            of_these = [item.draft_id for item, _ in ends], [item.fence for item, _ in ends]
            await connection.execute(_END, *of_these, fates, locked.machine_now)
        return [() if item.draft_id in held else FenceRefused() for item in items]


async def attempts_to_tell(connection: Connection, claimed: Sequence[Any]) -> list[Attempt]:
    """Return the attempts of these rows with what letters need: number, state, and the sealed applicant section."""
    rows = await connection.fetch(_CLAIMED, [row["draft_id"] for row in claimed])
    found = {row["draft_id"]: row for row in rows}
    return [_attempt(row, found[row["draft_id"]]) for row in claimed]


def _attempt(work: Any, about: Any) -> Attempt:
    return Attempt(
        key=WorkKey(work["draft_id"], Kind.NOTICE, work["cause"]),
        fence=work["fence"],
        number_of_tries=work["attempt"],
        first_attempt_at=work["first_attempt_at"],
        created_at=work["created_at"],
        crashes=work["crashes"],
        now=about["machine_now"],
        civil_now=about["civil_now"],
        round=0,
        programme=about["programme"],
        channel=Channel(about["channel"]),
        number=about["number"] or "",
        state=State(about["state"] or State.ACCEPTED),
        arrived_at=about["arrived_at"] or about["created_at"],
        supplementary=False,
        contents={"applicant": about["applicant"]} if about["applicant"] is not None else {},
        sections={},
        verifications=(),
        earlier_declarations=(),
        notices=bool(about["notices"]),
        language=about["language"] or "it",
        trial=bool(about["trial"]),
    )


# A complaint may be of a draft that was never filed.
_CLAIMED = """
SELECT d.draft_id, d.programme, d.channel, d.created_at, s.number, s.state, s.arrived_at, s.notices, s.language,
       s.trial, clock_timestamp() AS machine_now, clock_timestamp() + civil_clock.ahead AS civil_now, (
           SELECT r.content FROM section_revision r
           WHERE r.draft_id = d.draft_id AND r.section = 'applicant'
             AND r.revision = (s.sections ->> 'applicant')::int
       ) AS applicant
FROM draft d CROSS JOIN civil_clock LEFT JOIN submission s ON s.draft_id = d.draft_id
WHERE d.draft_id = ANY($1::uuid[])
"""

_FENCED = """
SELECT w.draft_id FROM unnest($1::uuid[], $2::bigint[]) AS held(draft_id, fence)
JOIN work w ON w.draft_id = held.draft_id AND w.fence = held.fence
WHERE w.buried_at IS NULL FOR UPDATE OF w
"""

_END = """
WITH done AS (
    DELETE FROM work w USING unnest($1::uuid[], $2::bigint[], $3::text[]) AS n(draft_id, fence, fate)
    WHERE w.draft_id = n.draft_id AND w.fence = n.fence
    RETURNING w.draft_id, w.cause, n.fate
)
UPDATE notice SET ended_at = $4::timestamptz, fate = done.fate
FROM done WHERE notice.draft_id = done.draft_id AND notice.cause = done.cause
"""

_BEFORE = """
SELECT s.notices, s.language, s.state, s.programme, s.filed_at, coalesce(i.turn, 0) AS turn, i.response
FROM submission s LEFT JOIN LATERAL (
    SELECT key::int AS turn, response FROM idempotency
    WHERE draft_id = s.draft_id AND operation = $3 ORDER BY key::int DESC LIMIT 1
) AS i ON true
WHERE s.draft_id = $1 AND s.number = $2
"""
_SWITCH = "UPDATE submission SET notices = $2, language = $3 WHERE draft_id = $1"
_REMEMBER = """
INSERT INTO idempotency (draft_id, operation, key, fingerprint, status, response, created_at)
VALUES ($1, $2, $3, '', 200, $4, $5)
"""
_FORGET = "DELETE FROM idempotency WHERE draft_id = $1 AND operation = $2 AND key::int <= $3"
