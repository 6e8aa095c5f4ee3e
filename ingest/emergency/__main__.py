"""The register for those who answer for it: `python -m ingest.emergency` tells interruptions, totals, what waits.

`copy FOLDER` copies it while it is in use, for a backup; `bring-back FOLDER` is for a restore; `salvage DAMAGED` takes
what can be read of a journal that was moved away because it is damaged.
"""

import sqlite3
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from core.clock import SystemClock
from core.domain.errors import ApprodoError
from core.settings import Place, SettingsError, load
from ingest.emergency.copying import bring_back, copy
from ingest.emergency.journal import FILE, Journal
from ingest.emergency.salvage import salvaged, write
from ingest.emergency.sealing import Box
from ingest.keys import Keys
from ingest.proof.key_files import KeyFault


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what was asked; return the exit code: 1 with one line that says why not."""
    asked = _parser().parse_args(arguments)
    try:
        place = load().place
        if asked.do is not _salvage and not (place.register_folder / FILE).exists():
            sys.stdout.write("Nothing was ever registered here.\n")
            return int(asked.do is _bring_back)
        asked.do(place, asked)
    except (SettingsError, KeyFault, ApprodoError, sqlite3.Error, OSError) as error:
        sys.stderr.write(f"ingest.emergency: {error}\n")
        return 1
    return 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m ingest.emergency", description=__doc__)
    parser.set_defaults(do=_tell)
    acts = parser.add_subparsers()
    copying = acts.add_parser("copy", help="copy the register, which may be in use")
    copying.add_argument("into", type=Path, help="a folder that is made")
    copying.set_defaults(do=_copy)
    back = acts.add_parser("bring-back", help="let what waited in a copy wait here again; nobody may be using it")
    back.add_argument("copied", type=Path, help="the folder of the copy")
    back.set_defaults(do=_bring_back)
    saving = acts.add_parser(
        "salvage", help="let what can be read of a damaged journal wait in a new one; nobody uses it"
    )
    saving.add_argument("damaged", type=Path, help="the folder it was moved to")
    saving.set_defaults(do=_salvage)
    return parser


def _tell(place: Place, _: Namespace) -> None:
    keys = Keys(place.keys_folder, SystemClock().now())
    journal = Journal(place.register_folder, Box(keys.person, b"journal"))
    sys.stdout.write("\n".join(told(journal, SystemClock().now())) + "\n")
    journal.close()


def _copy(place: Place, asked: Namespace) -> None:
    copy(place.register_folder, asked.into)


def _bring_back(place: Place, asked: Namespace) -> None:
    sys.stdout.write(f"{bring_back(place.register_folder, asked.copied)} entries wait again\n")


def _salvage(place: Place, asked: Namespace) -> None:
    """Nothing is changed of the folder that is damaged, and none that is there is overwritten."""
    keys = Keys(place.keys_folder, SystemClock().now())
    box = Box(keys.person, b"journal")
    found = salvaged(asked.damaged, box)
    write(found.waiting.values(), place.register_folder, box)
    lines = [f"{len(found.waiting)} entries wait again, {len(found.settled)} had been brought in or taken back"]
    lines += [f"NOT FOUND: {register}-{number:07}" for register, number in found.missing]
    sys.stdout.write("\n".join(lines) + "\n")


def told(journal: Journal, now: datetime) -> list[str]:
    """Return the lines: the register's name, its interruptions, its totals, its backlog."""
    lines = [f"Register {journal.register}", "", "Interruptions (UTC): number, cause, start, end, hours"]
    for row in journal.interruptions():
        ended = datetime.fromisoformat(row["ended_at"]) if row["ended_at"] else now
        hours = (ended - datetime.fromisoformat(row["began_at"])).total_seconds() / 3600
        lines.append(f"{row['number']}  {row['cause']}  {row['began_at']}  {row['ended_at'] or 'open'}  {hours:.2f}")
    lines += ["", "Totals by day (UTC): day, what, outcome, entries, first and last number"]
    lines += ["  ".join(str(value) for value in row) for row in journal.totals()]
    if cuts := journal.cuts():
        lines += ["", "PARTS THAT ARE GONE: the last number that was given out, and when it was missed (UTC)"]
        lines += ["  ".join(cut) for cut in cuts]
    count, oldest = journal.backlog()
    waits = f"{count} entries wait" + (f", the oldest since {oldest.isoformat()}" if oldest else "")
    return [*lines, "", waits]


if __name__ == "__main__":
    sys.exit(main())
