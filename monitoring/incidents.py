"""Incidents by hand: `python -m monitoring.incidents list | open | close | word | script`.

It works while PostgreSQL is away: requests are laid on the desk of the monitoring process, which runs on the same data.
"""

import argparse
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
from pydantic import ValidationError

from core import settings
from core.domain.incident import Cause, Function, Incident
from core.pages.languages import ITALIAN, NAMES
from monitoring.launch import operators_port
from monitoring.public import kept
from monitoring.public.desk import Desk, Request

PATIENCE = 10.0  # seconds until somebody has seen to a request


def main(arguments: list[str]) -> int:
    """Do what is asked and say so; return 0 where it was done, 1 where it waits or fails, 2 where it is no request."""
    options = _options().parse_args(arguments)
    try:
        known = settings.load()
        if options.does == "list":
            return _list(known.place.data / "public")
        if options.does == "script":
            return _script(f"{operators_port(known)}/stato/{options.language}/centralino")
        return _lay(Desk(known.place.data / "public" / "desk"), _asked(options))
    except (settings.SettingsError, OSError) as error:
        sys.stderr.write(f"incidents: {error}\n")
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        sys.stderr.write(f"incidents: {first['loc'][0]}: {first['msg']}\n")
    return 2


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m monitoring.incidents", description="What the public is told.")
    does = parser.add_subparsers(dest="does", required=True)
    does.add_parser("list", help="the incidents this machine knows, latest first")
    script = does.add_parser("script", help="what the contact centre says now")
    script.add_argument("--language", choices=list(NAMES), default=ITALIAN)
    opening = does.add_parser("open", help="tell the public that something is out of order")
    opening.add_argument("--function", choices=[str(one) for one in Function], required=True)
    opening.add_argument("--cause", choices=[str(one) for one in Cause], default=str(Cause.OTHER))
    closing = does.add_parser("close", help="tell it that it is over; what still sounds is muted until it is silent")
    word = does.add_parser("word", help="say by when there is more to say")
    for one in (closing, word):
        one.add_argument("incident_id", metavar="INCIDENT")
    for one in (opening, closing):
        one.add_argument("--at", help="since when, or until when: RFC 3339 with its offset; default: now")
    for one in (opening, word):
        one.add_argument("--minutes", type=int, required=one is word, help="until the next word")
    for one in (opening, closing, word):
        one.add_argument("--who", required=True)
        one.add_argument("--why", required=True)
    return parser


def _asked(options: argparse.Namespace) -> Request:
    given = vars(options)
    names = ("does", "who", "why", "function", "cause", "incident_id", "at")
    told = {name: given[name] for name in names if given.get(name) is not None}
    return Request.model_validate({**told, "next_word_minutes": given.get("minutes")})


def _lay(desk: Desk, asked: Request) -> int:
    file = desk.lay(asked)
    until = time.monotonic() + PATIENCE
    while file.exists() and time.monotonic() < until:
        time.sleep(0.1)
    if file.exists():
        sys.stdout.write("laid down: the monitoring process does it when it runs\n")
        return 1
    done = next((one for one in reversed(desk.done()) if one.get("laid") == file.stem), None)
    if done is None or not done["changed"]:
        sys.stdout.write(f"nothing changed: {asked.incident_id or 'it'} is not open\n")
        return 1
    sys.stdout.write(f"done: {asked.does} {done['incident_id']}\n")
    return 0


def _list(folder: Path) -> int:
    book = kept.read(folder / "book.json")
    for one in book.incidents if book else ():
        sys.stdout.write(_line(one))
    return 0


def _line(one: Incident) -> str:
    lasted = (one.ended_at or datetime.now(UTC)) - one.started_at
    state = "open " if one.is_open else "ended"
    held = f"  {', '.join(sorted(one.alarms))}" if one.alarms else ""
    what = f"{one.function:<11}{one.cause:<10}{one.started_at:%Y-%m-%d %H:%M}"
    return f"{one.incident_id}  {state}  {what}  {lasted.total_seconds() / 60:.0f} min{held}\n"


def _script(address: str) -> int:
    try:
        sys.stdout.write(httpx.get(address, trust_env=False).raise_for_status().text)
    except httpx.HTTPError as error:
        sys.stderr.write(f"incidents: {address} does not answer ({type(error).__name__})\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
