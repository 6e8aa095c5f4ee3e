"""docs/decisions/README.md: the decisions by their titles, as GitHub shows them to whoever opens the folder."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "decisions"
HEAD = """# Why things are as they are

Written by `make golden` from the titles; a test holds it equal. Where one was changed later, it says so itself.

"""


def decisions() -> str:
    """Return the page. Errors: ValueError where a title does not begin with the number of its file."""
    return HEAD + "".join(_line(path) for path in sorted(FOLDER.glob("[0-9]*.md")))


def _line(path: Path) -> str:
    number, _, title = path.read_text("utf-8").splitlines()[0].removeprefix("# ").partition(". ")
    if int(number) != int(path.name[:4]):
        raise ValueError(f"{path.name} bears the number {number}")
    return f"{number}. [{title}]({path.name})\n"
