"""Notices: which letters she was sent, and her word that she wants them or not."""

from uuid import UUID

from core.domain.notice import ON_ITS_WAY, Notice, Switch
from core.domain.receipt import instant
from ingest.counter import Counter
from ingest.http import reply, wire
from ingest.http.call import Call
from ingest.http.reply import Reply
from ingest.submissions import number_of


async def read(counter: Counter, call: Call) -> Reply:
    """GET /v1/submissions/{number}/notices: the letters of this application, and whether more will come."""
    return await _told(counter, counter.caller(call).draft_id, number_of(call))


async def switch(counter: Counter, call: Call) -> Reply:
    """PUT /v1/submissions/{number}/notices: want letters from now on, or no more; the application goes on alike."""
    asked = await call.json(counter.body_bytes)
    draft_id, number = counter.caller(call).draft_id, number_of(call)
    wanted = wire.read(wire.SwitchNotices, asked).wanted
    await counter.notices.switch(Switch(draft_id, number, wanted))
    return await _told(counter, draft_id, number)


async def _told(counter: Counter, draft_id: UUID, number: str) -> Reply:
    """`sent_here`: whether this copy of the service sends letters at all."""
    found = await counter.notices.read(draft_id, number)
    told = {"wanted": found.wanted, "sent_here": counter.sends_letters}
    return reply.json(told | {"notices": [_notice(counter, one) for one in found.all]})


def _notice(counter: Counter, one: Notice) -> dict[str, object]:
    return {
        "topic": one.topic,
        "label": counter.texts.submission_states[one.topic].label,
        "made_at": instant(one.made_at),
        "ended_at": instant(one.ended_at) if one.ended_at else None,
        "fate": one.fate or ON_ITS_WAY,
    }
