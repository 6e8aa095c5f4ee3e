"""What pages weigh: the first view on a simulated slow phone, and the counter's CPU per page beside a section save.

`make weights` needs Chromium; its figures are worth something on a quiet machine.
"""

import asyncio
import statistics
import sys
from collections.abc import Callable, Iterator

import httpx
import psutil
from playwright.async_api import Browser

from tests.journeys.applicant import Applicant
from tests.journeys.system import System, running_system
from tests.journeys.web.browsers import a_browser, a_phone
from tests.journeys.web.posting import begins, hidden

CPU = 4  # times slower than this machine
# Slow 4G as Lighthouse simulates it: 150 ms there and back, 1.6 Mbit/s down, 750 kbit/s up.
LINE = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
VIEWS, ASKED = 7, 300
HERS = 50  # views of her own pages: a draft's rate is bounded
MOST_MILLISECONDS, MOST_BYTES = 1_000, 100_000
SEEN = """() => new Promise((done) => {
  const painted = () => performance.getEntriesByName("first-contentful-paint")[0];
  const tell = () => {
    const page = performance.getEntriesByType("navigation")[0];
    const bytes = [page, ...performance.getEntriesByType("resource")].reduce((sum, one) => sum + one.transferSize, 0);
    done({ paint: painted().startTime, usable: page.domInteractive, bytes });
  };
  const wait = () => painted() && document.readyState === "complete" ? tell() : setTimeout(wait, 20);
  wait();
})"""


async def first_views(address: str) -> list[dict[str, float]]:
    """Return what each view of the first page took, on a phone that has never seen it; one before warms up."""
    async with a_browser() as browser:
        return [await _view(browser, address) for _ in range(VIEWS + 1)][1:]


async def _view(browser: Browser, address: str) -> dict[str, float]:
    async with a_phone(browser, address) as phone:
        page = await phone.new_page()
        devtools = await phone.new_cdp_session(page)
        await devtools.send("Network.enable")
        await devtools.send("Network.emulateNetworkConditions", LINE)
        await devtools.send("Emulation.setCPUThrottlingRate", {"rate": CPU})
        await page.goto("/")
        return dict(await page.evaluate(SEEN))


def costs(system: System) -> Iterator[tuple[str, float]]:
    """Yield what is asked and the milliseconds of CPU it costs the counter."""
    pid = system.running.pid("counter-1")
    assert pid is not None
    counter = psutil.Process(pid)
    somebody = [Applicant(system, 1, 600_000 + number).fill() for number in range(3)]  # a draft's rate is bounded
    yield "a section save", _cost(counter, lambda turn: _saves(somebody[turn % 3], turn))
    with httpx.Client(base_url=system.address("http"), headers={"accept-encoding": "gzip"}) as person:
        yield "the first page", _cost(counter, lambda _: person.get("/"))
        begins(person)
        form = hidden(person.get("/domanda/figli").text)
        cards = {f"children/{number}/first_name": "Sofia" for number in range(2)}
        person.post("/domanda/figli", data=form | cards | {"azione": "resta"})
        for what, address in (("the list of steps", "/domanda"), ("a step with two cards", "/domanda/figli")):
            yield what, _cost(counter, lambda _, address=address: person.get(address), HERS)


def _saves(somebody: Applicant, turn: int) -> None:
    somebody.save("income", {"employment": f"{turn}.00", "self_employment": "0.00"})


def _cost(counter: psutil.Process, ask: Callable[[int], object], asked: int = ASKED) -> float:
    before = counter.cpu_times()
    for turn in range(asked):
        ask(turn)
    after = counter.cpu_times()
    return 1_000 * (after.user + after.system - before.user - before.system) / asked


def main() -> int:
    """Print both; exit 1 where the first view is over its bars."""
    with running_system() as system:
        views = asyncio.run(first_views(system.address("http")))
        told = {name: statistics.median(one[name] for one in views) for name in views[0]}
        lines = [f"{what}: {cost:.2f} ms of CPU" for what, cost in costs(system)]
    kept = told["paint"] <= MOST_MILLISECONDS and told["bytes"] <= MOST_BYTES
    view = f"first view: {told['paint']:.0f} ms to paint, {told['usable']:.0f} to usable, {told['bytes']:.0f} bytes"
    sys.stdout.write("\n".join([*lines, f"{view}: {'kept' if kept else 'NOT KEPT'}"]) + "\n")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
