"""Write every golden file again: `python -m tests.golden.regenerate`."""

from tests.golden.files import GOLDEN, ROOT


def main() -> None:
    """Write what has changed."""
    for path, write in GOLDEN.items():
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(write(), "utf-8")


if __name__ == "__main__":
    main()
