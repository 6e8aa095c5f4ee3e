"""Checking receipts: forged, edited, cut, foreign or no receipt at all (bad input, row 76)."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from core.domain.receipt import SectionReceipt
from ingest.keys import Ring
from ingest.proof.base64url import decoded, encoded
from ingest.proof.key_files import Purpose, Secret
from ingest.proof.receipt_check import LONGEST, Reason, public_keys
from ingest.proof.receipts import Receipts

NOW = datetime(2025, 11, 20, 8, 0, tzinfo=UTC)
CLAIMED = SectionReceipt(UUID(int=7), "children", 3, b"\x01" * 32, NOW)
OURS = Receipts(Ring((Secret(Purpose.RECEIPTS, 1, b"s" * 32, NOW),)))
OTHERS = Receipts(Ring((Secret(Purpose.RECEIPTS, 1, b"o" * 32, NOW),)))
RECEIPT = OURS.sign(CLAIMED)
HEADER, PAYLOAD, SIGNATURE = RECEIPT.split(".")
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def part(value: object) -> str:
    """Return a JSON value as a part of a compact JWS."""
    return encoded(json.dumps(value).encode()).decode()


def header(**changed: object) -> str:
    """Return our own header with members changed; None takes one away."""
    ours = json.loads(decoded(HEADER.encode())) | changed
    return part({name: value for name, value in ours.items() if value is not None})


@pytest.mark.parametrize(
    ("receipt", "reason"),
    [
        pytest.param(RECEIPT, Reason.AUTHENTIC, id="ours"),
        pytest.param(f" {RECEIPT}\n", Reason.AUTHENTIC, id="ours, with white space around"),
        pytest.param(OTHERS.sign(CLAIMED), Reason.UNKNOWN_KEY, id="signed by another service"),
        pytest.param(".".join([HEADER, *OTHERS.sign(CLAIMED).split(".")[1:]]), Reason.ALTERED, id="forged"),
        pytest.param(f"{HEADER}.{part({'revision': 4})}.{SIGNATURE}", Reason.ALTERED, id="edited"),
        pytest.param(f"{HEADER}.{PAYLOAD}.{'A' * 86}", Reason.ALTERED, id="another signature"),
        pytest.param(f"{HEADER}.{PAYLOAD}.{SIGNATURE}A", Reason.ALTERED, id="grown"),
        pytest.param(f"{HEADER}.{PAYLOAD}.{SIGNATURE}==", Reason.ALTERED, id="padded"),
        pytest.param(RECEIPT[:-1], Reason.TRUNCATED, id="the last character missing"),
        pytest.param(f"{HEADER}.{PAYLOAD}.", Reason.TRUNCATED, id="no signature"),
        pytest.param(f"{HEADER}.{PAYLOAD}", Reason.TRUNCATED, id="two parts"),
        pytest.param(HEADER, Reason.TRUNCATED, id="one part"),
        pytest.param(f"{RECEIPT}.{SIGNATURE}", Reason.NOT_A_RECEIPT, id="four parts"),
        pytest.param(f"{header(alg='none')}.{PAYLOAD}.", Reason.NOT_A_RECEIPT, id="alg none"),
        pytest.param(f"{header(alg='HS256')}.{PAYLOAD}.{SIGNATURE}", Reason.NOT_A_RECEIPT, id="another algorithm"),
        pytest.param(f"{header(typ='JWT')}.{PAYLOAD}.{SIGNATURE}", Reason.NOT_A_RECEIPT, id="another type"),
        pytest.param(f"{header(kid=None)}.{PAYLOAD}.{SIGNATURE}", Reason.NOT_A_RECEIPT, id="no key id"),
        pytest.param(f"{header(kid=[1])}.{PAYLOAD}.{SIGNATURE}", Reason.NOT_A_RECEIPT, id="a key id of another type"),
        pytest.param(f"{header(crit=['b64'])}.{PAYLOAD}.{SIGNATURE}", Reason.NOT_A_RECEIPT, id="more in the header"),
        pytest.param("", Reason.NOT_A_RECEIPT, id="nothing"),
        pytest.param("...", Reason.NOT_A_RECEIPT, id="dots"),
        pytest.param("la mia ricevuta", Reason.NOT_A_RECEIPT, id="words"),
        pytest.param(f"{part([])}.{PAYLOAD}.{SIGNATURE}", Reason.NOT_A_RECEIPT, id="a header that is a list"),
        pytest.param(encoded(b"[" * 8_000).decode() + ".a.b", Reason.NOT_A_RECEIPT, id="a deep header"),
        pytest.param("a" * (LONGEST + 1), Reason.NOT_A_RECEIPT, id="too long"),
    ],
)
def test_a_receipt_is_judged_by_name(receipt: str, reason: Reason):
    """Valid or not, there is one reason, and claims are given only from an authentic one."""
    checked = OURS.check(receipt)

    assert checked.reason is reason
    assert checked.valid == (reason is Reason.AUTHENTIC)
    assert bool(checked.claims) == checked.valid


@given(st.integers(0, len(RECEIPT) - 1), st.sampled_from(ALPHABET + ".=+/ "))
def test_any_character_changed_makes_it_invalid(place: int, other: str):
    """No character is spare, the last ones of each part included."""
    if RECEIPT[place] != other:
        assert not OURS.check(RECEIPT[:place] + other + RECEIPT[place + 1 :]).valid


@given(st.integers(0, len(RECEIPT) - 1))
def test_any_beginning_of_it_is_invalid(length: int):
    """Wherever it was cut."""
    assert not OURS.check(RECEIPT[:length]).valid


@given(st.text(max_size=200))
def test_any_text_is_judged(text: str):
    """Nothing raises."""
    assert not OURS.check(text).valid
    assert not OURS.check(f"{HEADER}.{text}").valid


def test_something_else_signed_with_our_key_is_no_receipt():
    """The signature holds, and what it signs is not an object."""
    signed = f"{HEADER}.{part([1])}"
    signature = encoded(Ed25519PrivateKey.from_private_bytes(b"s" * 32).sign(signed.encode())).decode()

    assert OURS.check(f"{signed}.{signature}").reason is Reason.NOT_A_RECEIPT


def test_a_key_set_is_read_by_key_id():
    """Keys of other kinds in it are left alone."""
    published = OURS.key_set()
    published["keys"].append({"kty": "RSA", "kid": "other"})

    assert public_keys(published).keys() == {OURS.key_id}


@pytest.mark.parametrize("value", [None, [], {}, {"keys": 1}, {"keys": [1]}, {"keys": [{"crv": "Ed25519"}]}, "text"])
def test_what_is_no_key_set_is_refused(value: object):
    """One error for all of it."""
    with pytest.raises(ValueError, match="not a JWK set"):
        public_keys(value)
