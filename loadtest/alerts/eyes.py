"""eyes: a real browser that looks at the console and at the public page, as those do who are woken or turned away."""

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Page, Playwright, sync_playwright

from loadtest.rehearsal.stack import NotStarted

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
# As root Chromium has no sandbox of its own, and a small /dev/shm is no reason to fall.
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
DESK, PHONE = (1100, 900), (390, 844)  # pixels
PATIENCE = 30_000.0  # milliseconds
CONSOLE, PUBLIC = "/", "/stato/it"
WELL = "Il servizio funziona"
DARK = ("broken", "at-risk")
_LIGHTS = """
    [...document.querySelectorAll("#lights li[data-state]")].map((one) => ({
        promise: one.querySelector("b").textContent,
        state: one.dataset.state,
        reason: one.querySelector(".reason").textContent,
    }))
"""


@dataclass(frozen=True, slots=True)
class Light:
    """One light of the console, as it is read."""

    promise: str
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class Sight:
    """What must be seen of a fault: the light that is not green, in these words, and the head of the public page."""

    promise: str
    reason: str  # a pattern
    public: str = WELL
    lingers: str = ""  # a pattern of what the light goes on to say: it tells of the last five minutes

    def says_so(self, light: Light | None) -> bool:
        """Say whether a light says it."""
        return light is not None and light.state in DARK and bool(re.search(self.reason, light.reason))

    def amiss(self, lights: Mapping[str, Light]) -> str | None:
        """Return what its light says once it should say no more of it; None where that is as it should be."""
        light = lights.get(self.promise)
        if light is None:
            return f"no light {self.promise!r} on the console"
        lingers = self.lingers and re.search(self.lingers, light.reason)
        return None if light.state not in DARK or lingers else f"{light.promise} ({light.state}): {light.reason}"


class Eyes:
    """Both pages, open all the time in a browser that lives in a thread of its own."""

    def __init__(self, ops: str, pictures: Path) -> None:
        """Open the browser. Errors: NotStarted where there is none."""
        self._thread = ThreadPoolExecutor(1)
        self._pictures = pictures
        pictures.mkdir(parents=True, exist_ok=True)
        self._playwright, self._browser, self._console, self._public = self._thread.submit(_open, ops).result()

    def lights(self) -> dict[str, Light]:
        """Return the console's lights by promise; it refreshes itself. None where the page cannot be read."""
        found = self._thread.submit(_where_it_can, lambda: self._console.evaluate(_LIGHTS)).result()
        return {one["promise"]: Light(**one) for one in found}

    def public(self) -> list[str]:
        """Load the public page anew and return its headlines, the worst first; none where it does not come."""
        return self._thread.submit(_where_it_can, self._read_public).result()

    def picture(self, name: str) -> list[str]:
        """Keep both pages as they stand; return the names of the files."""
        return self._thread.submit(_where_it_can, lambda: self._keep(name)).result()

    def close(self) -> None:
        """Close the browser."""
        self._thread.submit(self._browser.close).result()
        self._thread.submit(self._playwright.stop).result()
        self._thread.shutdown()

    def _read_public(self) -> list[str]:
        self._public.reload()
        return self._public.locator(".luce h2").all_inner_texts()

    def _keep(self, name: str) -> list[str]:
        names = [f"{name}-console.png", f"{name}-public.png"]
        for page, file in zip((self._console, self._public), names, strict=True):
            page.screenshot(path=self._pictures / file)
        return names


def _where_it_can(look: Callable[[], list[Any]]) -> list[Any]:
    """A page that does not come in time has nothing on it: that is a finding, and no reason to fall."""
    try:
        return look()
    except Error:
        return []


@contextmanager
def looking(ops: str, pictures: Path) -> Iterator[Eyes]:
    """Look while the block runs. Errors: NotStarted."""
    eyes = Eyes(ops, pictures)
    try:
        yield eyes
    finally:
        eyes.close()


def _open(ops: str) -> tuple[Playwright, Browser, Page, Page]:
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        raise NotStarted("no browser can look: install Chromium (on Debian: apt install chromium)")
    playwright = sync_playwright().start()
    browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
    console, public = (_page(browser, ops, path, size) for path, size in ((CONSOLE, DESK), (PUBLIC, PHONE)))
    console.wait_for_selector("#lights li[data-state]")
    return playwright, browser, console, public


def _page(browser: Browser, ops: str, path: str, size: tuple[int, int]) -> Page:
    page = browser.new_page(base_url=ops, viewport={"width": size[0], "height": size[1]}, locale="it-IT")
    page.set_default_timeout(PATIENCE)
    page.goto(path)
    return page
