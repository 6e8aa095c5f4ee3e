"""After a full run with everything that can go wrong in it, nothing that was typed is anywhere but in the ledger."""

import json
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
import redis

from tests.contracts.traces import bell, files, found_in, letters, traces
from tests.integration.stack.running import PATIENCE, until
from tests.journeys.applicant import Applicant
from tests.journeys.system import System, running_system

TYPED = {
    "first_name": "Zbigniewa Olà",
    "last_name": "Querciagrossa",
    "email": "zbigniewa@posta-piantata.example",
    "phone": "+39 333 9871234",
    "address": "Via del Pianto 77, Poggibonsi",
}
CHILD, CHILDS_CODE = "Melchiorre", "VRDLRD21C03H501Q"
IBAN, OTHER_IBAN = "IT60X0542811101000000123456", "IT37Y0542811101000000123457"
REFERENCE = "pratica-querciagrossa-77"
HIDE = "ALTER TABLE section_revision RENAME TO hidden"
SHOW = "ALTER TABLE hidden RENAME TO section_revision"
REFUSE = "ALTER TABLE section_revision ADD CONSTRAINT never CHECK (octet_length(content) < 0) NOT VALID"
TAKE_BACK = "ALTER TABLE section_revision DROP CONSTRAINT never"
DAMAGE = "UPDATE section_revision SET content = content || '}' WHERE draft_id = $1::text::uuid AND section = 'work'"


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    """A system of this test's own: what it leaves behind is all of this run."""
    with running_system(APPRODO_BASE="PT0.5S") as started:
        yield started


def a_mother(system: System, number: int) -> Applicant:
    """Somebody whose every word is planted."""
    mother = Applicant(system, 1, number)
    mother.case["applicant"] |= TYPED
    mother.case["children"]["children"][1] |= {"first_name": CHILD, "tax_code": CHILDS_CODE}
    mother.case["payment"]["iban"] = IBAN
    return mother


async def test_nothing_typed_is_left_anywhere(system: System) -> None:
    """Logs, series, pages, Redis and its file, run files, command lines, the registries' own log."""
    mothers = [a_mother(system, number) for number in range(500, 506)]
    first, contradicted, refused, unlucky, damaged, failing = mothers

    first.filed()
    misuse(first)
    contradicted_and_integrated(contradicted)
    buried(refused)
    waiting_in_the_bell(system, unlucky)
    await met_by_faults_of_ours(system, damaged, failing)
    first.outcome()
    first.act("review-request")
    unlucky.outcome()

    planted = {*TYPED.values(), CHILD, CHILDS_CODE, IBAN, OTHER_IBAN, REFERENCE}
    planted |= {mother.tax_code for mother in mothers} | {
        mother.headers["authorization"].split()[1] for mother in mothers
    }
    until(lambda: {"worker-1", "worker-2"} <= system.metrics().keys())  # the killed ones have successors
    places = traces(system)
    assert {"logs/counter-1.log", "logs/worker-1.log", "logs/postgres.log", "metrics of worker-2"} <= {
        place.removeprefix("data/") for place in places
    }
    assert any("appendonly" in place for place in places)
    assert set() == found_in(places, planted)
    written = letters(system.running.house)
    assert {TYPED["email"]} == {what for _, what in found_in(written, planted)}, (
        "a letter holds where it goes, and nothing else of hers"
    )


def misuse(mother: Applicant) -> None:
    """What she typed comes in places where it does not belong, and in shapes that are refused."""
    client, code, headers = mother.system.client, mother.tax_code, mother.headers
    income = f"/v1/drafts/{mother.draft}/sections/income"
    start = {"programme": "bonus-mamme-2025", "channel": "patronato", "client_reference": REFERENCE}
    answers = [
        client.post("/v1/drafts", json=start),
        client.post("/v1/drafts", json=start | {code: IBAN}, headers={"idempotency-key": code}),
        client.put(income, json={code: IBAN}, headers=headers | {"if-match": '"1"'}),
        client.put(income, json={"employment": [CHILD]}, headers=headers | {"if-match": TYPED["email"]}),
        client.put(income, json={"employment": TYPED["last_name"] * 60}, headers=headers | {"if-match": '"1"'}),
        client.put(income, content=f'{{"employment": "{IBAN}'.encode(), headers=headers),
        client.put(f"/v1/drafts/{code}/sections/{code}", json={}, headers={"authorization": f"Bearer {code}"}),
        client.get(f"/v1/submissions/{code}?tax_code={code}&email={TYPED['email']}", headers=headers),
        client.get(f"/{TYPED['last_name']}", headers={"user-agent": code, "referer": IBAN, "cookie": f"cf={code}"}),
        client.request(code, "/v1/drafts"),
        client.post("/v1/receipt-verifications", json={"receipt": f"{code}.{IBAN}.{CHILD}"}),
    ]
    assert all(answer.status_code < 500 for answer in answers)
    where = urlsplit(mother.system.address("http"))
    for line in (f"GET /{code} {IBAN}\r\n\r\n", f"{code}\r\n\r\n", f"POST /v1/drafts HTTP/1.1\r\n{code}\r\n\r\n"):
        with socket.create_connection((where.hostname, where.port), timeout=PATIENCE) as wire:
            wire.sendall(line.encode())
            wire.recv(4096)


def contradicted_and_integrated(mother: Applicant) -> None:
    """A registry says no; then nonsense; then the bank says no."""
    system = mother.system
    system.tell_registries("anpr", "ko", fact="child:1", tax_code=mother.tax_code)
    system.tell_registries("bank", "ko", tax_code=mother.tax_code)
    mother.filed()
    mother.waits_for("needs_applicant")
    system.tell_registries("anpr", "wrong_body", fact="child:1", tax_code=mother.tax_code, times=1)
    mother.integrate(children=mother.case["children"])
    mother.waits_for("payment_failed")
    mother.integrate(payment=mother.case["payment"] | {"iban": OTHER_IBAN})


def buried(mother: Applicant) -> None:
    """It is on an officer's list."""
    mother.system.tell_registries("revenue", "400", tax_code=mother.tax_code)
    mother.filed()
    mother.waits_for("needs_officer")


def waiting_in_the_bell(system: System, mother: Applicant) -> None:
    """Her message waits in Redis; the worker that takes it dies with it in hand, and PostgreSQL after that."""
    workers = [system.running.runs(name) for name in ("worker-1", "worker-2")]
    for worker in workers:
        os.kill(worker, signal.SIGSTOP)
    mother.filed()
    until(lambda: any(mother.draft.encode() in held for held in bell(system.address("redis_url")).values()))
    held = bell(system.address("redis_url"))
    assert set() == found_in(held, {mother.tax_code, *TYPED.values(), IBAN, CHILD})
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
    killed = system.running.kill("postgres")
    # what answers until then is a backend without its server, which is ended before the next server starts
    until(lambda: system.running.pid("postgres") not in (None, killed) and takes_saves(system, mother))


def takes_saves(system: System, mother: Applicant) -> bool:
    """Say whether the counter writes again."""
    path = f"/v1/drafts/{mother.draft}/sections/income"
    return system.client.put(path, json={}, headers=mother.headers | {"if-none-match": "*"}).status_code == 409


async def met_by_faults_of_ours(system: System, damaged: Applicant, failing: Applicant) -> None:
    """Our own statements fail on what she typed, at the counter and in a worker."""
    failing.fill()
    async with system.connection() as connection:
        for fault, cure in ((HIDE, SHOW), (REFUSE, TAKE_BACK)):
            await connection.execute(fault)
            try:
                assert 500 <= save_anyway(failing).status_code
            finally:
                await connection.execute(cure)
        system.tell_registries("labour", "slow", seconds=1, tax_code=damaged.tax_code)
        damaged.fill()
        await connection.execute(DAMAGE, damaged.draft)
    damaged.file()
    until(lambda: any(b"JSONDecodeError" in log.read_bytes() for log in system.data.glob("logs/worker-*.log")))


def save_anyway(mother: Applicant) -> httpx.Response:
    """Save what she has saved before on the revision before."""
    path = f"/v1/drafts/{mother.draft}/sections/applicant"
    changed = mother.case["applicant"] | {"address": TYPED["address"] + "!"}
    return mother.system.client.put(path, json=changed, headers=mother.headers | {"if-match": '"1"'})


@pytest.mark.parametrize("written", [f"cf={CHILDS_CODE.lower()}", IBAN[:15] + IBAN[15:], "posta%40x", "5155455243"])
def test_a_planted_line_is_found(tmp_path: Path, written: str) -> None:
    """The search can be red, in every writing."""
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "worker-1.log").write_text(json.dumps({"event": "work.claimed", "why": written}))

    assert found_in(files(tmp_path), {CHILDS_CODE, IBAN, "posta@x", "QUERC"})


@pytest.mark.parametrize("kind", ["string", "list", "set", "zset", "hash", "stream", "key"])
def test_what_is_planted_in_redis_is_found(redis_url: str, kind: str) -> None:
    """Whatever the type of the key."""
    with redis.Redis.from_url(redis_url) as client:
        plant = {
            "string": lambda: client.set("k", CHILDS_CODE),
            "list": lambda: client.rpush("k", CHILDS_CODE),
            "set": lambda: client.sadd("k", CHILDS_CODE),
            "zset": lambda: client.zadd("k", {CHILDS_CODE: 1}),
            "hash": lambda: client.hset("k", "field", CHILDS_CODE),
            "stream": lambda: client.xadd("k", {"field": CHILDS_CODE}),
            "key": lambda: client.set(f"of:{CHILDS_CODE}", ""),
        }
        plant[kind]()

    assert {CHILDS_CODE} == {what for _, what in found_in(bell(redis_url), {CHILDS_CODE})}
