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


def test_a_line_that_breaks_is_opened_again():
    """And whoever asks goes on."""
    asking = Asking()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, args=(listening,), daemon=True).start()
        lines = Lines(listening.getsockname()[1], 1, asking)
        lines.press(60.0, most=3)
        lines.close()

    assert [200, NO_ANSWER.status, 200] == asking.heard
