"""rehearsing: breaks one thing, listens, looks, applies the cure of the runbook, and waits until all is well again."""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from pathlib import Path

from loadtest.alerts import load
from loadtest.alerts.eyes import WELL, Eyes, looking
from loadtest.alerts.faults import Fault
from loadtest.alerts.hearing import Hearing
from loadtest.alerts.outcome import Outcome
from loadtest.alerts.watching import Watching, watching
from loadtest.rehearsal.stack import NotStarted, Stack, running
from loadtest.status_page import measured

IN_TIME = 120.0  # seconds from a fault to a notification, to the light and to the public word
LISTENING = 10.0  # seconds after it in which nothing else may be heard
QUIET = 240.0  # seconds until all is well again; the public page waits one minute of them on purpose
LINGERS = 330.0  # seconds for which a light may still say what was so before: it counts over five minutes
PACE = 0.1  # minutes of the rules become six seconds; no less: a look at a dead PostgreSQL takes twelve
GLANCE = 0.5
TIMED = 10.0  # seconds in which the public page is asked fifty times a second
#: A small counter, so that ten times what it takes is not too much for the machine; failed work comes round soon.
SETTINGS = {"APPRODO_UNDER_WAY": "4", "APPRODO_UNDER_WAY_LEAST": "4", "APPRODO_BASE": "PT2S", "APPRODO_CAP": "PT5S"}


def rehearse(faults: Sequence[Fault], pictures: Path, aside: AbstractSet[str] = frozenset()) -> Iterator[Outcome]:
    """Yield what each fault came to, on a stack of its own; alerts that are set `aside` are not listened to.

    Errors: NotStarted, also where all is not well before.
    """
    hearing = Hearing(aside)
    try:
        with (
            tempfile.TemporaryDirectory(prefix="approdo-alerts-") as folder,
            running(Path(folder) / "data", SETTINGS) as stack,
            watching(stack, hearing, PACE, aside) as watch,
            looking(str(stack.where()["ops"]), pictures) as eyes,
            load.people(str(stack.where()["http"])),
        ):
            if amiss := _until_well(faults[0], watch, eyes):
                raise NotStarted(f"not well before anything was broken: {'; '.join(amiss)}")
            for fault in faults:
                yield _one(fault, stack, watch, hearing, eyes)
    finally:
        hearing.close()


def _one(fault: Fault, stack: Stack, watch: Watching, hearing: Hearing, eyes: Eyes) -> Outcome:
    """Break it, hear and see it, cure it, and wait until that is heard and seen too."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    outcome = Outcome(fault.name, fault.alert, at, is_crowded=fault.crowded, cure=fault.cure)
    if not _until(lambda: not fault.sight.says_so(eyes.lights().get(fault.sight.promise)), LINGERS):
        outcome.stumbled = "the light said so before anything was broken"
        return outcome
    began = time.monotonic()
    try:
        with fault.made(stack) as crowd:
            broken = time.monotonic()
            _until(lambda: _told(fault, outcome, hearing, eyes, began, broken), IN_TIME)
            outcome.pictures = eyes.picture(fault.alert)
            if fault.timed:
                outcome.page = measured(f"{stack.where()['ops']}/stato", TIMED, crowd)
            time.sleep(LISTENING)
            outcome.others = sorted({one.alert for one in hearing.since(began)} - {fault.alert})
    except Exception as error:  # noqa: BLE001 - the other rows are rehearsed all the same
        outcome.stumbled = f"{type(error).__name__}: {error}"
    over = time.monotonic()
    outcome.left = _until_well(fault, watch, eyes)
    if not outcome.left:
        outcome.cured_seconds = time.monotonic() - over - LISTENING
    outcome.pictures += eyes.picture(f"{fault.alert}-cured")
    outcome.echoes = sorted({one.alert for one in hearing.since(over)} - {fault.alert})
    return outcome


def _told(fault: Fault, outcome: Outcome, hearing: Hearing, eyes: Eyes, began: float, broken: float) -> bool:
    """Note what is heard and seen by now; say whether that is all there should be."""
    heard = next((one.at for one in hearing.since(began) if one.alert == fault.alert), None)
    if outcome.seconds is None and heard is not None:
        outcome.seconds = heard - broken
    if outcome.lit_seconds is None:
        outcome.light = eyes.lights().get(fault.sight.promise)
        if fault.sight.says_so(outcome.light):
            outcome.lit_seconds = time.monotonic() - broken
    if outcome.said_seconds is None:
        outcome.public = eyes.public()
        if outcome.public == [fault.sight.public]:
            outcome.said_seconds = time.monotonic() - broken
    return None not in (outcome.seconds, outcome.lit_seconds, outcome.said_seconds)


def _until_well(fault: Fault, watch: Watching, eyes: Eyes) -> list[str]:
    """Wait until nothing sounds, the light of a fault is as it should be and the page says that it works, for a while
    on end; return what was amiss last where it does not come to that."""
    amiss: list[str] = []

    def is_well() -> bool:
        said, light = eyes.public(), fault.sight.amiss(eyes.lights())
        told = " | ".join(said) or "nothing"
        now = [*(f"{alert} sounds" for alert in sorted(watch.sounding())), *([light] if light else [])]
        now += [] if said == [WELL] else [f"the public page says: {told}"]
        amiss[:] = now or amiss
        return not now

    return [] if _until(is_well, QUIET, for_=LISTENING) else amiss


def _until(is_so: Callable[[], bool], patience: float, for_: float = 0.0) -> bool:
    """Wait until something is so, for a while on end; say whether it came to that."""
    give_up_at, so_since = time.monotonic() + patience, None
    while time.monotonic() < give_up_at:
        if not is_so():
            so_since = None
        elif (so_since := so_since or time.monotonic()) + for_ <= time.monotonic():
            return True
        time.sleep(GLANCE)
    return False
