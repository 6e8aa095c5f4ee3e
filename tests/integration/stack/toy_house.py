"""A toy house: the real supervisor, PostgreSQL and Valkey, with rooms of a few lines, so that a test takes seconds."""

from pathlib import Path

ROOT = Path(__file__).absolute().parents[3]

A_ROOM_THAT_WAITS = '''
"""A room that says where it is and waits."""
import json, os, pathlib, signal
run = pathlib.Path(os.environ["APPRODO_DATA"], "run", os.environ["APPRODO_PROCESS"] + ".json")
if pathlib.Path(os.environ["APPRODO_DATA"], "broken-" + os.environ["APPRODO_PROCESS"]).exists():
    raise SystemExit("this room is broken")
run.write_text(json.dumps({"pid": os.getpid()}))
if pathlib.Path(os.environ["APPRODO_DATA"], "stubborn-" + os.environ["APPRODO_PROCESS"]).exists():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.pause = lambda: __import__("time").sleep(1000)
'''

A_ROOM_THAT_ANSWERS = (
    A_ROOM_THAT_WAITS
    + """
import http.server, socket
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = str(os.getpid()).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *arguments): pass
listener = socket.socket(fileno=int(os.environ["APPRODO_SOCKET_FD"]))
server = http.server.ThreadingHTTPServer(listener.getsockname(), Answer, bind_and_activate=False)
server.socket = listener
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
server.serve_forever()
"""
)

MIGRATIONS = '''
"""No tables, and the civil date that was asked for; the first one stays."""
import json, os, pathlib, sys
kept = pathlib.Path(os.environ["APPRODO_DATA"], "civil")
kept.exists() or kept.write_text(os.environ.get("APPRODO_CIVIL_NOW", "2025-11-20T09:00:00+01:00"))
civil = kept.read_text()
answer = {"civil_offset_seconds": -1 if "APPRODO_CIVIL_NOW" in os.environ else 0, "civil_now": civil}
sys.stdout.write(json.dumps(answer) + "\\n")
'''

WAITING = A_ROOM_THAT_WAITS + "signal.pause()\n"


def build(folder: Path) -> Path:
    """Lay the toy house in a folder, from which `python -m deploy.local` then starts it."""
    (folder / "deploy").symlink_to(ROOT / "deploy")
    (folder / "core").mkdir()
    (folder / "core" / "settings.py").symlink_to(ROOT / "core" / "settings.py")
    _module(folder / "core" / "storage" / "migrate.py", MIGRATIONS)
    _module(folder / "ingest" / "__main__.py", A_ROOM_THAT_ANSWERS)
    _module(folder / "workers" / "__main__.py", WAITING)
    _module(folder / "monitoring" / "__main__.py", A_ROOM_THAT_ANSWERS)
    _module(folder / "loadtest" / "standins" / "__main__.py", A_ROOM_THAT_ANSWERS)
    return folder


def _module(file: Path, source: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(source)
