"""The pages' desk: each view is called with its visit, and whatever goes wrong is told on a page."""

import secrets
from collections.abc import Awaitable, Callable, Mapping

from core.trace import tell
from ingest.door import Receive, Scope
from ingest.http.call import Call, ClientGone
from ingest.http.problems import Problems, foreseen, refusal_of
from ingest.http.rate_limits import PER_DRAFT, unspent
from ingest.http.refusal import Refusal
from ingest.http.reply import Headers, Reply
from ingest.web.refused import refused
from ingest.web.visit import Visit, is_foreign, language_of
from ingest.web.web import Web

View = Callable[[Web, Visit], Awaitable[Reply]]
_UNSPENT = unspent(PER_DRAFT).headers()


class PagesDesk:
    """Where pages are asked for."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._problems = {code: Problems(language.texts) for code, language in web.languages.items()}

    async def answer(
        self,
        operation: str,
        view: View,
        scope: Scope,
        receive: Receive,
        path: Mapping[str, str],
        *,
        stores: bool = False,
    ) -> tuple[Reply, Headers] | None:
        """Answer one request, as the counter's own desk does; None where the client has gone."""
        counter = self._web.counter
        began = counter.clock.monotonic()
        call = Call(scope, receive, counter.clock, path)
        visit = await self._visit(call, scope)
        try:
            reply = await self._served(view, visit, stores=stores)
        except ClientGone:
            return None
        except Exception as error:  # noqa: BLE001  whatever it is, she gets a page that says what is safe
            reply = self._told(operation, visit, error)
        reply = self._web.remembered(visit, reply)
        seconds = counter.clock.monotonic() - began
        counter.observe("request.answered", operation=operation, status=reply.status, seconds=seconds)
        if call.span is not None:
            tell(call.span, "request", operation, reply.status, seconds, counter.observe)
        return reply, call.standing.headers() if call.standing else _UNSPENT

    async def _visit(self, call: Call, scope: Scope) -> Visit:
        web = self._web
        session = web.sessions.read(call, web.counter.clock.now())
        if call.seat is not None:
            call.seat.is_of_session(session.draft_id)
        civil = await web.counter.civil.now()
        language = web.languages[language_of(call)]
        visit = Visit(call, scope["method"], scope["path"], session, civil, language)
        if session.others and (proof := call.header(b"x-domanda")) is not None:
            web.turned(visit, proof.decode("latin-1"))  # a script asks about the draft its own page shows
        return visit

    async def _served(self, view: View, visit: Visit, *, stores: bool) -> Reply:
        """A full house refuses writes early, but not before it knows what was typed: she gets it back."""
        web, seat = self._web, visit.call.seat
        if visit.writes:
            if is_foreign(visit.call):
                raise Refusal("foreign-form")
            await visit.read_form(web.counter.body_bytes)
        if stores:
            web.counter.admission.must_be_sound()
        if seat is not None:
            seat.take()
        return await view(web, visit)

    def _told(self, operation: str, visit: Visit, error: Exception) -> Reply:
        observe, incident = self._web.counter.observe, None
        if foreseen(error):
            refusal = refusal_of(error)
            status = self._web.counter.texts.problems[refusal.code].status
            observe("request.refused", operation=operation, code=refusal.code, status=status)
        else:
            incident = secrets.token_hex(4)
            observe("request.crashed", operation=operation, incident=incident, exc_info=error)
            refusal = Refusal("internal-error", incident=incident)
        certificate = self._certificate(operation, visit, refusal.code, incident)
        problem = self._problems[visit.language.code].reply(refusal, certificate)
        if visit.wants_json:
            return _said_in(visit, problem)
        try:
            return refused(self._web, visit, refusal, problem)
        except Exception as wrong:  # noqa: BLE001  what ails a page may ail this one too: then the words alone
            observe("request.crashed", operation=operation, incident=incident or secrets.token_hex(4), exc_info=wrong)
            return _said_in(visit, problem)

    def _certificate(self, operation: str, visit: Visit, code: str, incident: str | None) -> str | None:
        """Certify what she asked for and did not get, as the counter's own desk does."""
        draft_id = visit.session.draft_id
        if draft_id is None:
            return None
        act = visit.call.path.get("atto", "") if visit.writes else ""
        asked = _ASKED_TO.get(act) or _ASKED.get(operation, "reading")
        return self._web.counter.certificates.certify(draft_id, asked, code, visit.call.arrived_at, incident)


def _said_in(visit: Visit, problem: Reply) -> Reply:
    """Return a problem with the language in which it is told."""
    others = [header for header in problem.headers if header[0] != b"content-language"]
    return problem._replace(headers=[*others, (b"content-language", visit.language.code.encode())])


#: What a page asks for, as certificates name it; whatever is not here is read.
_ASKED: Mapping[str, str] = {
    "page.save": "section",
    "page.restore": "section",
    "page.choose": "section",
    "page.send": "submission",
    "page.deleted": "deletion",
    "page.again": "section",
    "page.corrected": "integration",
    "page.notices": "notices",
    "page.complained": "complaint",
}
_ASKED_TO: Mapping[str, str] = {"annulla": "withdrawal", "riesame": "review-request"}
