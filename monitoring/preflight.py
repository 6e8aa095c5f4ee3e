"""preflight: what still stands between a running system and a launch; `python -m monitoring.preflight` prints it."""

import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import httpx
import orjson

from bonus.programme import PROGRAMMES
from core import settings
from core.clock import ROME
from core.settings import Environment
from monitoring.launch import Found, operators_port

IN_STEP = timedelta(seconds=2)  # by which two clocks may differ
FREE = 0.2  # of a disk
RECENT = timedelta(days=7)  # for how long a rehearsal says something
DRILLED = timedelta(days=30)  # for how long a restored backup says something
RENEWAL = timedelta(days=14)  # before its end a certificate should have been renewed
SAID = timedelta(minutes=1)  # a page that was checked longer ago says nothing
PATIENCE = 30.0  # seconds for the whole list


class State(StrEnum):
    """How one line stands. Only `ok` lets a launch go on."""

    OK = "ok"
    DO = "to do"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that must be so before a launch: how it stands, what was seen, and what to do about it."""

    name: str
    state: State
    seen: str
    do: str = ""


def lines(found: Found) -> list[Line]:
    """Return the list, in the order in which things are put right; whatever cannot be seen is not ok."""
    return [line for check in CHECKS for line in check(found)]


def civil_clock(found: Found) -> Iterator[Line]:
    """Deadlines go by the true date."""
    if found.copies is None:
        yield _unseen("civil clock", "PostgreSQL does not answer")
        return
    offset = found.copies.civil_offset
    ok = not offset
    do = "use a database whose civil clock was never moved: what was filed meanwhile is marked as a trial"
    seen = f"it is {found.copies.clock + offset:%d %B %Y} for deadlines" if offset else "is the machine's"
    yield _line("civil clock", ok, seen, do)


def durability(found: Found) -> Iterator[Line]:
    """What is committed survives; and a second copy has it too."""
    if found.copies is None:
        yield _unseen("durability", "PostgreSQL does not answer")
        return
    weak = ", ".join(found.copies.weak)
    yield _line("durability", not weak, f"off: {weak}" if weak else "every setting is on", f"set on: {weak}")
    copies = found.copies.standbys
    do = "attach a synchronous standby: without one, losing the disk loses what was filed since the last backup"
    yield _line("second copy", copies > 0, f"{copies} standbys confirm a commit", do)


def keys(found: Found) -> Iterator[Line]:
    """What is promised is signed, and nobody else can sign."""
    seen = f"{found.receipt_keys} receipt keys are published"
    yield _line("receipt keys", found.receipt_keys > 0, seen, "start the counter; /readyz says what it misses")
    missing, open_to = ", ".join(found.missing_keys), ", ".join(found.keys_open_to_others)
    said = f"missing: {missing}" if missing else f"open to others: {open_to}" if open_to else "all there, for us alone"
    do = f"restore {missing} from its backup; it is never made anew" if missing else f"chmod 600 {open_to}"
    yield _line("key files", not (missing or open_to), said, do)


def calendar(found: Found) -> Iterator[Line]:
    """A programme takes applications, today and by its rules."""
    for programme in PROGRAMMES.values():
        if programme.accepts_drafts and programme.window_at(found.now) == "ordinary":
            until = f"{programme.ordinary_until - timedelta(seconds=1):%d %B %Y}"
            yield Line("calendar", State.OK, f"{programme.name}, rules {programme.rules_version}, until {until}")
            return
    do = "check the year's circular and add it: docs/how-to-add-a-year.md"
    yield Line("calendar", State.DO, f"no ordinary window is open on {found.now.astimezone(ROME):%d %B %Y}", do)


def switches(found: Found) -> Iterator[Line]:
    """Nothing that is only for demonstrations is on."""
    is_production = found.environment is Environment.PRODUCTION
    yield _line("environment", is_production, str(found.environment), "set APPRODO_ENVIRONMENT=production")
    yield _line(
        "demonstration date",
        not found.civil_now_is_set,
        "APPRODO_CIVIL_NOW is set" if found.civil_now_is_set else "not set",
        "unset APPRODO_CIVIL_NOW",
    )
    seen = {True: "stand-ins answer for them", False: "no stand-ins", None: "nobody says where they are"}
    do = "set APPRODO_REGISTRIES_URL to the registries themselves"
    yield _line("registries", found.stand_ins is False, seen[found.stand_ins], do)


def time_in_step(found: Found) -> Iterator[Line]:
    """Two clocks agree, and somebody keeps them right."""
    if found.copies is None:
        yield _unseen("clocks", "PostgreSQL does not answer")
    else:
        apart = abs(found.copies.clock - found.now)
        seen = f"PostgreSQL's clock and ours are {apart.total_seconds():.1f} s apart"
        yield _line("clocks", apart <= IN_STEP, seen, "see to the time service of both machines")
    yield _line(
        "time service",
        found.clock_is_kept is True,
        "the kernel's clock is kept in step" if found.clock_is_kept else "nothing keeps the kernel's clock in step",
        "start a time service (chrony, systemd-timesyncd) on every machine",
    )


def disks(found: Found) -> Iterator[Line]:
    """There is room for what will be filed."""
    free, whole, needed = found.disk_free / 1e9, found.disk_whole / 1e9, found.plan.get("needs", {}).get("database_gb")
    enough = free >= FREE * whole and (needed is None or free >= needed)
    more = f", and the plan wants {needed:.0f}" if needed is not None else ""
    do = f"make room: a fifth must be free{more and ', and what the plan wants'}"
    yield _line("disks", enough, f"{free:.0f} of {whole:.0f} GB are free{more}", do)


def certificates(found: Found) -> Iterator[Line]:
    """Nobody reads along, nobody stands in for us, and it stays so through the window."""
    shown = found.web_certificate
    if shown is None:
        do = "put an edge that speaks TLS 1.2 or later before the counter, and set APPRODO_PUBLIC_URL=https://..."
        yield Line("certificates", State.DO, "no https address is set", do)
        return
    left = shown.until - found.now if shown.until else timedelta()
    seen = shown.wrong or f"holds for {left.days} days, until {shown.until:%d %B %Y}"
    yield _line("certificates", left >= RENEWAL, seen, "renew it at the edge, its whole chain included")


def capacity(found: Found) -> Iterator[Line]:
    """What runs is what the plan asks for, and the plan goes by a measurement."""
    needs = found.plan.get("needs")
    if not found.capacity or needs is None:
        do = "make capacity, then python -m loadtest plan --profile launch-day"
        yield Line("capacity", State.DO, "nobody measured, or nobody planned", do)
        return
    has = {"counters": found.processes("counter"), "workers": found.processes("worker")}
    short = [f"{has[kind]} of {needs[kind]} {kind}" for kind in has if has[kind] < needs[kind]]
    seen = f"{found.plan['profile']}, {found.plan['audience']:,} people: {', '.join(short) or 'enough processes'}"
    yield _line("capacity", not short, seen, "set APPRODO_COUNTERS and APPRODO_WORKERS, or add machines")


def alerts(found: Found) -> Iterator[Line]:
    """Somebody is woken: in the last rehearsal every alert fired that should have."""
    told = found.alerts
    if not told:
        yield Line("alerts", State.DO, "nobody rehearsed them on this data folder", "make alerts")
        return
    age, silent = found.now - datetime.fromisoformat(told["at"]), sorted({*told["expected"]} - {*told["fired"]})
    fired, named = len(told["expected"]) - len(silent), f", not {', '.join(silent)}" if silent else ""
    seen = f"{age.days} days ago: {fired} of {len(told['expected'])} fired{named}"
    do = "see why these stayed silent, and rehearse again" if silent else "rehearse them again"
    yield _line("alerts", fired > 0 and not silent and age <= RECENT, seen, do)


def reconciled(found: Found) -> Iterator[Line]:
    """The last rehearsal kept every promise, though things broke meanwhile."""
    verdict = found.verdict
    if not verdict:
        yield Line("receipts reconciled", State.DO, "nobody rehearsed on this data folder", "make rehearse")
        return
    age = found.now - datetime.fromisoformat(verdict["judged_at"])
    recent, passed, faults = age <= RECENT, verdict["result"] == "pass", verdict.get("faults", 0)
    seen = f"{age.days} days ago, {verdict.get('profile') or 'unnamed'} with {faults} faults: {verdict['line']}"
    do = "read its report, mend, and rehearse again" if recent and not passed else "rehearse with faults: make rehearse"
    yield _line("receipts reconciled", recent and passed and faults > 0, seen, do)


def storm(found: Found) -> Iterator[Line]:
    """More than can be served came in a rehearsal, and it did what it should: refuse, and keep its word."""
    verdict = found.storm
    if not verdict:
        do = "make rehearse PROFILE=retry-storm (and retry-storm-polite)"
        yield Line("storm", State.DO, "nobody rehearsed one on this data folder", do)
        return
    age = found.now - datetime.fromisoformat(verdict["judged_at"])
    seen = f"{age.days} days ago: {verdict['line']}"
    stormy = verdict.get("counts", {}).get("turned_away", 0) > 0
    do = "read its report (docs/decisions/0021 tells what a storm is held to), and rehearse it again"
    do = do if stormy else "nobody was turned away: rehearse it with a larger SCALE"
    yield _line("storm", age <= RECENT and verdict["result"] == "pass" and stormy, seen, do)


def backups(found: Found) -> Iterator[Line]:
    """What is lost can be had back: a backup was restored somewhere, and nothing was missing in it."""
    drill = found.drill
    if not drill:
        do = "back up, keys included, and restore it somewhere once: make backup, then make drill"
        yield Line("backups restored", State.DO, "nobody restored one", do)
        return
    age, missing = found.now - datetime.fromisoformat(drill["at"]), int(drill["missing"])
    seen = f"{age.days} days ago: " + ("nothing was missing" if drill["ok"] else f"{missing} rows were missing")
    do = "restore again" if drill["ok"] else "see what the backup lacks, mend it, and restore again"
    yield _line("backups restored", bool(drill["ok"]) and not missing and age <= DRILLED, seen, do)


def register(found: Found) -> Iterator[Line]:
    """While PostgreSQL is away, what comes is taken; and nothing is left over from the last time."""
    name, waits = "emergency register", found.register_waits
    if not found.register_copies:
        yield Line(name, State.DO, "it is off: without PostgreSQL every save is refused", "set APPRODO_REGISTER_COPIES")
        return
    left = found.copies.for_a_person if found.copies else None
    if waits is None or left is None:
        yield _unseen(name, "no counter says what waits in it" if waits is None else "PostgreSQL does not answer")
        return
    seen = f"copies before it acknowledges: {found.register_copies}; {waits} entries wait, {left} are for a person"
    yield _line(name, not (waits or left), seen, "let it be brought in; settle the rest: python -m workers register")


def status_page(found: Found) -> Iterator[Line]:
    """The public is told before it asks."""
    yield _line("status", found.status_answers, "/status answers" if found.status_answers else "no answer", "start it")
    at = found.status_page_at
    seen = f"what it says was checked at {at:%H:%M:%S} UTC" if at else "no answer"
    do = "see to the monitoring process, and set APPRODO_STATUS_URL to where the public reaches its page"
    yield _line("status page", at is not None and found.now - at <= SAID, seen, do)


Check = Callable[[Found], Iterator[Line]]
CHECKS: Sequence[Check] = (
    *(civil_clock, switches, calendar, durability, keys, time_in_step, disks, certificates),
    *(capacity, reconciled, storm, alerts, backups, register, status_page),
)


def as_json(found: Found) -> bytes:
    """Return the list as the operators' port serves it."""
    listed = lines(found)
    return orjson.dumps({"ready": all(line.state is State.OK for line in listed), "lines": listed})


def _line(name: str, ok: bool, seen: str, do: str) -> Line:
    return Line(name, State.OK, seen) if ok else Line(name, State.DO, seen, do)


def _unseen(name: str, why: str) -> Line:
    return Line(name, State.DO, f"cannot be seen: {why}", "put that right first")


def main() -> int:
    """Ask the running system, and print; return 0 where every line is ok, 1 where not, 2 where nobody answers."""
    try:
        known = settings.load()
    except settings.SettingsError as error:
        sys.stderr.write(f"preflight: {error}\n")
        return 2
    address = f"{operators_port(known)}/v1/preflight"
    try:
        answer = httpx.get(address, timeout=PATIENCE, trust_env=False)
        told = answer.raise_for_status().json()
    except (httpx.HTTPError, ValueError) as error:
        sys.stderr.write(
            f"preflight: {address} does not answer ({type(error).__name__}): `make run` starts the system\n"
        )
        return 2
    sys.stdout.writelines(_printed(told["lines"]))
    return 0 if told["ready"] else 1


def _printed(listed: Sequence[dict[str, str]]) -> Iterator[str]:
    for line in listed:
        yield f"{line['state']:<11}{line['name']:<22}{line['seen']}\n"
        if line["do"]:
            yield textwrap.fill(line["do"], 110, initial_indent=" " * 33 + "→ ", subsequent_indent=" " * 35) + "\n"
    left = sum(line["state"] != State.OK for line in listed)
    yield f"\n{left} of {len(listed)} lines stand between this system and a launch\n" if left else "\nall ok\n"


if __name__ == "__main__":
    sys.exit(main())
