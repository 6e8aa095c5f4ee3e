"""Receipts: canonical bytes, digests and what a receipt states."""

import json
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.receipt import (
    AttemptCertificate,
    Kind,
    NotCanonical,
    SealedSection,
    SectionReceipt,
    SubmissionReceipt,
    canonical,
    digest,
    instant,
)

DRAFT = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
AT = datetime(2025, 11, 20, 8, 0, 0, 120_000, UTC)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
contents = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def test_keys_are_sorted_by_utf_16_code_units():
    """The example of RFC 8785, section 3.2.3: the emoji comes before U+FF33, its code point after.

    (The RFC's own U+FB33 is two characters in NFC, so another of that block stands for it.)
    """
    given_ = {"\u20ac": 1, "\r": 2, "\uff33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}

    keys = list(json.loads(canonical(given_)))

    assert keys == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\uff33"]


def test_texts_are_written_as_the_rfc_writes_them():
    """The example of RFC 8785, section 3.2.2, its literals and its string."""
    given_ = {"string": '\u20ac$\u000f\nA\'B"\\\\"/', "literals": [None, True, False]}

    written = canonical(given_)

    assert written == '{"literals":[null,true,false],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'.encode()


def test_accents_are_composed():
    """A letter and its accent apart give the bytes of the composed letter, in texts and in keys."""
    assert canonical({"cafe\u0301": "Zoe\u0308"}) == '{"café":"Zoë"}'.encode()


@pytest.mark.parametrize("content", [1.5, float("nan"), 2**53, {"a": [1.0]}, "\ud800", {"\ud800": 1}, b"bytes"])
def test_what_has_no_canonical_form_is_refused(content: object):
    """A float, a number beyond I-JSON and half a character are not written somehow."""
    with pytest.raises(NotCanonical):
        canonical(content)


def test_keys_that_become_one_are_refused():
    """Two spellings of one key would lose a value."""
    with pytest.raises(NotCanonical):
        canonical({"caf\u00e9": 1, "cafe\u0301": 2})


@given(contents)
def test_canonical_bytes_read_back_to_the_same_canonical_bytes(content: object):
    """Nothing is lost: reading and writing again changes no byte."""
    try:
        written = canonical(content)
    except NotCanonical:  # two keys that are one in NFC
        return
    assert canonical(json.loads(written)) == written


def test_a_digest_covers_draft_section_and_content():
    """SHA-256 over the sixteen bytes of the draft's id, the section's name and the canonical content."""
    assert digest(DRAFT, "children", b"{}") == sha256(DRAFT.bytes + b"children" + b"{}").digest()
    assert digest(DRAFT, "children", b"{}") != digest(UUID(int=1), "children", b"{}")


def test_one_instant_is_one_text():
    """Six decimals and Z, whatever zone the instant was given in."""
    assert instant(AT) == "2025-11-20T08:00:00.120000Z"
    assert instant(AT.replace(microsecond=0).astimezone(timezone(timedelta(hours=1)))) == "2025-11-20T08:00:00.000000Z"


def test_a_section_receipt_states_what_was_saved():
    """Draft, section, revision, digest and instant."""
    claims = SectionReceipt(DRAFT, "children", 3, b"\x01" * 32, AT).claims()

    assert claims == {
        "service": "approdo",
        "kind": "section",
        "draft_id": str(DRAFT),
        "section": "children",
        "revision": 3,
        "digest": "01" * 32,
        "saved_at": "2025-11-20T08:00:00.120000Z",
        "trial": False,
    }


def test_a_submission_receipt_states_both_instants_and_every_section():
    """Arrival decides deadlines, filing is the database's; what does not apply is left out."""
    sections = {"children": SealedSection(3, b"\x01" * 32)}
    receipt = SubmissionReceipt(
        DRAFT,
        AT + timedelta(seconds=1),
        trial=False,
        number="XVP5KW5R",
        programme="bonus-mamme-2025",
        sections=sections,
        arrived_at=AT,
        window="ordinary",
    )

    claims = receipt.claims()

    assert claims["kind"] == "submission"
    assert (claims["arrived_at"], claims["filed_at"]) == (instant(AT), instant(AT + timedelta(seconds=1)))
    assert claims["sections"] == {"children": {"revision": 3, "digest": "01" * 32}}
    assert claims.keys().isdisjoint({"late_reason", "first_filed_at"})


@pytest.mark.parametrize(
    "receipt",
    [
        SectionReceipt(DRAFT, "children", 1, b"\x01" * 32, AT, trial=True),
        SubmissionReceipt(DRAFT, AT, trial=True, kind=Kind.WITHDRAWAL),
        AttemptCertificate(DRAFT, "submission", "store-unavailable", AT, trial=True),
    ],
)
def test_a_trial_says_so_in_a_word_people_read(receipt: SectionReceipt | SubmissionReceipt | AttemptCertificate):
    """While the civil clock is shifted every receipt carries the word "prova"."""
    assert receipt.claims()["notice"] == "prova"
    assert receipt.claims()["trial"] is True
