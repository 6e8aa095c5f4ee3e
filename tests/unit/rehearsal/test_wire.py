"""Lines: what breaks is seen as what it is, and nothing is repeated behind anybody's back."""

import socket
import threading
from contextlib import contextmanager

import pytest

from loadtest.rehearsal.wire import Lines, NoAnswer

PATIENCE = 60.0  # seconds on a busy machine
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nRetry-After: 7\r\n\r\n{}"


@contextmanager
def answering(*answers):
    """A server that gives each request the next of these answers; None: it hangs up, "": it keeps silent."""
    asked, silence = [], threading.Event()
    left = list(answers)

    def serve():
        while left:
            line, _ = listener.accept()
            with line:
                while left and (request := line.recv(65536)):
                    asked.append(request)
                    answer = left.pop(0)
                    if answer is None:
                        break
                    if answer == b"":
                        silence.wait(PATIENCE)
                        break
                    line.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        lines = Lines(f"http://127.0.0.1:{listener.getsockname()[1]}")
        try:
            yield lines, asked
        finally:
            silence.set()
            lines.close()
            thread.join(PATIENCE)


def ask(lines, patience=PATIENCE, *, hang_up=False):
    return lines.ask("PUT", "/x", {"if-match": '"1"'}, b"{}", patience, hang_up=hang_up)


def test_a_whole_answer_is_read_and_its_line_kept():
    """Headers are found whatever their case."""
    with answering(WHOLE, WHOLE) as (lines, asked):
        assert (ask(lines).status, ask(lines).header(b"retry-after")) == (200, b"7")

        assert len(asked) == 2


@pytest.mark.parametrize(
    ("answer", "why"),
    [(None, "broken"), (WHOLE[:-1], "broken"), (b"", "timed-out"), (b"nonsense\r\n\r\n", "broken")],
)
def test_no_whole_answer_is_told_by_its_kind(answer, why):
    """And the request was sent once."""
    with answering(answer) as (lines, asked), pytest.raises(NoAnswer, match=why):
        ask(lines, patience=0.3 if why == "timed-out" else PATIENCE)

    assert len(asked) == 1


def test_an_answer_that_trickles_is_given_up_in_time():
    """A byte now and then is no answer."""
    stopped = threading.Event()

    def trickle():
        line, _ = listener.accept()
        with line:
            line.recv(65536)
            for byte in WHOLE:
                if stopped.wait(0.1):
                    return
                line.sendall(bytes([byte]))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=trickle, daemon=True)
        thread.start()
        with pytest.raises(NoAnswer, match="timed-out"):
            ask(Lines(f"http://127.0.0.1:{listener.getsockname()[1]}"), patience=0.5)
        stopped.set()
        thread.join(PATIENCE)


def test_who_hangs_up_has_sent_her_request():
    """The counter may have done what she never hears of."""
    with answering(WHOLE) as (lines, _), pytest.raises(NoAnswer, match="hung-up"):
        ask(lines, hang_up=True)


def test_nobody_there_is_told_too(free_port):
    """Where nothing listens."""
    with pytest.raises(NoAnswer, match="unreachable"):
        ask(Lines(f"http://127.0.0.1:{free_port}"))
