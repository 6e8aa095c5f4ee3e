"""A program of ours in ill surroundings: `python -m tests.fakes.ill_surroundings FOLDER MODULE [ARGUMENT ...]`.

What is ill is told by files in FOLDER while it runs: `series` can count nothing.
"""

import runpy
import sys
from pathlib import Path

from prometheus_client import values


def spoil(folder: Path) -> None:
    """Put what may go wrong in the place of what does not."""
    value = values.MutexValue

    def spoiled(name):
        method = getattr(value, name)

        def counted(self, *given, **options):
            if (folder / "series").exists():
                raise OSError("planted")
            return method(self, *given, **options)

        return counted

    for name in ("inc", "set"):
        setattr(value, name, spoiled(name))


if __name__ == "__main__":
    _, folder, module, *sys.argv[1:] = sys.argv
    spoil(Path(folder))
    runpy.run_module(module, run_name="__main__", alter_sys=True)
