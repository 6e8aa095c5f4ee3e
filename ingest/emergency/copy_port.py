"""The port on which a counter keeps copies for the others: one call, for whoever has the keys."""

import sqlite3
import threading
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer

from core.domain.register import Entry
from ingest.emergency.copies import PATH, proof, unpacked
from ingest.emergency.journal import Journal
from ingest.emergency.sealing import Box, Unreadable

SECONDS = 5  # how long a sender may take
MOST_BYTES = 64_000_000
POLL_SECONDS = 0.2


class CopyPort:
    """Serves `POST /register-copies` from a daemon thread."""

    def __init__(self, host: str, port: int, open_journal: Callable[[], Journal], box: Box) -> None:
        """Begin to serve. Errors: OSError where another process has the port."""
        self._server = _Server((host, port), _keeping(_Keeper(open_journal), box))
        threading.Thread(
            target=self._server.serve_forever, args=(POLL_SECONDS,), name="register-copies", daemon=True
        ).start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


class _Keeper:
    """Writes copies into this machine's journal, one batch at a time."""

    def __init__(self, open_journal: Callable[[], Journal]) -> None:
        self._open, self._alone = open_journal, threading.Lock()
        self._journal: Journal | None = None

    def keep(self, entries: Sequence[Entry]) -> None:
        """Return once they are durable here. Errors: sqlite3.Error, OSError."""
        with self._alone:
            journal = self._journal = self._journal or self._open()
            with journal.transaction():
                for entry in entries:
                    journal.add(entry)


class _Server(ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 16

    def handle_error(self, request: object, client_address: object) -> None:
        """A sender that went away is nobody's error: it asks again."""


def _keeping(keeper: _Keeper, box: Box) -> type[BaseHTTPRequestHandler]:
    class Answer(BaseHTTPRequestHandler):
        timeout = SECONDS

        def do_POST(self) -> None:
            """Keep what is sealed with our key; anything else is forbidden, whoever sends it."""
            length = self.headers.get("content-length", "")
            if self.path != PATH or not length.isdigit() or int(length) > MOST_BYTES:
                self._answer(404)
                return
            sealed = self.rfile.read(int(length))
            try:
                keeper.keep(unpacked(box.open(sealed)))
            except (Unreadable, ValueError, KeyError, TypeError):
                self._answer(403)
            except (sqlite3.Error, OSError):
                self._answer(507)
            else:
                self._answer(200, box.seal(proof(sealed), b"kept"))

        def _answer(self, status: int, body: bytes = b"") -> None:
            self.send_response_only(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - the library's name
            """Say nothing of a copy."""

    return Answer
