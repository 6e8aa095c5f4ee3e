"""rehearse: the table of contents of a rehearsal, from an empty folder to its verdict."""

import json
import shlex
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import httpx

from loadtest.bench.machine import described, versions
from loadtest.rehearsal import ceiling, drawn, timeline
from loadtest.rehearsal.addresses import Addresses
from loadtest.rehearsal.breaking import Breaking
from loadtest.rehearsal.folder import SAMPLES, Folder, write
from loadtest.rehearsal.generating import Generating, Order
from loadtest.rehearsal.plan import Plan, asked_for
from loadtest.rehearsal.progress import Progress
from loadtest.rehearsal.sampling import Sampling
from loadtest.rehearsal.stack import ROOT, NotStarted, Stack, running
from loadtest.rehearsal.timeline import Fault
from loadtest.report import write as write_report
from loadtest.verdict import Verdict, judge

SETTLES: Final = 120.0  # seconds after the last arrival in which a generator must have ended
#: The first instant out of the ordinary window (circolare INPS 139/2025: forty days, and a Sunday and a holiday more).
DEADLINE: Final = datetime(2025, 12, 10, tzinfo=ZoneInfo("Europe/Rome"))


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for; zero and empty mean the profile's own."""

    profile: str
    seed: int
    scale: float = 0.0
    seconds: float = 0.0
    pace: float = 0.0
    faults: str = ""
    generators: int = 1
    web: int | None = None
    keep: bool = False
    host: str = ""
    folder: Path = Path(".approdo/rehearsals")
    mix: Mapping[str, float] = field(default_factory=dict)

    def plan(self) -> Plan:
        """Return what is going to be offered."""
        return asked_for(self.profile, self.seed, scale=self.scale, seconds=self.seconds, pace=self.pace, mix=self.mix)

    def order(self, host: str) -> Order:
        """Return what the generators are told."""
        names = ("profile", "seed", "scale", "seconds", "pace", "generators", "web", "mix")
        return Order(host, **{name: getattr(self, name) for name in names})

    def command(self) -> str:
        """Return how to do the same again."""
        usual = Asked(self.profile, self.seed)
        others = ("scale", "seconds", "faults", "pace", "generators", "host")
        told = {name: value for name in others if (value := getattr(self, name)) != getattr(usual, name)}
        named = {"profile": self.profile, "seed": self.seed, **told, **self.mix}.items()
        return " ".join(("make rehearse", *(f"{name.upper()}={shlex.quote(f'{value}')}" for name, value in named)))


def rehearse(asked: Asked, progress: Progress | None = None) -> int:
    """Rehearse; return the verdict's exit code.

    Errors: NotStarted, NotGenerated, WrongTimeline where nothing could be rehearsed.
    """
    progress = progress or Progress()
    plan = asked.plan()
    faults = [] if asked.host else timeline.read(asked.faults or plan.profile.faults or "none", plan.seconds)
    folder = _new_folder(asked.folder)
    _tell(plan, faults, folder, progress)
    progress.say("measuring what the generator can do at most ...")
    ceiling_per_s = ceiling.measure(folder.place / "ceiling", plan.seed)
    shutil.rmtree(folder.place / "ceiling")
    progress.say(f"the generator can do {ceiling_per_s:,.0f} requests a second on one core")
    with _system(asked, folder, progress) as (addresses, stack):
        run = _run(asked, plan, faults, folder, addresses, stack, progress)
        run["generator"]["ceiling_per_s"] = ceiling_per_s * min(asked.generators, run["machine"]["cores"])
        folder.run.write_text(json.dumps(run, indent=1) + "\n")
        progress.say("judging: every acknowledgement is looked up, every receipt verified ...")
        verdict = judge(folder.place, asdict(addresses))
    write_report(folder.place)
    return _close(asked, verdict, folder, progress)


def _new_folder(under: Path) -> Folder:
    place = under.absolute() / f"{datetime.now(UTC):%Y%m%d-%H%M%S}"
    place.mkdir(mode=0o700, parents=True)
    return Folder(place)


def _tell(plan: Plan, faults: list[Fault], folder: Folder, progress: Progress) -> None:
    for line in drawn.told(plan, faults):
        progress.say(line)
    (folder.place / "shape.svg").write_text(drawn.picture(plan, faults))
    progress.say(f"\n{folder.place / 'shape.svg'}\n")


@contextmanager
def _system(asked: Asked, folder: Folder, progress: Progress) -> Iterator[tuple[Addresses, Stack | None]]:
    """Give what is rehearsed on: a stack of our own, unless another was named."""
    if asked.host:
        yield Addresses(asked.host), None
        return
    progress.say("starting a stack of the rehearsal's own ...")
    with running(folder.stack) as stack:
        progress.say(f"the stack is there: {stack.addresses().http}, operators {stack.addresses().ops}")
        yield stack.addresses(), stack


def _run(
    asked: Asked,
    plan: Plan,
    faults: list[Fault],
    folder: Folder,
    addresses: Addresses,
    stack: Stack | None,
    progress: Progress,
) -> dict[str, Any]:
    """Let people come, break what is to be broken, and return what was done."""
    generating = Generating(asked.order(addresses.http), folder.place)
    if asked.web is not None:
        progress.say(f"live: http://127.0.0.1:{asked.web}")
    breaking, sampling = None, None
    try:
        began = generating.wait_until_begun()

        def now() -> float:
            return time.time() - began

        if plan.profile.deadline and addresses.ops:
            _set_clock(addresses.ops, plan.phases[-1].start_s - now())
        if stack is not None:
            breaking = Breaking(stack, faults, now)
            sampling = Sampling(stack, generating.pids, now)
            breaking.begin()
            sampling.begin()
        _watch(plan, generating, breaking, sampling, stack, progress, now)
    finally:
        generating.stop()
        if breaking is not None:
            breaking.end()
        if sampling is not None:
            sampling.end(folder)
        else:
            write(folder.samples, SAMPLES, [])  # of a system that is not ours to look into
    said = generating.gather(folder)
    ended_at = datetime.now(UTC)
    return {
        "command": asked.command(),
        "seed": plan.seed,
        "profile": plan.profile.name,
        "title": plan.profile.title,
        "sources": list(plan.profile.sources),
        "scale": plan.scale,
        "compression": round(plan.compression, 3),
        "pace": round(plan.pace, 3),
        "peak_filings_per_s": round(plan.peak, 3),
        "started_at": datetime.fromtimestamp(began, UTC).isoformat(),
        "ended_at": ended_at.isoformat(),
        "phases": _phases(plan, said["seconds"]),
        "storm": plan.profile.storm,
        "any_machine": plan.profile.any_machine,
        "faults": [one.as_json() for one in breaking.done] if breaking else [],
        "machine": described(),
        "versions": _versions(stack),
        "crew": stack.crew() if stack else {},
        "generator": said,
    }


def _set_clock(ops: str, seconds: float) -> None:
    """Let the ordinary window close in so many seconds. Errors: NotStarted."""
    now = (DEADLINE - timedelta(seconds=seconds)).isoformat()
    answer = httpx.put(f"{ops}/clock", json={"now": now}, timeout=10, trust_env=False)
    if answer.is_error:
        raise NotStarted(f"the civil clock cannot be set: {answer.status_code}")


def _watch(
    plan: Plan,
    generating: Generating,
    breaking: Breaking | None,
    sampling: Sampling | None,
    stack: Stack | None,
    progress: Progress,
    now: Callable[[], float],
) -> None:
    """Show how far it is until everybody has gone. Errors: NotStarted where the stack ends meanwhile."""
    while generating.runs() and now() < plan.seconds + SETTLES:
        if stack is not None:
            stack.must_run()
        last = breaking.done[-1].fault.told() if breaking and breaking.done else ""
        progress.load(plan, now(), sampling.latest if sampling else {}, last)
        time.sleep(0.25)
    progress.say(f"{now():.0f} s: everybody has gone")


def _phases(plan: Plan, ended: float) -> list[dict[str, Any]]:
    named = [*plan.phases]
    phases = [{"name": one.name, "start_s": round(one.start_s, 1), "end_s": round(one.end_s, 1)} for one in named]
    return [*phases, {"name": "settling", "start_s": round(plan.seconds, 1), "end_s": round(ended, 1)}]


def _versions(stack: Stack | None) -> dict[str, str]:
    ours = {"approdo": _revision(), "locust": version("locust"), "gevent": version("gevent")}
    if stack is None:
        return ours
    number = (stack.data / "postgres" / "PG_VERSION").read_text().strip()
    return {**ours, **versions(number, stack.pids()["valkey"])}


def _revision() -> str:
    said = subprocess.run(
        ["git", "describe", "--always", "--dirty"],  # noqa: S607 (whichever git the engineer uses)
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return said.stdout.strip() or "unknown"


def _close(asked: Asked, verdict: Verdict, folder: Folder, progress: Progress) -> int:
    if verdict.exit_code == 0 and not asked.keep:
        shutil.rmtree(folder.stack, ignore_errors=True)
    progress.say()
    progress.say(verdict.line)
    for line in (*verdict.reasons, *verdict.doubts):
        progress.say(f"  {line}")
    progress.say(f"again: {asked.command()}")
    progress.say(f"report: {folder.place / 'report.html'}")
    return verdict.exit_code
