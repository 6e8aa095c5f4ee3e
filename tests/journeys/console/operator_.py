"""An operator in a browser: what she sees, presses and fills in."""

from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect

WHO, WHY = "Ada", "a drill on a quiet day"
PATIENCE = 60_000  # milliseconds for what the system does by itself on a busy machine


@dataclass(frozen=True)
class Operator:
    """Somebody at the console."""

    page: Page

    async def turns(self, switch: str, way: str, minutes: str = "") -> None:
        """Turn one switch, and wait until the page says so."""
        await self.page.goto("/switches")
        card = self.page.locator("section.card", has=self.page.get_by_role("heading", name=switch, exact=True))
        await card.locator("summary").click()
        await self.signs(card)
        if minutes:
            await card.get_by_label("Pause for so many minutes").fill(minutes)
        await card.get_by_role("button", name=way, exact=True).click()
        await expect(self.page.get_by_role("status")).to_contain_text(f"{switch} is turned")

    async def signs(self, form: Locator) -> None:
        """Say who and why."""
        await form.get_by_label("Who are you").fill(WHO)
        await form.get_by_label("Why").fill(WHY)

    async def sees(self, text: str) -> None:
        """Wait until the page says something."""
        await expect(self.page.locator("main")).to_contain_text(text, timeout=PATIENCE)
