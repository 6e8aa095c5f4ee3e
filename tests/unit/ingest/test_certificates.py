"""Attempt certificates: who gets one and for what, without any store."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from core.clock import SystemClock
from core.domain.attempt import Certified, Surroundings
from core.domain.errors import AlreadyFiled, NotFound, OutcomeUnknown, StoreUnavailable, TooManyWaiting
from core.domain.receipt import AttemptCertificate
from core.hooks import nobody
from core.storage.attempts import AttemptLog
from ingest import contract
from ingest.counter import Counter
from ingest.door import Desk
from ingest.http.call import Call
from ingest.http.problems import Problems
from ingest.http.refusal import Refusal
from ingest.keys import Keys
from ingest.proof import certificates
from ingest.proof.certificates import NEW_OF_A_FULL_HOUSE, OPERATIONS, Certificates, certified_codes
from ingest.proof.key_files import Purpose, rotated
from ingest.proof.receipt_words import in_words
from ingest.proof.receipts import Receipts
from ingest.tokens import Tokens
from tests.fakes.clock import FakeClock
from tests.unit.ingest.test_door import hollow

NOW = datetime(2025, 11, 20, 8, 0, tzinfo=UTC)
DRAFT, ANOTHER = UUID(int=1), UUID(int=2)


class Log:
    """A log that keeps what is noted."""

    def __init__(self):
        self.noted: list[Certified] = []

    def note(self, attempt):
        self.noted.append(attempt)


@pytest.fixture
def log():
    return Log()


@pytest.fixture
def tokens(keys):
    return Tokens(keys.tokens)


@pytest.fixture
def given(receipts, tokens, italian, log) -> Certificates:
    return Certificates(receipts, tokens, italian, log, nobody)


@pytest.fixture
def bearer(tokens):
    """The header that opens the draft."""
    return (b"authorization", b"Bearer " + tokens.issue(DRAFT, NOW).encode())


def a_call(*headers, draft_id=DRAFT) -> Call:
    return Call({"headers": list(headers)}, _never, FakeClock(), {"draft_id": str(draft_id)})


async def _never():
    raise AssertionError


def test_a_refusal_is_certified_unless_the_request_itself_is_wrong(italian):
    """Every problem of the catalogue, by its status; a filing tried too early is a filing tried."""
    certified = certified_codes(italian)

    by_status = {(text.status, code in certified) for code, text in italian.problems.items()}
    unready = {code for code in certified if italian.problems[code].status == 422}

    assert {408, 409, 412, 422, 429, 500, 503} == {status for status, signed in by_status if signed}
    assert {400, 401, 403, 404, 405, 406, 413, 414, 415, 422, 428, 431} == {
        status for status, signed in by_status if not signed
    }
    assert {"section-missing", "declarations-not-given"} == unready


def test_every_operation_that_needs_a_token_has_a_word_for_its_certificates(italian):
    """Also those that will be added; and every word is said in Italian."""
    needed = {one.name for one in contract.OPERATIONS if not one.told.open}

    assert needed == set(OPERATIONS)
    assert set(OPERATIONS.values()) == set(italian.words["operation"])


def test_a_certificate_says_what_was_tried_when_and_how_it_was_answered(given, receipts, bearer, italian):
    """And nothing else: no name, no number, nothing of what was sent. It is checked like a receipt."""
    call = a_call(bearer)

    checked = receipts.check(given.of_call(call, "submission.file", "store-unavailable"))

    assert checked.valid
    assert checked.claims == {
        "service": "approdo",
        "kind": "attempt",
        "draft_id": str(DRAFT),
        "operation": "submission",
        "code": "store-unavailable",
        "attempted_at": call.arrived_at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "trial": False,
    }
    assert ("Risposta", "Per ora non possiamo salvare") in in_words(checked.claims, italian).lines


def test_nobody_gets_a_certificate_for_a_draft_that_is_not_theirs(given, bearer, log, tokens):
    """No token, a forged one, one of another draft: nothing, and nothing is noted."""
    forged = (bearer[0], bearer[1][:-1] + (b"A" if bearer[1][-1:] != b"A" else b"B"))

    for call in (a_call(), a_call(forged), a_call(bearer, draft_id=ANOTHER), a_call((b"authorization", b"Basic eA=="))):
        assert given.of_call(call, "section.save", "store-unavailable") is None
    assert log.noted == []


def test_the_same_refusal_soon_again_gets_the_same_certificate(given, log):
    """A client that hammers costs one signature in ten seconds; each time is counted all the same."""
    refusal = (DRAFT, "section", "too-many-requests")
    first = given.certify(*refusal, NOW)

    again = {given.certify(*refusal, NOW + timedelta(seconds=seconds)) for seconds in range(10)}
    later = given.certify(*refusal, NOW + certificates.SAME)
    before = given.certify(*refusal, NOW - timedelta(days=1))

    assert again == {first}
    assert len({first, later, before}) == 3
    assert [11, 1, 1] == [log.noted.count(one) for one in dict.fromkeys(log.noted)]


def test_a_listed_certificate_is_the_text_that_was_given(given, log, receipts, tokens, italian, folder):
    """Also after the key was rotated: it is signed again with its own."""
    text = given.certify(DRAFT, "submission", "overloaded", NOW)
    rotated(folder, Purpose.RECEIPTS, NOW + timedelta(days=1))
    later = Certificates(Receipts(Keys(folder, NOW).receipts), tokens, italian, log, nobody)

    assert text == later.again(log.noted[0])
    assert text != later.certify(DRAFT, "submission", "overloaded", NOW)


def test_another_operation_another_reason_and_another_draft_have_their_own(given):
    """What is certified is one refusal of one thing."""
    texts = {
        given.certify(DRAFT, "section", "overloaded", NOW),
        given.certify(DRAFT, "submission", "overloaded", NOW),
        given.certify(DRAFT, "section", "not-ready", NOW),
        given.certify(ANOTHER, "section", "overloaded", NOW),
    }

    assert len(texts) == 4


def test_what_is_kept_to_be_given_again_is_bounded(given, monkeypatch):
    """A flood of drafts forgets the oldest; the youngest half is always at hand."""
    monkeypatch.setattr(certificates, "MOST_KEPT", 10)
    for number in range(100):
        given.certify(UUID(int=number), "section", "overloaded", NOW)

    assert len(given._given) + len(given._older) <= 10
    assert given._known((UUID(int=95), "section", "overloaded")) is not None


def test_a_certificate_is_in_civil_time_and_names_an_open_outage(given, receipts):
    """As far as the counter knows both; the number of a fault of ours goes before an outage's."""
    given._surroundings = Surroundings(timedelta(days=-30), (("0a1b2c3d", "submission"), ("deadbeef", None)))

    def claims(asked, incident=None):
        return receipts.check(given.certify(DRAFT, asked, "internal-error", NOW, incident)).claims

    assert claims("submission")["attempted_at"] == "2025-10-21T08:00:00.000000Z"
    assert claims("submission")["trial"] is True
    assert claims("submission", "9f86d081")["incident"] == "9f86d081"
    assert claims("deletion")["incident"] == "deadbeef"
    assert Surroundings(timedelta(0), (("0a1b2c3d", "submission"),)).outage_of("section") is None


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (StoreUnavailable(), "store-unavailable"),
        (OutcomeUnknown(), "outcome-unknown"),
        (TooManyWaiting(), "overloaded"),
        (AlreadyFiled(), "already-filed"),
        (Refusal("draft-expired"), "draft-expired"),
        (RuntimeError("RSSMRA85T50A562W"), "internal-error"),
    ],
    ids=str,
)
async def test_the_desk_hands_the_certificate_out_with_the_refusal(desk, receipts, bearer, error, code):
    """Whether the store is away, the draft is not as thought, or the fault is ours."""
    claims, problem = await refused(desk(), receipts, bearer, error)

    assert (code, code, "section") == (problem["code"], claims["code"], claims["operation"])
    assert claims.get("incident") == problem.get("incident")
    assert "Non è una domanda presentata" in problem["attempt_note"]


async def test_a_request_shed_at_the_door_has_its_certificate_too(desk, receipts, bearer):
    """Before its body is read, and so before anybody asked whose it is."""
    path = f"/v1/drafts/{DRAFT}/sections/income"
    scope = {"method": "PUT", "path": path, "headers": [bearer]}

    reply, _ = desk().turn_away("section.save", Refusal("overloaded"), scope, _never)

    checked = receipts.check(json.loads(reply.body)["attempt_certificate"])
    assert (True, "overloaded", "section") == (checked.valid, checked.claims["code"], checked.claims["operation"])


def test_in_a_storm_signing_takes_no_more_than_its_part(given, log):
    """Two thousand who are new to it in a second; whoever was refused before has hers again, and the others next."""
    for number in range(NEW_OF_A_FULL_HOUSE.burst):
        assert given.certify(UUID(int=number), "section", "overloaded", NOW)
    new, old = UUID(int=NEW_OF_A_FULL_HOUSE.burst), UUID(int=NEW_OF_A_FULL_HOUSE.burst - 1)

    assert given.certify(new, "section", "overloaded", NOW) is None
    assert given.certify(old, "section", "overloaded", NOW)
    assert given.certify(new, "section", "store-unavailable", NOW)
    assert given.certify(new, "section", "overloaded", NOW + timedelta(seconds=1))


@pytest.mark.parametrize("crowded", [True, False])
async def test_in_a_crowd_the_log_is_written_bit_by_bit(given, log, crowded):
    """The writer is for who is let in."""
    told = asyncio.get_running_loop().create_future()

    async def write(goes_on):
        told.set_result(goes_on())

    async def surroundings():
        return Surroundings()

    log.waiting, log.write, log.surroundings = True, write, surroundings
    keeping = asyncio.create_task(given.keep_up(SystemClock(), lambda: crowded))

    assert (await asyncio.wait_for(told, 60)) is not crowded
    keeping.cancel()


@pytest.mark.parametrize("error", [NotFound(), Refusal("wrong-shape"), Refusal("idempotency-key-missing")], ids=str)
async def test_a_request_wrong_in_itself_has_none(desk, receipts, bearer, error):
    """400, 404, 422: it proves nothing about us."""
    assert (None, None) == await certificate_of(desk(), receipts, bearer, error)


async def test_a_refusal_is_answered_whatever_becomes_of_its_certificate(desk, bearer, given, monkeypatch, receipts):
    """A signature that cannot be made is our loss, and never hers."""
    monkeypatch.setattr(given, "_sign", None)

    assert (None, None) == await certificate_of(desk(), receipts, bearer, StoreUnavailable())


@pytest.fixture
def desk(italian, given):
    """A desk on nothing but certificates."""

    def made() -> Desk:
        parts = {"clock": FakeClock(), "observe": nobody, "certificates": given}
        return Desk(hollow(Counter, **parts), Problems(italian))

    return made


async def refused(desk, receipts, bearer, error):
    """The claims of the certificate and the problem it came with."""
    claims, problem = await certificate_of(desk, receipts, bearer, error)
    assert claims is not None
    return claims, problem


async def certificate_of(desk, receipts, bearer, error):
    async def endpoint(_counter, _call):
        raise error

    scope = {"method": "PUT", "headers": [bearer]}
    reply, _ = await desk.answer("section.save", endpoint, scope, _never, {"draft_id": str(DRAFT), "section": "income"})
    problem = json.loads(reply.body)
    if "attempt_certificate" not in problem:
        return None, None
    checked = receipts.check(problem["attempt_certificate"])
    assert checked.valid
    return checked.claims, problem


def test_the_log_has_room_for_so_many_and_counts_the_rest():
    """In memory; what is beyond is said, once, when it is written."""
    facts = []
    log = AttemptLog(None, None, FakeClock(), most=2, observe=lambda fact, **more: facts.append((fact, more)))
    certified = [Certified(_stated(number), "kid") for number in range(4)]
    for one in (*certified, certified[0]):
        log.note(one)

    assert {certified[0]: 2, certified[1]: 1} == log._noted
    assert 2 == log._unlogged


def _stated(number):
    return AttemptCertificate(UUID(int=number), "section", "overloaded", NOW)
