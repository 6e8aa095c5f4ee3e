"""Canonical bytes on the save path: the domain's, faster."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import receipt
from ingest.http import body
from ingest.http.refusal import Refusal
from ingest.proof.canonical import canonical

characters = st.characters(exclude_categories=["Cs"]) | st.sampled_from("\uff33\U0001f600\x7f\u2028\x1f")
texts = st.text(characters, max_size=6)
contents = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@given(contents)
def test_the_fast_way_writes_what_the_domain_writes(content: object):
    """Byte for byte, for all content that saves carry once it has been read."""
    try:
        typed = body.read(receipt.canonical(content))
    except (Refusal, receipt.NotCanonical):
        return
    assert canonical(typed) == receipt.canonical(typed)


def test_keys_beyond_the_first_plane_are_ordered_as_the_rfc_orders_them():
    """Where code points and UTF-16 disagree the domain's way is taken."""
    assert canonical({"\uff33": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\uff33":1}'.encode()


def test_a_number_beyond_i_json_is_refused():
    """It would not be the same number everywhere."""
    with pytest.raises(receipt.NotCanonical):
        canonical({"a": 2**53})
