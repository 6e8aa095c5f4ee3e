"""Registries that do not answer: every fault on the real wire, and what is made of it."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from core.domain.switch import Pause
from retry.failure import BreakerOpen, BudgetEmpty, Malformed, NotAsked, Permanent, Throttled, Transient
from retry.policy import BudgetPolicy
from tests.integration.registries.conftest import PATIENT, Asked, in_vain, opened
from tests.integration.registries.line import OK, endless, hang_up, json_answer, raw, reset, trickle


async def failure_of(registries, question=None, attempt=1):
    with pytest.raises((Transient, Throttled, Permanent, NotAsked)) as failure:
        await registries.ask(question or Asked(), attempt=attempt)
    return failure.value


@pytest.mark.parametrize(
    ("mode", "kind", "reason"),
    [
        ("503", Transient, "status-503"),
        ("429", Throttled, "status-429"),
        ("400", Permanent, "question-refused"),
        ("wrong_body", Malformed, "answer-not-understood"),
        ("truncated", Malformed, "answer-cut-short"),
        ("huge", Malformed, "answer-too-long"),
        ("html", Malformed, "answer-not-json"),
        ("redirect", Malformed, "status-302"),
    ],
)
async def test_each_fault_is_told_apart_and_none_is_an_answer(registries, standins, facts, mode, kind, reason):
    """One call, one failure, one fact."""
    standins.answer(mode)

    failure = await failure_of(registries)

    assert (type(failure), failure.reason) == (kind, reason)
    assert [(name, fields["outcome"]) for name, fields in facts] == [("registry.answered", str(kind.kind))]
    seen = standins.calls()
    assert (seen["total"], seen["counts"]["answer"]) == (1, {})


@in_vain
async def test_no_answer_is_told_apart_from_a_bad_one(registries, standins, facts):
    """It was asked, nobody knows what it did, and the call ended in time."""
    standins.answer("hang")

    failure = await failure_of(registries)

    assert (Transient, "no-answer-in-time") == (type(failure), failure.reason)
    assert [("registry.answered", str(Transient.kind))] == [(name, fields["outcome"]) for name, fields in facts]
    seen = standins.calls()
    assert (1, {}) == (seen["total"], seen["counts"]["answer"])


async def test_a_slow_answer_within_the_limits_is_an_answer(registries, standins):
    """Slow is not down."""
    standins.answer("slow", seconds=0.2)

    assert (await registries.ask(Asked())).answer == "ok"


@in_vain
async def test_an_answer_slower_than_the_limits_is_none_and_they_know_it(registries, standins):
    """Their log does not say that it was answered."""
    standins.answer("slow", seconds=5)

    assert (await failure_of(registries)).reason == "no-answer-in-time"
    assert standins.calls()["calls"][0]["answer"] is None


@pytest.mark.parametrize("mode", ["503", "429"])
async def test_retry_after_in_seconds_is_carried(registries, standins, mode):
    """For the decision, where it wins over our backoff."""
    standins.answer(mode, retry_after=90)

    assert (await failure_of(registries)).retry_after == timedelta(seconds=90)


async def test_retry_after_as_a_date_is_carried(registries, standins, clock):
    """RFC 9110 allows both forms."""
    standins.answer("503", retry_after=format_datetime(clock.now() + timedelta(seconds=75), usegmt=True))

    assert (await failure_of(registries)).retry_after == timedelta(seconds=75)


async def test_an_absurd_retry_after_is_bounded(registries, standins):
    """An hour at the most."""
    standins.answer("503", retry_after="9" * 50)

    assert (await failure_of(registries)).retry_after == timedelta(hours=1)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (endless, "answer-too-long"),
        (raw(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n", OK[:10]), "answer-not-understood"),
        (raw(json_answer(OK).replace(b"json\r\n", b"json\r\ncontent-encoding: gzip\r\n")), "answer-encoded"),
        (raw(json_answer(b'{"answer":"ok","evidence":"x","reason":null,"note":1}')), "answer-not-understood"),
        (raw(json_answer(b'{"answer":"OK","evidence":"x","reason":null}')), "answer-not-understood"),
        (raw(json_answer(b'"ok"')), "answer-not-understood"),
        (raw(json_answer(OK, b"HTTP/1.1 201 Created")), "status-201"),
    ],
)
async def test_what_is_not_wholly_an_answer_is_none(line, on_the_line, script, reason):
    """Endless, cut off, packed, with unknown fields, or with another status."""
    line.scripts.append(script)

    failure = await failure_of(on_the_line)

    assert (type(failure), failure.reason) == (Malformed, reason)


@in_vain
async def test_an_answer_that_trickles_is_ended_by_the_limit_of_the_whole(line, on_the_line):
    """Each byte came in time; all of them together did not."""
    line.scripts.append(trickle)

    assert (await failure_of(on_the_line)).reason == "no-answer-in-time"


@pytest.mark.parametrize("blip", [reset, hang_up])
async def test_a_blip_before_an_answer_is_ridden_out(line, on_the_line, blip):
    """One more try at once."""
    line.scripts.append(blip)

    assert (await on_the_line.ask(Asked())).answer == "ok"
    assert line.requests.count("/anpr/v1/verifications") == 3  # the first of the fixture, the blip, the answer


async def test_a_second_blip_is_a_failure(line, on_the_line):
    """At most one extra try; the rest is the due time's."""
    line.scripts.extend([reset, reset])

    assert (await failure_of(on_the_line)).code == "transient:connection-failed"


async def test_nobody_listening_is_a_failure(line, on_the_line):
    """Refused twice."""
    line._server.close()
    for connection in line.connections:
        connection.close()

    assert (await failure_of(on_the_line)).code == "transient:connection-failed"


async def test_nonsense_is_no_blip(line, on_the_line):
    """Something answered, and would answer the same again."""
    line.scripts.append(raw(b"\x16\x03\x01 this is not HTTP\r\n\r\n"))

    assert (await failure_of(on_the_line)).code == "malformed:answer-not-http"
    assert line.requests.count("/anpr/v1/verifications") == 2


async def test_a_failing_registry_is_left_alone_until_a_probe_finds_it_well(registries, standins, clock, facts):
    """After five failures no call leaves; after the wait one does, and its answer opens the road."""
    standins.answer("503", registry="anpr")
    for _ in range(5):
        await failure_of(registries)

    refused = [await failure_of(registries) for _ in range(20)]
    assert {(type(failure), failure.retry_after) for failure in refused} == {(BreakerOpen, timedelta(seconds=5))}
    assert standins.calls()["total"] == 5
    assert (await registries.ask(Asked("work:0", "labour"))).answer == "ok"

    standins.answer("ok", registry="anpr")
    clock.forward(5)
    assert (await registries.ask(Asked(), attempt=2)).answer == "ok"
    assert (await registries.ask(Asked())).answer == "ok"
    assert [fields for name, fields in facts if name == "breaker.changed"] == [
        {"registry": "anpr", "state": state} for state in ("open", "half_open", "closed")
    ]


async def test_only_one_probe_is_under_way(line, on_the_line, clock):
    """Twenty ask at once; one gets through."""
    line.scripts.extend([raw(json_answer(b"{}"))] * 5)
    for _ in range(5):
        await failure_of(on_the_line)
    clock.forward(5)
    line.requests.clear()

    ends = await asyncio.gather(*[on_the_line.ask(Asked()) for _ in range(4)], return_exceptions=True)

    assert sorted(type(end).__name__ for end in ends) == ["Answer", "BreakerOpen", "BreakerOpen", "BreakerOpen"]
    assert len(line.requests) == 1


async def test_retries_end_where_their_budget_ends(registries, standins, facts):
    """Three from the floor; the fourth is held back, while a first try still leaves."""
    standins.answer("503", times=3)

    ends = [type(await failure_of(registries, attempt=2)) for _ in range(5)]

    assert ends == [Transient] * 3 + [BudgetEmpty] * 2
    assert standins.calls()["total"] == 3
    assert (await registries.ask(Asked())).answer == "ok"
    assert [fields["outcome"] for _, fields in facts][-3:] == ["budget_empty", "budget_empty", "ok"]


async def test_without_budget_a_blip_is_a_failure(line, clock, facts):
    """Both layers draw on one budget."""
    async with opened(line.url, clock, facts, budget=BudgetPolicy(floor=1)) as registries:
        line.scripts.extend([reset, reset, reset])

        assert (await failure_of(registries)).reason == "connection-failed"
        assert (await failure_of(registries)).reason == "connection-failed"

    assert line.requests.count("/anpr/v1/verifications") == 3


@pytest.mark.parametrize("limits", [replace(PATIENT, place=timedelta(seconds=0.1))], ids=["no patience"])
async def test_who_finds_no_place_is_sent_away_without_counting(line, on_the_line, facts):
    """The worker is free for something else, and nothing is held against the registry."""
    line.hold = asyncio.Event()
    asked = [asyncio.create_task(on_the_line.ask(Asked(f"child:{i}"))) for i in range(4)]
    await line.holds(4)

    failure = await failure_of(on_the_line)

    line.hold.set()
    await asyncio.gather(*asked)
    assert failure.code == "busy:no-free-place"
    assert facts[0] == ("registry.answered", {"registry": "anpr", "outcome": "busy", "seconds": 0.0, "retries": 3})


async def test_a_paused_registry_is_not_asked_and_the_others_are(line, clock, facts):
    """Operators hold it back by name: the question never leaves, and counts for nothing."""
    since = datetime(2025, 11, 20, tzinfo=UTC)
    pauses = {"registry:anpr": Pause("registry:anpr", since, None, "ada", "it is being mended")}
    async with opened(line.url, clock, facts, paused=pauses.get) as registries:
        failure = await failure_of(registries)
        await registries.ask(Asked(registry="labour", fact="work:0"))
        pauses.clear()
        await registries.ask(Asked())

    assert isinstance(failure, NotAsked)
    assert failure.code == "paused:by-operators"
    told = [fields for fact, fields in facts if fact == "registry.answered" and fields["registry"] == "anpr"]
    assert ["paused", "ok"] == [fields["outcome"] for fields in told]
    assert 1 == line.requests.count("/anpr/v1/verifications")


async def test_a_cancelled_question_gives_its_place_back(line, on_the_line):
    """And the next ones are answered."""
    line.hold = asyncio.Event()
    asked = [asyncio.create_task(on_the_line.ask(Asked(f"child:{i}"))) for i in range(4)]
    await line.holds(4)
    for task in asked:
        task.cancel()
    await asyncio.gather(*asked, return_exceptions=True)
    line.hold.set()

    answers = await asyncio.gather(*[on_the_line.ask(Asked(f"child:{i}")) for i in range(4)])

    assert {answer.answer for answer in answers} == {"ok"}


@in_vain
async def test_a_call_that_ended_badly_leaves_no_line_behind(registries, standins):
    """Every line has hung once; all of them are good again."""
    standins.answer("hang", times=4)
    hung = await asyncio.gather(*[registries.ask(Asked(f"child:{i}")) for i in range(4)], return_exceptions=True)

    answers = await asyncio.gather(*[registries.ask(Asked(f"child:{i}")) for i in range(4)])

    assert [failure.reason for failure in hung] == ["no-answer-in-time"] * 4
    assert {answer.answer for answer in answers} == {"ok"}
