"""The web: what views work with, put together once at start."""

from dataclasses import dataclass, field

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
        """Check that a form was made for her. Errors: Refusal foreign-form (403); NoSession where hers has ended."""
        if self.sessions.proves(visit.field("prova"), visit.session):
            return
        if visit.session.is_open:
            raise Refusal("foreign-form")
        raise walk.NoSession

    def opened(self, visit: Visit, session: Session, location: str) -> Reply:
        """Hand a session to the browser and send it on."""
        return self.sent_on(location, self.sessions.cookie(visit.call, session, self.counter.clock.now()))

    @staticmethod
    def sent_on(location: str, headers: Headers | None = None) -> Reply:
        """Send the browser on to another page, with GET."""
        return Reply(303, b"", [(b"location", location.encode()), *(headers or [])], b"text/plain; charset=utf-8")

    def remembered(self, visit: Visit, reply: Reply) -> Reply:
        """Add the cookie of a visitor who is new, or whose session would end while she works."""
        now, session = self.counter.clock.now(), visit.session
        old = session.is_open and now - session.seen_at > RENEWED_AFTER
        if not (old or session.is_new) or any(name == b"set-cookie" for name, _ in reply.headers):
            return reply
        return reply._replace(headers=[*reply.headers, *self.sessions.cookie(visit.call, session, now)])


def put_together(counter: Counter, status_page: str | None = None, *, production: bool) -> Web:
    """Return the web of a counter, with a link to the public status page where there is one. Errors: ThemeMissing."""
    assets = Assets(HERE, "/statico/")
    sessions = Sessions(counter.draft_secret, counter.tokens, production=production)
    known = languages.load(counter.texts)
    return Web(counter, assets, sessions, known, Pages(assets, sessions, known, status_page))
