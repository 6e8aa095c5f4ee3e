"""A full house: from pieces or written anew, its answer is the same."""

import pytest

from ingest.http.full_house import CODE, FullHouse
from ingest.http.problems import Problems
from ingest.http.rate_limits import PER_DRAFT, unspent
from ingest.http.refusal import Refusal

RATE = unspent(PER_DRAFT).headers()


@pytest.mark.parametrize("certificate", [None, "eyJ.b-_.c0"])
@pytest.mark.parametrize("retry_after", [1, 9, 60])
def test_it_says_byte_for_byte_what_any_refusal_says(italian, certificate, retry_after):
    """Whether it has been given before or not; its header lines are those of the whole answer, length left out."""
    problems = Problems(italian)
    house, whole = FullHouse(problems, RATE), problems.reply(Refusal(CODE, retry_after=retry_after), certificate)

    for reply in (house.reply(retry_after, certificate), house.reply(retry_after, certificate)):
        assert whole == reply._replace(lines=b"")
        length = (b"content-length", b"%d" % len(reply.body))
        told = [tuple(line.split(b": ", 1)) for line in reply.lines.splitlines()]
        assert sorted(whole.head(RATE)) == sorted([*told, length])
