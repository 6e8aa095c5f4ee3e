"""Canonical bytes at the speed of the save path; `core.domain.receipt.canonical` says what they are."""

import re

import orjson

from core.domain import receipt

_beyond_the_first_plane = re.compile(rb"[\xf0-\xf4]").search


def canonical(content: object) -> bytes:
    """Return the canonical bytes of content that has passed the shape of its section and is in NFC.

    orjson orders keys by code point and RFC 8785 by UTF-16 code unit: the two differ only where a character beyond
    U+FFFF occurs, and there the domain's own way is taken. Errors: receipt.NotCanonical.
    """
    try:
        written = orjson.dumps(content, option=orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER)
    except orjson.JSONEncodeError:
        raise receipt.NotCanonical("beyond I-JSON") from None
    if not written.isascii() and _beyond_the_first_plane(written):
        return receipt.canonical(content)
    return written
