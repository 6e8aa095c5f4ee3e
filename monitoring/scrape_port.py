"""The port on which one process shows its series."""

import threading
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

SECONDS = 5  # how long a reader may take
POLL_SECONDS = 0.2  # how soon it notices that it shall stop


class ScrapePort:
    """Serves `GET /metrics` on a free loopback port, from a daemon thread."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Take the registry to show, and begin to serve."""
        self._server = _Server(("127.0.0.1", 0), _answering(registry))
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(POLL_SECONDS,), name="scrape-port", daemon=True
        )
        self._thread.start()

    @property
    def address(self) -> str:
        """Where to read."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/metrics"

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 16

    def handle_error(self, request: object, client_address: object) -> None:
        """A reader that went away is nobody's error."""


def _answering(registry: CollectorRegistry) -> type[BaseHTTPRequestHandler]:
    class Answer(BaseHTTPRequestHandler):
        timeout = SECONDS

        def do_GET(self) -> None:
            """Answer with the series, or 404."""
            found = self.path.split("?", 1)[0] == "/metrics"
            body = generate_latest(registry) if found else b""
            self.send_response_only(200 if found else 404)
            self.send_header("Content-Type", CONTENT_TYPE_LATEST)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - the library's name
            """Say nothing of a scrape."""

    return Answer
