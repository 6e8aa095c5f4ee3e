"""Forms: what was posted by hand, proven to come from a page of ours."""

import hmac
from collections.abc import Mapping
from urllib.parse import parse_qs

from fastapi import Request

from monitoring import words
from monitoring.console.problems import Problem
from monitoring.console.roster import Role
from monitoring.console.sessions import Visitor

MOST_BYTES = 16_384
MOST_WORDS = 500  # characters of who and why
FORM = "application/x-www-form-urlencoded"
UNREADABLE = Problem(400, "unreadable", "This form cannot be read.")

Fields = Mapping[str, list[str]]


class Form:
    """A form that was posted, and by whom."""

    def __init__(self, fields: Fields, visitor: Visitor) -> None:
        self.fields, self.visitor = fields, visitor

    def one(self, name: str) -> str:
        """Return the value of a field, empty where it was not posted."""
        return self.fields.get(name, [""])[0].strip()

    def all(self, name: str) -> list[str]:
        """Return every value of a field."""
        return [value.strip() for value in self.fields.get(name, []) if value.strip()]

    @property
    def who(self) -> str:
        """Return who does this: the name of the login, or, where the console is open, what was typed."""
        return self.visitor.name or self._said("who", "Say who you are")

    @property
    def why(self) -> str:
        """Return why. Errors: Problem (422) where nothing was said, or something personal."""
        return self._said("why", "Say why")

    def _said(self, name: str, wanted: str) -> str:
        text = " ".join(self.one(name).split())
        if not text:
            raise Problem(422, "not-said", f"{wanted}: it is kept in the audit trail.")
        if len(text) > MOST_WORDS or not text.isprintable():
            raise Problem(422, "too-long", f"{name.title()} has at most {MOST_WORDS} printable characters.")
        if words.names_a_person(text):
            raise Problem(422, "personal", "That holds what looks like a tax code or an IBAN; the trail keeps neither.")
        return text


async def posted(request: Request, role: Role) -> Form:
    """Return the form of this request.

    Errors: Problem 415, 413; 403 where it is not from a page of ours, or its sender may not do what `role` does.
    """
    fields = await read(request)
    visitor: Visitor = request.state.visitor
    proof = fields.get("proof", [""])[0]
    if not hmac.compare_digest(proof.encode(), visitor.proof.encode()):
        raise Problem(403, "foreign-form", "This form is of another session: go back, reload the page and try again.")
    if not visitor.may(role):
        raise Problem(403, "not-yours", f"That needs the role {role}; you have {', '.join(sorted(visitor.roles))}.")
    return Form(fields, visitor)


async def read(request: Request) -> Fields:
    """Return the fields of a form sent by a page of this origin. Errors: Problem 403, 413, 415."""
    if not _from_here(request):
        raise Problem(403, "foreign-form", "This form was sent from another place.")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise Problem(415, "unsupported-media-type", "Send a form.")
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            raise Problem(413, "body-too-large", f"A form has at most {MOST_BYTES} bytes.")
    try:
        fields = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=200, errors="strict")
    except ValueError:
        raise UNREADABLE from None
    if any("\0" in value for values in fields.values() for value in values):  # PostgreSQL takes none
        raise UNREADABLE
    return fields


def _from_here(request: Request) -> bool:
    """Say whether the page that sent it is of this host: browsers name its origin with every POST.

    An origin is a scheme and a host (RFC 6454, section 6.2), so there is nothing to parse that could be malformed.
    """
    scheme, _, host = request.headers.get("origin", "").partition("://")
    return scheme in ("http", "https") and host == request.headers.get("host", "")
