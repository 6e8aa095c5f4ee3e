"""Lines on which a server hangs up: each is opened again, and its request counts as answered with nothing."""

import socket
import threading

from loadtest.capacity.lines import NO_ANSWER, Lines

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


class Asking:
    """Asks three times, and remembers what came."""

    def __init__(self):
        self.left, self.heard = 3, []

    def ask(self):
        self.left -= 1
        return (None, b"GET / HTTP/1.1\r\n\r\n") if self.left >= 0 else None

    def answered(self, about, answer):
        self.heard.append(answer.status)


def serve(listening):
    """Answer the first request and hang up on the second without a word; then answer again."""
    with listening.accept()[0] as line:
        line.recv(1_000)
        line.sendall(ANSWER)
        line.recv(1_000)
    with listening.accept()[0] as line:
        while line.recv(1_000):
            line.sendall(ANSWER)


def test_who_finds_the_queue_full_keeps_nobody_waiting():
    """The lines that stand are asked and answered meanwhile; when there is room for hers is up to the kernel."""
    asking = Asking()
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listening:
        lines = Lines(listening.getsockname()[1], 1, asking)
        served = listening.accept()[0]
        opened = [lines.open(4) for _ in range(4)]  # one may wait in the kernel; the others find no room
        for line in reversed(lines.idle[-2:]):
            lines.ask(line)
        lines.ask(lines.idle.pop(0))
        served.recv(1_000)
        served.sendall(ANSWER)
        while not asking.heard:
            list(lines.answered(60.0))
        lines.close()
        served.close()

    assert [True, True, True, False] == opened
    assert [200] == asking.heard


def test_who_finds_the_queue_full_once_her_line_has_broken_keeps_nobody_waiting_either():
    """Opened again it is a line like any other on its way: a generator that waited here for the kernel stood still."""
    asking = Asking()
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listening:
        lines = Lines(listening.getsockname()[1], 1, asking)
        served = listening.accept()[0]
        crowd = [socket.socket() for _ in range(4)]
        for one in crowd:
            one.settimeout(0)
            one.connect_ex(listening.getsockname())
        lines.ask(lines.idle.pop())
        served.close()
        while not asking.heard:
            list(lines.answered(60.0))
        lines.close()
        for one in crowd:
            one.close()

    assert [NO_ANSWER.status] == asking.heard


def test_what_is_asked_of_a_line_that_does_not_stand_yet_is_sent_when_it_does():
    """Nobody has to know whether it does."""
    asking = Asking()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        lines = Lines(listening.getsockname()[1], 0, asking)
        assert lines.open(1)
        lines.ask(lines.idle.pop())
        list(lines.answered(60.0))
        with listening.accept()[0] as line:
            assert line.recv(1_000)
            line.sendall(ANSWER)
            while not asking.heard:
                list(lines.answered(60.0))
        lines.close()

    assert [200] == asking.heard


def test_a_line_that_breaks_is_opened_again():
    """And whoever asks goes on."""
    asking = Asking()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, args=(listening,), daemon=True).start()
        lines = Lines(listening.getsockname()[1], 1, asking)
        lines.press(60.0, most=3)
        lines.close()

    assert [200, NO_ANSWER.status, 200] == asking.heard
