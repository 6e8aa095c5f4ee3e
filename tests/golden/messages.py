"""The bodies of messages as they lie in Redis: ids and nothing else."""

import json

from workers.broker import ADVANCE, ADVANCE_ALONE, message

DRAFT_IDS = ["0198f0c2-6d1e-7a90-8d4b-5a3f1c2e9b77", "0198f0c2-6d1e-7a90-8d4b-5a3f1c2e9b78"]


def messages() -> str:
    """Return each message; its own id and time are left out."""
    some = [message(ADVANCE, DRAFT_IDS), message(ADVANCE_ALONE, DRAFT_IDS[:1])]
    return json.dumps([_lasting(json.loads(one.encode())) for one in some], indent=1, ensure_ascii=False) + "\n"


def _lasting(body: dict[str, object]) -> dict[str, object]:
    return body | {"message_id": "<uuid>", "message_timestamp": "<milliseconds>"}
