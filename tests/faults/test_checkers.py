"""Each checker is seen red on a planted violation: one that never was proves nothing."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from loadtest.balance import balance
from loadtest.conservation import CHECKS, Seen, check
from loadtest.faults.load import Load
from loadtest.ledger import ACKED, DEFERRED, REFUSED, UNKNOWN, Ledger, read
from loadtest.outside import Calls
from loadtest.outside import read as read_calls
from loadtest.stored import read as read_stored
from tests.faults.verdict import Clients, quiet
from tests.faults.violations import ONE, VIOLATIONS
from tests.journeys.system import System

Rewrite = Callable[[dict[str, Any]], dict[str, Any]]


@pytest.fixture
async def honest(system: System, load: Load, clients: Clients) -> Clients:
    """Clients, some of whom have filed, on a quiet system."""
    if not (await system.rows("SELECT 1 FROM submission WHERE state = 'needs_officer' LIMIT 1")):
        async with load:
            await asyncio.sleep(3)
    await quiet(system)
    return clients


async def seen_by(system: System, clients: Clients, *planted: str) -> Seen:
    """Return what the checks see with something planted in the database, which is taken back at once."""
    async with system.connection() as connection, taken_back(connection):
        for statement in planted:
            assert not (await connection.execute(statement)).endswith(" 0"), statement
        return Seen(read(clients.log), await read_stored(connection), system.keys(), read_calls(system.calls()))


@asynccontextmanager
async def taken_back(connection: Any) -> AsyncIterator[None]:
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute("SET LOCAL session_replication_role = replica")  # foreign keys would object
        yield
    finally:
        await transaction.rollback()


async def test_nothing_is_found_where_nothing_is_wrong(system: System, honest: Clients) -> None:
    """No checker cries wolf."""
    seen = await seen_by(system, honest)

    assert {} == check(seen)
    assert balance(seen.history, seen.stored).holds
    assert balance(seen.history, seen.stored).accepted > 0


@pytest.mark.parametrize("violation", VIOLATIONS)
async def test_what_is_planted_in_the_database_is_found(system: System, honest: Clients, violation: str) -> None:
    """By the checkers whose promise it breaks, and by no other."""
    planted, found = VIOLATIONS[violation]

    assert found == check(await seen_by(system, honest, *planted)).keys()


def _signed_with_another_key(said: dict[str, Any]) -> dict[str, Any]:
    signed = said["receipt"].rpartition(".")[0]
    signature = Ed25519PrivateKey.generate().sign(signed.encode())
    return said | {"receipt": f"{signed}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"}


@pytest.mark.parametrize(
    ("what", "rewrite", "found"),
    [
        pytest.param("save", _signed_with_another_key, {"forged"}, id="signed by another key"),
        pytest.param(
            "submission", _signed_with_another_key, {"forged", "altered"}, id="a filing signed by another key"
        ),
        pytest.param("save", lambda said: said | {"revision": 9}, {"forged", "lost"}, id="never written"),
        pytest.param("submission", lambda said: said | {"number": "22222222"}, {"forged", "lost"}, id="never filed"),
    ],
)
async def test_what_clients_were_told_wrongly_is_found(
    system: System, honest: Clients, what: str, rewrite: Rewrite, found: set[str]
) -> None:
    """An acknowledgement that the ledger does not bear out."""
    seen = await seen_by(system, honest)
    intent, heard = next(iter(seen.history.acked(what)))

    intent.heard[0] = replace(heard, said=rewrite(dict(heard.said)))

    assert found == check(seen).keys()


async def test_a_no_that_was_a_yes_is_found(system: System, honest: Clients) -> None:
    """Refused, for good or as not written, and written all the same."""
    for what, outcome in (("save", REFUSED), ("submission", REFUSED), ("save", DEFERRED)):
        seen = await seen_by(system, honest)
        intent, heard = next(iter(seen.history.acked(what)))

        intent.heard = [replace(heard, outcome=outcome)]

        assert {"lied"} == check(seen).keys()


async def test_a_no_before_a_word_nobody_waited_for_is_no_lie(system: System, honest: Clients) -> None:
    """She was told "not now", sent it once more, and left before she heard that it was written."""
    seen = await seen_by(system, honest)
    intent, heard = next(iter(seen.history.acked("save")))

    intent.heard, intent.sent = [replace(heard, outcome=DEFERRED)], 2

    assert "lied" not in check(seen)


async def test_somebody_else_on_the_screen_is_found(system: System, honest: Clients) -> None:
    """Whoever a draft shows must have been written into it."""
    seen = await seen_by(system, honest)
    draft_id = next(iter(seen.history.own))

    seen.history.shown[draft_id].add("0123456789ab")

    assert {"leak": [f"{draft_id}: 0123456789ab"]} == check(seen)


async def test_an_act_under_two_keys_is_found(system: System, honest: Clients) -> None:
    """To a registry, the same question under another key is another act."""
    seen = await seen_by(system, honest)
    assert seen.calls is not None
    again = {**next(call for call in seen.calls.listed if call["answer"] == "ok"), "key": "0" * 64}

    found = check(replace(seen, calls=Calls([*seen.calls.listed, again], whole=True)))

    assert {"dup_effect"} == found.keys()


async def test_a_request_that_was_never_answered_is_found(system: System, honest: Clients) -> None:
    """Unknown is allowed as long as a repeat settles it."""
    seen = await seen_by(system, honest)
    intent, heard = next(iter(seen.history.acked("save")))

    intent.heard.append(replace(heard, outcome=UNKNOWN))

    assert {"unsettled"} == check(seen).keys()


def test_a_read_that_shows_less_is_found(tmp_path: Path) -> None:
    """Reading one's own saves: the log alone tells."""
    log = tmp_path / "log.jsonl"
    ledger = Ledger(log)
    intent = ledger.intend("save", draft_id="d", section="income", base=1, digest="")
    ledger.saw("d", "income", 1)
    ledger.heard(intent, ACKED, revision=2)
    ledger.saw("d", "income", 1)
    ledger.close()

    assert {"d/income: 1"} == read(log).regressed


def test_the_log_is_only_ever_added_to(tmp_path: Path) -> None:
    """Another client goes on where one has left off, and nothing personal is in it."""
    log = tmp_path / "log.jsonl"
    for _ in range(2):
        ledger = Ledger(log)
        ledger.heard(ledger.intend("draft", key="k"), ACKED, draft_id="d")
        ledger.close()

    assert [1, 1, 2, 2] == [json.loads(line)["intent"] for line in log.read_text().splitlines()]


async def test_an_unbalanced_account_is_seen(system: System, honest: Clients) -> None:
    """Accepted = decided + with a person + in progress + withdrawn, or it does not hold."""
    planted = await seen_by(system, honest, f"DELETE FROM submission WHERE draft_id = {ONE}")

    assert not balance(planted.history, planted.stored).holds


def test_every_checker_has_been_red() -> None:
    """None is missing from the violations above; these five are seen red on a log, not on the database."""
    in_the_database = set().union(*(found for _, found in VIOLATIONS.values()))

    assert CHECKS.keys() == in_the_database | {"forged", "leak", "lied", "regressed", "unsettled"}
