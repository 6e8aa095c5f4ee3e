"""The lights: each promise, whether it is kept now, and why we say so, in words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.domain.switch import intake
from monitoring.console.forecast import Forecast
from monitoring.console.snapshot import Snapshot

QUICK_SECONDS = 1.0  # 99 in a hundred acknowledgements are quicker, or the promise of answering at once is at risk
SLOW_SECONDS = 5.0
WAITED_SECONDS = 60.0  # due work older than this is at risk
LONG_SECONDS = 900.0
APART_SECONDS = 2.0  # two clocks that differ by more: the alert ClocksApart
STALE_SECONDS = 120.0  # what PostgreSQL said this long ago says nothing of now
OURS = frozenset({"internal-error", "unsound", "store-unavailable", "outcome-unknown"})  # refusals that are our fault
FULL = frozenset({"overloaded", "shutting-down", "not-ready"})
KINDS = {"worker": "WorkersDown", "relay": "RelaysDown"}  # of which one at least must be up; the counters have a light


class State(StrEnum):
    """How a promise stands."""

    KEPT = "kept"
    AT_RISK = "at-risk"
    BROKEN = "broken"
    UNKNOWN = "not-known"


@dataclass(frozen=True, slots=True)
class Light:
    """One promise and how it stands; `alert` is its heading in docs/runbook.md, where there is one to read."""

    promise: str
    state: State
    reason: str
    alert: str = ""


def lights(now: Snapshot, forecast: Forecast) -> list[Light]:
    """Return the lights, in the order of a mother's way through the house."""
    return [light(now, forecast) for light in LIGHTS]


def saved(now: Snapshot, _: Forecast) -> Light:
    """What she types is acknowledged, and an acknowledgement is a promise."""
    promise = "What is typed is acknowledged and kept"
    if not now.ledger.reachable:
        return _on_the_register(promise, now)
    ours = sum(row.count for row in now.refusals if row.name in OURS)
    if ours:
        return Light(promise, State.AT_RISK, f"{ours} requests met a fault of ours in the last five minutes.")
    full = sum(row.count for row in now.refusals if row.name in FULL)
    if full:
        return Light(promise, State.AT_RISK, f"{full} requests were sent away as full in the last five minutes.")
    return Light(promise, State.KEPT, "No request met a fault of ours in the last five minutes.")


def _on_the_register(promise: str, now: Snapshot) -> Light:
    if now.on_the_register:
        said = (
            "PostgreSQL does not answer: what comes of known drafts goes into the emergency register, all else waits."
        )
        return Light(promise, State.AT_RISK, said, "LedgerAway")
    return Light(promise, State.BROKEN, "PostgreSQL does not answer: nothing new is acknowledged.", "LedgerAway")


def quick(now: Snapshot, _: Forecast) -> Light:
    """She is answered at once."""
    promise, slowest = "She is answered at once", now.figures.ack_p99_seconds
    if slowest is None:
        return Light(promise, State.UNKNOWN, "Nobody has saved or filed in the last seconds.")
    said = f"99 in a hundred were answered within {slowest:.2f} s."
    if slowest > SLOW_SECONDS:
        return Light(promise, State.BROKEN, said)
    return Light(promise, State.AT_RISK if slowest > QUICK_SECONDS else State.KEPT, said)


def moving(now: Snapshot, forecast: Forecast) -> Light:
    """What was accepted is being decided."""
    promise, oldest = "What was accepted is being decided", now.figures.oldest_due_seconds
    if oldest is None or _is_old(now):
        said = f"The ledger was last read {now.ledger.age_seconds:.0f} s ago."
        return Light(promise, State.UNKNOWN, said, "LedgerStale" if now.ledger.reachable else "LedgerAway")
    said = f"The oldest due work has waited {oldest:.0f} s. {forecast.in_words}"
    if oldest > LONG_SECONDS:
        return Light(promise, State.BROKEN, said, "WorkWaiting")
    if oldest > WAITED_SECONDS:
        return Light(promise, State.AT_RISK, said, "WorkWaiting")
    if now.broken:
        said = f"Our own code failed at {now.broken} attempts in the last five minutes; others go on."
        return Light(promise, State.AT_RISK, said, "WorkBroken")
    return Light(promise, State.KEPT, said)


def seen(now: Snapshot, _: Forecast) -> Light:
    """Nobody is forgotten."""
    promise, silent = "Nobody is forgotten", now.figures.silent
    if silent is None:
        return Light(promise, State.UNKNOWN, "Submissions have not been counted yet.")
    if silent:
        said = f"{silent} submissions neither move nor are on a person's list."
        return Light(promise, State.BROKEN, said, "SilentSubmissions")
    said = f"Everything moves or is on a person's list ({now.figures.buried} items)."
    return Light(promise, State.UNKNOWN if _is_old(now) else State.KEPT, said)


def _is_old(now: Snapshot) -> bool:
    """Say whether what the ledger said last says nothing of now."""
    return not now.ledger.reachable or now.ledger.age_seconds > STALE_SECONDS


def verified(now: Snapshot, _: Forecast) -> Light:
    """Registries answer; what cannot be verified is never refused."""
    promise = "Facts can be verified"
    stopped = [one.registry for one in now.registries if one.breaker == "open"]
    held = [pause.switch.partition(":")[2] for pause in now.pauses if pause.switch.startswith("registry:")]
    if stopped or held:
        failing = f"Calls are stopped by the breaker to: {', '.join(stopped)}." if stopped else ""
        paused = f"Paused by hand: {', '.join(held)}." if held else ""
        said = f"{failing} {paused} Who needs an answer waits; nobody is refused.".strip()
        return Light(promise, State.AT_RISK, said, "RegistryStopped" if stopped else "")
    if not any(one.calls for one in now.registries):
        return Light(promise, State.UNKNOWN, "No registry was asked in the last five minutes.")
    return Light(promise, State.KEPT, "Every registry that was asked is answering.")


def opened(now: Snapshot, _: Forecast) -> Light:
    """The counter takes what people bring."""
    promise = "The counter is open to everybody"
    closed = [pause.switch for pause in now.pauses if pause.switch == "starts" or pause.switch.startswith(intake(""))]
    if closed:
        return Light(promise, State.AT_RISK, f"Paused by hand: {', '.join(closed)}.")
    if not any(process.up and process.process.startswith("counter") for process in now.processes):
        return Light(promise, State.BROKEN, "No counter is up.", "ProcessDown")
    return Light(promise, State.KEPT, "A counter is up, and no channel is paused.")


def staffed(now: Snapshot, _: Forecast) -> Light:
    """Every process is up."""
    promise = "Every process does its work"
    down = [process.process for process in now.processes if not process.up]
    if down:
        return Light(promise, State.AT_RISK, f"Down: {', '.join(down)}.", "ProcessDown")
    if missing := absent(now):
        return Light(promise, State.AT_RISK, f"No {missing} is up.", KINDS[missing])
    if now.bell_reachable is False:
        return Light(promise, State.AT_RISK, "Redis does not answer: workers look for themselves.", "BellAway")
    if now.skew_seconds is not None and now.skew_seconds > APART_SECONDS:
        said = f"PostgreSQL's clock and a machine's are {now.skew_seconds:.0f} s apart."
        return Light(promise, State.AT_RISK, said, "ClocksApart")
    if not now.processes:
        return Light(promise, State.UNKNOWN, "No process has been found.")
    return Light(promise, State.KEPT, f"All {len(now.processes)} processes are up.")


def absent(now: Snapshot) -> str | None:
    """Return a kind of process of which none is up, though others are found."""
    up = [process.process for process in now.processes if process.up]
    return next((kind for kind in KINDS if up and not any(name.startswith(kind) for name in up)), None)


def brought_in(now: Snapshot, _: Forecast) -> Light:
    """What the emergency register took is an application like any other."""
    promise, register = "What the emergency register took is brought in", now.register
    if register is None or register.for_a_person is None:
        return Light(promise, State.UNKNOWN, "No counter, or not the ledger, has said anything of it.")
    if register.waiting:
        said = f"{register.waiting} entries wait, the oldest for {register.oldest_seconds:.0f} s."
        late = now.ledger.reachable and register.oldest_seconds > WAITED_SECONDS
        return Light(promise, State.BROKEN if late else State.AT_RISK, said, "RegisterWaits")
    if register.for_a_person:
        said = f"{register.for_a_person} entries could not be brought in: a person has to settle them."
        return Light(promise, State.AT_RISK, said, "RegisterForAPerson")
    return Light(promise, State.KEPT, "Nothing waits in it.")


Rule = Callable[[Snapshot, Forecast], Light]
LIGHTS: Sequence[Rule] = (saved, quick, opened, moving, seen, verified, staffed, brought_in)
