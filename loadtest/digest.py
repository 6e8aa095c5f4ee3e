"""The digest by which what was typed is known again, computed our own way: no room's code is trusted with it."""

import json
import unicodedata
from hashlib import sha256
from uuid import UUID


def digest(draft_id: str, section: str, content: bytes) -> str:
    """Return SHA-256(draft id, 16 bytes ‖ section name ‖ canonical content), in hex."""
    return sha256(UUID(draft_id).bytes + section.encode() + content).hexdigest()


def canonical(content: object) -> bytes:
    """Return JSON content as RFC 8785 writes it, texts in NFC. Floats never occur in what is saved."""
    return json.dumps(_in_order(content), ensure_ascii=False, separators=(",", ":")).encode()


def _in_order(value: object) -> object:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [_in_order(item) for item in value]
    if isinstance(value, dict):
        return {_in_order(key): _in_order(value[key]) for key in sorted(value, key=lambda key: key.encode("utf-16-be"))}
    return value
