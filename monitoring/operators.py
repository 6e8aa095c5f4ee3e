"""Who may use the console: `python -m monitoring.operators add NAME --role operator`, `remove NAME`, `list`."""

import getpass
import re
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Sequence

from core import settings
from monitoring.console.roster import LONGEST, SHORTEST, Operator, Role, Roster, hashed

FAILED = 1
_NAME = re.compile(r"[a-z][a-z0-9._-]{1,39}")
Ask = Callable[[str], str]


def main(arguments: Sequence[str] | None = None, ask: Ask = getpass.getpass) -> int:
    """Do what the command line says; return the exit code. Passwords are asked for, and never taken as arguments."""
    asked = _parser().parse_args(arguments)
    try:
        roster = Roster(settings.load().place.keys_folder)
    except settings.SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return FAILED
    code: int = asked.do(roster, asked, ask)
    return code


def add(roster: Roster, asked: Namespace, ask: Ask) -> int:
    """Add somebody, or give her another password and other roles."""
    password = ask(f"Password for {asked.name} (at least {SHORTEST} characters): ")
    if not SHORTEST <= len(password) <= LONGEST:
        sys.stderr.write(f"a password has {SHORTEST} to {LONGEST} characters\n")
        return FAILED
    if ask("The same once more: ") != password:
        sys.stderr.write("the two differ; nothing was changed\n")
        return FAILED
    roster.put(Operator(asked.name, frozenset(map(Role, asked.role)), hashed(password)))
    sys.stdout.write(f"{asked.name}: {', '.join(sorted(asked.role))}; written to {roster.path}\n")
    return 0


def remove(roster: Roster, asked: Namespace, _: Ask) -> int:
    """Remove somebody; her sessions end within a second."""
    if not roster.remove(asked.name):
        sys.stderr.write(f"there is no {asked.name}\n")
        return FAILED
    sys.stdout.write(f"{asked.name} is removed\n")
    return 0


def listed(roster: Roster, _: Namespace, __: Ask) -> int:
    """List who there is."""
    for operator in sorted(roster.people().values(), key=lambda one: one.name):
        sys.stdout.write(f"{operator.name:<40}  {', '.join(sorted(operator.roles))}\n")
    return 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m monitoring.operators", description=__doc__)
    command = parser.add_subparsers(required=True, metavar="COMMAND")
    adds = command.add_parser("add", help="add somebody, or change her password and roles")
    adds.add_argument("name", type=_name)
    roles = "operator turns switches and replays, officer rules, viewer looks (repeatable)"
    adds.add_argument("--role", choices=[str(role) for role in Role], action="append", required=True, help=roles)
    adds.set_defaults(do=add)
    removes = command.add_parser("remove", help="remove somebody")
    removes.add_argument("name", type=_name)
    removes.set_defaults(do=remove)
    command.add_parser("list", help="list who there is").set_defaults(do=listed)
    return parser


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ArgumentTypeError("a name has 2 to 40 small letters, digits, dots, dashes; it begins with a letter")
    return text


if __name__ == "__main__":
    sys.exit(main())
