"""The register for those who answer for it: `python -m ingest.emergency` tells interruptions, totals, what waits."""

import sqlite3
import sys
from datetime import datetime

from core.clock import SystemClock
from core.settings import SettingsError, load
from ingest.emergency.journal import Journal
from ingest.emergency.sealing import Box
from ingest.keys import Keys
from ingest.proof.key_files import KeyFault


def main() -> int:
    """Print it; return the exit code."""
    try:
        place = load().place
        if not (place.register_folder / "register.sqlite").exists():
            sys.stdout.write("Nothing was ever registered here.\n")
            return 0
        keys = Keys(place.keys_folder, SystemClock().now())
        journal = Journal(place.register_folder, Box(keys.person, b"journal"))
    except (SettingsError, KeyFault, sqlite3.Error, OSError) as error:
        sys.stderr.write(f"ingest.emergency: {error}\n")
        return 1
    sys.stdout.write("\n".join(told(journal, SystemClock().now())) + "\n")
    journal.close()
    return 0


def told(journal: Journal, now: datetime) -> list[str]:
    """Return the lines: the register's name, its interruptions, its totals, its backlog."""
    lines = [f"Register {journal.register}", "", "Interruptions (UTC): number, cause, start, end, hours"]
    for row in journal.interruptions():
        ended = datetime.fromisoformat(row["ended_at"]) if row["ended_at"] else now
        hours = (ended - datetime.fromisoformat(row["began_at"])).total_seconds() / 3600
        lines.append(f"{row['number']}  {row['cause']}  {row['began_at']}  {row['ended_at'] or 'open'}  {hours:.2f}")
    lines += ["", "Totals by day (UTC): day, what, outcome, entries, first and last number"]
    lines += ["  ".join(str(value) for value in row) for row in journal.totals()]
    count, oldest = journal.backlog()
    waits = f"{count} entries wait" + (f", the oldest since {oldest.isoformat()}" if oldest else "")
    return [*lines, "", waits]


if __name__ == "__main__":
    sys.exit(main())
