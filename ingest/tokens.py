"""Access tokens: what opens a draft, verified without the database."""

import hmac
import struct
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from core.domain.draft import Channel
from core.domain.errors import ApprodoError
from core.storage.fast_uuid import uuid_of
from ingest.keys import Ring
from ingest.proof import base64url

# Draft id, expiry in seconds since 1970 (until 2106), serial of the key with the channel in its two highest bits.
_STATED = struct.Struct(">16sIH")
_SERIALS = 1 << 14
_CHANNELS: tuple[Channel | None, ...] = (None, Channel.WEB, Channel.CONTACT_CENTRE, Channel.PATRONATO)
TOKEN_CHARACTERS = 72  # 22 bytes stated and 32 of HMAC-SHA256: no padding, no spare bits


class TokenInvalid(ApprodoError):
    """The access token is missing, damaged or not ours."""


class Token(NamedTuple):
    """What a token states."""

    draft_id: UUID
    expires_at: datetime  # machine time; ends saving, not reading
    channel: Channel | None  # None: given out before tokens stated it


class Tokens:
    """Makes tokens and reads them; equal arguments give equal tokens while the newest key is the same."""

    def __init__(self, ring: Ring) -> None:
        self._ring = ring

    def issue(self, draft_id: UUID, expires_at: datetime, channel: Channel | None = None) -> str:
        """Return the token of a draft; `expires_at` is machine time, kept to the second."""
        key = self._ring.newest
        serial = key.serial + _SERIALS * _CHANNELS.index(channel)
        stated = _STATED.pack(draft_id.bytes, int(expires_at.timestamp()), serial)
        return base64url.encoded(stated + hmac.digest(key.value, stated, "sha256")).decode()

    def read(self, token: str | bytes) -> Token:
        """Return what a token states, once its signature holds. An expired one is read too: expiry ends only saving.

        Errors: TokenInvalid, and never a word on why.
        """
        try:
            sealed = base64url.decoded(token if isinstance(token, bytes) else token.encode())
            draft_id, expiry, serial = _STATED.unpack_from(sealed)
        except (ValueError, struct.error):
            raise TokenInvalid from None
        channel, serial = divmod(serial, _SERIALS)
        key = self._ring.find(serial)
        if key is None or not hmac.compare_digest(hmac.digest(key.value, sealed[:22], "sha256"), sealed[22:]):
            raise TokenInvalid
        return Token(uuid_of(draft_id), datetime.fromtimestamp(expiry, UTC), _CHANNELS[channel])
