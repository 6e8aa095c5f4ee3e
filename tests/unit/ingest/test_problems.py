"""Problems: every refusal names what is safe and what to do, and repeats nothing that was typed."""

import ast
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.domain import errors
from core.domain.errors import ApprodoError
from core.domain.problem import Problem
from core.domain.revision import Revision
from ingest.http.problems import Problems, refusal_of
from ingest.http.refusal import Refusal, wrong_shape
from ingest.texts import Texts
from ingest.tokens import TokenInvalid

ROOT = Path(__file__).parents[3]
NOW = datetime(2025, 11, 20, 8, 0, tzinfo=UTC)
SAMPLES = {
    errors.StaleRevision: errors.StaleRevision(Revision("children", 4, b"\x01" * 32, NOW, "key", trial=False)),
    errors.SectionsMissing: errors.SectionsMissing(("work",)),
    errors.SectionChanged: errors.SectionChanged(("work",)),
}


@pytest.fixture
def problems(italian: Texts) -> Problems:
    """Problems that always draw the shortest wait."""
    return Problems(italian, draw=lambda shortest, longest: shortest)


def leaves(of: type[ApprodoError]) -> set[type[ApprodoError]]:
    """Return the domain's errors that have no kinds of their own."""
    kinds = {kind for kind in of.__subclasses__() if kind.__module__ == "core.domain.errors"}
    return set().union(*(leaves(kind) for kind in kinds)) if kinds else {of}


OF_WORKERS = {errors.FenceRefused, errors.GrantedElsewhere}


@pytest.mark.parametrize("kind", sorted(leaves(ApprodoError) - OF_WORKERS, key=lambda kind: kind.__name__))
def test_every_error_of_the_domain_has_its_answer(problems: Problems, kind: type[ApprodoError]):
    """None falls through to a bare 500 (a fence concerns workers only)."""
    reply = problems.reply(SAMPLES.get(kind) or kind())

    body = json.loads(reply.body)
    assert (body["status"], body["code"]) == (reply.status, reply.code)
    assert reply.media == b"application/problem+json"


def test_every_refusal_in_the_counter_is_in_the_catalogue(italian: Texts):
    """Each code that stands in a `Refusal("…")` of this room has its texts."""
    codes = {
        call.args[0].value
        for path in (ROOT / "ingest").rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") == "Refusal"
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }

    assert len(codes) > 20
    assert codes <= italian.problems.keys()


def test_a_problem_says_all_that_a_person_needs(problems: Problems):
    """What happened, what is safe, what to do, the right, and a code to read out."""
    reply = problems.reply(errors.OutcomeUnknown())

    body = json.loads(reply.body)
    assert body["type"] == "urn:approdo:problem:outcome-unknown"
    assert (reply.status, body["saved"], body["safe_to_retry"], body["reference"]) == (503, "unknown", True, "F04")
    assert all(body[name] for name in ("title", "detail", "safe", "action", "right", "right_preserved"))
    assert (b"retry-after", b"1") in reply.headers
    assert (b"content-language", b"it") in reply.headers


def test_faults_carry_pointers_and_sentences_and_no_values(problems: Problems):
    """One kind of fault gives the problem its name."""
    reply = problems.reply(wrong_shape([Problem("too-long", "/children/0/first_name")]))

    body = json.loads(reply.body)
    assert (reply.status, body["code"]) == (422, "too-long")
    assert body["errors"] == [
        {
            "code": "too-long",
            "pointer": "/children/0/first_name",
            "message": "Il testo supera i 500 caratteri: accorcialo.",
        }
    ]


def test_faults_of_several_kinds_are_one_wrong_shape(problems: Problems):
    """And each keeps its own code."""
    body = json.loads(problems.reply(wrong_shape([Problem("too-long", "/a"), Problem("unknown-field", "/b")])).body)

    assert body["code"] == "wrong-shape"
    assert [fault["code"] for fault in body["errors"]] == ["too-long", "unknown-field"]


def test_a_stale_save_is_told_the_current_revision(problems: Problems):
    """In the body and as the tag to send next."""
    reply = problems.reply(SAMPLES[errors.StaleRevision])

    body = json.loads(reply.body)
    assert (reply.status, body["current_revision"], body["current_digest"]) == (412, 4, "01" * 32)
    assert (b"etag", b'"4"') in reply.headers


def test_a_revision_named_of_a_section_never_saved_is_stale_too(problems: Problems):
    """There is no current one to name."""
    reply = problems.reply(errors.StaleRevision(None))

    assert json.loads(reply.body)["current_revision"] is None
    assert all(name != b"etag" for name, _ in reply.headers)


def test_sections_are_pointed_at(problems: Problems):
    """In the request's own terms."""
    body = json.loads(problems.reply(errors.SectionsMissing(("work", "payment"))).body)

    assert body["sections"] == ["work", "payment"]
    assert [fault["pointer"] for fault in body["errors"]] == ["/sections/work", "/sections/payment"]


def test_a_known_wait_goes_before_the_catalogues(problems: Problems):
    """The rate limit knows to the second."""
    reply = problems.reply(Refusal("too-many-requests", retry_after=7))

    assert (b"retry-after", b"7") in reply.headers
    assert (b"retry-after", b"1") in problems.reply(Refusal("too-many-requests", retry_after=0)).headers


def test_every_refusal_for_now_says_when_to_come_back(italian: Texts):
    """ModI RAC_ROBUSTEZZA_001 and 002: Retry-After on 429 and 503, within its drawn bounds, at least a second."""
    waits = []
    problems = Problems(italian, draw=lambda shortest, longest: waits.append((shortest, longest)) or longest)
    for code, text in italian.problems.items():
        if text.status in (429, 503):
            assert any(name == b"retry-after" for name, _ in problems.reply(Refusal(code)).headers), code

    assert all(1 <= shortest <= longest for shortest, longest in waits)


def test_a_refused_attempt_carries_its_certificate(problems: Problems):
    """With the sentence that says what it is and is not."""
    body = json.loads(problems.reply(errors.StoreUnavailable(), certificate="a.b.c").body)

    assert body["attempt_certificate"] == "a.b.c"
    assert "Non è una domanda presentata" in body["attempt_note"]


def test_an_unforeseen_error_tells_an_incident_and_nothing_else(problems: Problems):
    """No stack, no message; whether it was saved is not known."""
    reply = problems.unforeseen("7d3c")

    body = json.loads(reply.body)
    assert (reply.status, body["incident"], body["saved"], body["safe_to_retry"]) == (500, "7d3c", "unknown", True)


def test_an_invalid_token_asks_for_another(problems: Problems):
    """401 with its challenge (RFC 6750)."""
    assert (b"www-authenticate", b'Bearer error="invalid_token"') in problems.reply(TokenInvalid()).headers
    assert (b"www-authenticate", b"Bearer") in problems.reply(Refusal("token-missing")).headers


def test_an_error_without_a_place_is_a_mistake_of_ours():
    """It is not answered with somebody else's text."""
    with pytest.raises(KeyError):
        refusal_of(errors.FenceRefused())
