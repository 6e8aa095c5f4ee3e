"""The fault proxy: every way in which it is no good line, seen from both ends over real sockets."""

import socket
import threading
import time
from contextlib import suppress

import pytest

from loadtest.faults.proxy import proxied

PATIENCE = 60.0  # seconds on a busy machine


@pytest.fixture
def echo():
    """A server that says everything back in capitals, and remembers what it heard."""
    heard, listener = [], socket.create_server(("127.0.0.1", 0))

    def serve():
        with suppress(OSError):
            while True:
                line, _ = listener.accept()
                threading.Thread(target=answer, args=(line,), daemon=True).start()

    def answer(line):
        with line, suppress(OSError):
            while piece := line.recv(1024):
                heard.append(piece)
                line.sendall(piece.upper())

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname(), heard
    listener.close()


@pytest.fixture
def proxy(echo):
    """A proxy in front of it."""
    with proxied(echo[0]) as made:
        yield made


def connected(proxy):
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=PATIENCE)


def said(line, text):
    line.sendall(text)
    return line.recv(1024)


def gone(line, text):
    """Whether the line is cut when this is said: reset, or ended where the end overtakes."""
    try:
        return said(line, text) == b""
    except OSError:
        return True


def test_it_is_a_line(proxy):
    """Nothing is broken until it is told to be."""
    with connected(proxy) as line:
        assert b"SAVE" == said(line, b"save")


def test_it_refuses_and_takes_again(proxy):
    """Every open line is reset, and each new one."""
    with connected(proxy) as line:
        said(line, b"save")
        proxy.refuse()
        assert gone(line, b"save")
    proxy.heal()

    with connected(proxy) as line:
        assert b"SAVE" == said(line, b"save")


def test_a_black_hole_lets_nothing_through_until_it_is_none(proxy, echo):
    """What was sent into it arrives when it is whole."""
    with connected(proxy) as line:
        said(line, b"first")
        proxy.black_hole()
        line.sendall(b"second")
        line.settimeout(0.2)
        with pytest.raises(TimeoutError):
            line.recv(1024)
        assert [b"first"] == echo[1]

        proxy.heal()
        line.settimeout(PATIENCE)
        assert b"SECOND" == line.recv(1024)


@pytest.mark.parametrize("forward", [True, False])
def test_a_reply_is_cut_after_its_request_arrived_or_before(proxy, echo, forward):
    """The request that holds the marker, once; the next one is answered."""
    proxy.cut_reply_to(b"COMMIT", forward=forward)
    with connected(proxy) as line:
        said(line, b"begin")
        assert gone(line, b"COMMIT")

    assert proxy.cut.is_set()
    with connected(proxy) as line:
        assert b"COMMIT" == said(line, b"COMMIT")
    assert [b"COMMIT"] * (2 if forward else 1) == echo[1][1:]


def test_an_answer_is_cut_after_so_many_bytes(proxy):
    """Each new line takes the next length; when they are used up, no more is cut."""
    proxy.cut_after([3])
    with connected(proxy) as line:
        line.sendall(b"section")
        got = b""
        with suppress(OSError):
            while piece := line.recv(1024):
                got += piece
    assert got in (b"SEC", b"")  # a reset may overtake what was sent

    with connected(proxy) as line:
        assert b"SECTION" == said(line, b"section")


def test_it_is_slow_when_told(proxy):
    """Each piece comes back later."""
    proxy.delay = 0.2
    with connected(proxy) as line:
        began = time.monotonic()
        said(line, b"save")

    assert time.monotonic() - began >= 0.2


def test_it_cuts_at_a_piece(proxy):
    """Counted from when it is told."""
    proxy.cut_at(2)
    with connected(proxy) as line:
        said(line, b"one")
        with suppress(OSError):
            said(line, b"two")  # its answer may be quicker than the knife
        assert proxy.cut.wait(PATIENCE)
        assert gone(line, b"three")


def test_it_loses_an_end_until_it_is_whole(proxy):
    """The other side's last word arrives, and that it hung up does not."""
    proxy.lose_ends()
    with connected(proxy) as line:
        said(line, b"bye")
        line.shutdown(socket.SHUT_WR)  # after which the server hangs up
        line.settimeout(0.2)
        with pytest.raises(TimeoutError):
            line.recv(1024)

        proxy.heal()
        line.settimeout(PATIENCE)
        assert b"" == line.recv(1024)
