"""Calm: the page of whoever is not let in, written once in each language, since a full house has no time to write."""

from collections.abc import Mapping
from typing import Any, NoReturn
from urllib.parse import quote

import orjson

from ingest.door import Scope
from ingest.http.call import Call
from ingest.http.problems import Problems
from ingest.http.refusal import Refusal
from ingest.http.reply import Reply
from ingest.web.session import visitor
from ingest.web.visit import Visit, language_of
from ingest.web.web import Web

_ADDRESS, _WAIT = "/QUI-0-QUI", 987_654_321  # stand in the written page for what is of one visit


class Calm:
    """Has the page of each refusal at hand, and puts in where she was and when to come again.

    It names no session: whether hers is open is not looked at, so that nothing of hers can be on it.
    """

    def __init__(self, web: Web) -> None:
        self._web = web
        self._problems = {code: Problems(language.texts) for code, language in web.languages.items()}
        self._written: dict[tuple[str, str, bool], Reply] = {}

    def page(self, refusal: Refusal, scope: Scope) -> Reply | None:
        """Return the page of a refusal; None where no page was asked for."""
        accept = next((value for name, value in scope["headers"] if name == b"accept"), b"")
        if b"text/html" not in accept:
            return None
        call = Call({"headers": scope["headers"]}, _nothing, self._web.counter.clock, {})
        written = self._of(refusal.code, language_of(call))
        wait = b"%d" % _seconds(refusal)
        body = written.body.replace(str(_WAIT).encode(), wait)
        body = body.replace(_ADDRESS.encode(), quote(scope["path"]).encode())
        return written._replace(body=body, headers=[*written.headers, (b"retry-after", wait)])

    def _of(self, code: str, language: str) -> Reply:
        civil = self._web.counter.civil.last_known()
        place = (code, language, civil.trial)
        if place not in self._written:
            call = Call({"headers": []}, _nothing, self._web.counter.clock, {})
            session = visitor(civil.now)
            visit = Visit(call, "GET", _ADDRESS, session, civil, self._web.languages[language])
            problem = self._problems[language].reply(Refusal(code, retry_after=_WAIT))
            told: Mapping[str, Any] = orjson.loads(problem.body)
            page = self._web.pages.page(
                visit, "refused.html", problem.status, problem=told, wait=_WAIT, again=True, resent=[]
            )
            self._written[place] = page._replace(code=code)
        return self._written[place]


def _seconds(refusal: Refusal) -> int:
    seconds = refusal.members.get("retry_after")
    return seconds if isinstance(seconds, int) else 1


async def _nothing() -> NoReturn:
    raise AssertionError
