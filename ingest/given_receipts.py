"""Given receipts: what was acknowledged to the owner of a draft, each with its receipt, however long ago."""

from core.domain.receipt import instant
from core.storage.receipts import GivenReceipt
from ingest.counter import Counter
from ingest.http import reply
from ingest.http.call import Call
from ingest.http.reply import Reply


async def read(counter: Counter, call: Call) -> Reply:
    """GET /v1/drafts/{draft_id}/receipts: of the filing and of all that was done since, oldest first."""
    draft_id = counter.owner_of(call)
    given = await counter.given_receipts.of_draft(draft_id)
    return reply.json({"draft_id": str(draft_id), "receipts": [_told(counter, one) for one in given]})


def _told(counter: Counter, one: GivenReceipt) -> dict[str, str]:
    label = counter.texts.words["receipt_kind"][one.kind]
    return {"kind": one.kind, "label": label, "at": instant(one.at), "receipt": one.receipt}
