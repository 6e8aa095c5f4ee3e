"""Classes: every address has one, and what matters most to her is shed last."""

import pytest

from ingest import contract
from ingest.admission.classes import HEALTH, NOWHERE, OPERATIONS, PAGES, Class, Kinds
from ingest.web.routes import ROUTES

_HEALTH = [("GET", f"/{name}", name) for name in sorted(HEALTH)]
_DOCUMENT = [("GET", "/v1/openapi.json", "openapi"), ("GET", "/openapi.json", "openapi.unversioned")]
ALL = [*((one.method, one.path, one.name) for one in contract.OPERATIONS), *_DOCUMENT]
KINDS = Kinds([*ALL, *_HEALTH], ((one.method, one.path, one.name) for one in ROUTES))
GIVEN = {
    "{draft_id}": "01890a5d-ac96-774b-bcce-b302099a8057",
    "{section}": "income",
    "{attempted_at}": "2025-11-20T08:00:00.000000Z",
    "{number}": "K7MD-2QXA",
    "{passo}": "lavoro",
    "{forma}": "pdf",
    "{atto}": "annulla",
    "{lingua}": "de",
    "{codice}": "overloaded",
    "{nome}": "pages.1234.css",
}


def asked(path: str) -> str:
    return "/".join(GIVEN.get(part, part) for part in path.split("/"))


@pytest.mark.parametrize(("method", "path", "name"), ALL)
def test_every_operation_is_known_by_its_address(method: str, path: str, name: str) -> None:
    """Without its route, and with the class it was given."""
    kind = KINDS.of(method, asked(path))

    assert (name, OPERATIONS[name], False) == kind


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_page_is_known_by_its_address(route) -> None:
    """And what it writes for her is never among the lowest."""
    kind = KINDS.of(route.method, asked(route.path))

    assert (route.name, PAGES.get(route.name, Class.LOOKING), True) == kind
    assert not route.stores or kind.of in (Class.KEEPING, Class.BEGINNING)


@pytest.mark.parametrize("name", sorted(HEALTH))
def test_health_is_always_heard(name: str) -> None:
    """By who balances load and restarts processes, also while everybody else is refused."""
    assert KINDS.of("GET", f"/{name}") is None
    assert KINDS.of("HEAD", f"/{name}") is None


@pytest.mark.parametrize("path", ["/", "/nowhere", "*", "", "/v1", "/v1/drafts/x/y/z/a/b/c", "/domanda/a/b/c/d", "//"])
@pytest.mark.parametrize("method", ["PATCH", "OPTIONS"])
def test_what_leads_nowhere_is_lowest(path: str, method: str) -> None:
    """Whatever it looks like."""
    assert NOWHERE == KINDS.of(method, path)
