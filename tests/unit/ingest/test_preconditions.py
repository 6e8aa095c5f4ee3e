"""Preconditions: the revision a save builds on, and the key a request is called by."""

from contextlib import suppress
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.http.preconditions import MOST, base_revision, etag, idempotency_key, optional_idempotency_key
from ingest.http.refusal import Refusal

KEY = UUID("8e03978e-40d5-43dd-bc93-6894a57f9324")


def code_of(headers: list[tuple[bytes, bytes]], read=base_revision) -> str:
    """Return the code with which headers are refused."""
    with pytest.raises(Refusal) as refusal:
        read(headers)
    return refusal.value.code


def test_if_match_names_the_revision_seen():
    """Among other headers, once."""
    assert base_revision([(b"host", b"x"), (b"if-match", b'"41"')]) == 41


def test_if_none_match_states_that_nothing_was_saved():
    """`*` and nothing else."""
    assert base_revision([(b"if-none-match", b"*")]) is None


def test_a_save_without_a_precondition_is_refused():
    """Row 62: 428."""
    assert code_of([(b"host", b"x")]) == "precondition-missing"


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param([(b"if-match", b"41")], id="unquoted"),
        pytest.param([(b"if-match", b'W/"41"')], id="weak"),
        pytest.param([(b"if-match", b"*")], id="any"),
        pytest.param([(b"if-match", b"")], id="empty"),
        pytest.param([(b"if-match", b'"0"')], id="zero"),
        pytest.param([(b"if-match", b'"-1"')], id="negative"),
        pytest.param([(b"if-match", b'"01"')], id="leading zero"),
        pytest.param([(b"if-match", b'"1.0"')], id="not an integer"),
        pytest.param([(b"if-match", b'"\xd9\xa1"')], id="digits of another script"),
        pytest.param([(b"if-match", b'"' + b"1" * 2_000 + b'"')], id="2,000 digits"),
        pytest.param([(b"if-match", b'"1", "2"')], id="a list"),
        pytest.param([(b"if-match", b'"1"'), (b"if-match", b'"1"')], id="twice"),
        pytest.param([(b"if-match", b'"1"'), (b"if-none-match", b"*")], id="both"),
        pytest.param([(b"if-none-match", b'"1"')], id="a tag in If-None-Match"),
        pytest.param([(b"if-none-match", b"*"), (b"if-none-match", b"*")], id="twice any"),
    ],
)
def test_a_malformed_precondition_is_refused(headers: list[tuple[bytes, bytes]]):
    """Row 64: 400."""
    assert code_of(headers) == "precondition-malformed"


@pytest.mark.parametrize("number", [2**31, 10**10, 10**18 - 1])
def test_a_number_beyond_every_revision_is_one_the_ledger_can_look_for(number: int):
    """It is stale, not malformed, and nothing overflows."""
    assert base_revision([(b"if-match", etag(number))]) == MOST


@given(st.integers(1, MOST))
def test_the_tag_of_a_revision_names_it(revision: int):
    """What an answer carries as ETag, the next save sends as If-Match."""
    assert base_revision([(b"if-match", etag(revision))]) == revision


@given(st.binary(max_size=20))
def test_any_header_is_read_or_refused(value: bytes):
    """No header raises anything but a refusal."""
    for name in (b"if-match", b"if-none-match"):
        with suppress(Refusal):
            base_revision([(name, value)])


@pytest.mark.parametrize("written", [str(KEY), str(KEY).upper(), f'"{KEY}"'])
def test_a_key_is_a_uuid_bare_or_quoted(written: str):
    """As the IETF draft writes it, or plain."""
    assert idempotency_key([(b"idempotency-key", written.encode())]) == KEY


def test_a_missing_key_is_refused_where_one_is_needed():
    """Row 55: 400."""
    assert code_of([], idempotency_key) == "idempotency-key-missing"
    assert optional_idempotency_key([]) is None


@pytest.mark.parametrize(
    "values",
    [
        [b""],
        [b"abc"],
        [b"8e03978e40d543ddbc936894a57f9324"],
        [b'"' + str(KEY).encode()],
        [b"{" + str(KEY).encode() + b"}"],
        [b"a" * 2_048],
        [str(KEY).encode(), str(KEY).encode()],
        [str(KEY).encode() + b", " + str(KEY).encode()],
        [b"00000000-0000-0000-0000-000000000000"],
        [b"FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF"],
    ],
)
def test_a_malformed_key_is_refused(values: list[bytes]):
    """Row 56: not a UUID, 2 kB, two headers, and the two that programs send which have none."""
    headers = [(b"idempotency-key", value) for value in values]

    assert code_of(headers, idempotency_key) == "idempotency-key-malformed"
    assert code_of(headers, optional_idempotency_key) == "idempotency-key-malformed"
