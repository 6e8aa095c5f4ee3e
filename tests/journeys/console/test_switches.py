"""Switches turned in a browser: the counter and the workers hold back what was named, and lose nothing."""

from collections.abc import Callable

import httpx

from tests.integration.stack.running import until
from tests.journeys.applicant import Applicant
from tests.journeys.console.operator_ import WHO, WHY, Operator
from tests.journeys.system import System

START = {"programme": "bonus-mamme-2025", "channel": "web"}


def put(mother: Applicant, section: str) -> httpx.Response:
    """Save a section as if for the first time, whatever comes of it."""
    content, first = mother.case[section], {"if-none-match": "*"}
    return mother._ask("PUT", mother._section(section), json=content, headers=first)


def all_workers_know(system: System, switch: str) -> bool:
    """Say whether every process that moves work holds this back."""
    said = f'approdo_switch_paused{{switch="{switch}"}} 1.0'
    shown = {name: text for name, text in system.metrics().items() if "worker" in name or "relay" in name}
    return len(shown) >= 4 and all(said in text for text in shown.values())


async def test_a_paused_channel_is_told_honestly_and_taken_up_again(
    system: System, operator: Callable, applicant: Callable[..., Applicant]
) -> None:
    """503 with a reason, a time and a certificate; what was acknowledged is answered as before; then it goes on."""
    ada: Operator = await operator()
    mother = applicant().start()
    saved = mother.save("income")
    await ada.turns("intake:web", "Pause", minutes="30")

    until(lambda: system.client.post("/v1/drafts", json=START).status_code == 503, system.running.said)
    refused, again = put(mother, "children"), put(mother, "income")
    start = system.client.post("/v1/drafts", json=START)
    elsewhere = system.client.post("/v1/drafts", json={**START, "channel": "patronato"})

    assert (503, "intake-paused") == (refused.status_code, refused.json()["code"])
    assert 0 < int(refused.headers["retry-after"]) <= 1800
    assert refused.json()["attempt_certificate"].count(".") == 2
    assert saved["receipt"] == again.json()["receipt"]
    assert ("intake-paused", 201) == (start.json()["code"], elsewhere.status_code)

    await ada.turns("intake:web", "Resume")
    until(lambda: put(mother, "children").status_code == 200, system.running.said)


async def test_nobody_starts_while_starts_are_paused_and_all_others_go_on(
    system: System, operator: Callable, applicant: Callable[..., Applicant]
) -> None:
    """The gentlest of them: whoever has begun is not held up."""
    ada: Operator = await operator()
    mother = applicant().start()
    await ada.turns("starts", "Pause")

    until(lambda: system.client.post("/v1/drafts", json=START).status_code == 503, system.running.said)
    refused = system.client.post("/v1/drafts", json=START)

    assert "starts-paused" == refused.json()["code"]
    assert mother.save("income")["revision"] == 1
    await ada.turns("starts", "Resume")
    until(lambda: system.client.post("/v1/drafts", json=START).status_code == 201, system.running.said)


async def test_a_paused_registry_uses_up_no_attempt_and_buries_nothing(
    system: System, operator: Callable, applicant: Callable[..., Applicant]
) -> None:
    """The work comes round and is put off, however often; once the registry is asked again it is decided."""
    ada: Operator = await operator()
    await ada.turns("registry:revenue", "Pause")
    until(lambda: all_workers_know(system, "registry:revenue"), system.running.said)
    mother, since = applicant(), system.calls()["total"]
    mother.filed()
    put_off = "approdo_work_postponed_total"
    before = system.series(put_off)
    until(lambda: system.series(put_off) >= before + 2, system.running.said)

    (row,) = await system.rows(
        "SELECT w.* FROM work w JOIN submission USING (draft_id) WHERE number = $1", mother.submission
    )
    await ada.page.goto("/")
    await ada.sees("Paused by hand: revenue.")

    assert (0, None, "paused:by-operators") == (row["attempt"], row["buried_at"], row["last_failure"])
    assert [] == mother.calls("revenue", "tax_code", since)
    await ada.turns("registry:revenue", "Resume")
    assert "480.00" == mother.outcome()["amount"]["amount"]


async def test_work_of_a_paused_kind_waits_and_is_done_afterwards(
    system: System, operator: Callable, applicant: Callable[..., Applicant]
) -> None:
    """She has her receipt at once all the same."""
    ada: Operator = await operator()
    await ada.turns("work:decision", "Pause")
    until(lambda: all_workers_know(system, "work:decision"), system.running.said)
    mother, relayed = applicant(), system.series("approdo_relay_seconds_count")
    mother.filed()
    until(lambda: system.series("approdo_relay_seconds_count") >= relayed + 5, system.running.said)

    assert "accepted" == mother.standing()["state"]
    await ada.turns("work:decision", "Resume")
    assert "480.00" == mother.outcome()["amount"]["amount"]


async def test_the_trail_names_who_and_why_and_can_be_taken_away(system: System, operator: Callable) -> None:
    """As a page, and as a file; also what was done from a shell."""
    ada: Operator = await operator()
    await ada.turns("work:payment", "Pause", minutes="5")
    await ada.turns("work:payment", "Resume")
    await ada.page.goto("/audit?subject=work:payment")
    await ada.sees(WHY)
    rows = await ada.page.locator("tbody tr").all_inner_texts()
    file = system.client.get(f"{system.address('ops')}/audit.csv").text

    assert ["resumed", "paused"] == [row.split("\t")[3] for row in rows]
    assert all(WHO in row for row in rows)
    assert file.startswith("line,at,who,via,action,subject,why,until,said")
    assert f"{WHO},console,resumed,work:payment,{WHY}" in file
