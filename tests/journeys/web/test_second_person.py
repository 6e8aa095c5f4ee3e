"""A second person tries every address of the first, with everything of hers that an address or a form can name."""

import re
from collections.abc import Iterator
from itertools import product

import httpx

from ingest.web.acts import ACTS
from ingest.web.form import BY_SLUG
from ingest.web.receipts import FORMS
from ingest.web.routes import ROUTES, Route
from tests.journeys.applicant import Applicant
from tests.journeys.system import System
from tests.journeys.web.posting import a_person, begins, hidden

PLACES = {
    "passo": (*BY_SLUG, "niente"),
    "forma": (*FORMS, "niente"),
    "voce": ("E-0000001", "niente"),
    "atto": (*ACTS, "niente"),
    "lingua": ("it",),
    "nome": ("niente",),
    "codice": ("overloaded",),
}
FIRST, SECOND = 900_001, 900_002  # people nobody else is


def test_a_second_person_reads_and_changes_nothing_of_the_first_at_any_address(system: System):
    """A stranger, somebody with a draft and somebody who has filed: neither her words, her number nor her receipts."""
    maria, franca = (_filed(system, number) for number in (FIRST, SECOND))
    marks, named = _marks(maria), _named(maria)
    before = _all_of_hers(maria)
    with a_person(system) as first:
        _opens(first, maria)
        assert [one for one in _addresses("GET") if marks[0] in first.get(one).text]
    with a_person(system) as stranger, a_person(system) as eve, a_person(system) as filed:
        begins(eve)
        _opens(filed, franca)
        assert franca.submission in filed.get("/domanda/stato").text.replace(" ", "")
        for address in _addresses("GET"):
            for somebody in (stranger, eve, filed):
                _tells_nothing(somebody.get(address, params=named), marks)
    for address in _addresses("POST"):
        with a_person(system) as eve:
            form = named | hidden(begins(eve))
            _tells_nothing(eve.post(address, data=form), marks)

    assert before == _all_of_hers(maria)


def _filed(system: System, number: int) -> Applicant:
    somebody = Applicant(system, 1, number)
    somebody.case["applicant"] |= {"first_name": f"Zbigniewa{number}", "email": f"z{number}@posta-piantata.example"}
    somebody.filed()
    somebody.waits_for("payment_ordered")
    return somebody


def _marks(somebody: Applicant) -> list[str]:
    """Return what nobody else may read."""
    applicant = somebody.case["applicant"]
    return [applicant["first_name"], applicant["email"], somebody.tax_code, somebody.draft, somebody.submission]


def _named(somebody: Applicant) -> dict[str, str]:
    """Return everything of hers that an address or a form can name."""
    digest = somebody.get(f"/v1/drafts/{somebody.draft}/sections/applicant").json()["digest"]
    seen = " ".join(f"{name}:{revision}" for name, revision in somebody.revisions.items())
    return {
        "versione": digest,
        "revisione": "1",
        "revisioni": seen,
        "codice": somebody.submission,
        "number": somebody.submission,
        "draft_id": somebody.draft,
        "torna": "stato",
        "da": "/domanda/stato",
        "chiave": "00000000-0000-4000-8000-000000000000",
    }


def _addresses(method: str) -> Iterator[str]:
    for route in ROUTES:
        if route.method == method:
            yield from _each(route)


def _each(route: Route) -> Iterator[str]:
    names = re.findall(r"\{(\w+)\}", route.path)
    for values in product(*(PLACES[name] for name in names)):
        yield route.path.format(**dict(zip(names, values, strict=True)))


def _tells_nothing(answer: httpx.Response, marks: list[str]) -> None:
    told = answer.text + str(answer.headers)
    assert answer.status_code < 500, answer.url
    echoed = {mark for mark in marks if mark in str(answer.request.url) or mark.encode() in answer.request.content}
    assert not [mark for mark in marks if mark in told and mark not in echoed], answer.url


def _opens(person: httpx.Client, somebody: Applicant) -> None:
    token = somebody.headers["authorization"].removeprefix("Bearer ")
    form = hidden(person.get("/riprendi").text) | {"codice": token}
    assert 303 == person.post("/riprendi", data=form).status_code


def _all_of_hers(somebody: Applicant) -> list[object]:
    paths = ("", "/export", "/sections/applicant/revisions", "/attempts")
    return [
        somebody.standing()["timeline"],
        *(somebody.get(f"/v1/drafts/{somebody.draft}{path}").json() for path in paths),
    ]
