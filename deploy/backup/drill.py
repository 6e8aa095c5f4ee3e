"""drill: the latest backup is restored beside the running system, and held against the receipts given out."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from core.settings import Settings
from deploy.backup.identity import identity
from deploy.backup.refusal import CannotBackUp
from deploy.backup.restore import latest, manifest, restore
from deploy.local.process import ROOT

PATIENCE = 60.0  # seconds the restored database may take to stop
RESULT = "drill.json"


def drill(known: Settings, backup: Path | None, receipts: Path | None, say: Callable[[str], None]) -> int:
    """Restore, compare, write `backups/drill.json` for the preflight; return 0 where nothing is missing.

    Receipts are those of the running ledger, or those of a file. Errors: CannotBackUp.
    """
    chosen = backup or latest(known.backups_folder)
    began_at = str(manifest(chosen)["began_at"])
    say(f"restoring {chosen} beside the running system ...")
    with tempfile.TemporaryDirectory(prefix="drill-", dir=known.backups_folder) as scratch:
        data = Path(scratch) / "data"
        restore(chosen, data, identity(known), say)
        with _started(data) as restored:
            say("holding it against the receipts ...")
            command = [sys.executable, "-m", "loadtest.audit", "--restored", restored, "--began-at", began_at]
            command += ["--keys", str(data / "keys"), "--result", str(known.backups_folder / RESULT)]
            command += ["--receipts", str(receipts)] if receipts else ["--live", known.database_url()]
            return subprocess.run(command, cwd=ROOT, check=False).returncode  # noqa: S603 (our own command)


@contextmanager
def _started(data: Path) -> Iterator[str]:
    """Run the restored database; give its address."""
    parts = subprocess.Popen(
        [sys.executable, "-m", "deploy.local.parts"],
        env={**os.environ, "APPRODO_DATA": str(data)},
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        line = parts.stdout.readline() if parts.stdout else ""
        if not line:
            raise CannotBackUp(f"the restored database does not start; see {data / 'logs'}")
        yield str(json.loads(line)["database_url"])
    finally:
        with suppress(OSError):
            if parts.stdin:
                parts.stdin.close()
        try:
            parts.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            parts.kill()
