"""A turn of a server that answers HTTP."""

import socket
from random import Random

import pytest

from loadtest.bench.contestant import Server
from loadtest.bench.load import NotAnswered
from loadtest.bench.plan import Plan

SHORT = Plan("short", 1, 2, warm=0.01, steady=0.02, open=0.1, drafts=0, filings=0, fill=0.0, jobs=0)


class Asker:
    """Asks the same, always."""

    def ask(self):
        return None, b"GET / HTTP/1.1\r\nhost: a\r\n\r\n"

    def answered(self, about, answer):
        raise AssertionError("nobody answers here")


def test_a_server_that_answered_nobody_is_told_as_such():
    """On a machine that somebody else has: no rate can be made of it, and no figure."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = Server("usual", "the usual way", silent.getsockname()[1], {}, Asker())

        with pytest.raises(NotAnswered, match="the usual way: no answer in"):
            server.turn(SHORT, Random(1))
