"""costs: what one filing costs, with its decision: CPU by part, bytes in the database, connections by process."""

from collections.abc import Mapping
from typing import Any

from loadtest.bench.database import Database
from loadtest.capacity.applications import PER_FILING
from loadtest.capacity.bottleneck import by_part
from loadtest.capacity.trial import FILED, Trial

AFTERWARDS = ("workers", "relay", "standins", "valkey")  # what works for decisions alone
_SIZE = "SELECT pg_database_size(current_database())"
_WRITTEN = "SELECT (pg_current_wal_lsn() - '0/0')::float8"
_CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"


def standing(ledger: Database) -> Mapping[str, float]:
    """Return how much is filed, stored and written to the log so far."""
    return {name: float(ledger.value(asked)) for name, asked in (("filed", FILED), ("size", _SIZE), ("log", _WRITTEN))}


def grown(ledger: Database, before: Mapping[str, float], answered: int) -> dict[str, Any]:
    """Return what one filing added since, in bytes, dead rows included; and the connections that are open.

    `answered`: requests since; as many as one filing takes count as one, whether or not she came to file.
    """
    now = standing(ledger)
    filed = max(1.0, now["filed"] - before["filed"], answered / PER_FILING)
    return {
        "filings": int(filed),
        "bytes_per_filing": (now["size"] - before["size"]) / filed,
        "log_bytes_per_filing": (now["log"] - before["log"]) / filed,
        "connections": int(ledger.value(_CONNECTIONS)),
    }


def of(trial: Trial) -> dict[str, Any]:
    """Return what a trial used, in CPU seconds: for each request, and for each filing from first save to decision.

    What moves accepted work is shared among the decisions of the trial, all else among its requests.
    """
    used = {part: cores * trial.seconds for part, cores in by_part(trial.cores).items()}
    each = {part: seconds / trial.answers for part, seconds in used.items()}
    decided = {part: used[part] / max(1, trial.decided) for part in used if part in AFTERWARDS}
    return {
        "cpu_s_per_request": each,
        "cpu_s_per_filing": {part: PER_FILING * cost for part, cost in each.items()} | decided,
    }
