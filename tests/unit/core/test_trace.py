"""Traces as they come in: a well-formed one is followed by a span of ours, anything else is ignored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.trace import follow

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
SAID = f"00-{TRACE}-{PARENT}-01"


def test_a_span_of_ours_follows_the_one_that_called():
    """In the same trace, with the same flags, under a name of its own."""
    span = follow(SAID.encode())

    version, trace, ours, flags = span.traceparent.split("-")
    assert (version, trace, flags) == ("00", TRACE, "01")
    assert span.parent == PARENT != ours
    assert follow(span.traceparent).parent == ours


def test_a_later_version_is_followed_as_far_as_we_know_it():
    """It may say more behind what is known (W3C Trace Context, section 4.3)."""
    assert follow(f"cc-{TRACE}-{PARENT}-01-what-comes-later").traceparent.startswith(f"00-{TRACE}-")


@pytest.mark.parametrize(
    "malformed",
    [
        None,
        "",
        SAID[:-1],
        SAID + "-more",
        SAID.upper(),
        f" {SAID}",
        f"ff-{TRACE}-{PARENT}-01",
        f"00-{'0' * 32}-{PARENT}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE}-{PARENT}-0g",
        SAID.replace("-", "_"),
        SAID + "\n",
        "cc-" + SAID[3:] + "-" + "x" * 300,
        b"\xff" * 55,
    ],
)
def test_what_is_malformed_is_ignored(malformed):
    """As if nobody had said anything."""
    assert follow(malformed) is None


@given(st.one_of(st.text(), st.binary()))
def test_no_header_makes_it_fail(header):
    """Whatever came in."""
    assert follow(header) is None or follow(header).traceparent.count("-") == 3
