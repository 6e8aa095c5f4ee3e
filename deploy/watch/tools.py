"""The tools of those who watch, from Debian's packages: found where they are installed, or fetched and unpacked."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

TOOLS = ("prometheus", "promtool", "prometheus-alertmanager", "amtool")
PACKAGES = ("prometheus", "prometheus-alertmanager")
ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".approdo" / "tools"  # beside the data of the copy that lies in this folder; shared by all others
TEXTS = b"/usr/share/prometheus/alertmanager"
SECONDS = 300  # for a download


class NoTools(Exception):
    """They are not here and could not be fetched; the message says what to do."""


def find(tool: str) -> Path | None:
    """Return where a tool is: on the path, or unpacked by us."""
    unpacked = FOLDER / "usr" / "bin" / tool
    if os.access(unpacked, os.X_OK):
        return unpacked
    found = shutil.which(tool)
    return Path(found) if found else None


def need(tool: str) -> Path:
    """Return where a tool is; fetch all of them where it is not. Errors: NoTools."""
    if find(tool) is None:
        fetch()
    if (found := find(tool)) is None:
        raise NoTools(f"{tool} is not in Debian's packages {', '.join(PACKAGES)} as they are here")
    return found


def fetch() -> None:
    """Download the packages and unpack them, with no right that an ordinary user lacks. Errors: NoTools."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        if not _run(["apt-get", "download", *PACKAGES], folder):
            _run(["apt-get", "update", "-qq"], folder)  # works for root alone; elsewhere the lists are there already
            if not _run(["apt-get", "download", *PACKAGES], folder):
                raise NoTools(
                    f"install Debian's packages {' and '.join(PACKAGES)}, or run `apt-get update` as root once"
                )
        for package in sorted(Path(folder).glob("*.deb")):
            if not _run(["dpkg", "-x", package.name, str(FOLDER)], folder):
                raise NoTools(f"{package.name} cannot be unpacked into {FOLDER}")
    _read_texts_from_here(FOLDER / "usr" / "bin" / "prometheus-alertmanager")


def _read_texts_from_here(program: Path) -> None:
    """Debian's Alertmanager reads its texts from one absolute folder, where only root could put them: in our copy that
    folder is taken from where it is started, by a path of the same length."""
    whole = program.with_suffix(".tmp")
    whole.write_bytes(program.read_bytes().replace(TEXTS, TEXTS[1:] + b"/"))
    whole.chmod(0o755)
    whole.replace(program)


def _run(command: Sequence[str], folder: str) -> bool:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def main() -> int:
    """Fetch what is missing; return 0 where all are there."""
    try:
        for tool in TOOLS:
            sys.stdout.write(f"{tool:<25}{need(tool)}\n")
    except NoTools as error:
        sys.stderr.write(f"approdo: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
