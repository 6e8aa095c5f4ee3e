"""A place: one request among those under way, from the instant it is whole to its answer."""

from typing import Protocol
from uuid import UUID

from core.domain.draft import Channel
from ingest.admission.classes import Class, Kind
from ingest.http.refusal import Refusal
from ingest.tokens import Token


class Host(Protocol):
    """Who gives places out (ingest/admission/admission.py)."""

    def has_room(self, place: "Place") -> bool:
        """Say whether a place can be taken."""

    def wanted(self, place: "Place") -> None:
        """Note whose channel wants to come in."""

    def enter(self, place: "Place") -> float:
        """Take a place."""

    def leave(self, place: "Place", since: float) -> None:
        """Give a place back."""

    def refusal(self, place: "Place") -> Refusal:
        """Return the refusal of a place."""


class Place:
    """Known by its kind at first; whose it is turns up with the token.

    A body that is still coming takes up no place: whoever trickles keeps nobody else out.
    """

    __slots__ = ("_host", "_since", "channel", "draft_id", "kind", "token")

    def __init__(self, host: Host, kind: Kind) -> None:
        self._host, self.kind = host, kind
        self.channel = Channel.WEB
        self.draft_id: UUID | None = None
        self.token: Token | None = None  # where it was shown and holds
        self._since: float | None = None

    def is_of(self, channel: Channel | None, draft_id: UUID | None) -> None:
        """Say whose it is, before it is taken; a channel nobody stated is the web."""
        if self._since is None:
            self.channel, self.draft_id = channel or Channel.WEB, draft_id

    def is_of_nobody(self) -> None:
        """Say that it came with nothing that opens anything: then it is only looking."""
        if self._since is None:
            self.kind = self.kind._replace(of=Class.LOOKING)

    def is_of_session(self, draft_id: UUID | None) -> None:
        """Say whose session came with it; None for a visitor who has opened no draft."""
        if draft_id is not None:
            self.is_of(Channel.WEB, draft_id)
        elif self.kind.of in (Class.KEEPING, Class.READING):
            self.is_of_nobody()

    def refused(self) -> Refusal | None:
        """Say that it is wanted, and see whether it could be taken now: None, or Refusal overloaded (503)."""
        self._host.wanted(self)
        return None if self._host.has_room(self) else self._host.refusal(self)

    def taken(self) -> Refusal | None:
        """Be one of those under way, once; or return Refusal overloaded (503)."""
        refusal = self.refused() if self._since is None else None
        if self._since is None and refusal is None:
            self._since = self._host.enter(self)
        return refusal

    def take(self) -> None:
        """Be one of those under way, once. Errors: Refusal overloaded (503)."""
        if (refusal := self.taken()) is not None:
            raise refusal

    def leave(self) -> None:
        """Be answered."""
        if self._since is not None:
            self._host.leave(self, self._since)
            self._since = None
