"""Slow senders: who says nothing, or a byte a second, is ended in ten seconds by a running counter; all others save."""

import re
import socket
import threading
import time
from dataclasses import dataclass, field

import pytest

from tests.integration.counter.running import PATIENCE, RunningCounter

PROMISED = 10.0  # seconds from the last thing that was whole to the end
NOTICED = 15.0  # seconds a busy machine may need to see that it is over
A_BYTE_EACH = 0.5  # seconds

HEAD = "PUT PATH/sections/income HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer TOKEN\r\nIf-None-Match: *\r\n"
JSON = "Content-Type: application/json\r\n"
FORM = "POST /controlla HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
WHOLE = "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"

#: What is sent at once; a byte follows, and another, or nothing.
SENDERS: dict[str, tuple[str, bytes, int]] = {
    "nothing at all": ("", b"", 0),
    "half a head, and no more": (HEAD, b"", 408),
    "a head that trickles": (HEAD + "X: ", b"x", 408),
    "a head of many short lines": (HEAD, b"x: y\r\n", 408),
    "empty lines before a head": ("", b"\r\n", 0),
    "half a body, and no more": (HEAD + JSON + "Content-Length: 900\r\n\r\n{", b"", 408),
    "a body that trickles": (HEAD + JSON + "Content-Length: 900\r\n\r\n{", b" ", 408),
    "chunks that trickle": (HEAD + JSON + "Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n", 408),
    "one chunk that trickles": (HEAD + JSON + "Transfer-Encoding: chunked\r\n\r\n3e8\r\n{", b" ", 408),
    "leave asked for, and then a trickle": (
        HEAD + JSON + "Expect: 100-continue\r\nContent-Length: 900\r\n\r\n",
        b" ",
        408,
    ),
    "a page's form that trickles": (FORM + "Content-Length: 900\r\n\r\n", b"a", 408),
    "a second head that trickles": (WHOLE + HEAD + "X: ", b"x", 408),
    "a second body that trickles": (WHOLE + HEAD + JSON + "Content-Length: 900\r\n\r\n{", b" ", 408),
}


@dataclass
class Sender:
    """One connection, and what became of it."""

    port: int
    first: bytes
    then: bytes
    took: float = float("inf")
    heard: bytes = b""
    thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._send, daemon=True)
        self.thread.start()

    def _send(self) -> None:
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as wire:
            wire.sendall(self.first)
            wire.settimeout(A_BYTE_EACH)
            while time.monotonic() < began + PROMISED + NOTICED:
                if self._ended(wire):
                    self.took = time.monotonic() - began
                    return

    def _ended(self, wire: socket.socket) -> bool:
        """Send a byte more, and listen; say whether the other side has closed."""
        try:
            if self.then:
                wire.sendall(self.then)
            piece = wire.recv(65_536)
        except TimeoutError:
            return False
        except OSError:
            return True
        self.heard += piece
        return not piece

    @property
    def statuses(self) -> list[int]:
        """Of every final answer it heard."""
        return [int(status) for status in re.findall(rb"HTTP/1\.1 ([2-5][0-9]{2})", self.heard)]


@pytest.fixture(scope="module")
def ended(counter: RunningCounter) -> dict[str, Sender]:
    """Every slow sender, all at once, when the last has been ended; and an honest save every moment meanwhile."""
    draft = counter.start_draft()
    senders = {
        name: Sender(counter.port, first.replace("PATH", draft.path).replace("TOKEN", draft.token).encode(), then)
        for name, (first, then, _) in SENDERS.items()
    }
    revision, slowest = 0, 0.0
    honest = counter.start_draft()
    give_up_at = time.monotonic() + PROMISED + NOTICED
    while any(sender.thread.is_alive() for sender in senders.values()) and time.monotonic() < give_up_at:
        began = time.monotonic()
        answer = counter.save(honest, "income", {"employment": str(revision)}, revision)
        assert answer.status_code == 200, answer.text
        revision, slowest = revision + 1, max(slowest, time.monotonic() - began)
        time.sleep(0.5)
    assert slowest < PROMISED / 2, f"an honest save took {slowest:.1f} s"
    assert counter.client.get(draft.path, headers=draft.headers).json()["sections"] == []
    return senders


@pytest.mark.parametrize("name", SENDERS)
def test_a_slow_sender_is_ended_in_ten_seconds(ended: dict[str, Sender], name: str) -> None:
    """Told so with 408 where a request had begun; nothing of it is kept, and nobody else noticed."""
    _, _, status = SENDERS[name]
    sender = ended[name]

    assert sender.took < PROMISED + NOTICED, sender.heard
    if status:
        assert status == sender.statuses[-1], sender.heard
