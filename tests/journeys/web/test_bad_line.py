"""A bad line, and a counter that dies at each step: the whole way from the first page to the receipt."""

from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.async_api import Browser

from loadtest.faults.proxy import proxied
from tests.journeys.system import System
from tests.journeys.web.browsers import a_phone
from tests.journeys.web.mother import STEPS, Mother

COUNTER = "counter-1"
DELAY = 0.3  # seconds, of each piece that comes back


async def test_an_application_is_filed_over_a_line_that_is_slow_and_loses_an_answer_at_each_step(
    system: System, browser: Browser
):
    """By a proxy between her phone and the counter: what she sends arrives and is done, and she hears nothing of it."""
    at = urlsplit(system.address("http"))
    with proxied((str(at.hostname), int(at.port or 0))) as line:
        async with a_phone(browser, f"http://127.0.0.1:{line.port}") as phone:
            maria = await Mother(await phone.new_page(), 940_001).starts()
            line.delay = DELAY
            await maria.opens(STEPS[0])
            for step in STEPS:
                line.cut_reply_to(f"POST /domanda/{step}".encode())
                await maria.fills(step)
                await maria.goes_on()
                assert line.cut.is_set(), step
            await maria.goes_on()
            line.cut_reply_to(b"POST /domanda/invio")

            number = await maria.sends()

            assert line.cut.is_set()
            await maria.stands("Pagamento disposto")
            assert f"{number[:4]} {number[4:]}" in await maria.page.inner_text("main")
            for step in STEPS:
                await maria.page.goto(f"/domanda/{step}/storia")
                assert not await maria.page.get_by_text("Scritte in un'altra finestra").count(), (
                    "a conflict with herself"
                )


async def test_an_application_is_filed_though_the_counter_is_killed_at_each_step(mother: Callable, system: System):
    """Before what she types, so that none of it is saved yet, and once more before it is sent."""
    maria: Mother = await mother()
    await maria.starts()
    await maria.opens(STEPS[0])
    for step in STEPS:
        system.running.kill(COUNTER)
        await maria.fills(step)
        await maria.goes_on()
    await maria.goes_on()
    system.running.kill(COUNTER)

    await maria.sends()

    await maria.stands("Pagamento disposto")
    await maria.opens("richiedente/storia")
    assert "Maria" in await maria.page.inner_text("main")
