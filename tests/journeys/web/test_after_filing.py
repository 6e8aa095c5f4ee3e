"""After filing, in a browser: other months, other payment data, letters she can refuse, a complaint."""

from collections.abc import Callable, Iterator

import pytest
from playwright.async_api import expect

from loadtest.bench.people import tax_code
from loadtest.receipt import verified
from tests.integration.stack.running import until
from tests.journeys.system import System
from tests.journeys.web.mother import Mother

ORDINARY, JANUARY = "2025-11-20T09:00:00+01:00", "2026-01-20T09:00:00+01:00"


@pytest.fixture
def calendar(system: System) -> Iterator[Callable[[str], None]]:
    """The civil clock, set back for the other journeys."""
    yield system.set_clock
    system.set_clock(ORDINARY)


async def test_months_not_asked_for_are_asked_for_in_january(mother: Callable, calendar: Callable[[str], None]):
    """The page offers them, carries over what she wrote, and the new application is granted for those alone."""
    maria: Mother = await mother()
    page = maria.page
    await maria.starts()
    await maria.fills_everything()
    await maria.opens("dichiarazioni")
    for month in (10, 11, 12):
        await page.locator(f"[name=requested_months][value='{month}']").uncheck()
    await maria.goes_on()
    await page.goto("/domanda/riepilogo")
    assert "360 €" in await page.inner_text("main")
    await maria.sends()
    await maria.stands("Pagamento disposto")
    assert ["Ottobre", "Novembre", "Dicembre"] == await page.locator(".esito .mai strong").all_inner_texts()
    calendar(JANUARY)
    await maria.reads("ottobre, novembre, dicembre")

    await page.get_by_role("button", name="Prepara una domanda integrativa").click()
    await page.wait_for_url("**/domanda")
    await maria.opens("richiedente")
    assert "Maria" == await page.input_value("#c-first_name")
    await maria.opens("dichiarazioni")
    checked = page.locator("[name=requested_months]:checked")
    assert ["10", "11", "12"] == [await one.get_attribute("value") for one in await checked.all()]
    await maria.fills("dichiarazioni")
    await maria.goes_on()
    await page.goto("/domanda/riepilogo")
    assert "se questa le aggiunge mesi" in await page.inner_text("main")
    await maria.sends()

    await maria.stands("Pagamento disposto")
    assert ["Ottobre", "Novembre", "Dicembre"] == await page.locator(".esito .si strong").all_inner_texts()


async def test_a_payment_that_failed_is_put_right_and_ordered(mother: Callable, system: System):
    """The bank says the account is somebody else's; she corrects it on the page, and her date stays."""
    maria: Mother = await mother()
    page = maria.page
    system.tell_registries("bank", "ko", tax_code=tax_code(maria.number))
    await maria.starts()
    await maria.fills_everything()
    await maria.sends()
    await maria.stands("Pagamento non riuscito")
    before = await page.locator(".storia li").last.inner_text()

    await page.get_by_role("link", name="Aggiorna i dati di pagamento").click()
    await page.check("#c-method-postal_transfer")
    await page.fill("#c-iban", "")
    await maria.posts("Invia la correzione")

    assert "integration" == verified(await shown_receipt(maria), system.keys())["kind"]
    await maria.stands("Pagamento disposto")
    assert before == await page.locator(".storia li").last.inner_text()


async def test_she_reads_of_her_letters_and_refuses_more(mother: Callable, system: System):
    """Each is shown with when it was sent; here they lie in a folder, with her address and number and nothing else."""
    maria: Mother = await mother()
    page = maria.page
    await maria.starts()
    await maria.fills_everything()
    number = await maria.sends()
    await maria.stands("Pagamento disposto")
    for letter in ("Domanda acquisita", "Domanda accolta"):
        await maria.reads(f"{letter}: inviato: 20 novembre 2025")
    grouped = f"{number[:4]} {number[4:]}"
    letters = [one.read_bytes() for one in (system.data / "mail").glob("*.eml")]
    hers = [one for one in letters if grouped.encode() in one or number.encode() in one.replace(b"-", b"")]
    assert 2 == len(hers)

    await maria.posts("Non mandarmi avvisi")

    assert "Non ti mandiamo avvisi via email" in await page.inner_text("main")
    await maria.posts("Mandami gli avvisi via email")
    assert "Ti scriviamo all'indirizzo email" in await page.inner_text("main")


async def test_what_is_asked_of_her_leads_to_where_it_is_and_arrives_though_the_network_goes(
    mother: Callable, system: System
):
    """Each reason once, with a link to each card it speaks of; the correction is sent again until it has arrived."""
    maria: Mother = await mother()
    page = maria.page
    system.tell_registries("anpr", "ko", tax_code=tax_code(maria.number))
    await maria.starts()
    await maria.fills_everything()
    await maria.sends()
    await maria.stands("In evidenza: integrazione richiesta")
    assert 1 == await page.get_by_text("Un'altra amministrazione ha un dato diverso").count()
    system.tell_registries("anpr", "ok", tax_code=tax_code(maria.number))

    await page.get_by_role("link", name="Correggi: il figlio numero 2").click()
    assert page.url.endswith("/domanda/figli/correggi#c-children-1")
    await page.get_by_role("button", name="Aggiungi un figlio o una figlia").click()
    await maria.types("children-2-first_name", "Anna")
    await maria.types("children-1-first_name", "Luca Maria")
    await page.wait_for_function("Object.keys(localStorage).some((name) => name.includes('children-da-inviare'))")
    await page.close()  # and not a word of it is lost
    page = maria.page = await page.context.new_page()
    await page.goto("/domanda/figli/correggi")
    await expect(page.locator("#c-children-1-first_name")).to_have_value("Luca Maria")
    assert "Anna" == await page.input_value("#c-children-2-first_name")
    await page.get_by_role("button", name="Togli Figlio o figlia 3").click()
    await expect(page.get_by_role("button", name="Rimettila")).to_be_visible()
    await page.context.set_offline(True)
    await page.get_by_role("button", name="Invia la correzione").click()
    await expect(page.locator("#invio-stato")).to_contain_text("invio da sola appena torna")
    await page.context.set_offline(False)

    await page.wait_for_url("**/domanda/stato**")
    assert "{}" == await page.evaluate("JSON.stringify(localStorage)")
    assert "integration" == verified(await shown_receipt(maria), system.keys())["kind"]


async def shown_receipt(maria: Mother) -> str:
    """Return the signed text of the receipt that the page offers; it is a page to print and a PDF as well."""
    links = {name: maria.page.get_by_role("link", name=name).first for name in ("PDF", "Da stampare", "Testo firmato")}
    got = {name: await maria.page.request.get(await link.get_attribute("href") or "") for name, link in links.items()}
    assert {"application/pdf", "text/html; charset=utf-8"} < {one.headers["content-type"] for one in got.values()}
    return await got["Testo firmato"].text()


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
async def test_whatever_she_does_is_answered_with_its_receipt(script: bool, mother: Callable, system: System):
    """At once, and all of them on one page; in the language of the page, though what is signed is in Italian."""
    maria: Mother = await mother(java_script_enabled=script)
    page = maria.page
    await maria.starts()
    await maria.fills_everything()
    await maria.sends()
    await maria.stands("Pagamento disposto")
    await maria.posts("Non mandarmi avvisi")
    told = [await shown_receipt(maria)]
    await page.goto("/lingua/de?da=/domanda/chiedi/riesame")
    await maria.posts("Ja, eine Überprüfung verlangen")
    assert "Bestätigung, dass eine Überprüfung verlangt ist" in await page.inner_text("#fatto")
    await page.goto("/lingua/it?da=/domanda/stato")
    assert 0 == await page.locator("#fatto").count()
    await page.goto("/domanda/stato?fatto=submission")
    assert "Ricevuta di presentazione della domanda" in await page.inner_text("#fatto")
    await page.goto("/domanda/stato?fatto=withdrawal")  # an address says so, and nothing was done
    assert 0 == await page.locator("#fatto").count()

    await page.goto("/domanda/ricevute")
    titles = await page.locator(".versione h2").all_inner_texts()
    links = await page.get_by_role("link", name="Testo firmato").all()
    signed = [await page.request.get(await link.get_attribute("href") or "") for link in links]

    kinds = [verified(await one.text(), system.keys())["kind"] for one in signed]
    assert ["review-request", "notices", "submission"] == kinds
    assert "Ricevuta di presentazione della domanda" == titles[-1]
    assert told == [await signed[1].text()]
    assert not await page.get_by_role("link", name="registro di emergenza").count()


async def test_letters_are_in_her_language_and_in_another_where_she_says_so(mother: Callable, system: System):
    """She files in German and is written to in German; on a page in Slovene she asks for Slovene."""
    maria: Mother = await mother(locale="it-IT")
    page = maria.page
    await maria.starts()
    await maria.fills_everything()
    await page.goto("/lingua/de?da=/domanda/riepilogo")
    await page.locator("#invio button").click()
    await page.wait_for_url("**/domanda/ricevuta")
    number = (await page.locator(".codice-grande").inner_text()).strip().encode()
    until(lambda: any(number in one for one in _letters(system)))
    assert b"Content-Language: de" in next(one for one in _letters(system) if number in one)
    await page.goto("/domanda/stato")
    assert "Sprache der Mitteilungen: Deutsch" in await page.inner_text("main")

    await page.goto("/lingua/sl?da=/domanda/stato")
    await page.get_by_role("button", name="Pošiljajte mi obvestila v tem jeziku: Slovenščina").click()

    await expect(page.locator("#fatto")).to_contain_text("Potrdilo o izbiri glede obvestil")
    assert "Jezik obvestil: Slovenščina" in await page.inner_text("main")


def _letters(system: System) -> list[bytes]:
    """Every letter, the first written first."""
    found = sorted((system.data / "mail").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    return [one.read_bytes() for one in found]


async def test_a_complaint_gets_a_receipt_and_lies_on_the_offices_list(mother: Callable, system: System):
    """What she wrote comes back if something is missing; sent, it is kept, and the office can read it."""
    maria: Mother = await mother(java_script_enabled=False)
    page = maria.page
    await maria.starts()
    await page.goto("/reclamo")
    words = f"Ieri sera non riuscivo a inviare, persona {maria.number}."
    await page.fill("#testo", words)

    await maria.posts("Invia il reclamo")

    assert "Reclamo ricevuto" == await page.inner_text("h1")
    receipt = await shown_receipt(maria)
    assert "complaint" == verified(receipt, system.keys())["kind"]
    draft = verified(receipt, system.keys())["draft_id"]
    (listed,) = [one for one in system.run("workers", "complaints").stdout.splitlines() if one.startswith(draft)]
    read = system.run("workers", "complaints", "--read", listed.split()[0])
    assert words in read.stdout
    assert receipt in read.stdout
