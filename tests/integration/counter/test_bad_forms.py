"""What no browser would send to a page is answered with a page, and never as a fault of ours."""

import re
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.counter.bad_forms import FORMS, PAGES, Asked, Posted
from tests.integration.counter.running import PATIENCE, RunningCounter


@pytest.fixture(scope="module")
def browser(counter: RunningCounter) -> Iterator[httpx.Client]:
    """A browser with a draft open, that follows nothing by itself."""
    with httpx.Client(base_url=str(counter.client.base_url), timeout=PATIENCE, headers={"accept": "text/html"}) as one:
        begun = one.post("/inizia", data={"prova": proof(one, "/")})
        assert 303 == begun.status_code, begun.text
        yield one


def proof(browser: httpx.Client, address: str) -> str:
    """Return what a form of this page proves itself by."""
    found = re.search(r'name="prova" value="([^"]+)"', browser.get(address).text)
    assert found, address
    return found[1]


def posted(browser: httpx.Client, case: Posted) -> httpx.Response:
    """Post a form as it stands."""
    body = f"prova={proof(browser, '/domanda/richiedente')}&{case.fields}"
    kind = {"content-type": "application/x-www-form-urlencoded"}
    return browser.post(case.address, content=body, headers=kind)


@pytest.mark.parametrize("case", FORMS, ids=[case.name for case in FORMS])
def test_a_form_no_browser_would_send_is_saved_or_refused_and_no_fault(browser: httpx.Client, case: Posted) -> None:
    """With a page, whose status says which."""
    assert case.status == posted(browser, case).status_code


@pytest.mark.parametrize("case", PAGES, ids=[case.name for case in PAGES])
def test_an_address_nobody_would_type_is_no_fault_of_ours(browser: httpx.Client, case: Asked) -> None:
    """And leads to no other site."""
    answer = browser.get(case.address)

    assert case.status == answer.status_code
    assert answer.headers.get("location", "/").startswith("/")
    assert "evil" not in answer.headers.get("location", "")
    assert "set-cookie" not in answer.headers or "x" not in answer.cookies


NAMES = ("first_name", "requested_months", "children/0/first_name", "periods/0/active_months", "azione", "codice")
VALUES = ("", "²", "٣", "-1", "--1", "9" * 400, "1e400", "\0", "\ud800", "{", "togli:children/²", "aggiungi:work/0")


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    address=st.sampled_from(sorted({case.address for case in FORMS if "%" not in case.address})),
    fields=st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES) | st.text(max_size=12)), max_size=8),
)
def test_no_form_makes_a_fault_of_ours(counter, browser, address, fields):
    """Any fields of any page at any other, in any number."""
    sent = "&".join(f"{quote(name)}={quote(value, errors='surrogatepass')}" for name, value in fields)

    assert posted(browser, Posted("drawn", address, sent, 0)).status_code < 500
