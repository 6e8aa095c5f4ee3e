"""A line: one request, one answer, however the bytes come."""

import socket
from collections.abc import Iterator

import pytest

from loadtest.bench.line import Answer, Line, LineBroken

OK = b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 12\r\netag: "1"\r\n\r\n{"revision":'


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A server that does what the test says."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(5)
        yield listener


@pytest.fixture
def line(listener: socket.socket) -> Iterator[Line]:
    """A line to it."""
    line = Line(listener.getsockname()[1])
    yield line
    line.close()


@pytest.fixture
def server(listener: socket.socket, line: Line) -> Iterator[socket.socket]:
    """Its end of the line."""
    end, _ = listener.accept()
    end.settimeout(5)
    with end:
        yield end


def received(line: Line) -> Answer | None:
    """What the line says once something is there to be read."""
    line._socket.settimeout(5)
    return line.receive()


def test_an_answer_in_one_piece(line: Line, server: socket.socket) -> None:
    """Status and body, and nothing of it left over."""
    server.sendall(OK)

    assert Answer(200, b'{"revision":') == received(line)


def test_an_answer_in_two_pieces_is_given_once_it_is_whole(line: Line, server: socket.socket) -> None:
    """Head and body may come in two writes."""
    server.sendall(OK[:-5])
    assert received(line) is None

    server.sendall(OK[-5:])
    assert Answer(200, b'{"revision":') == received(line)


def test_a_request_goes_out_as_it_is(line: Line, server: socket.socket) -> None:
    """Not a byte is added."""
    line.send(b"PUT / HTTP/1.1\r\n\r\n")

    assert b"PUT / HTTP/1.1\r\n\r\n" == server.recv(100)


def test_a_server_that_hangs_up_breaks_the_line(line: Line, server: socket.socket) -> None:
    """It is told, and never counted as an answer."""
    server.close()

    with pytest.raises(LineBroken):
        received(line)


def test_an_answer_without_its_length_breaks_the_line(line: Line, server: socket.socket) -> None:
    """Where it ends would be a guess."""
    server.sendall(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n")

    with pytest.raises(LineBroken):
        received(line)
