"""Several drafts in one browser, as at a helper's desk; what is typed for one never gets into another."""

from collections.abc import Callable

from tests.journeys.system import System
from tests.journeys.web.mother import Mother
from tests.journeys.web.posting import a_person, begins, code_of, hidden


async def test_two_windows_work_on_two_drafts_and_neither_gets_into_the_other(mother: Callable):
    """The second is begun while the first is still open; each window goes on saving into its own."""
    maria: Mother = await mother()
    await maria.starts()
    first = maria.code
    await maria.opens("richiedente")
    other = Mother(await maria.page.context.new_page(), maria.number + 1)
    await other.page.goto("/")
    await other.page.get_by_role("link", name="Un'altra domanda").click()
    await other.page.get_by_role("button", name="Inizia un'altra domanda").click()
    other.code = (await other.page.locator(".codice-grande").inner_text()).strip()
    await other.opens("richiedente")
    assert first != other.code

    for somebody, name in ((maria, "Prima"), (other, "Seconda"), (maria, "Prima Prima")):
        async with somebody.page.expect_response(lambda answer: answer.request.method == "POST" and answer.ok):
            await somebody.types("first_name", name)
    await other.page.reload()

    assert "Seconda" == await other.page.input_value("#c-first_name")
    await other.page.get_by_role("link", name="Scegli la domanda").click()
    assert ["Seconda", "Prima Prima"] == [
        (await one.inner_text()).partition(" (")[0] for one in await other.page.locator(".versione h2").all()
    ]
    await other.page.get_by_role("button", name="Apri questa Prima Prima").click()
    await other.page.wait_for_url("**/domanda")
    await other.opens("richiedente")
    assert "Prima Prima" == await other.page.input_value("#c-first_name")


def test_a_form_made_for_a_draft_beside_is_saved_there_and_shown(system: System):
    """Without a script: the page that follows is that of the draft she typed in."""
    with a_person(system) as helper:
        first = code_of(begins(helper))
        form = hidden(helper.get("/domanda/richiedente").text) | {"first_name": "Prima"}
        begins(helper)

        answer = helper.post("/domanda/richiedente", data=form, follow_redirects=True)

        assert 'value="Prima"' in answer.text
        assert first in helper.get("/domanda").text


def test_a_form_made_for_a_draft_that_is_open_no_more_is_not_saved_into_another(system: System):
    """It waits on the page for the code of its own draft, and no other code takes it."""
    with a_person(system) as helper:
        first = code_of(begins(helper))
        form = hidden(helper.get("/domanda/richiedente").text) | {"first_name": "Prima"}
        helper.post("/esci", data={"prova": hidden(helper.get("/domanda").text)["prova"]})
        second = code_of(begins(helper))

        asked = helper.post("/domanda/richiedente", data=form)
        wrong = helper.post("/riprendi", data=hidden(asked.text) | {"codice": second})
        assert (401, 409) == (asked.status_code, wrong.status_code)
        assert "Prima" not in helper.get("/domanda/richiedente").text
        right = helper.post("/riprendi", data=hidden(wrong.text) | {"codice": first}, follow_redirects=True)

        assert 'value="Prima"' in right.text


def test_a_draft_is_closed_here_and_stays_as_it_is(system: System):
    """The other one is open then; the code of the one that was closed still opens it."""
    with a_person(system) as helper:
        begins(helper)
        second = code_of(begins(helper))
        choice = helper.get("/domande").text
        assert 2 == choice.count('action="/domande/chiudi"')

        closed = helper.post("/domande/chiudi", data={"prova": hidden(choice)["prova"]}, follow_redirects=True)

        assert 1 == closed.text.count('action="/domande/chiudi"')
        form = hidden(helper.get("/riprendi").text) | {"codice": second}
        assert 303 == helper.post("/riprendi", data=form).status_code
        assert 2 == helper.get("/domande").text.count('action="/domande/chiudi"')


def test_leaving_closes_all_of_them(system: System):
    """Nothing is left for who comes to the desk next."""
    with a_person(system) as helper:
        begins(helper)
        begins(helper)
        helper.post("/esci", data={"prova": hidden(helper.get("/domanda").text)["prova"]})

        assert not {"approdo", "approdo-altre"} & {name for name, value in helper.cookies.items() if value}
        assert 401 == helper.get("/domande").status_code


def test_a_desk_holds_no_more_than_eight(system: System):
    """The one that was not used for longest is closed; its code opens it again."""
    with a_person(system) as helper:
        for _ in range(10):
            begins(helper)

        assert 8 == helper.get("/domande").text.count('action="/domande/chiudi"')
