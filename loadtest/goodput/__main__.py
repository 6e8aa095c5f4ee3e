"""`python -m loadtest goodput`: 0.5, 1, 2, 5 and 10 times a load, and back; judged, drawn, and written down."""

import json
import os
import shutil
import signal
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

from loadtest.bench import database, machine
from loadtest.bench.line import LineBroken
from loadtest.capacity.applications import Applications
from loadtest.capacity.lines import Lines
from loadtest.capacity.search import highest
from loadtest.capacity.trial import Offer as Trials
from loadtest.goodput import page
from loadtest.goodput.costs import costs
from loadtest.goodput.judging import CALM, RECOVERED_WITHIN, SETTLING, judged, recovered
from loadtest.goodput.offer import LINES, MOST_LINES, Offer, Stretch
from loadtest.goodput.patient import Patients
from loadtest.goodput.seconds import Seconds, summed
from loadtest.rehearsal import stack
from loadtest.rehearsal.stack import NotStarted, Stack

FACTORS = (0.5, 1.0, 2.0, 5.0, 10.0)
#: Requests a second: Westfalen-Lippe had 700 when appointments opened (2021), App IO 6,000 (2020).
LOAD = 700.0
SECONDS = 20.0  # of each rate
TRIED, TRIES = 4.0, 5  # seconds of each rate, and how many are tried, to find the capacity
CIVIL_NOW = "2025-11-20T09:00:00+01:00"  # inside the filing window of the programme
FIRST = 500_000  # the number of the first person, after all who were there to find the capacity


def main() -> None:
    """Measure, judge, write. Exit 1 where goodput did not hold, 3 where the generator cannot say."""
    parser = ArgumentParser(prog="make goodput", description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long each rate is offered")
    parser.add_argument(
        "--load", type=_rate_said, default=LOAD, help="requests a second; `found`: the most that this machine takes"
    )
    parser.add_argument("--seed", type=int, default=20_251_120)
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    data = Path(os.environ.get("APPRODO_DATA") or ".approdo").absolute()
    folder = data / "goodput"
    try:
        with _system(folder) as system:
            found = measure(system, asked.seconds, asked.load, Random(asked.seed))  # noqa: S311 (a load, no secret)
    except (NotStarted, LineBroken, OSError) as error:
        sys.exit(f"goodput: {error}")
    (folder / "goodput.json").write_text(json.dumps(found, indent=1) + "\n")
    (folder / "goodput.html").write_text(page.written(found))
    _say("\n" + "\n".join(told(found)) + f"\n\n{folder / 'goodput.html'}")
    sys.exit({"pass": 0, "fail": 1}.get(found["judged"]["result"], 3))


def _rate_said(said: str) -> float | None:
    return None if said == "found" else float(said)


def measure(system: Stack, seconds: float, load: float | None, random: Random) -> dict[str, Any]:
    """Return what was found, as it is written down."""
    port = urlsplit(system.where()["http"]).port or 80
    with database.opened(system.where()["database_url"]) as ledger:
        load = load or _capacity(Trials(port, Applications(random), system.pids(), ledger, random))
        server = ledger.value("SHOW server_version")
    _say(f"load: {load:,.0f} requests a second")
    people = Patients(random, FIRST)
    with closing(Lines(port, LINES, people)) as lines:
        offer = Offer(lines, people, system.pids(), random)
        stretches = [_offered(offer, factor, factor * load, seconds) for factor in FACTORS]
        people.send_home(int(load))
        back = offer.offer(FACTORS[0], FACTORS[0] * load, RECOVERED_WITHIN + CALM, lambda: _is_well(offer, stretches))
        offer.drain()
    rates, rows = [_rate(offer.seconds, one) for one in stretches], offer.seconds.rows(back.end)
    ends = offer.seconds.between(back.begin, back.end)
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "load": load,
        "seconds": seconds,
        "rates": rates,
        "judged": asdict(judged(rates, recovered(ends))),
        "by_second": rows,
        "costs": costs(rows)._asdict(),
        "back": asdict(back),
        "answers": {f"{step} {status}": count for (step, status), count in sorted(people.answers.items())},
        "lines": MOST_LINES,
        "crew": system.crew(),
        "machine": machine.described(),
        "versions": machine.versions(server, system.pids()["valkey"]),
    }


def _capacity(trials: Trials) -> float:
    """Return the highest rate that was seen to hold in a few tries; what full load gives where none was."""
    trials.press(TRIED)
    pressed = trials.press(TRIED)
    _say(f"full load: {pressed:,.0f} requests a second")
    tried = iter(range(TRIES))
    rate, _ = highest(
        lambda rate: trials.offer(rate, TRIED).holds,
        0.5 * pressed,
        0.9 * pressed,
        may_go_on=lambda: next(tried, None) is not None,
    )
    return rate or 0.5 * pressed


def _offered(offer: Offer, factor: float, rate: float, seconds: float) -> Stretch:
    stretch = offer.offer(factor, rate, seconds)
    _say(_row(_rate(offer.seconds, stretch)))
    return stretch


def _is_well(offer: Offer, stretches: list[Stretch]) -> bool:
    seconds = offer.seconds.between(stretches[-1].end, offer.now - 1)
    return len(seconds) > CALM and recovered(seconds) is not None


def _rate(seconds: Seconds, one: Stretch) -> dict[str, Any]:
    settled = min(SETTLING, (one.end - one.begin) / 3)
    counters = sum(used for name, used in one.cores.items() if name.startswith("counter"))
    whole = summed(seconds.between(one.begin, one.end))
    answers = sum(whole[name] for name in ("good", "late", "refused", "other"))
    each = counters / answers if answers else 0.0
    return {**asdict(one), **summed(seconds.between(one.begin + settled, one.end)), "counter_cpu_s_per_answer": each}


def _row(one: Mapping[str, Any]) -> str:
    return (
        f"{one['factor']:4g} times: {one['sent']:7,.0f} sent, {one['good']:6,.0f} came through, "
        f"{one['refused']:7,.0f} refused a second; 99 of 100 within {one['p99_s'] * 1000:5.0f} ms, "
        f"refusals {one['refusal_p50_s'] * 1000:4.0f} ms; "
        f"cores: generator {one['client']:.2f}, others {one['others']:.2f}"
    )


def told(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield what was found, for people."""
    said = found["judged"]
    back = "never" if said["recovered_s"] is None else f"after {said['recovered_s']:.0f} s"
    yield f"{said['result']}: goodput at ten times the load is {said['share']:.0%} of the best; well again {back}"
    last = found["rates"][-1]
    yield (
        f"at {last['factor']:g} times an answer costs the counter {last['counter_cpu_s_per_answer'] * 1e6:.0f} µs, "
        f"{last['refused'] / max(last['sent'], 1):.0%} of them refusals"
    )
    each = found["costs"]
    if each["through"] is not None and each["refusal"] is not None:
        yield (
            f"of the counter's CPU, what comes through costs {each['through'] * 1e6:.0f} µs and a refusal "
            f"{each['refusal'] * 1e6:.0f} µs; at {last['factor']:g} times the generator took {last['client']:.2f} "
            f"and programs that are not ours {last['others']:.2f} of {found['machine']['cores']} cores"
        )
    yield from said["reasons"]
    yield from said["doubts"]


@contextmanager
def _system(folder: Path) -> Iterator[Stack]:
    shutil.rmtree(folder, ignore_errors=True)
    with stack.running(folder / "data", {"APPRODO_CIVIL_NOW": CIVIL_NOW}) as system:
        yield system
    shutil.rmtree(folder / "data", ignore_errors=True)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
