"""mailbox: a mail server that outlives whoever dies, and writes down each letter before it says that it has it."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from email import message_from_bytes
from hashlib import sha256
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

MOST = 2  # letters of one notice: whoever died between the server's yes and his own commit is followed by one more


class Mailbox:
    """What is asked of a handler (aiosmtpd)."""

    def __init__(self, log: Path) -> None:
        self._log = log

    async def handle_DATA(self, _: Any, __: Any, envelope: Any) -> str:  # noqa: N802
        """Take a letter."""
        line = json.dumps({"name": message_from_bytes(envelope.content)["Message-ID"], "to": envelope.rcpt_tos})
        with self._log.open("a") as log:
            log.write(f"{line}\n")
        return "250 OK"


def begun(log: Path, port: int) -> Controller:
    """Begin to take letters on a port of this machine."""
    controller = Controller(Mailbox(log), hostname="127.0.0.1", port=port)
    controller.start()
    return controller


def strayed(log: Path, notices: Sequence[Any]) -> Iterator[str]:
    """Yield what is wrong between the letters that arrived and the notices (draft_id, cause, fate) of the ledger."""
    came = Counter(json.loads(line)["name"] for line in log.read_text().splitlines())
    for draft_id, cause, fate in notices:
        copies = came.pop(_name(f"{draft_id} {cause}"), 0)
        if fate == "sent" and not copies:
            yield f"{cause}: said to be sent, and never arrived"
        if copies > MOST:
            yield f"{cause}: sent {copies} times"
    if came:
        yield f"{came.total()} letters under names that no notice has"


def _name(of: str) -> str:
    return f"<{sha256(of.encode()).hexdigest()[:32]}@approdo>"
