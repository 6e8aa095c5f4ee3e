"""The stand-ins as a stranger meets them."""

import httpx
import pytest

from loadtest.standins.vouchers import Vouchers
from tests.conftest import PATIENCE

KEY = "ab" * 32
QUESTION = {"fact": "identity", "question": {"tax_code": "RSSMRA85T50H501Z"}}


@pytest.fixture
def stranger(standins):
    with httpx.Client(base_url=standins.url, trust_env=False, timeout=PATIENCE) as client:
        voucher = client.post("/pdnd/token").json()["access_token"]
        client.headers.update({"authorization": f"Bearer {voucher}", "idempotency-key": KEY})
        yield client


def test_a_question_with_a_voucher_and_a_key_is_answered(stranger):
    """The fact holds."""
    answer = stranger.post("/anpr/v1/verifications", json=QUESTION)

    assert answer.json() == {"answer": "ok", "evidence": "stand-in:ok", "reason": None}


@pytest.mark.parametrize(
    ("path", "headers", "body", "status"),
    [
        ("/inps/v1/verifications", {}, QUESTION, 404),
        ("/anpr/v1/verifications", {"authorization": "Bearer made-up"}, QUESTION, 401),
        ("/anpr/v1/verifications", {"authorization": ""}, QUESTION, 401),
        ("/anpr/v1/verifications", {"idempotency-key": ""}, QUESTION, 400),
        ("/anpr/v1/verifications", {"idempotency-key": "RSSMRA85T50H501Z"}, QUESTION, 400),
        ("/anpr/v1/verifications", {}, {"fact": "RSSMRA85T50H501Z", "question": {}}, 400),
        ("/anpr/v1/verifications", {}, {"fact": "identity"}, 400),
        ("/anpr/v1/verifications", {}, ["identity"], 400),
        ("/anpr/v1/verifications", {}, {"fact": "identity", "question": {"x": "y" * 70_000}}, 413),
    ],
)
def test_a_call_no_registry_would_take_is_refused_and_not_kept(stranger, standins, path, headers, body, status):
    """A registry unknown, a voucher made up, a key or a fact that could name a person, a question too long."""
    assert stranger.post(path, json=body, headers=headers).status_code == status
    assert standins.calls()["total"] == 0


@pytest.mark.parametrize(
    "order",
    [
        {"registry": "inps", "mode": "ok"},
        {"registry": "anpr", "mode": "broken"},
        {"registry": "anpr", "mode": "ok", "times": 0},
        {"registry": "anpr", "mode": "429", "retry_after": "1\r\nx: y"},
        {"registry": "anpr", "mode": "ok", "how": "often"},
        {"mode": "ok"},
    ],
)
def test_an_order_that_makes_no_sense_is_refused_without_repeating_it(stranger, order):
    """And changes nothing."""
    refused = stranger.put("/control", json=order | {"tax_code": "RSSMRA85T50H501Z"})

    assert refused.status_code == 422
    assert "RSSMRA85T50H501Z" not in refused.text
    assert stranger.get("/control").json() == {"rules": []}


def test_orders_are_listed_and_taken_back(stranger):
    """A person appears as a digest."""
    order = {"registry": "anpr", "fact": "child:1", "mode": "503", "retry_after": 30, "times": 2, "tax_code": "X"}

    listed = stranger.put("/control", json=order).json()["rules"]

    assert [(rule["registry"], rule["fact"], rule["mode"], rule["times"]) for rule in listed] == [
        ("anpr", "child:1", "503", 2)
    ]
    assert len(listed[0]["person"]) == 16
    assert stranger.delete("/control").json() == {"rules": []}


def test_its_log_can_be_read_in_pieces_and_emptied(stranger):
    """By field, from a number on, so many."""
    for registry in ("anpr", "bank", "anpr"):
        stranger.post(f"/{registry}/v1/verifications", json=QUESTION)

    listed = stranger.get("/calls", params={"registry": "anpr", "after": 1, "limit": 5}).json()

    assert [call["number"] for call in listed["calls"]] == [3]
    assert stranger.get("/calls", params={"after": "x"}).status_code == 422
    assert stranger.delete("/calls").json() == {"total": 0}


def test_it_says_that_it_is_alive(stranger):
    """The supervisor asks."""
    assert stranger.get("/livez").status_code == 200


def test_a_voucher_is_good_for_its_life_and_no_longer():
    """And one that was never handed out is never good."""
    now = [0.0]
    vouchers = Vouchers(seconds=lambda: now[0])

    voucher = vouchers.issue(life=60)["access_token"]

    assert vouchers.accept(voucher)
    now[0] = 60.0
    assert not vouchers.accept(voucher)
    assert not vouchers.accept("")
