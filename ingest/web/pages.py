"""Pages: what every page is written with, and the headers it is sent with."""

import gzip
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from core.domain.number import grouped
from core.pages.assets import Assets
from core.pages.environment import environment
from ingest.http.reply import Headers, Reply
from ingest.web import resume_code
from ingest.web.filled import Cards
from ingest.web.form import SECTIONS
from ingest.web.languages import Language
from ingest.web.session import Sessions
from ingest.web.visit import Visit

HERE = Path(__file__).parent
HTML = b"text/html; charset=utf-8"
POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    b"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Headers = [
    (b"content-security-policy", POLICY),
    (b"referrer-policy", b"same-origin"),  # with "no-referrer" a browser posts our own forms from the origin "null"
    (b"vary", b"cookie, accept-language, accept-encoding"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
]
_WORTH_PACKING = 1_000  # bytes


class Pages:
    """Writes pages, in every language."""

    def __init__(
        self, assets: Assets, sessions: Sessions, languages: Mapping[str, Language], status_page: str | None
    ) -> None:
        self._sessions = sessions
        self._environments = {code: _environment(language, assets) for code, language in languages.items()}
        for made in self._environments.values():
            made.globals["status_page"] = status_page

    def page(
        self, visit: Visit, template: str, status: int = 200, headers: Headers | None = None, **shown: Any
    ) -> Reply:
        """Return a page as it is sent; `shown` is what its template asks for."""
        session = visit.session
        written = (
            self._environments[visit.language.code]
            .get_template(template)
            .render(
                page=template.removesuffix(".html"),
                session=session,
                address="" if visit.writes else visit.address,  # what a post shows is not there to be asked for again
                proof=lambda: self._sessions.proof(session),
                trial=visit.civil.trial,
                now=visit.civil.now,
                **shown,
            )
        )
        return html(visit, written, status, headers or [])


def html(visit: Visit, written: str, status: int = 200, headers: Headers | None = None) -> Reply:
    """Return written HTML with the headers of every page."""
    body = written.encode()
    told = [*_HEADERS, (b"content-language", visit.language.code.encode()), *(headers or [])]
    if len(body) > _WORTH_PACKING and b"gzip" in (visit.call.header(b"accept-encoding") or b""):
        body = gzip.compress(body, 5, mtime=0)
        told.append((b"content-encoding", b"gzip"))
    return Reply(200 if status == 0 else status, body, told, HTML)


def _empty_cards(templates: Environment) -> Callable[[Cards], Markup]:
    """Return what gives the card that scripts copy: the same on every page, so written once for each group there is."""
    written: dict[int, Markup] = {}

    def card(cards: Cards) -> Markup:
        if id(cards.group) not in written:
            macros: Any = templates.get_template("macros.html").module
            written[id(cards.group)] = macros.card(cards.blank, cards, 1)
        return written[id(cards.group)]

    return card


def _environment(language: Language, assets: Assets) -> Environment:
    made = environment(HERE, language, assets, "pages.css")
    made.globals.update(
        counter="",
        steps=SECTIONS,
        grouped=grouped,
        code_grouped=resume_code.grouped,
        empty_card=_empty_cards(made),
    )
    return made
