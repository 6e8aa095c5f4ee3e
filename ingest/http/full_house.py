"""A full house: its answer, from pieces that were written once, for it is given thousands of times a second."""

from typing import NamedTuple

import orjson

from ingest.http.problems import PROBLEM, Problems
from ingest.http.refusal import Refusal
from ingest.http.reply import Headers, Reply

CODE = "overloaded"


class _Written(NamedTuple):
    """The answer with one time to come again, without a certificate."""

    reply: Reply
    beginning: bytes  # of its body, up to where a certificate goes


class FullHouse:
    """Writes what `Problems.reply` would, byte for byte."""

    def __init__(self, problems: Problems, rate: Headers) -> None:
        """Take who writes problems, and the rate-limit headers of who is not counted."""
        self._problems, self._rate = problems, rate
        self._note = b'","attempt_note":%b}' % orjson.dumps(problems.attempt_note)
        self._written: dict[int, _Written] = {}

    def reply(self, retry_after: int, certificate: str | None) -> Reply:
        """Return the answer: come again after so many seconds, and this proves that you were here."""
        reply, beginning = self._written.get(retry_after) or self._write(retry_after)
        if certificate is None:
            return reply
        body = b'%b,"attempt_certificate":"%b%b' % (beginning, certificate.encode(), self._note)
        return Reply(reply.status, body, reply.headers, PROBLEM, CODE, reply.lines)

    def _write(self, retry_after: int) -> _Written:
        reply = self._problems.reply(Refusal(CODE, retry_after=retry_after))
        head = [header for header in reply.head(self._rate) if header[0] != b"content-length"]
        lines = b"".join([b"%b: %b\r\n" % header for header in head])
        written = self._written[retry_after] = _Written(reply._replace(lines=lines), reply.body[:-1])
        return written
