"""Readiness: how each kind of child says that it is ready."""

import http.client
import json
from pathlib import Path
from urllib.parse import urlsplit

PATIENCE = 0.25  # seconds; whoever waits for this looks after other children too


def answers(url: str) -> bool:
    """Say whether a GET of this address is answered with 200."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def has_said_where(run_file: Path, pid: int) -> bool:
    """Say whether the process with this id has written its run file."""
    try:
        return bool(json.loads(run_file.read_text())["pid"] == pid)
    except (OSError, ValueError, LookupError):
        return False
