"""Coming back on another device: by a link whose secret no address carries, or by typing the code."""

from collections.abc import Callable

from tests.journeys.web.mother import Mother


async def test_a_link_opens_the_application_and_its_secret_is_in_no_address(mother: Callable):
    """It stands after the "#", a script posts it, and it is gone from the address bar."""
    maria: Mother = await mother()
    await maria.starts()
    await maria.opens("redditi")
    await maria.fills("redditi")
    await maria.is_told("Salvato alle")
    elsewhere: Mother = await mother()
    asked: list[str] = []
    elsewhere.page.on("request", lambda request: asked.append(request.url))

    await maria.page.goto("/domanda/accesso")
    link = await maria.page.inner_text("#collegamento")
    assert link.startswith("http")  # whole, to be read or sent
    assert await maria.page.get_by_role("button", name="il collegamento").is_visible()
    await elsewhere.page.goto(link, wait_until="commit")  # it goes on by itself

    await elsewhere.page.wait_for_url("**/domanda")
    assert [] == [address for address in asked if maria.code in address.partition("#")[0]]
    await elsewhere.opens("redditi")
    assert "20000,00" == await elsewhere.page.input_value("#c-employment")


async def test_a_code_is_typed_the_way_people_type(mother: Callable):
    """Small letters, spaces for hyphens; without a script too."""
    maria: Mother = await mother()
    await maria.starts()
    elsewhere: Mother = await mother(java_script_enabled=False)
    await elsewhere.page.goto("/domanda/lavoro")
    await elsewhere.page.fill("#codice", maria.code.lower().replace("-", " "))

    await elsewhere.page.get_by_role("button", name="Riprendi").click()

    await elsewhere.page.wait_for_url("**/domanda/lavoro")
