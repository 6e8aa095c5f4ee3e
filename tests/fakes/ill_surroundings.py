"""A program of ours in ill surroundings: `python -m tests.fakes.ill_surroundings FOLDER MODULE [ARGUMENT ...]`.

What is ill is told by files in FOLDER while it runs: `series` can count nothing, `names` are not resolved, and
`slow-names` are resolved after half a minute.
"""

import runpy
import socket
import sys
import time
from pathlib import Path

from prometheus_client import values

SLOW = 30.0  # seconds


def spoil(folder: Path) -> None:
    """Put what may go wrong in the place of what does not."""
    resolve, value = socket.getaddrinfo, values.MutexValue

    def resolved(*asked, **options):
        if (folder / "slow-names").exists():
            time.sleep(SLOW)
        if (folder / "names").exists():
            raise socket.gaierror(socket.EAI_AGAIN, "planted")
        return resolve(*asked, **options)

    def spoiled(name):
        method = getattr(value, name)

        def counted(self, *given, **options):
            if (folder / "series").exists():
                raise OSError("planted")
            return method(self, *given, **options)

        return counted

    socket.getaddrinfo = resolved
    for name in ("inc", "set"):
        setattr(value, name, spoiled(name))


if __name__ == "__main__":
    _, folder, module, *sys.argv[1:] = sys.argv
    spoil(Path(folder))
    runpy.run_module(module, run_name="__main__", alter_sys=True)
