"""Checking a receipt: is it one of ours, and unaltered? Needs public keys and nothing else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from json import loads

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ingest.proof import base64url

ALGORITHM = "EdDSA"  # Ed25519 as a JOSE algorithm (RFC 8037)
TYPE = "receipt+jws"  # so that nothing else signed with the same keys passes for a receipt
LONGEST = 16_384  # characters
_SIGNATURE_CHARACTERS = 86  # 64 bytes


class Reason(StrEnum):
    """Why a receipt is valid or not; stable codes of the catalogue."""

    AUTHENTIC = "authentic"
    NOT_A_RECEIPT = "not-a-receipt"
    TRUNCATED = "truncated"
    UNKNOWN_KEY = "unknown-key"  # signed by a key that is not among ours
    ALTERED = "altered"  # forged, or edited after it was signed: the signature does not hold
    CONTENT_DIFFERS = "content-differs"  # the receipt is ours, and speaks of another content than the one shown


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check of a receipt found. `claims` is empty unless the receipt is authentic."""

    reason: Reason
    claims: Mapping[str, object] = field(default_factory=dict)

    @property
    def valid(self) -> bool:
        """Say whether the receipt is one of ours, unaltered."""
        return self.reason is Reason.AUTHENTIC


FindKey = Callable[[str], Ed25519PublicKey | None]


def check(receipt: str, find: FindKey) -> Checked:
    """Check a compact JWS (RFC 7515) against our public keys, by their thumbprint.

    Never raises on whatever is given, and is strict: one receipt has one text, whose every character counts.
    """
    header, *rest = receipt.strip().split(".") if len(receipt) <= LONGEST else [""]
    key_id = _key_id(header)
    if key_id is None or len(rest) > 2:
        return Checked(Reason.NOT_A_RECEIPT)
    if len(rest) < 2 or len(rest[1]) < _SIGNATURE_CHARACTERS:
        return Checked(Reason.TRUNCATED)
    key = find(key_id)
    if key is None:
        return Checked(Reason.UNKNOWN_KEY)
    return _signature_checked(key, f"{header}.{rest[0]}", *rest)


def claims_of(receipt: str) -> Mapping[str, object]:
    """Return what a receipt states without checking it: for receipts that come from our own ledger."""
    claims = _object(receipt.split(".")[1])
    assert claims is not None
    return claims


def public_keys(key_set: object) -> dict[str, Ed25519PublicKey]:
    """Return the Ed25519 keys of a JWK set (RFC 7517, RFC 8037) by key id. Errors: ValueError if it is not one."""
    try:
        listed = key_set["keys"]  # type: ignore[index]
        return {key["kid"]: _public(key["x"]) for key in listed if key.get("crv") == "Ed25519"}
    except (KeyError, TypeError, AttributeError):
        raise ValueError("not a JWK set") from None


def _public(x: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(base64url.decoded(x.encode()))


def _key_id(header: str) -> str | None:
    stated = _object(header)
    if stated is None or stated.keys() != {"alg", "kid", "typ"}:
        return None
    ours = stated["alg"] == ALGORITHM and stated["typ"] == TYPE
    return stated["kid"] if ours and isinstance(stated["kid"], str) else None


def _signature_checked(key: Ed25519PublicKey, signed: str, payload: str, signature: str) -> Checked:
    try:
        key.verify(base64url.decoded(signature.encode()), signed.encode())
    except (InvalidSignature, ValueError):
        return Checked(Reason.ALTERED)
    claims = _object(payload)
    return Checked(Reason.AUTHENTIC, claims) if claims is not None else Checked(Reason.NOT_A_RECEIPT)


def _object(part: str) -> dict[str, object] | None:
    try:
        value = loads(base64url.decoded(part.encode()))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
