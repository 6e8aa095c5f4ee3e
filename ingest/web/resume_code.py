"""The resume code: twelve characters that open a draft on another device, and which no table holds."""

import hmac
import secrets
from uuid import UUID

from ingest.draft_ids import draft_id_of_key

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without 0, 1, I and O: they look like others
CHARACTERS = 12  # sixty bits
_BITS = 5
_PLACES = {character: place for place, character in enumerate(ALPHABET)}


class NotACode(ValueError):
    """What was typed cannot be a resume code."""


def new_code() -> str:
    """Return a code nobody has."""
    return written(secrets.randbits(CHARACTERS * _BITS))


def written(value: int) -> str:
    """Return a value of sixty bits as twelve characters."""
    return "".join(ALPHABET[value >> _BITS * place & 31] for place in reversed(range(CHARACTERS)))


def read(typed: str) -> str:
    """Return a code as somebody typed it, with spaces, hyphens or small letters. Errors: NotACode."""
    code = "".join(character for character in typed.upper() if character not in " -–\u00a0\t\r\n")
    if len(code) != CHARACTERS or not set(code) <= _PLACES.keys():
        raise NotACode
    return code


def value_of(code: str) -> int:
    """Return the sixty bits of a code."""
    value = 0
    for character in code:
        value = value << _BITS | _PLACES[character]
    return value


def grouped(code: str) -> str:
    """Return a code the way it is read out: three groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, CHARACTERS, 4))


def key_of(secret: bytes, code: str) -> UUID:
    """Return the idempotency key under which the draft of a code is started.

    Without `secret` nobody can try codes at the API, which would tell a key that was used from one that was not.
    """
    return UUID(bytes=hmac.digest(secret, b"resume code" + code.encode(), "sha256")[:16])


def draft_of(secret: bytes, code: str) -> UUID:
    """Return the id of the draft that a code opens, whether or not there is one."""
    return draft_id_of_key(secret, key_of(secret, code))
