"""The machine, and the versions of all that was measured on it."""

import os
import platform
import re
import subprocess
from importlib.metadata import version
from pathlib import Path

_SERVING = ("fastapi", "pydantic", "uvicorn", "uvloop", "httptools", "orjson")
_STORING = ("sqlalchemy", "asyncpg", "dramatiq", "redis")


def described() -> dict[str, object]:
    """Return what the figures depend on: processor, cores, memory, kernel, and how busy others kept it."""
    return {
        "processor": _line(Path("/proc/cpuinfo"), "model name"),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "kernel": platform.release(),
        "load_average": round(os.getloadavg()[0], 2),
    }


def versions(postgresql: str, valkey: int) -> dict[str, str]:
    """Return the versions of Python, the libraries and the stores.

    Arguments: what PostgreSQL says of itself, and the process id of Valkey.
    """
    stores = {"postgresql": postgresql.partition(" ")[0], "valkey": _of_program(valkey)}
    return {"python": platform.python_version(), **stores, **{name: version(name) for name in _SERVING + _STORING}}


def _of_program(pid: int) -> str:
    said = subprocess.run(  # noqa: S603 (the program that runs)
        [f"/proc/{pid}/exe", "--version"], capture_output=True, text=True, check=False, timeout=5
    ).stdout
    found = re.search(r"v=([0-9.]+)", said)
    return found[1] if found else "unknown"


def _line(file: Path, name: str) -> str:
    found = re.search(rf"^{name}\s*: (.*)$", file.read_text(), re.MULTILINE)
    return found[1] if found else platform.machine()
