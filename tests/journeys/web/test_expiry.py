"""A session that has run out: at every step she comes back to the same field with everything there."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from core.clock import SystemClock
from ingest.http.call import Call
from ingest.keys import Keys
from ingest.tokens import Tokens
from ingest.web.session import LIFE, Sessions
from loadtest.bench.people import tax_code
from tests.journeys.system import System
from tests.journeys.web.mother import STEPS, Mother

TYPED = {
    "richiedente": ("address", "Via Roma 1"),
    "figli": ("children-0-first_name", "Sofia Anna"),
    "lavoro": ("periods-0-employer", "Scuola di via Po"),
    "redditi": ("employment", "21500,00"),
    "pagamento": ("iban", "IT60X0542811101000000123456"),
    "dichiarazioni": ("truthful", None),
}


async def _nothing() -> dict[str, object]:
    return {"type": "http.disconnect"}


async def runs_out(maria: Mother, system: System) -> None:
    """Let her cookie be one that was used last before the session's life."""
    keys = Keys(system.data / "keys", datetime.now(UTC))
    sessions = Sessions(keys.person, Tokens(keys.tokens), production=False)
    held = await maria.page.context.cookies()
    (cookie,) = [one for one in held if one["name"] == "approdo"]
    call = Call({"headers": [(b"cookie", f"approdo={cookie['value']}".encode())]}, _nothing, SystemClock(), {})
    long_ago = datetime.now(UTC) - LIFE - timedelta(minutes=1)
    ((_, header),) = sessions.cookie(call, sessions.read(call, datetime.now(UTC)), long_ago)
    value = header.decode().partition(";")[0].partition("=")[2]
    await maria.page.context.add_cookies([{**cookie, "value": value}])


@pytest.mark.parametrize("step", STEPS)
async def test_with_a_script_she_comes_back_to_the_very_field(step: str, mother: Callable, system: System):
    """What she typed after the session ended waits in her browser, and is saved when she has shown her code."""
    maria: Mother = await mother()
    await maria.starts()
    page, (field, text) = maria.page, TYPED[step]
    await maria.opens(step)
    await maria.fills(step)
    await maria.is_told("Salvato alle")
    await runs_out(maria, system)

    await page.focus(f"#c-{field}")
    if text is None:
        await page.uncheck(f"#c-{field}")
    else:
        await maria.types(field, text)
    await maria.is_told("La sessione è finita")
    await page.get_by_role("link", name="Rientra").click()
    await page.fill("#codice", maria.code)
    await page.get_by_role("button", name="Riprendi").click()

    await maria.is_told("Ho ritrovato quello che avevi scritto")
    assert page.url.endswith(f"/domanda/{step}#c-{field}")
    if text is None:
        assert not await page.is_checked(f"#c-{field}")
    else:
        assert text == await page.input_value(f"#c-{field}")


@pytest.mark.parametrize("step", STEPS)
async def test_without_a_script_the_form_waits_on_the_page(step: str, mother: Callable, system: System):
    """She posts it after the session ended; the page that asks for the code holds it, and saves it with the code."""
    maria: Mother = await mother(java_script_enabled=False)
    await maria.starts()
    page, (field, text) = maria.page, TYPED[step]
    await maria.opens(step)
    await maria.fills(step)
    await maria.posts("Salva e resta qui")
    await runs_out(maria, system)
    if text is None:
        await page.uncheck(f"#c-{field}")
    else:
        await maria.types(field, text)

    await maria.posts("Salva e resta qui")
    assert "La sessione è finita" in await page.inner_text("main")
    await page.fill("#codice", maria.code)
    await maria.posts("Riprendi")

    assert "Salvato alle" in await page.inner_text("#stato")
    if text is None:
        assert not await page.is_checked(f"#c-{field}")
    else:
        assert text == await page.input_value(f"#c-{field}")


async def test_a_correction_waits_for_the_code_too(mother: Callable, system: System):
    """After filing she corrects a step; the session ends before she sends it, and nothing of it is lost."""
    maria: Mother = await mother(java_script_enabled=False)
    page = maria.page
    system.tell_registries("bank", "ko", tax_code=tax_code(maria.number))
    await maria.starts()
    await maria.fills_everything()
    await maria.sends()
    await maria.stands("Pagamento non riuscito")
    await page.goto("/domanda/pagamento/correggi")
    await page.check("#c-method-postal_transfer")
    await page.fill("#c-iban", "")
    await runs_out(maria, system)
    await page.locator(".azioni").get_by_role("button", name="Invia la correzione").click()

    await page.fill("#codice", maria.code)
    await page.get_by_role("button", name="Riprendi").click()

    await maria.stands("Pagamento disposto")


async def test_before_sending_and_after_she_comes_back_to_the_same_page(mother: Callable, system: System):
    """The page of all that will be sent, then where the application stands."""
    maria: Mother = await mother()
    await maria.starts()
    await maria.fills_everything()
    await runs_out(maria, system)
    await maria.page.reload()
    await maria.page.fill("#codice", maria.code)
    await maria.page.get_by_role("button", name="Riprendi").click()
    await maria.page.goto("/domanda/riepilogo")
    await maria.sends()
    await runs_out(maria, system)

    await maria.page.goto("/riprendi?torna=stato")
    await maria.page.fill("#codice", maria.code)
    await maria.page.get_by_role("button", name="Riprendi").click()

    await maria.page.wait_for_url("**/domanda/stato")
