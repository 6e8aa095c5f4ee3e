"""What counts as an answer."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retry.failure import Malformed
from workers.registries.answer import read_answer

NOW = datetime(2025, 11, 20, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize("said", ["ok", "ko", "not_known"])
def test_the_three_answers_are_read(said):
    """With a reason or without."""
    body = b'{"answer":"%s","evidence":"e","reason":null}' % said.encode()

    assert read_answer(body, NOW).answer == said


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"answer":"ok"}',
        b'{"answer":"ok","evidence":"e"}',
        b'{"answer":"OK","evidence":"e","reason":null}',
        b'{"answer":true,"evidence":"e","reason":null}',
        b'{"answer":"ok","evidence":7,"reason":null}',
        b'{"answer":"ok","evidence":"e","reason":{}}',
        b'{"answer":"ok","evidence":"e","reason":null,"more":1}',
        b'{"answer":"ok","evidence":"\xff","reason":null}',
        b'{"answer":"ok","evidence":"\\ud800","reason":null}',
        b'{"answer":"ok","evidence":"e","reason":null} trailing',
        b"[" * 16_000,
    ],
)
def test_anything_else_is_no_answer(body):
    """Whatever is not wholly understood decides nothing."""
    with pytest.raises(Malformed) as failure:
        read_answer(body, NOW)

    assert failure.value.reason == "answer-not-understood"
    assert failure.value.__cause__ is None


@given(st.binary(max_size=200))
def test_no_bytes_make_it_fail_otherwise(body):
    """It is read from the wire."""
    with suppress(Malformed):
        read_answer(body, NOW)
