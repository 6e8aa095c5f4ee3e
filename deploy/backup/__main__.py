"""`python -m deploy.backup take | restore | drill`: back up the running system, and show that it can be had again."""

import argparse
import sys
from pathlib import Path

from core import settings
from core.settings import Settings, SettingsError
from deploy.backup.drill import drill
from deploy.backup.identity import identity
from deploy.backup.refusal import CannotBackUp
from deploy.backup.restore import latest, restore
from deploy.backup.take import take


def main(arguments: list[str] | None = None) -> int:
    """Do what was asked. Exit code 0 where it was done, 1 with one line that says why not."""
    asked = _parser().parse_args(arguments)
    try:
        known = settings.load()
        return int(asked.act(known, asked))
    except (CannotBackUp, SettingsError) as error:
        sys.stderr.write(f"approdo: {error}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.backup", description=__doc__)
    acts = parser.add_subparsers(required=True)
    acts.add_parser("take", help="back up the running system").set_defaults(act=_take)
    back = acts.add_parser("restore", help="put a backup in the place of the data of a system that is stopped")
    back.add_argument("--from", dest="backup", type=Path, help="the backup's folder (default: the newest)")
    back.set_defaults(act=_restore)
    drilled = acts.add_parser("drill", help="restore beside the running system, and list what receipts miss in it")
    drilled.add_argument("--from", dest="backup", type=Path, help="the backup's folder (default: the newest)")
    drilled.add_argument("--receipts", type=Path, help="a file of receipts, one a line (default: the ledger's own)")
    drilled.set_defaults(act=_drill)
    return parser


def _take(known: Settings, _: argparse.Namespace) -> int:
    folder = take(known, _say)
    size = sum(file.stat().st_size for file in folder.iterdir())
    _say(f"{folder}, {size / 1e6:.1f} MB, sealed")
    if known.backups.backup_recipient is None:
        _say(f"whoever has {known.backups_folder / 'identity'} can open it, and nobody else: keep it somewhere else")
    return 0


def _restore(known: Settings, asked: argparse.Namespace) -> int:
    backup = asked.backup or latest(known.backups_folder)
    aside = restore(backup, known.place.data, identity(known), _say)
    _say(f"{backup} is restored; `make run` goes on with it")
    for path in aside:
        _say(f"what was there before is in {path}: remove it when it is of no more use")
    return 0


def _drill(known: Settings, asked: argparse.Namespace) -> int:
    return drill(known, asked.backup, asked.receipts, _say)


def _say(line: str) -> None:
    sys.stdout.write(f"backup: {line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
