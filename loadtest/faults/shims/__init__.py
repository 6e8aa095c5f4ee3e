"""shims: small libraries that let calls of the operating system fail or lie, built on the spot where there is gcc."""

import shutil
import subprocess
from pathlib import Path

from loadtest.faults.scenario import CannotRun

HERE = Path(__file__).parent


def built(name: str, folder: Path) -> Path:
    """Return the library that `<name>.c` is built to, for LD_PRELOAD. Errors: CannotRun."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise CannotRun("there is no C compiler to build the shim with")
    folder.mkdir(parents=True, exist_ok=True)
    library = folder / f"{name}.so"
    command = [compiler, "-O1", "-shared", "-fPIC", "-o", str(library), str(HERE / f"{name}.c"), "-ldl"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (of our own making)
    if done.returncode != 0:
        raise CannotRun(f"the shim {name} cannot be built: {done.stderr.strip().splitlines()[-1:]}")
    library.chmod(0o755)
    return library
