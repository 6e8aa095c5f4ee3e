"""Bodies: read strictly, and refused by the name of what is wrong."""

import json
import unicodedata

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.http import body
from ingest.http.refusal import Refusal

texts = st.text(max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


def refused(sent: bytes) -> str:
    """Return the code with which a body is refused."""
    with pytest.raises(Refusal) as refusal:
        body.read(sent)
    return refusal.value.code


def nested(levels: int) -> bytes:
    """Return arrays that lie in one another."""
    return b"[" * levels + b"]" * levels


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        pytest.param(b"", "empty-body", id="15 nothing"),
        pytest.param(b" \r\n\t", "empty-body", id="15 only white space"),
        pytest.param(b"{", "malformed-json", id="16 unfinished"),
        pytest.param(b"{} {}", "malformed-json", id="16 trailing garbage"),
        pytest.param(b"{'a':1}", "malformed-json", id="16 single quotes"),
        pytest.param(b"[1,]", "malformed-json", id="16 trailing comma"),
        pytest.param(b"01", "malformed-json", id="16 leading zero"),
        pytest.param(b"\xef\xbb\xbf{}", "malformed-json", id="16 byte order mark"),
        pytest.param(b'{"a":1,"a":2}', "duplicate-key", id="18 twice"),
        pytest.param(b'{"x":{"a":1,"\\u0061":1}}', "duplicate-key", id="18 twice, once as an escape"),
        pytest.param('{"è":1,"e\u0300":2}'.encode(), "duplicate-key", id="18 twice, once decomposed"),
        pytest.param(b'{"a":NaN}', "not-finite", id="19 NaN"),
        pytest.param(b"[-Infinity]", "not-finite", id="19 Infinity"),
        pytest.param(b"9" * 5_000, "number-too-long", id="22 5,000 digits"),
        pytest.param(b'{"a":[-' + b"1" * 5_000 + b"]}", "number-too-long", id="22 5,000 digits, negative"),
        pytest.param(nested(9), "too-deep", id="24 nine levels"),
        pytest.param(nested(900), "too-deep", id="24 nine hundred levels"),
        pytest.param(nested(30_000), "too-deep", id="24 thirty thousand levels"),
        pytest.param(b"[" * 60_000, "too-deep", id="24 never closed"),
        pytest.param(b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "too-deep", id="24 objects"),
        pytest.param(b'{"a":' + nested(500) + b',"a":1}', "duplicate-key", id="24 depth hidden by a duplicate"),
        pytest.param(orjson.dumps({str(n): n for n in range(201)}), "too-many-keys", id="26 201 keys"),
        pytest.param(orjson.dumps([{"a": n} for n in range(201)]), "too-many-keys", id="26 201 keys in all"),
        pytest.param(b" " * 65_537, "too-large", id="1 over 64 kB"),
        pytest.param(b'{"a":"\xff"}', "not-utf-8", id="28 invalid UTF-8"),
        pytest.param(b'{"a":"\xed\xa0\x80"}', "not-utf-8", id="28 a surrogate in UTF-8"),
        pytest.param("{}".encode("utf-16"), "not-utf-8", id="28 UTF-16"),
        pytest.param(b'{"a":"\x01"}', "malformed-json", id="30 raw control character"),
        pytest.param(b'{"a":"\n"}', "malformed-json", id="30 raw line end"),
    ],
)
def test_bad_bytes_are_refused_by_name(sent: bytes, code: str):
    """Each row of the bad-input matrix that concerns bytes has its own code."""
    assert refused(sent) == code


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (b'{"a":"\\u0000"}', {"a": "\x00"}),
        (b'{"a":"\\ud800"}', {"a": "\ud800"}),
        (b'{"a":1e400}', {"a": float("inf")}),
        (b'{"a":-0}', {"a": 0}),
        (b"null", None),
        (b'"text"', "text"),
    ],
)
def test_well_formed_json_is_left_to_the_shape(sent: bytes, read: object):
    """Rows 17, 21, 29 and 32: what is JSON and cannot be stored is named with its place, by the shape."""
    assert body.read(sent) == read


def test_eight_levels_and_two_hundred_keys_pass():
    """The limits themselves are inside."""
    assert body.read(nested(8)) == json.loads(nested(8))
    assert len(body.read(orjson.dumps({str(n): n for n in range(200)}))) == 200


def test_colons_in_texts_are_not_keys():
    """A text full of colons is read the long way, and accepted."""
    content = {"address": ":" * 300}

    assert body.read(orjson.dumps(content)) == content


def test_brackets_in_texts_are_not_levels():
    """What stands in a text does not count."""
    content = {"address": "[" * 300}

    assert body.read(orjson.dumps(content)) == content


@pytest.mark.parametrize("spelling", ["raw", "escaped"])
def test_accents_are_composed(spelling: str):
    """A decomposed accent is stored composed, however it was sent (row 39)."""
    content = {"first_name": "Zoe\u0308", "cafe\u0301": [["nin\u0303o"]]}
    sent = json.dumps(content, ensure_ascii=spelling == "escaped").encode()

    assert body.read(sent) == {"first_name": "Zo\u00eb", "caf\u00e9": [["ni\u00f1o"]]}


def test_a_mark_after_an_escaped_line_end_stays_alone():
    """The n of a line end's escape is no letter for an accent to sit on."""
    assert body.read('{"a":"\\n\u0301"}'.encode()) == {"a": "\n\u0301"}


@given(values, st.sampled_from([None, 2]), st.booleans())
def test_what_was_sent_is_what_is_read(value: object, indent: int | None, ascii_only: bool):
    """Whatever the spelling, the value read is the value sent, in NFC; or it is refused by name."""
    sent = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    try:
        read = body.read(sent.encode("utf-8", "surrogatepass"))
    except Refusal:
        return
    assert read == in_nfc(value)


@given(values)
def test_the_short_way_and_the_long_way_agree(value: object):
    """The body a browser sends and the same body with white space give one value or one refusal."""
    try:
        compact = orjson.dumps(value)
    except orjson.JSONEncodeError:
        return
    assert outcome(compact) == outcome(b" " + compact)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(sent: bytes):
    """No bytes raise anything but a refusal."""
    outcome(sent)


@given(st.text(st.sampled_from('{}[]":,\\u0123ab \n'), max_size=60))
def test_anything_like_json_is_read_or_refused(sent: str):
    """No text made of JSON's own characters raises anything but a refusal."""
    outcome(sent.encode())


@pytest.mark.parametrize(
    "content_type",
    [
        b"application/json",
        b"application/json; charset=utf-8",
        b'Application/JSON;charset="UTF-8"',
        b"application/json;",
    ],
)
def test_json_in_utf_8_is_accepted(content_type: bytes):
    """With or without its charset."""
    body.must_be_json(content_type, None)
    body.must_be_json(content_type, b"identity")


@pytest.mark.parametrize(
    "content_type",
    [None, b"", b"text/plain", b"application/x-www-form-urlencoded", b"application/json; charset=latin-1"],
)
def test_other_content_is_refused(content_type: bytes | None):
    """Row 10: 415, not a guess."""
    with pytest.raises(Refusal, match="unsupported-media-type"):
        body.must_be_json(content_type, None)


def test_compressed_bodies_are_refused():
    """Row 12: no bombs."""
    with pytest.raises(Refusal, match="unsupported-encoding"):
        body.must_be_json(b"application/json", b"gzip")


def outcome(sent: bytes) -> object:
    """Return what is read, or the code of the refusal."""
    try:
        return body.read(sent)
    except Refusal as refusal:
        return refusal.code


def in_nfc(value: object) -> object:
    """Return a value with its texts and keys composed."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [in_nfc(item) for item in value]
    if isinstance(value, dict):
        return {in_nfc(key): in_nfc(item) for key, item in value.items()}
    return value
