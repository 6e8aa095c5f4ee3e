"""`python -m loadtest.rehearsal` (`make rehearse`): people, faults, verdict and report, on a stack of its own."""

import random
import signal
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence
from math import ceil, inf
from pathlib import Path
from urllib.parse import urlsplit

from loadtest.rehearsal.generating import NotGenerated
from loadtest.rehearsal.plan import Plan
from loadtest.rehearsal.profiles import PROFILES
from loadtest.rehearsal.rehearse import Asked, rehearse
from loadtest.rehearsal.stack import NotStarted
from loadtest.rehearsal.timeline import WrongTimeline

COULD_NOT = 2  # the exit code where nothing was rehearsed
SHOWS = 20.0  # seconds before a storm, half of which people need to fill the place
WEB = 8089  # Locust's usual port for its page


def main(arguments: Sequence[str] | None = None) -> int:
    """Rehearse; return the verdict's exit code, 0 for a pass alone; 2 where nothing was rehearsed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    parser = _parser()
    told = parser.parse_args(arguments)
    if told.list:
        return _list()
    asked = _asked(told)
    if short := _too_short(asked.plan()):
        parser.error(short)
    if told.host and (unfit := _why_not_there(told)):
        sys.stderr.write(f"rehearse: nothing was sent; {unfit}\n")
        return COULD_NOT
    try:
        return rehearse(asked)
    except (NotStarted, NotGenerated, WrongTimeline) as error:
        sys.stderr.write(f"rehearse: {error}\n")
        return COULD_NOT
    except KeyboardInterrupt:
        return 130


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="make rehearse", description=__doc__)
    parser.add_argument("--list", action="store_true", help="list the profiles with their sources, and go")
    parser.add_argument("--profile", choices=list(PROFILES), default="launch-day", help="the shape of the load")
    parser.add_argument("--scale", type=_more, default=0.0, help="share of the real people who come")
    parser.add_argument("--seconds", type=_more, default=0.0, help="how long they keep coming")
    parser.add_argument("--pace", type=_more, default=0.0, help="how much faster people are than in life")
    parser.add_argument("--mistakes", type=_share, help="share of applications that are wrong at first")
    parser.add_argument("--impatient", type=_share, help="share of people who ask again without waiting")
    parser.add_argument("--faults", default="", help="a timeline of ours, a file, or none")
    parser.add_argument("--seed", type=int, help="the same one gives the same arrivals, people and contents")
    parser.add_argument("--generators", type=_several, default=1, help="processes that make load")
    parser.add_argument("--web", type=_port, help=f"Locust's live page, on that port of this machine; 1: {WEB}")
    parser.add_argument("--keep", action="store_true", help="keep the database and logs even after a pass")
    parser.add_argument("--folder", type=Path, default=Path(".approdo/rehearsals"), help="where reports are kept")
    parser.add_argument("--host", default="", help="a system that is not ours to start: no faults, half a verdict")
    parser.add_argument("--confirm", default="", help="the name of that host once more, where nobody can be asked")
    return parser


def _number(said: str) -> float:
    try:
        return float(said)
    except ValueError:
        raise ArgumentTypeError(f"{said} is no number") from None


def _more(said: str) -> float:
    value = _number(said)
    if not 0 < value < inf:
        raise ArgumentTypeError(f"{said} is not more than nothing")
    return value


def _share(said: str) -> float:
    value = _number(said)
    if not 0 <= value <= 1:
        raise ArgumentTypeError(f"{said} is no share from 0 to 1")
    return value


def _several(said: str) -> int:
    value = _number(said)
    if value < 1 or value != int(value):
        raise ArgumentTypeError(f"{said} is no number of processes")
    return int(value)


def _port(said: str) -> int:
    value = WEB if said == "1" else _number(said)
    if not 1024 <= value < 65_536:
        raise ArgumentTypeError(f"{said} is no port a browser opens for a page")
    return int(value)


def _asked(told: Namespace) -> Asked:
    mix = {name: getattr(told, name) for name in ("mistakes", "impatient") if getattr(told, name) is not None}
    return Asked(
        profile=told.profile,
        seed=random.SystemRandom().randrange(1, 10**6) if told.seed is None else told.seed,
        scale=told.scale,
        seconds=told.seconds,
        pace=told.pace,
        faults=told.faults,
        generators=told.generators,
        web=told.web,
        keep=told.keep,
        host=told.host.rstrip("/"),
        folder=told.folder,
        mix=mix,
    )


def _too_short(plan: Plan) -> str:
    """Return why what a storm takes from people could not be told; nothing where it can."""
    quiet = next((one.start_s for one in plan.phases if one.name == plan.profile.storm), SHOWS)
    if quiet >= SHOWS:
        return ""
    least = ceil(round(plan.seconds * SHOWS / quiet, 3))
    return f"a storm after {quiet:.0f} s shows nothing: what is given before it takes SECONDS={least} to be known"


def _why_not_there(told: Namespace) -> str:
    """Return why nothing may be sent to a system of somebody's; nothing where it may."""
    where = urlsplit(told.host)
    if where.scheme not in ("http", "https") or not where.hostname:
        return f"a host is written like https://counter.example, not {told.host}"
    if told.faults not in ("", "none"):
        return "nothing is broken on a system that is not ours to start: leave FAULTS out"
    if _is_confirmed(told, where.hostname):
        return ""
    return f"CONFIRM={where.hostname} (--confirm {where.hostname}) says that it may be"


def _is_confirmed(told: Namespace, name: str) -> bool:
    """Ask before anything is sent: the name must be said a second time."""
    if told.confirm or not sys.stdin.isatty():
        return bool(told.confirm == name)
    sys.stdout.write(f"This sends the load of {told.profile} to {name}, with people who do not exist.\n")
    return input("Write the name of the host to go on: ").strip() == name


def _list() -> int:
    for profile in PROFILES.values():
        sys.stdout.write(f"{profile.name}: {profile.title}\n")
        sys.stdout.writelines(f"    {source}\n" for source in profile.sources)
    return 0


if __name__ == "__main__":
    sys.exit(main())
