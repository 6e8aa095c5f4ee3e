"""A receipt's signature, checked with the published keys alone: not by the code that signs, so that its faults show."""

import base64
from collections.abc import Mapping
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Keys = Mapping[str, Ed25519PublicKey]


def read_keys(key_set: Mapping[str, Any]) -> dict[str, Ed25519PublicKey]:
    """Return the keys of `/v1/receipt-keys` (RFC 7517, RFC 8037) by id. Errors: KeyError, ValueError."""
    return {key["kid"]: Ed25519PublicKey.from_public_bytes(_decoded(key["x"])) for key in key_set["keys"]}


def stated(receipt: str, keys: Keys) -> dict[str, object] | None:
    """Return what a receipt (compact JWS, RFC 7515) states; None where no key of ours signed it as it stands."""
    try:
        header, payload, signature = receipt.split(".")
        keys[orjson.loads(_decoded(header))["kid"]].verify(_decoded(signature), f"{header}.{payload}".encode())
        claims: dict[str, object] = orjson.loads(_decoded(payload))
    except (ValueError, LookupError, TypeError, InvalidSignature):
        return None
    return claims


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
