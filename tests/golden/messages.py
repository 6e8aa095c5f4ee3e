"""The bodies of messages as they lie in Redis: ids and nothing else."""

import json

from workers.broker import message

DRAFT_IDS = ["0198f0c2-6d1e-7a90-8d4b-5a3f1c2e9b77", "0198f0c2-6d1e-7a90-8d4b-5a3f1c2e9b78"]


def messages() -> str:
    """Return each message; its own id and time are left out."""
    return json.dumps([_lasting(json.loads(message(DRAFT_IDS).encode()))], indent=1, ensure_ascii=False) + "\n"


def _lasting(body: dict[str, object]) -> dict[str, object]:
    return body | {"message_id": "<uuid>", "message_timestamp": "<milliseconds>"}
