"""`python -m workers`: run a worker, the lone worker or a relay, and what operators do by hand."""

import asyncio
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace, _SubParsersAction
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from core import settings
from core.domain.errors import ApprodoError
from core.domain.number import NotANumber, normalised
from core.settings import Settings
from monitoring import words
from workers import commands, complaints, ledger, left_over, run_lone, run_relay, run_worker, switching

FAILED, MISUSED = 1, 2  # exit codes; 0 is done


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; return the exit code: 0 done, 1 it could not be done, 2 it makes no sense."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    _check(parser, asked)
    try:
        asked.do(settings.load(), asked)
    except (settings.SettingsError, commands.Refusal, ApprodoError) as error:
        sys.stderr.write(f"{error}\n")
        return FAILED
    return 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m workers", description=__doc__)
    command = parser.add_subparsers(required=True, metavar="COMMAND")
    _add(command, "run", "verify and decide what was accepted", _process(run_worker.run))
    _add(command, "lone", "see to rows whose worker died, with nothing else in hand", _process(run_lone.run))
    _add(command, "relay", "bring due work to the bell", _process(run_relay.run))
    _add(command, "buried", "list what waits for a person", _by_hand(commands.buried))
    _add_replay(_add(command, "replay", "set rows due again", _by_hand(commands.replay)))
    _add_verify(_add(command, "verify", "rule on a fact or a flag", _by_hand(commands.verify)))
    _add_number(_add(command, "show", "what was answered, decided, and can be ruled on", _by_hand(commands.show)))
    confirm = _add_number(_add(command, "confirm", "a review: leave the facts as they are", _by_hand(commands.confirm)))
    _add_who_and_why(confirm, required=True)
    settles = "what a review changed in an order is paid or recovered"
    difference = _add_number(_add(command, "difference", settles, _by_hand(commands.difference)))
    _add_who_and_why(difference, required=True)
    paid = _add(command, "paid", "record that the bank has paid", _by_hand(commands.paid))
    _add_number(paid).add_argument("--who", type=_words, required=True, help="who records it")
    _add_switches(command)
    complain = _add(command, "complaints", "list what people complain about", _by_hand(complaints.complaints))
    complain.add_argument("--read", metavar="COMPLAINT", help="show this one, with all that came with it")
    lists = "list what emergency registers took and could not bring in, or settle it"
    _add_register(_add(command, "register", lists, _by_hand(left_over.register)))
    _add(command, "expire", "remove what unfiled drafts hold past their time", _by_hand(commands.expire))
    return parser


Do = Callable[[Settings, Namespace], object]


def _add(command: "_SubParsersAction[ArgumentParser]", name: str, does: str, do: Do) -> ArgumentParser:
    parser = command.add_parser(name, help=does, description=does)
    parser.set_defaults(do=do, command=name)
    return parser


def _add_replay(parser: ArgumentParser) -> None:
    parser.add_argument("--number", type=_number, action="append", default=[], help="this submission (repeatable)")
    parser.add_argument("--reason", help="only what was buried for this reason")
    parser.add_argument("--since", type=_instant, help="only what waits since then or later (RFC 3339)")
    parser.add_argument("--until", type=_instant, help="only what waits since before then (RFC 3339)")
    parser.add_argument("--all", action="store_true", help="all that is buried")
    parser.add_argument("--dry-run", action="store_true", help="only show what would be set due")
    _add_who_and_why(parser, required=False)


def _add_verify(parser: ArgumentParser) -> None:
    _add_number(parser)
    facts = "tax_code, identity, child:0, work:0, ..., flag:NAME (repeatable; ruled on together)"
    parser.add_argument("--fact", required=True, action="append", help=facts)
    ruling = parser.add_mutually_exclusive_group(required=True)
    ruling.add_argument("--ok", action="store_true", help="it holds; of a flag: in the applicant's favour")
    ruling.add_argument("--ko", action="store_true", help="it does not hold")
    _add_who_and_why(parser, required=True)


def _add_switches(command: "_SubParsersAction[ArgumentParser]") -> None:
    _add(command, "switches", "list what can be held back, and what is", _by_hand(switching.switches))
    pauses = _add(command, "pause", "hold something back, as the console's switches do", _by_hand(switching.pause))
    pauses.add_argument("--minutes", type=switching.minutes, help="it ends by itself; default: when it is resumed")
    for parser in (pauses, _add(command, "resume", "let it go on", _by_hand(switching.resume))):
        parser.add_argument("switch", metavar="SWITCH", help="its name, as `switches` lists it")
        _add_who_and_why(parser, required=True)


def _add_register(parser: ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--read", metavar="ENTRY", help="show this one, with all that it holds")
    which.add_argument("--settle", metavar="ENTRY", help="note that this one has been seen to; --who and --why with it")
    _add_who_and_why(parser, required=False)


def _add_number(parser: ArgumentParser) -> ArgumentParser:
    parser.add_argument("number", type=_number, metavar="NUMBER")
    return parser


def _add_who_and_why(parser: ArgumentParser, *, required: bool) -> None:
    parser.add_argument("--who", type=_words, required=required, help="who decides this; kept with it")
    parser.add_argument("--why", type=_words, required=required, help="why; kept with it, so nothing personal")


def _check(parser: ArgumentParser, asked: Namespace) -> None:
    """Refuse what argparse alone cannot: a replay that chooses nothing, or an act that nobody answers for."""
    if asked.command == "register" and asked.settle is not None and not (asked.who and asked.why):
        parser.error("register: --who and --why are recorded with what is settled")
    if asked.command != "replay":
        return
    if not (asked.number or asked.reason or asked.since or asked.until or asked.all):
        parser.error("replay: say what: --number, --reason, --since, --until or --all")
    if not asked.dry_run and not (asked.who and asked.why):
        parser.error("replay: --who and --why are recorded with it; --dry-run needs neither")


def _process(run: Callable[[Settings], None]) -> Do:
    return lambda known, _: run(known)


def _by_hand(command: Callable[[ledger.Ledger, Settings, Namespace], Awaitable[None]]) -> Do:
    async def do(known: Settings, asked: Namespace) -> None:
        async with ledger.opened(known) as opened:
            await command(opened, known, asked)

    return lambda known, asked: asyncio.run(do(known, asked))


def _number(text: str) -> str:
    try:
        return normalised(text)
    except NotANumber:
        raise ArgumentTypeError(f"{text!r} is not a number of ours: eight characters, one of them mistyped?") from None


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not an instant like 2025-11-20T09:00:00+01:00") from None
    if instant.tzinfo is None:
        raise ArgumentTypeError(f"{text!r} needs its offset, like 2025-11-20T09:00:00+01:00")
    return instant


def _words(text: str) -> str:
    if not text.strip():
        raise ArgumentTypeError("must say something")
    if any("\ud800" <= sign <= "\udfff" for sign in text):  # how bytes that are no UTF-8 come in; nothing can keep them
        raise ArgumentTypeError("must be UTF-8")
    if words.names_a_person(text):
        raise ArgumentTypeError("holds what looks like a tax code or an IBAN; the trail keeps neither")
    return text.strip()


if __name__ == "__main__":
    sys.exit(main())
