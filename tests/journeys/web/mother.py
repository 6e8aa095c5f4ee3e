"""A mother with a phone: fills in the form the way people do, by what she reads on the page."""

import asyncio
import time
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

import pytest
from playwright.async_api import Error, Page, Response, expect

from loadtest.bench.people import tax_code
from tests.journeys.web.browsers import PATIENCE

CHILDREN = (("Sofia", "1 5 2018", "RSSSFO18E41H501U"), ("Luca", "03/03/2021", "RSSLCU21C03H501I"))
STEPS = ("richiedente", "figli", "lavoro", "redditi", "pagamento", "dichiarazioni")


@dataclass
class Mother:
    """One person on one page. `number`: of a person nobody else is."""

    page: Page
    number: int
    code: str = ""

    async def starts(self) -> "Mother":
        """Begin an application and note the code."""
        await self.page.goto("/")
        await self.page.get_by_role("button", name="Inizia la domanda").click()
        self.code = (await self.page.locator(".codice-grande").inner_text()).strip()
        return self

    async def opens(self, step: str) -> None:
        """Go to a step."""
        await self.page.goto(f"/domanda/{step}")

    async def goes_on(self) -> None:
        """Press the button that saves and leads to the next step."""
        before = self.page.url.partition("?")[0].partition("#")[0]
        await self.page.get_by_role("button", name="Salva e vai avanti").click()
        await self.page.wait_for_url(lambda url: not url.startswith(before))

    async def fills(self, step: str) -> None:
        """Type everything a step asks for."""
        await getattr(self, f"_{step}")()

    async def fills_everything(self) -> None:
        """Walk through all the steps, and to the page before sending."""
        await self.opens(STEPS[0])
        for step in STEPS:
            await self.fills(step)
            await self.goes_on()
        await self.goes_on()

    async def sends(self) -> str:
        """Send, and return the number on the receipt."""
        await self.page.get_by_role("button", name="Invia la domanda").click()
        await self.page.wait_for_url("**/domanda/ricevuta")
        return (await self.page.locator(".codice-grande").inner_text()).replace(" ", "").strip()

    async def stands(self, state: str) -> None:
        """Look at the status page until the application stands there."""
        await self.reads(state, ".stato-grande")

    async def reads(self, text: str, where: str = "main") -> None:
        """Look at the status page until it says this somewhere; more slowly than a draft's rate."""
        give_up_at = time.monotonic() + PATIENCE / 1000
        while True:
            await self.page.goto("/domanda/stato")
            if text in " ".join(await self.page.locator(where).all_inner_texts()):
                return
            assert time.monotonic() < give_up_at, await self.page.inner_text("main")
            await asyncio.sleep(0.3)

    async def is_told(self, text: str) -> None:
        """Wait until the status line says this."""
        await expect(self.page.locator("#stato-testo")).to_contain_text(text, timeout=PATIENCE)

    def answer_to(self, *words: str) -> AbstractAsyncContextManager[object]:
        """Wait, at the end of a block, for the answer to a form that carried all of these words."""

        def carried(answer: Response) -> bool:
            return answer.request.method == "POST" and all(word in (answer.request.post_data or "") for word in words)

        return self.page.expect_response(carried)

    async def has_a_network_again(self) -> None:
        """Open another page once nothing gets through: what the last one tried on its way out has failed by then."""
        self.page = await self.page.context.new_page()
        with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
            await self.page.goto("/")
        await self.page.context.set_offline(False)

    async def posts(self, button: str) -> None:
        """Press a button that sends a form, and wait for the page that answers it."""
        async with self.page.expect_navigation():
            await self.page.get_by_role("button", name=button).click()

    async def types(self, field: str, text: str) -> None:
        """Fill in one field."""
        await self.page.fill(f"#c-{field}", text)

    async def _richiedente(self) -> None:
        typed = {"first_name": "Maria", "last_name": "Rossi", "tax_code": tax_code(self.number)}
        for field, text in {**typed, "birth_date": "3 1 1980", "email": "maria@example.it"}.items():
            await self.types(field, text)

    async def _figli(self) -> None:
        for index, (name, born, code) in enumerate(CHILDREN):
            await self.page.get_by_role("button", name="Aggiungi un figlio o una figlia").click()
            place = f"children-{index}"
            await self.types(f"{place}-first_name", name)
            await self.types(f"{place}-birth_date", born)
            await self.types(f"{place}-tax_code", code)
            await self.page.check(f"#c-{place}-link-natural")

    async def _lavoro(self) -> None:
        await self.page.get_by_role("button", name="Aggiungi un lavoro").click()
        await self.page.select_option("#c-periods-0-category", "employee_permanent")
        await self.types("periods-0-start", "1 9 2019")

    async def _redditi(self) -> None:
        await self.types("employment", "20.000,00")
        await self.types("self_employment", "0")

    async def _pagamento(self) -> None:
        await self.page.check("#c-method-iban")
        await self.types("iban", "IT60 X054 2811 1010 0000 0123 456")

    async def _dichiarazioni(self) -> None:
        await self.page.check("#c-truthful")
        await self.page.check("#c-privacy_notice")
