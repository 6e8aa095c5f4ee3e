"""watching: Prometheus and Alertmanager beside a stack, started as `make watch` does, and asked what sounds."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from loadtest.alerts.hearing import Hearing
from loadtest.bench.program import die_with_parent
from loadtest.rehearsal.stack import ROOT, NotStarted, Stack

STARTS = 90.0  # seconds
STOPS = 20.0


@dataclass(frozen=True, slots=True)
class Watching:
    """The two, as a rehearsal asks them."""

    prometheus: httpx.Client
    aside: AbstractSet[str] = frozenset()  # alerts that nobody listens to

    def ask(self, query: str) -> list[dict[str, object]]:
        """Return what a query is answered with."""
        answer = self.prometheus.get("/api/v1/query", params={"query": query}).raise_for_status().json()
        return list(answer["data"]["result"])

    def sounding(self) -> set[str]:
        """Return the alerts that sound or are about to, but for the one that always does."""
        try:
            found = self.ask('ALERTS{alertname!="WatchAlive"}')
        except httpx.HTTPError as error:
            return {f"Prometheus, which does not answer ({type(error).__name__})"}
        return {str(dict(one["metric"])["alertname"]) for one in found} - self.aside  # type: ignore[call-overload]


@contextmanager
def watching(stack: Stack, hearing: Hearing, pace: float, aside: AbstractSet[str] = frozenset()) -> Iterator[Watching]:
    """Watch while the block runs. Errors: NotStarted."""
    hearers = [f"--{by}={hearing.address(by)}" for by in ("pager", "messages", "alive")]
    options = ["--prometheus-port=0", "--alertmanager-port=0", "--every=1s", f"--pace={pace}", *hearers]
    log = stack.data.parent / "watching.log"
    with log.open("wb") as output:
        watch = subprocess.Popen(  # noqa: S603 (commands of our own making)
            [sys.executable, "-m", "deploy.watch", *options],
            cwd=ROOT,
            env={"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "APPRODO_DATA": str(stack.data.absolute())},
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent,  # noqa: PLW1509 (threads begin after it)
        )
    try:
        give_up_at = time.monotonic() + STARTS
        while "WATCHING" not in (said := log.read_text()):
            if watch.poll() is not None or time.monotonic() > give_up_at:
                raise NotStarted(f"nobody watches:\n{said[-2_000:]}")
            time.sleep(0.2)
        where = json.loads((stack.data / "watch" / "where.json").read_text())
        with httpx.Client(base_url=where["prometheus"], timeout=10, trust_env=False) as prometheus:
            yield Watching(prometheus, aside)
    finally:
        watch.terminate()
        try:
            watch.wait(STOPS)
        except subprocess.TimeoutExpired:
            watch.kill()
            watch.wait()
