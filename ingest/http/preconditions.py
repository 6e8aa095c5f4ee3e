"""Preconditions: what a request says it has seen (If-Match, If-None-Match) and what it is called (Idempotency-Key)."""

import re
from collections.abc import Iterable
from uuid import UUID

from ingest.http.refusal import Refusal

Headers = Iterable[tuple[bytes, bytes]]  # as ASGI gives them: names in lower case, in order, repeats kept

MOST = 2**31 - 1  # what the ledger can hold as a revision; whatever is named beyond it is none of ours

_revision = re.compile(rb'"([1-9][0-9]{0,17})"').fullmatch
_NOBODYS = (UUID(int=0), UUID(int=2**128 - 1))  # nil and max (RFC 9562, 5.9 and 5.10) are what programs leave unset
_uuid = re.compile(rb'("?)([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\1').fullmatch


def base_revision(headers: Headers) -> int | None:
    """Return the revision a save builds on, or None where it states that the section was never saved.

    `If-Match: "<revision>"` or `If-None-Match: *` (RFC 9110, section 13.1), exactly one of them, once.
    Errors: Refusal precondition-missing (428) where there is none, precondition-malformed (400) where it is weak,
    unquoted, a list, not a positive integer, `*` in If-Match, a tag in If-None-Match, or both are given.
    A number beyond every revision is read as MOST: it is as stale as any other that is not the current one.
    """
    match, none_match = _values(headers, b"if-match", b"if-none-match")
    if not match and not none_match:
        raise Refusal("precondition-missing")
    if none_match == [b"*"] and not match:
        return None
    seen = _revision(match[0]) if len(match) == 1 and not none_match else None
    if seen is None:
        raise Refusal("precondition-malformed")
    return min(int(seen[1]), MOST)


def idempotency_key(headers: Headers) -> UUID:
    """Return the key a request is called by: a UUID, bare or quoted (draft-ietf-httpapi-idempotency-key-header).

    Errors: Refusal idempotency-key-missing, or idempotency-key-malformed where it is given twice, is no UUID, or
    is one that many would send: two callers with one key would share a draft.
    """
    key = optional_idempotency_key(headers)
    if key is None:
        raise Refusal("idempotency-key-missing")
    return key


def optional_idempotency_key(headers: Headers) -> UUID | None:
    """Return the key where one is given. Errors: Refusal idempotency-key-malformed."""
    (given,) = _values(headers, b"idempotency-key")
    if not given:
        return None
    written = _uuid(given[0]) if len(given) == 1 else None
    key = UUID(written[2].decode()) if written else None
    if key is None or key in _NOBODYS:
        raise Refusal("idempotency-key-malformed")
    return key


def etag(revision: int) -> bytes:
    """Return the strong entity tag of a revision."""
    return b'"%d"' % revision


def _values(headers: Headers, *wanted: bytes) -> list[list[bytes]]:
    found: dict[bytes, list[bytes]] = {name: [] for name in wanted}
    for name, value in headers:
        if name in found:
            found[name].append(value.strip())
    return list(found.values())
