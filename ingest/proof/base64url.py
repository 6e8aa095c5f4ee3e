"""base64url without padding, as JOSE writes it (RFC 7515, section 2): one text for one value, or nothing."""

import binascii

_TO_URL = bytes.maketrans(b"+/", b"-_")
_FROM_URL = bytes.maketrans(b"-_+/=", b"+/!!!")  # "!" belongs to no alphabet, so the other spelling is refused


def encoded(value: bytes) -> bytes:
    """Return the text of a value, as ASCII bytes."""
    return binascii.b2a_base64(value, newline=False).translate(_TO_URL, b"=")


def decoded(text: bytes) -> bytes:
    """Return the value of a text. Errors: ValueError, also for spare bits that are set: no value has two texts."""
    padded = text.translate(_FROM_URL) + b"=" * (-len(text) % 4)
    value = binascii.a2b_base64(padded, strict_mode=True)
    if len(text) % 4 and encoded(value) != text:
        raise ValueError("spare bits are set")
    return value
