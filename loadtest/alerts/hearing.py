"""hearing: a receiver of Alertmanager's notifications; it notes who was told what, and when."""

import json
import threading
import time
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, slots=True)
class Heard:
    """One alert of one notification."""

    at: float  # monotonic seconds
    by: str  # pager, messages, alive
    alert: str
    sounding: bool


class Hearing:
    """Listens on a loopback port of its own while it is open."""

    def __init__(self, aside: AbstractSet[str] = frozenset()) -> None:
        """Begin to listen, but not to alerts that are set aside."""
        self.heard: list[Heard] = []
        self._aside = aside
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _answering(self._note))
        threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True).start()

    def address(self, by: str) -> str:
        """Return where a receiver is told."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/{by}"

    def since(self, at: float) -> list[Heard]:
        """Return what was heard of alerts that sound, from an instant on, but for the one that always does."""
        told = (one for one in list(self.heard) if one.at >= at and one.sounding and one.by != "alive")
        return [one for one in told if one.alert not in self._aside]

    def close(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()

    def _note(self, by: str, body: bytes) -> None:
        now = time.monotonic()
        for alert in json.loads(body)["alerts"]:
            self.heard.append(Heard(now, by, alert["labels"]["alertname"], alert["status"] == "firing"))


def _answering(note: Callable[[str, bytes], None]) -> type[BaseHTTPRequestHandler]:
    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Take a notification."""
            note(self.path.strip("/"), self.rfile.read(int(self.headers["content-length"])))
            self.send_response_only(200)
            self.end_headers()

        def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - the library's name
            """Say nothing."""

    return Answer
