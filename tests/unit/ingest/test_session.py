"""Sessions: a cookie that opens one draft for a while, and the proof that a form was made for it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from ingest.http.call import Call
from ingest.keys import Keys
from ingest.tokens import Tokens
from ingest.web import resume_code
from ingest.web.session import LIFE, Session, Sessions, visitor
from tests.fakes.clock import FakeClock

NOW = datetime(2025, 11, 20, 8, 0, tzinfo=UTC)
DRAFT, OTHER = UUID(int=1), UUID(int=2)
CODE = "ABCD2345WXYZ"


@pytest.fixture
def sessions(keys: Keys) -> Sessions:
    """Sessions made with the keys of this test."""
    return Sessions(b"secret", Tokens(keys.tokens), production=False)


@pytest.fixture
def open_session(keys: Keys) -> Session:
    """A session that opens a draft."""
    token = Tokens(keys.tokens).issue(DRAFT, NOW + timedelta(days=120))
    return Session(bytes(16), NOW, token, DRAFT, CODE)


def a_call(*headers: tuple[bytes, bytes]) -> Call:
    """A request with these headers."""
    return Call({"headers": list(headers)}, None, FakeClock(), {})


def come_back(sessions: Sessions, session: Session, after: timedelta = timedelta(0), spoilt: bool = False) -> Session:
    """Hand a session to a browser and read it from its next request."""
    ((_, cookie),) = sessions.cookie(a_call(), session, NOW)
    sent = cookie.partition(b";")[0]
    return sessions.read(a_call((b"cookie", sent[:-3] + b"AAA" if spoilt else sent)), NOW + after)


def test_a_session_comes_back_as_it_was(sessions: Sessions, open_session: Session):
    """Draft, token and code."""
    assert open_session == come_back(sessions, open_session)


def test_a_session_left_alone_for_too_long_opens_nothing(sessions: Sessions, open_session: Session):
    """It is told as ended, so that the page can say so."""
    ended = come_back(sessions, open_session, after=LIFE + timedelta(seconds=1))

    assert ended.ended
    assert not ended.is_open


def test_a_cookie_that_is_not_ours_is_a_new_visitor(sessions: Sessions, open_session: Session):
    """Altered, or another service's."""
    assert come_back(sessions, open_session, spoilt=True).is_new
    assert sessions.read(a_call((b"cookie", b"approdo=\xff; approdo=abc")), NOW).is_new


def test_a_proof_holds_for_its_draft_alone_and_looks_different_each_time(sessions: Sessions, open_session: Session):
    """Another draft, another visitor, a damaged one: no."""
    proof = sessions.proof(open_session)

    assert sessions.proves(proof, open_session)
    assert proof != sessions.proof(open_session)
    for stranger in (Session(bytes(16), NOW, open_session.token, OTHER), visitor(NOW)):
        assert not sessions.proves(proof, stranger)
    assert not sessions.proves(proof[:-2] + "AA", open_session)
    assert not sessions.proves("", open_session)


def test_over_tls_the_cookie_says_so(sessions: Sessions, open_session: Session, keys: Keys):
    """And in production always."""
    ((_, plain),) = sessions.cookie(a_call(), open_session, NOW)
    ((_, tls),) = sessions.cookie(a_call((b"x-forwarded-proto", b"https")), open_session, NOW)
    ((_, production),) = Sessions(b"secret", Tokens(keys.tokens), production=True).cookie(a_call(), open_session, NOW)

    assert b"Secure" not in plain
    assert b"HttpOnly" in plain
    assert tls.startswith(b"__Host-")
    assert production.startswith(b"__Host-")
    assert b"; Secure" in production


def test_a_code_is_read_the_way_it_is_written_and_leads_to_one_draft():
    """Grouped, in small letters, with spaces; nobody without the secret can tell where it leads."""
    assert CODE == resume_code.read(" abcd-2345 wxyz ")
    assert CODE == resume_code.written(resume_code.value_of(CODE))
    assert "ABCD-2345-WXYZ" == resume_code.grouped(CODE)
    assert resume_code.draft_of(b"secret", CODE) == resume_code.draft_of(b"secret", CODE)
    assert resume_code.draft_of(b"secret", CODE) != resume_code.draft_of(b"another", CODE)
    for typed in ("", "ABCD-2345-WXY", "ABCD-2345-WXY0", "ABCD-2345-WXYZ-2"):
        with pytest.raises(resume_code.NotACode):
            resume_code.read(typed)
