"""Sealing: what a register holds is unreadable without the keys folder, and cannot be changed unseen."""

import hmac
from hashlib import sha256

from nacl.exceptions import CryptoError
from nacl.secret import Aead

from core.domain.errors import ApprodoError


class Unreadable(ApprodoError):
    """It was sealed with another key, or it is damaged."""


class Box:
    """Seals and opens with one key: XChaCha20-Poly1305, a fresh nonce each time."""

    def __init__(self, secret: bytes, purpose: bytes) -> None:
        """Draw a key of its own for a purpose from a secret that never changes."""
        self._aead = Aead(hmac.digest(secret, b"emergency register: " + purpose, sha256))

    def seal(self, plain: bytes, about: bytes = b"") -> bytes:
        """Return the sealed bytes, which open only with the same `about`."""
        return bytes(self._aead.encrypt(plain, about))

    def open(self, sealed: bytes, about: bytes = b"") -> bytes:
        """Return what was sealed. Errors: Unreadable."""
        try:
            return bytes(self._aead.decrypt(sealed, about))
        except (CryptoError, ValueError, TypeError):
            raise Unreadable from None
