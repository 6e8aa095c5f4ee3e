"""A visit: one request for a page, with whose session it is and in which language it is answered."""

from dataclasses import replace
from urllib.parse import parse_qs

from core.pages.languages import NAMES, preferred
from core.storage.civil_time import Civil
from ingest.http.call import Call
from ingest.http.refusal import Refusal
from ingest.web.languages import Language
from ingest.web.posted import form_of, one
from ingest.web.session import Session, cookies

LANGUAGE_COOKIE = b"lingua"
MOST_PARAMETERS = 20
CORRECTION = "/correggi"  # the end of the address at which a step of a filed application is corrected
COMPLAINT = "/reclamo"


class Visit:
    """One request. Its form is read once, within the counter's bounds."""

    __slots__ = ("_query", "address", "behind", "call", "civil", "form", "language", "session", "typed", "writes")

    def __init__(
        self, call: Call, method: str, address: str, session: Session, civil: Civil, language: Language
    ) -> None:
        self.address = address  # where it was asked
        self.call, self.session, self.civil, self.language = call, session, civil, language
        self.writes = method == "POST"
        self.typed = b""  # the form as it came
        self.form: dict[str, list[str]] = {}
        self._query: dict[str, list[str]] | None = None
        self.behind: Session | None = None  # the draft that pages go on with, where a script asked about another

    async def read_form(self, most_bytes: int) -> None:
        """Read the form that was posted. Errors: Refusal 413, 415, 400, slow-request (408); ClientGone."""
        kind = (self.call.header(b"content-type") or b"").partition(b";")[0].strip().lower()
        if kind not in (b"application/x-www-form-urlencoded", b""):
            raise Refusal("unsupported-media-type")
        self.typed = await self.call.whole(most_bytes)
        self.form = form_of(self.typed)

    def field(self, name: str) -> str:
        """Return what was posted in a field; '' where it was not."""
        return one(self.form, name)

    def asked(self, name: str) -> str:
        """Return a parameter of the address; '' where it has none. Errors: Refusal bad-request."""
        if self._query is None:
            try:
                self._query = parse_qs(self.call.query.decode("latin-1"), max_num_fields=MOST_PARAMETERS)
            except ValueError:
                raise Refusal("bad-request") from None
        return one(self._query, name)

    def turn_to(self, session: Session) -> None:
        """Go on with another draft that is open here: the next page shows it; a script's answer moves nothing."""
        self.behind = self.session if self.wants_json or not self.writes else None
        self.session = replace(session.beside(self.session), is_new=self.behind is None)

    @property
    def is_typed(self) -> bool:
        """Say whether a step was posted, a correction of one or a complaint: what she typed, and must not lose."""
        step = f"/domanda/{self.call.path.get('passo', '')}"
        return self.writes and bool(self.form) and self.address in (step, step + CORRECTION, COMPLAINT)

    @property
    def wants_json(self) -> bool:
        """Say whether a script of ours asks."""
        return b"application/json" in (self.call.header(b"accept") or b"")


def language_of(call: Call) -> str:
    """Return the code of the language to answer in: the one chosen, else what the browser prefers."""
    chosen = dict(cookies(call)).get(LANGUAGE_COOKIE, b"").decode("latin-1")
    return chosen if chosen in NAMES else preferred(call.header(b"accept-language"))


def is_foreign(call: Call) -> bool:
    """Say whether a post comes from a page of somebody else (Fetch Metadata; RFC 6454 where a browser has none)."""
    site = call.header(b"sec-fetch-site")
    if site is not None:
        return site not in (b"same-origin", b"none")
    origin = call.header(b"origin")
    if origin is None:
        return False
    return origin.rpartition(b"//")[2] != (call.header(b"host") or b"")
