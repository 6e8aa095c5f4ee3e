"""A request's body: JSON read strictly, so that what is stored is what was sent and nothing can be read two ways."""

import json
import unicodedata
from collections.abc import Iterable
from typing import NoReturn

import orjson

from ingest.http.refusal import Refusal

MOST_BYTES = 65_536
MOST_LEVELS = 8
MOST_KEYS = 200
MOST_DIGITS = 100  # of one integer; longer ones cost time quadratic in their length


def must_be_json(content_type: bytes | None, content_encoding: bytes | None) -> None:
    """Check the headers of a body before it is read. Errors: Refusal unsupported-media-type, unsupported-encoding."""
    if content_type != b"application/json" and not _is_json(content_type or b""):
        raise Refusal("unsupported-media-type")
    if content_encoding is not None and content_encoding.strip().lower() != b"identity":
        raise Refusal("unsupported-encoding")


def read(body: bytes, most_bytes: int = MOST_BYTES) -> object:
    """Return the JSON value of a body, its texts and keys in NFC.

    Lone surrogates, NUL and numbers beyond a double's range (read as infinity) pass: they are well-formed, and the
    shape of what is expected names their place.
    Errors: Refusal too-large (413); empty-body, not-utf-8, malformed-json, duplicate-key, not-finite,
    number-too-long, too-deep, too-many-keys (400).
    """
    if len(body) > most_bytes:
        raise Refusal("too-large")
    try:
        value = orjson.loads(body)
        # Written again and equal to the byte: then no key stood there twice (the second would be gone), and nothing
        # was lost in reading. It is what a browser sends, and costs a tenth of asking for every pair.
        if orjson.dumps(value) == body and body.count(b":") <= MOST_KEYS and _in_nfc(body):
            return _not_too_deep(value)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        pass
    return _read_carefully(body)


def _is_json(content_type: bytes) -> bool:
    kind, *parameters = (part.strip().lower() for part in content_type.split(b";"))
    return kind == b"application/json" and all(
        part.replace(b'"', b"") in (b"", b"charset=utf-8", b"charset=utf8") for part in parameters
    )


def _in_nfc(body: bytes) -> bool:
    """Looked at as one text: quotes and escapes compose with nothing that would not be told here."""
    return body.isascii() or unicodedata.is_normalized("NFC", body.decode())


def _not_too_deep(value: object) -> object:
    if _deeper_than(MOST_LEVELS, value):
        raise Refusal("too-deep")
    return value


def _deeper_than(levels: int, value: object) -> bool:
    """Say whether more than `levels` objects or arrays lie in one another; asks no further than that."""
    if type(value) is dict:
        items: Iterable[object] = value.values()
    elif type(value) is list:
        items = value
    else:
        return False
    if levels == 0:
        return True
    for item in items:  # noqa: SIM110 - a generator would cost every save two microseconds
        if (type(item) is dict or type(item) is list) and _deeper_than(levels - 1, item):
            return True
    return False


def _read_carefully(body: bytes) -> object:
    """Read what was not written the shortest way, pair by pair, and find the name of what is wrong with it."""
    if not body.strip(b" \t\r\n"):
        raise Refusal("empty-body")
    try:
        value = _decoded(body.decode(), _Objects())
    except UnicodeDecodeError:
        raise Refusal("not-utf-8") from None
    except json.JSONDecodeError:
        raise Refusal("malformed-json") from None
    except RecursionError:
        raise Refusal("too-deep") from None
    return _not_too_deep(value)


def _decoded(text: str, objects: "_Objects") -> object:
    decoder = json.JSONDecoder(object_pairs_hook=objects, parse_int=_whole, parse_constant=_not_finite)
    value = decoder.decode(text)
    return value if text.isascii() and "\\u" not in text else _normal(value)


class _Objects:
    """Builds the objects of one body, counting their keys."""

    def __init__(self) -> None:
        self._keys = 0

    def __call__(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        self._keys += len(pairs)
        if self._keys > MOST_KEYS:
            raise Refusal("too-many-keys")
        members = dict(pairs)
        if len(members) != len(pairs):
            raise Refusal("duplicate-key")
        return members


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise Refusal("number-too-long")
    return int(digits)


def _not_finite(_: str) -> NoReturn:
    raise Refusal("not-finite")


def _normal(value: object) -> object:
    if type(value) is str:
        return unicodedata.normalize("NFC", value)
    if type(value) is list:
        return [_normal(item) for item in value]
    if type(value) is dict:
        members = {unicodedata.normalize("NFC", key): _normal(item) for key, item in value.items()}
        if len(members) != len(value):
            raise Refusal("duplicate-key")
        return members
    return value
