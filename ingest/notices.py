"""Notices: which letters she was sent, and her word that she wants them, or none, and in which language."""

from uuid import UUID

import orjson

from core.domain.notice import ON_ITS_WAY, Notice, Switch
from core.domain.receipt import Kind, instant
from ingest import acts
from ingest.counter import Counter
from ingest.http import reply, wire
from ingest.http.call import Call
from ingest.http.reply import Reply
from ingest.submissions import number_of


async def read(counter: Counter, call: Call) -> Reply:
    """GET /v1/submissions/{number}/notices: the letters of this application, and whether more will come."""
    return reply.json(await _told(counter, counter.caller(call).draft_id, number_of(call)))


async def switch(counter: Counter, call: Call) -> Reply:
    """PUT /v1/submissions/{number}/notices: want letters from now on, or no more; the application goes on alike."""
    asked = await call.json(counter.body_bytes)
    draft_id, number = counter.caller(call).draft_id, number_of(call)
    word = wire.read(wire.SwitchNotices, asked)
    answer = await counter.notices.switch(
        Switch(
            draft_id=draft_id,
            number=number,
            wanted=word.wanted,
            language=word.language,
            reply=acts.reply_to(counter, Kind.NOTICES),
            arrived_at=call.arrived_at,
        )
    )
    given = orjson.loads(answer)
    return reply.json(await _told(counter, draft_id, number) | {"at": given["at"], "receipt": given["receipt"]})


async def _told(counter: Counter, draft_id: UUID, number: str) -> dict[str, object]:
    """`sent_here`: whether this copy of the service sends letters at all."""
    found = await counter.notices.read(draft_id, number)
    told = {"wanted": found.wanted, "language": found.language, "sent_here": counter.sends_letters}
    return told | {"notices": [_notice(counter, one) for one in found.all]}


def _notice(counter: Counter, one: Notice) -> dict[str, object]:
    return {
        "topic": one.topic,
        "label": counter.texts.submission_states[one.topic].label,
        "made_at": instant(one.made_at),
        "ended_at": instant(one.ended_at) if one.ended_at else None,
        "fate": one.fate or ON_ITS_WAY,
    }
