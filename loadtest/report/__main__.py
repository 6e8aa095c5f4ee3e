"""`python -m loadtest.report FOLDER`: write the report of a rehearsal again."""

import sys
from argparse import ArgumentParser
from pathlib import Path

from loadtest.report.page import write


def main() -> None:
    """Write it, and say where it is."""
    parser = ArgumentParser(prog="python -m loadtest.report", description=__doc__)
    parser.add_argument("folder", type=Path, help="of a rehearsal that has been judged")
    sys.stdout.write(f"{write(parser.parse_args().folder)}\n")


if __name__ == "__main__":
    main()
