"""The web: what views work with, put together once at start."""

from dataclasses import dataclass, field, replace

from core.pages.assets import Assets
from ingest.counter import Counter
from ingest.door import Endpoint
from ingest.http.refusal import Refusal
from ingest.http.reply import Headers, Reply
from ingest.web import languages, walk
from ingest.web.languages import Language
from ingest.web.pages import HERE, Pages
from ingest.web.session import RENEWED_AFTER, Session, Sessions
from ingest.web.tries import Tries
from ingest.web.visit import Visit

PROGRAMME = "bonus-mamme-2025"  # the one whose form these pages show


@dataclass(frozen=True, slots=True)
class Web:
    """Everything a view may use."""

    counter: Counter
    assets: Assets
    sessions: Sessions
    languages: dict[str, Language]
    pages: Pages
    tries: Tries = field(default_factory=Tries)

    async def ask(
        self,
        visit: Visit,
        endpoint: Endpoint,
        *,
        path: dict[str, str] | None = None,
        body: object = None,
        headers: Headers | None = None,
    ) -> walk.Told:
        """Ask the counter in her name (ingest/web/walk.py)."""
        return await walk.ask(self.counter, visit.call, visit.session, endpoint, path=path, body=body, headers=headers)

    def must_be_ours(self, visit: Visit) -> None:
        """Check that a form was made for her, and go on with the draft that it was made for.

        Of several drafts that are open, another may have come up in another window since; what was typed for one
        never gets into another. Errors: Refusal foreign-form (403); NoSession where hers has ended, or is not open.
        """
        proof = visit.field("prova")
        if self.sessions.proves(proof, visit.session) or self.turned(visit, proof):
            return
        if visit.session.is_open and not visit.is_typed:
            raise Refusal("foreign-form")
        raise walk.NoSession

    def turned(self, visit: Visit, proof: str) -> bool:
        """Turn a visit to the one of the drafts held beside that `proof` is of; say whether there is one."""
        for other in visit.session.others:
            if self.sessions.proves(proof, other):
                visit.turn_to(other)
                return True
        return False

    def opened(self, visit: Visit, session: Session, location: str) -> Reply:
        """Hand a session to the browser and send it on."""
        held = session.beside(visit.session)
        return self.sent_on(location, self.sessions.cookie(visit.call, held, self.counter.clock.now()))

    @staticmethod
    def sent_on(location: str, headers: Headers | None = None) -> Reply:
        """Send the browser on to another page, with GET."""
        return Reply(303, b"", [(b"location", location.encode()), *(headers or [])], b"text/plain; charset=utf-8")

    def remembered(self, visit: Visit, reply: Reply) -> Reply:
        """Add the cookie of a visitor who is new, or whose session would end while she works."""
        now, session = self.counter.clock.now(), visit.session
        if visit.behind is not None:
            return self._remembered_behind(visit, visit.behind, reply)
        old = session.is_open and now - session.seen_at > RENEWED_AFTER
        if not (old or session.is_new) or any(name == b"set-cookie" for name, _ in reply.headers):
            return reply
        return reply._replace(headers=[*reply.headers, *self.sessions.cookie(visit.call, session, now)])

    def _remembered_behind(self, visit: Visit, shown: Session, reply: Reply) -> Reply:
        """Keep alive a draft that a script works on in another window, behind the one that pages show."""
        now, worked_on = self.counter.clock.now(), visit.session
        if now - worked_on.seen_at <= RENEWED_AFTER:
            return reply
        others = [one for one in shown.others if one.draft_id != worked_on.draft_id]
        held = replace(shown, others=(replace(worked_on, others=(), seen_at=now), *others))
        return reply._replace(headers=[*reply.headers, *self.sessions.cookie(visit.call, held, shown.seen_at)])


def put_together(counter: Counter, status_page: str | None = None, *, production: bool) -> Web:
    """Return the web of a counter, with a link to the public status page where there is one. Errors: ThemeMissing."""
    assets = Assets(HERE, "/statico/")
    sessions = Sessions(counter.draft_secret, counter.tokens, production=production)
    known = languages.load(counter.texts)
    return Web(counter, assets, sessions, known, Pages(assets, sessions, known, status_page))
