"""Receipts: signed proof of what was acknowledged, the same bytes for the same fact however often it is asked for."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from nacl.signing import SigningKey as Seed

from core.domain.errors import ApprodoError
from core.domain.receipt import Receipt
from ingest.keys import Ring
from ingest.proof import base64url
from ingest.proof.key_files import Secret
from ingest.proof.receipt_check import ALGORITHM, TYPE, Checked, check


class KeyGone(ApprodoError):
    """The key that signed this receipt is no longer in the keys folder."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A receipt key, ready to sign: what does not change from one receipt to the next is prepared once."""

    secret: Secret
    kid: str  # RFC 7638 thumbprint
    x: str  # public key, base64url
    private: Seed
    public: Ed25519PublicKey
    beginning: bytes  # the protected header, encoded, and its dot

    @classmethod
    def of(cls, secret: Secret) -> "SigningKey":
        """Return the signing key of a seed."""
        private = Seed(secret.value)
        public = Ed25519PublicKey.from_public_bytes(bytes(private.verify_key))
        x = base64url.encoded(public.public_bytes_raw()).decode()
        kid = thumbprint(x)
        header = orjson.dumps({"alg": ALGORITHM, "kid": kid, "typ": TYPE})
        return cls(secret, kid, x, private, public, base64url.encoded(header) + b".")


class Receipts:
    """Signs receipts as compact JWS (RFC 7515, 8037), publishes its keys and checks what it is shown."""

    def __init__(self, ring: Ring) -> None:
        self._ring = ring
        self._newest = SigningKey.of(ring.newest)
        self._keys = {key.kid: key for key in map(SigningKey.of, ring.all())}
        self.key_id = self._newest.kid  # to be kept with each row, so that its receipt can be made again

    def sign(self, receipt: Receipt, key_id: str | None = None) -> str:
        """Return the receipt as text. Equal receipts and keys give equal texts.

        `key_id` is the one kept with the row, for a receipt that was given before. Errors: KeyGone.
        """
        key = self._newest if key_id is None else self._find(key_id)
        if key is None:
            raise KeyGone
        signed = key.beginning + base64url.encoded(orjson.dumps(receipt.claims(), option=orjson.OPT_SORT_KEYS))
        return (signed + b"." + base64url.encoded(key.private.sign(signed).signature)).decode()

    def key_of(self, at: datetime) -> str:
        """Return the id of the key that was newest at an instant (machine time): what is signed on request, and not
        with a row, gets the same text whenever it is asked for."""
        self._ring.refresh()
        self._learn()
        keys = sorted(self._keys.values(), key=lambda key: key.secret.serial)
        return next((key.kid for key in reversed(keys) if key.secret.created_at <= at), keys[0].kid)

    def check(self, receipt: str) -> Checked:
        """Say whether a text is a receipt of ours, unaltered, and what it states. Never raises."""
        return check(receipt, self._public)

    def key_set(self) -> dict[str, object]:
        """Return the public keys, newest first, as a JWK set that says when each was made and when superseded.

        Both are machine time. A counter signs with the key that was newest at its start, so a receipt may be a little
        younger than `superseded_at`; it stays valid, as all of them do.
        """
        self._ring.refresh()
        self._learn()
        keys = sorted(self._keys.values(), key=lambda key: -key.secret.serial)
        successors = [None, *keys]
        return {"keys": [_published(key, successor) for key, successor in zip(keys, successors, strict=False)]}

    def _public(self, key_id: str) -> Ed25519PublicKey | None:
        key = self._find(key_id)
        return key.public if key else None

    def _find(self, key_id: str) -> SigningKey | None:
        key = self._keys.get(key_id)
        if key is None and self._ring.refresh():
            self._learn()
            key = self._keys.get(key_id)
        return key

    def _learn(self) -> None:
        serials = {key.secret.serial for key in self._keys.values()}
        for secret in self._ring.all():
            if secret.serial not in serials:
                key = SigningKey.of(secret)
                self._keys[key.kid] = key


def thumbprint(x: str) -> str:
    """Return the RFC 7638 thumbprint of an Ed25519 public key (RFC 8037, appendix A.3)."""
    required = orjson.dumps({"crv": "Ed25519", "kty": "OKP", "x": x})
    return base64url.encoded(sha256(required).digest()).decode()


def _published(key: SigningKey, successor: SigningKey | None) -> dict[str, str]:
    public = {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": key.x,
        "kid": key.kid,
        "use": "sig",
        "alg": ALGORITHM,
        "created_at": _day_and_time(key),
    }
    return public | {"superseded_at": _day_and_time(successor)} if successor else public


def _day_and_time(key: SigningKey) -> str:
    return key.secret.created_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
