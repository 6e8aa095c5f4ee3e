"""Ways to send: however a save comes in, in one piece or in many, it is answered alike and saved once."""

import json
import socket
import struct
import time

import pytest

from tests.integration.counter.running import PATIENCE, TYPED
from tests.integration.counter.wire import Answer, answers, conversation, exchange

BODY = json.dumps(TYPED["children"], separators=(",", ":")).encode()
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
PAUSE = 0.05  # seconds between two pieces, so that they are read apart
CHUNKED = b"%x\r\n%b\r\n%x\r\n%b\r\n0\r\n\r\n" % (20, BODY[:20], len(BODY) - 20, BODY[20:])


def head(draft, *lines: str, base: int = 0) -> bytes:
    """A save's head, with these header lines beside the usual ones."""
    seen = f'if-match: "{base}"' if base else "if-none-match: *"
    usual = ["host: counter", "content-type: application/json", f"authorization: Bearer {draft.token}", seen]
    return "\r\n".join([f"PUT {draft.path}/sections/children HTTP/1.1", *usual, *lines, "", ""]).encode()


def sized(draft, *lines: str, body: bytes = BODY, base: int = 0) -> bytes:
    """The head of a save whose body has a length."""
    return head(draft, *lines, f"content-length: {len(body)}", base=base)


def said(port: int, *pieces: bytes) -> Answer:
    """Send the pieces one after the other and return the first answer that is final."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as wire:
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            wire.sendall(piece)
            time.sleep(PAUSE)
        return final(wire)


def final(wire: socket.socket) -> Answer:
    """Read on until an answer is whole, without the interim one."""
    received = b""
    while True:
        piece = wire.recv(65_536)
        assert piece, received
        received += piece
        if b"\r\n\r\n" in received.removeprefix(CONTINUE):
            answer = answers(received.removeprefix(CONTINUE), closed=False)[0]
            if len(answer.body) == int(answer.headers["content-length"]):
                return answer


WAYS = {
    "head, then body": lambda draft: (sized(draft), BODY),
    "in three": lambda draft: (sized(draft)[:40], sized(draft)[40:] + BODY[:9], BODY[9:]),
    "chunked": lambda draft: (head(draft, "transfer-encoding: chunked") + CHUNKED,),
    "chunked, said otherwise": lambda draft: (head(draft, "Transfer-Encoding: \tCHUNKED ") + CHUNKED,),
    "chunked, in pieces": lambda draft: (head(draft, "transfer-encoding: chunked"), CHUNKED[:30], CHUNKED[30:]),
    "asking to continue": lambda draft: (sized(draft, "expect: 100-continue"), BODY),
    "asking to continue and not waiting": lambda draft: (sized(draft, "expect: 100-continue") + BODY,),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_save_is_answered_alike_however_it_is_sent(counter, draft, way):
    """Nothing but the date, the digest and the receipt tells one from a save that came in one piece."""
    usual = said(counter.port, sized(draft) + BODY)
    other = said(counter.port, *way(counter.start_draft()))

    assert 200 == other.status
    assert told(usual) == told(other)


def told(answer: Answer) -> tuple[list[tuple[str, str]], dict[str, object]]:
    """What an answer says that does not belong to one draft and one moment."""
    headers = [(name, "" if name == "date" else value) for name, value in answer.headers.items()]
    own = {"digest", "saved_at", "receipt"}
    return headers, {name: value for name, value in json.loads(answer.body).items() if name not in own}


def test_a_sender_who_asks_is_told_to_continue(counter, draft):
    """Before the body is sent, and the answer comes behind it (RFC 9110, section 10.1.1)."""
    with socket.create_connection(("127.0.0.1", counter.port), timeout=PATIENCE) as wire:
        wire.sendall(sized(draft, "expect: 100-continue"))
        assert CONTINUE == wire.recv(65_536)

        wire.sendall(BODY)

        assert 200 == final(wire).status


def test_saves_sent_at_once_are_answered_in_their_order(counter, draft):
    """Pipelining (RFC 9112, section 9.3.2): each builds on the one before it, and the last closes."""
    first, second = sized(draft) + BODY, sized(draft, base=1, body=b"{}") + b"{}"
    third = sized(draft, "connection: close", base=2) + BODY

    answered = conversation(counter.port, first + second + third[:50], third[50:])

    assert [(200, '"1"'), (200, '"2"'), (200, '"3"')] == [(one.status, one.headers["etag"]) for one in answered]
    assert [None, None, "close"] == [one.headers.get("connection") for one in answered]


def test_a_body_too_large_is_refused_though_all_of_it_is_there(counter, draft):
    """413, also where no length was told beforehand."""
    large = b'{"children":"%b"}' % (b"a" * 70_000)
    chunked = head(draft, "transfer-encoding: chunked") + b"%x\r\n%b\r\n0\r\n\r\n" % (len(large), large)

    answer = exchange(counter.port, chunked)

    assert (413, "too-large") == (answer.status, answer.problem["code"])


def test_whoever_goes_in_the_middle_of_a_body_has_saved_nothing(counter, draft):
    """The next save is the first."""
    vanished(counter.port, sized(draft) + BODY[:-1])

    assert 1 == counter.save(draft, "children", {"children": []}).json()["revision"]


def test_whoever_goes_before_the_answer_loses_it_and_nothing_else(counter):
    """Saved or not, the same save sent again ends in the one revision, and the counter serves the next."""
    drafts = [counter.start_draft() for _ in range(8)]

    for draft in drafts:
        vanished(counter.port, sized(draft) + BODY)
    again = [said(counter.port, sized(draft) + BODY) for draft in drafts]

    assert [(200, '"1"')] * 8 == [(one.status, one.headers["etag"]) for one in again]


def vanished(port: int, sent: bytes) -> None:
    """Send, and break the connection off at once."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as wire:
        wire.sendall(sent)
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
