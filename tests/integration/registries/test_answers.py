"""Registries that answer: what is asked, how often, and what is said of it."""

import asyncio
import hashlib
import logging
from datetime import timedelta

import pytest

from bonus.digest import question_digest
from bonus.questions import Question
from core import trace
from core.domain.work import REGISTRIES
from loadtest.standins.rules import REGISTRIES as STANDINS
from retry.failure import Permanent, Transient
from tests.integration.registries.conftest import PATIENT, SHORT, Asked, opened
from tests.integration.registries.line import json_answer, raw
from workers.registries import Answer


@pytest.mark.parametrize("said", ["ok", "ko", "not_known"])
async def test_each_of_the_three_answers_comes_back_as_it_was_given(registries, standins, clock, facts, said):
    """With the digest of its evidence, the machine's time, and one fact raised."""
    standins.answer(said)

    answer = await registries.ask(Asked())

    assert answer == Answer(said, hashlib.sha256(f"stand-in:{said}".encode()).digest(), clock.now())
    assert facts == [("registry.answered", {"registry": "anpr", "outcome": said, "seconds": 0.0, "retries": 3})]


async def test_by_default_every_fact_in_question_holds(registries):
    """In every registry."""
    named = [
        ("tax_code", "revenue"),
        ("identity", "anpr"),
        ("child:1", "anpr"),
        ("work:0", "labour"),
        ("account", "bank"),
    ]
    asked = [Question(fact, registry, {"tax_code": "X"}, None) for fact, registry in named]

    answers = await asyncio.gather(*[registries.ask(question) for question in asked])

    assert {str(answer.answer) for answer in answers} == {"ok"}


def test_the_stand_ins_stand_in_for_every_registry():
    """The two lists are kept apart, because the load test imports no room of ours; they say the same."""
    assert set(REGISTRIES) == set(STANDINS)


async def test_the_key_of_a_question_is_its_digest_at_every_attempt(registries, standins):
    """So a registry can tell a repeat from a new question, and their log can be compared with ours."""
    await registries.ask(Asked())
    await registries.ask(Asked(), attempt=2)

    seen = standins.calls()["calls"]
    digest = question_digest(Asked()).hex()
    assert [(call["key"], call["question"], call["answer"]) for call in seen] == [(digest, digest, "ok")] * 2


async def test_nothing_personal_is_logged_observed_or_kept(registries, standins, facts, caplog):
    """Not in our log, our facts, a failure's words, nor in the log and rules of the stand-ins."""
    caplog.set_level(logging.DEBUG)
    personal = Asked().body["tax_code"]
    standins.answer("ko", tax_code=personal)
    await registries.ask(Asked())
    standins.answer("wrong_body", tax_code=personal)
    with pytest.raises(Transient) as failure:
        await registries.ask(Asked())

    ours = caplog.text + repr(facts) + repr(failure.value) + failure.value.code
    theirs = repr(standins.calls()) + standins._client.get("/control").text

    assert "registry.answered" in ours
    assert personal not in ours
    assert personal not in theirs


async def test_a_question_for_an_unknown_registry_goes_to_a_person(registries):
    """It is ours that is wrong, and no number of attempts mends it."""
    with pytest.raises(Permanent) as failure:
        await registries.ask(Asked(registry="inps"))

    assert failure.value.reason == "registry-unknown"


async def test_a_hanging_registry_holds_nobody_else(registries, standins):
    """Each registry has its own places, breaker and budget."""
    standins.answer("hang", registry="labour")
    hanging = [asyncio.create_task(registries.ask(Asked("work:0", "labour"))) for _ in range(10)]
    await asyncio.sleep(0)

    answer = await registries.ask(Asked())

    assert answer.answer == "ok"
    assert not any(task.done() for task in hanging)
    for task in hanging:
        task.cancel()
    await asyncio.gather(*hanging, return_exceptions=True)


async def test_a_voucher_is_reused_until_shortly_before_it_expires(registries, standins, clock):
    """Thirty seconds before."""
    await registries.ask(Asked())
    standins.answer("503", registry="pdnd")

    clock.forward(timedelta(seconds=569))
    assert (await registries.ask(Asked())).answer == "ok"

    clock.forward(timedelta(seconds=2))
    with pytest.raises(Transient) as failure:
        await registries.ask(Asked())
    assert failure.value.code == "transient:voucher-status-503"


async def test_a_refused_voucher_is_renewed_once(registries, standins):
    """The question is asked again with the new one, and answered."""
    await registries.ask(Asked())
    standins.answer("401", times=1)

    assert (await registries.ask(Asked())).answer == "ok"
    assert [call["mode"] for call in standins.calls()["calls"]] == ["ok", "401", "ok"]


async def test_a_refused_voucher_is_never_shown_again(line, on_the_line):
    """The desk is asked for another, once, however many questions were refused with the old one."""
    line.scripts.extend([raw(json_answer(b"{}", b"HTTP/1.1 401 Unauthorized"))] * 3)

    answers = await asyncio.gather(*[on_the_line.ask(Asked(f"child:{i}")) for i in range(3)])

    assert {answer.answer for answer in answers} == {"ok"}
    assert line.requests.count("/pdnd/token") == 2  # the fixture's, and one more


async def test_a_voucher_that_is_refused_again_buries_nobody(registries, standins):
    """It is our trouble or theirs, not hers: transient."""
    standins.answer("401")

    with pytest.raises(Transient) as failure:
        await registries.ask(Asked())

    assert failure.value.code == "transient:voucher-refused"
    assert standins.calls()["total"] == 2


@pytest.mark.parametrize("mode", ["wrong_body", "html", "huge", "truncated", "redirect", "429", "400", "hang"])
async def test_a_voucher_desk_that_fails_is_never_anybodys_fault(standins, clock, facts, mode):
    """Whatever it does, the question was not refused."""
    standins.answer(mode, registry="pdnd")

    async with opened(standins.url, clock, facts, limits=SHORT if mode == "hang" else PATIENT) as registries:
        with pytest.raises(Transient) as failure:
            await registries.ask(Asked())

    assert failure.value.reason.startswith("voucher-")


async def test_those_who_need_a_voucher_at_once_share_one_fetch(line, clock, facts):
    """Ten questions, one call at the desk."""
    async with opened(line.url, clock, facts) as registries:
        await asyncio.gather(*[registries.ask(Asked(f"child:{i}")) for i in range(10)])

    assert line.requests.count("/pdnd/token") == 1
    assert line.requests.count("/anpr/v1/verifications") == 10


async def test_no_more_calls_are_under_way_than_there_are_places(line, on_the_line):
    """Four here; the others wait for a place."""
    line.hold = asyncio.Event()
    asked = [asyncio.create_task(on_the_line.ask(Asked(f"child:{i}"))) for i in range(12)]
    await line.holds(4)

    line.hold.set()
    await asyncio.gather(*asked)

    assert line.most_under_way == 4


async def test_a_registry_is_told_the_trace_of_the_attempt(line, on_the_line, facts):
    """Under a span of the call's own, which is stated when it ends; without a trace nothing is told."""
    await on_the_line.ask(Asked(fact="without"))
    assert b"traceparent" not in line.heads[-1].lower()

    attempt = trace.follow("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
    token = trace.current.set(attempt)
    try:
        await on_the_line.ask(Asked(fact="with"))
    finally:
        trace.current.reset(token)

    ended = next(fields for fact, fields in facts if fact == "span.ended")
    assert f"traceparent: {ended['traceparent']}".encode() in line.heads[-1].lower()
    assert ended["parent"] == attempt.traceparent.split("-")[2]
    assert (ended["stage"], ended["operation"], ended["outcome"]) == ("registry", "anpr", "ok")
