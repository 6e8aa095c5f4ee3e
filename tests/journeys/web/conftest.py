"""One running system and one browser for all journeys in a browser, and mothers who have not filed yet."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from itertools import count

import pytest
from playwright.async_api import Browser

from tests.journeys.system import System, running_system
from tests.journeys.web.browsers import a_browser, a_phone, chromium
from tests.journeys.web.mother import Mother

_people = count(500_000)


@pytest.fixture(scope="package")
def system() -> Iterator[System]:
    """Everything `make run` starts, but no emergency register: here her browser alone keeps what she types.

    What the register does for her is in test_register.py, on a system that has one.
    """
    chromium()
    with running_system(APPRODO_REGISTER_COPIES="0") as started:
        yield started


@pytest.fixture(scope="package")
async def browser() -> AsyncIterator[Browser]:
    """A real browser."""
    async with a_browser() as started:
        yield started


@pytest.fixture
async def mother(system: System, browser: Browser) -> AsyncIterator[Callable[..., Mother]]:
    """Somebody new with a phone of her own."""
    async with AsyncExitStack() as phones:

        async def somebody(**settings: object) -> Mother:
            phone = await phones.enter_async_context(a_phone(browser, system.address("http"), **settings))
            return Mother(await phone.new_page(), next(_people))

        yield somebody
