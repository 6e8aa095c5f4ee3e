"""The entrance: what a request is and whose, told by its head alone, and whether it may come in."""

from collections.abc import Mapping
from typing import Any, Protocol

from core.domain.draft import Channel
from ingest.admission.admission import Admission
from ingest.admission.classes import Class, Kind, Kinds
from ingest.admission.place import Place
from ingest.http.refusal import Refusal
from ingest.tokens import TokenInvalid, Tokens

BODILESS = ("GET", "HEAD", "DELETE", "OPTIONS")
SAFE = ("GET", "HEAD", "OPTIONS")
_COOKIE = b"approdo="  # part of both names a session can have (ingest/web/session.py)

Scope = Mapping[str, Any]


class Here(Protocol):
    """Where the body of a request may be already."""

    @property
    def is_whole(self) -> bool:
        """Whether all of it is here."""

    def look(self) -> bytes | None:
        """Return it where all of it is here."""


class Entrance:
    """Finds the place of each request, before its body is read and before any route is looked for."""

    def __init__(self, admission: Admission, kinds: Kinds, tokens: Tokens) -> None:
        self._admission, self._kinds, self._tokens = admission, kinds, tokens

    def kind(self, scope: Scope) -> Kind | None:
        """Return what is asked; None for health."""
        return self._kinds.of(scope["method"], scope["path"])

    def hold(self) -> float:
        """Return the seconds for which a refusal is kept back."""
        return self._admission.pressure.hold

    def place(self, kind: Kind | None, scope: Scope, here: Here | None) -> Place | None:
        """Return the place a request would take, and whose it is; None for health.

        `here`: where its body may be already.
        """
        if kind is None:
            return None
        place = Place(self._admission, kind)
        if kind.by_page:
            if kind.of is Class.READING and not _has_a_session(scope["headers"]):
                place.is_of_nobody()
        elif kind.of is Class.BEGINNING:
            place.is_of(_channel_in(_body(scope, here)), None)
        elif kind.of is not Class.LOOKING:
            self._is_of_token(place, _credentials(scope["headers"]))
        return place

    def let_in(self, place: Place, scope: Scope, here: Here | None) -> Refusal | None:
        """Take the place of a request, where all of it is here; see whether it could be taken, where it is not.

        Pages take their places themselves, once the session is known; a form that is posted is let in to be read, so
        that she gets back what she typed.
        Return why not, raised by nobody as it is done thousands of times a second: overloaded (503), with when to
        come again, or unsound (503).
        """
        bodiless = scope["method"] in BODILESS
        if place.kind.by_page:
            if bodiless or _is_a_script(scope["headers"]):
                return place.refused()
            return None
        if scope["method"] not in SAFE and self._admission.is_unsound():
            return Refusal("unsound")
        if bodiless or (here is not None and here.is_whole):
            return place.taken()
        return place.refused()

    def _is_of_token(self, place: Place, credentials: bytes) -> None:
        try:
            place.token = token = self._tokens.read(credentials)
        except TokenInvalid:
            place.is_of_nobody()
        else:
            place.is_of(token.channel, token.draft_id)


def _body(scope: Scope, here: Here | None) -> bytes | None:
    return here.look() if here is not None and scope["method"] not in BODILESS else None


def _credentials(headers: list[tuple[bytes, bytes]]) -> bytes:
    for name, value in headers:
        if name == b"authorization":
            return value[7:].strip() if value[:7].lower() == b"bearer " else b""
    return b""


def _has_a_session(headers: list[tuple[bytes, bytes]]) -> bool:
    """Whether a browser seems to have one; whether it holds is seen when it is opened."""
    return any(name == b"cookie" and _COOKIE in value for name, value in headers)


def _is_a_script(headers: list[tuple[bytes, bytes]]) -> bool:
    """Whether a script of ours asks; it keeps what was typed."""
    return any(name == b"accept" and b"application/json" in value for name, value in headers)


def _channel_in(body: bytes | None) -> Channel | None:
    """Tell through which channel a draft is to be started, without reading what else is said; a lane is no more."""
    if body is not None and len(body) < 1_000:
        for channel in (Channel.PATRONATO, Channel.CONTACT_CENTRE):
            if channel.encode() in body:
                return channel
    return None
