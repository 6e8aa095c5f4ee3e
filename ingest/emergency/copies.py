"""Copies: entries written to the registers of other counters before they are acknowledged."""

import hmac
import http.client
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import orjson

from core.domain.register import Entry, Interruption, Operation
from ingest.emergency.sealing import Box, Unreadable

PATH = "/register-copies"
SECONDS = 2.0  # for one counter's answer


class Sent(Enum):
    """What became of a copy at one counter."""

    KEPT = auto()
    NOT_KEPT = auto()  # it never got there, or was refused
    UNKNOWN = auto()  # it was sent, and no answer came


class Peers:
    """The other counters, asked one after the other until enough of them have kept a copy."""

    def __init__(self, addresses: Sequence[str], box: Box) -> None:
        """Arguments: their base addresses, and the box whose key all counters share."""
        self._addresses, self._box = tuple(addresses), box

    def keep(self, entries: Sequence[Entry], needed: int) -> tuple[int, bool]:
        """Send entries; return how many counters have kept them, and whether one more may have.

        Bounded: at most two seconds for each counter.
        """
        kept, doubtful = 0, False
        sealed = self._box.seal(packed(entries))
        for address in self._addresses:
            if kept >= needed:
                break
            sent = self._send(address, sealed)
            kept += sent is Sent.KEPT
            doubtful |= sent is Sent.UNKNOWN
        return kept, doubtful

    def _send(self, address: str, sealed: bytes) -> Sent:
        parts = urlsplit(address)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=SECONDS)
        try:
            connection.connect()
        except OSError:
            return Sent.NOT_KEPT
        try:
            connection.request("POST", PATH, sealed, {"content-type": "application/octet-stream"})
            answer = connection.getresponse()
            said = answer.read(4096)
        except (OSError, http.client.HTTPException):
            return Sent.UNKNOWN
        finally:
            connection.close()
        if answer.status != http.client.OK:
            return Sent.NOT_KEPT
        return Sent.KEPT if self._is_theirs(said, sealed) else Sent.UNKNOWN

    def _is_theirs(self, said: bytes, sealed: bytes) -> bool:
        """Nobody without the key can say that a copy was kept."""
        try:
            return hmac.compare_digest(self._box.open(said, b"kept"), proof(sealed))
        except Unreadable:
            return False


def proof(sealed: bytes) -> bytes:
    """Return what the answer to a request must hold, sealed."""
    return sealed[:24]  # its nonce, which no other request has


def packed(entries: Iterable[Entry]) -> bytes:
    """Write entries for the way."""
    return orjson.dumps([_packed(entry) for entry in entries])


def _packed(entry: Entry) -> dict[str, object]:
    return {
        "register": entry.register,
        "number": entry.number,
        "draft_id": str(entry.draft_id),
        "operation": entry.operation,
        "section": entry.section,
        "base": entry.base,
        "digest": entry.digest.hex(),
        "key": str(entry.key) if entry.key else None,
        "arrived_at": entry.arrived_at.isoformat(),
        "registered_at": entry.registered_at.isoformat(),
        "ahead": entry.ahead.total_seconds(),
        "cause": entry.interruption.cause,
        "began_at": entry.interruption.began_at.isoformat(),
        "key_id": entry.key_id,
        "content": entry.content.decode(),
    }


def unpacked(sent: bytes) -> list[Entry]:
    """Read entries that came. Errors: ValueError, KeyError, TypeError."""
    return [_unpacked(one) for one in orjson.loads(sent)]


def _unpacked(one: Mapping[str, Any]) -> Entry:
    return Entry(
        register=one["register"],
        number=one["number"],
        draft_id=UUID(one["draft_id"]),
        operation=Operation(one["operation"]),
        section=one["section"],
        base=one["base"],
        digest=bytes.fromhex(one["digest"]),
        key=UUID(one["key"]) if one["key"] else None,
        arrived_at=datetime.fromisoformat(one["arrived_at"]),
        registered_at=datetime.fromisoformat(one["registered_at"]),
        ahead=timedelta(seconds=one["ahead"]),
        interruption=Interruption(one["cause"], datetime.fromisoformat(one["began_at"])),
        key_id=one["key_id"],
        content=one["content"].encode(),
    )
