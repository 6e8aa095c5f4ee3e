"""Receipts: signed the same way every time, and readable by anybody's library."""

import json
import subprocess
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import KeySet, OKPKey

from core.domain.receipt import AttemptCertificate, SealedSection, SectionReceipt, SubmissionReceipt
from ingest.keys import Keys, Ring
from ingest.proof.base64url import decoded
from ingest.proof.key_files import Purpose, Secret, rotated
from ingest.proof.receipt_check import Reason, claims_of
from ingest.proof.receipts import KeyGone, Receipts, thumbprint

NOW = datetime(2025, 11, 20, 8, 0, tzinfo=UTC)
DRAFT = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
SECTION = SectionReceipt(DRAFT, "children", 3, b"\x01" * 32, NOW)
SUBMISSION = SubmissionReceipt(
    DRAFT, NOW, trial=False, number="XVP5KW5R", sections={"work": SealedSection(1, b"\x02" * 32)}
)
FIXED = Receipts(Ring((Secret(Purpose.RECEIPTS, 1, b"s" * 32, NOW),)))


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")  # for the narrower name "Ed25519" of RFC 9864
@pytest.mark.parametrize("receipt", [SECTION, SUBMISSION, AttemptCertificate(DRAFT, "submission", "overloaded", NOW)])
def test_another_library_finds_the_signature_good(receipt: SectionReceipt | SubmissionReceipt | AttemptCertificate):
    """joserfc, given our published keys and nothing else, reads the very claims that were signed."""
    published = KeySet.import_key_set(FIXED.key_set())

    seen = jws.deserialize_compact(FIXED.sign(receipt), published, algorithms=["EdDSA"])

    assert json.loads(seen.payload) == receipt.claims()
    assert seen.headers() == {"alg": "EdDSA", "kid": FIXED.key_id, "typ": "receipt+jws"}


def test_openssl_finds_the_signature_good(tmp_path: Path):
    """A second implementation, without any JOSE: the bytes before the last dot, the key, the signature."""
    signed, _, signature = FIXED.sign(SECTION).rpartition(".")
    subject_public_key = bytes.fromhex("302a300506032b6570032100") + decoded(FIXED.key_set()["keys"][0]["x"].encode())
    for name, content in (("key", subject_public_key), ("signed", signed.encode())):
        (tmp_path / name).write_bytes(content)
    (tmp_path / "signature").write_bytes(decoded(signature.encode()))

    command = "openssl pkeyutl -verify -pubin -keyform DER -inkey key -rawin -in signed -sigfile signature"
    done = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, text=True, check=False)

    assert "Verified Successfully" in done.stdout, done.stderr


def test_a_receipt_is_the_same_text_however_often_it_is_asked_for():
    """Ed25519 draws nothing, keys are sorted, instants have one spelling: a replay gets equal bytes, next year too."""
    first = SubmissionReceipt(DRAFT, NOW, trial=False, sections={n: SealedSection(1, b"\x02" * 32) for n in ("a", "b")})
    again = SubmissionReceipt(DRAFT, NOW, trial=False, sections={n: SealedSection(1, b"\x02" * 32) for n in ("b", "a")})

    assert FIXED.sign(first) == FIXED.sign(again)
    assert (
        sha256(FIXED.sign(SECTION).encode()).hexdigest()
        == "53ffd309136416198f4dd9746032bb29c58cc3a023979f3a938b63748c408abf"
    )


@given(st.text(max_size=20), st.integers(1, 500), st.binary(min_size=32, max_size=32), st.booleans())
def test_what_is_signed_is_what_is_stated(section: str, revision: int, digest: bytes, trial: bool):
    """Our own check agrees, and gives back the claims."""
    section = section.encode("utf-8", "replace").decode()
    receipt = SectionReceipt(DRAFT, section, revision, digest, NOW, trial)

    checked = FIXED.check(FIXED.sign(receipt))

    assert checked.valid
    assert checked.claims == receipt.claims() == claims_of(FIXED.sign(receipt))


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_two_libraries_sign_the_same_bytes(seed: bytes, digest: bytes):
    """libsodium signs and OpenSSL checks; whichever made it, a receipt is the same text (RFC 8032 leaves no choice)."""
    receipts = Receipts(Ring((Secret(Purpose.RECEIPTS, 1, seed, NOW),)))
    receipt = receipts.sign(SectionReceipt(DRAFT, "work", 1, digest, NOW))
    signed, _, signature = receipt.rpartition(".")

    assert Ed25519PrivateKey.from_private_bytes(seed).sign(signed.encode()) == decoded(signature.encode())
    assert receipts.check(receipt).valid


def test_a_key_is_named_by_its_thumbprint():
    """The example of RFC 8037, appendix A.3, and joserfc's word on ours."""
    assert thumbprint("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo") == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    assert OKPKey.import_key(FIXED.key_set()["keys"][0]).thumbprint() == FIXED.key_id


def test_a_receipt_of_before_a_rotation_is_made_again_with_its_own_key(folder: Path):
    """The row keeps the key's id, so the bytes stay the same; new receipts are signed with the new key."""
    before = Receipts(Keys(folder, NOW).receipts)
    given_then = before.sign(SECTION)
    rotated(folder, Purpose.RECEIPTS, NOW)

    after = Receipts(Keys(folder, NOW).receipts)

    assert after.sign(SECTION, before.key_id) == given_then
    assert after.sign(SECTION) != given_then
    assert after.check(given_then).valid
    assert [key["kid"] for key in after.key_set()["keys"]] == [after.key_id, before.key_id]
    assert [key.get("superseded_at") for key in after.key_set()["keys"]] == [None, "2025-11-20T08:00:00Z"]


def test_a_counter_not_yet_restarted_knows_the_new_keys_receipts(folder: Path):
    """It checks them, makes them again and publishes the key."""
    running = Receipts(Keys(folder, NOW).receipts)
    rotated(folder, Purpose.RECEIPTS, NOW)
    restarted = Receipts(Keys(folder, NOW).receipts)

    receipt = restarted.sign(SECTION)

    assert running.check(receipt).valid
    assert running.sign(SECTION, restarted.key_id) == receipt
    assert [key["kid"] for key in running.key_set()["keys"]] == [restarted.key_id, running.key_id]
    assert running.sign(SECTION) != receipt


def test_a_receipt_whose_key_is_gone_is_not_signed_with_another():
    """The text would change under the same row."""
    with pytest.raises(KeyGone):
        FIXED.sign(SECTION, "another-key")


def test_published_keys_hold_no_secret():
    """The public part, the thumbprint and when it came into use."""
    (key,) = FIXED.key_set()["keys"]

    assert key.keys() == {"kty", "crv", "x", "kid", "use", "alg", "created_at"}
    assert key["created_at"] == "2025-11-20T08:00:00Z"


def test_reasons_are_said_in_italian(italian):
    """Every reason code has its sentence."""
    assert italian.words["receipt_check"].keys() == set(Reason)
