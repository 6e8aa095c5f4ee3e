"""A real browser: Debian's Chromium, as a phone. Without it these journeys are skipped, but never in CI."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, BrowserContext, async_playwright, expect

PHONE = {"width": 360, "height": 740}
PATIENCE = 60_000  # milliseconds any step may take on a busy machine; nothing here measures speed
# As root Chromium has no sandbox of its own, and a small /dev/shm is no reason to fall.
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]


def chromium() -> str:
    """Return the browser's program; skip where there is none, and fail in CI."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    if os.environ.get("CI"):
        pytest.fail("Chromium is not installed, and CI must run these journeys: .ci/run installs it")
    pytest.skip("Chromium is not installed (on Debian: apt install chromium)")


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    """Start a browser and end it."""
    program = chromium()
    async with async_playwright() as playwright:
        expect.set_options(timeout=PATIENCE)
        browser = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        await browser.close()


@asynccontextmanager
async def a_phone(browser: Browser, address: str, **settings: object) -> AsyncIterator[BrowserContext]:
    """Give a phone of its own: nothing is remembered from another, and nothing is fetched from elsewhere."""
    told = {"viewport": PHONE, "locale": "it-IT", "base_url": address, **settings}
    context = await browser.new_context(**told)
    context.set_default_timeout(PATIENCE)
    foreign: list[str] = []
    context.on("request", lambda asked: None if _is_ours(asked.url, address) else foreign.append(asked.url))
    context.on("console", lambda said: foreign.append(said.text) if "Content Security Policy" in said.text else None)
    yield context
    await context.close()
    assert [] == foreign, "something came from elsewhere, or stood in a page against its policy"


def _is_ours(url: str, address: str) -> bool:
    return url.startswith((f"{address}/", "about:", "blob:", "data:"))
