"""A crowd at a counter: it asks again as soon as it is answered, and what it was told is counted."""

import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

import pytest

from loadtest.crowding import gathered
from loadtest.status_page import Timed

ROOM, MANY = 7, 40
PATIENCE = 60.0  # seconds a process may take to begin on a busy machine


@pytest.fixture
def counter():
    """One that takes so many, and sends all others away."""
    asked = count(1)

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(201 if next(asked) <= ROOM else 503)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        server.daemon_threads, server.block_on_close = True, False
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_what_a_crowd_hears_is_counted_while_it_is_there(counter):
    """All that was answered, and of it what was taken."""
    with gathered(counter, 3) as crowd:
        give_up_at = time.monotonic() + PATIENCE
        while crowd.heard.answered < MANY and time.monotonic() < give_up_at:
            time.sleep(0.02)

    assert crowd.heard.answered >= MANY
    assert crowd.heard.taken == ROOM


def test_it_is_held_against_what_the_counter_takes_before_it_or_beside_it():
    """The more of the two: what was taken beside a crowd can be taken."""
    timed = Timed(1, 0, 0.0, 0.0, 0.0, asked=600.0, taken=20.0, capacity=40.0)

    assert [15.0, 10.0, 0.0] == [one.times for one in (timed, replace(timed, taken=60.0), replace(timed, capacity=0.0))]
