"""Health of one process, for a container engine: `python -m deploy.health NAME [ADDRESS]` ends 0 where it is well."""

import http.client
import json
import sys
from urllib.parse import urlsplit

from core import settings

SECONDS = 2.0


def main() -> int:
    """Return 0 where the process has said where it is and answers there, and at the address where one is given."""
    name, *addresses = sys.argv[1:]
    run_file = settings.load().place.run_folder / f"{name}.json"
    try:
        addresses.append(str(json.loads(run_file.read_bytes())["metrics"]))
    except (OSError, ValueError, KeyError):
        return _unwell(f"{name} has not said where it is")
    ill = [address for address in addresses if not _answers(address)]
    return _unwell(f"{name} does not answer at {', '.join(ill)}") if ill else 0


def _answers(address: str) -> bool:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=SECONDS)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _unwell(why: str) -> int:
    sys.stderr.write(f"{why}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
