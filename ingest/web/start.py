"""Start: what the bonus is, a draft begun at once, and the way back to one."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from core.domain.errors import NotFound
from core.pages.languages import NAMES
from ingest import drafts
from ingest.http.refusal import Refusal
from ingest.http.reply import Reply
from ingest.tokens import TOKEN_CHARACTERS, TokenInvalid
from ingest.web import acts, filling, letters, resume_code, walk
from ingest.web.form import BY_SLUG
from ingest.web.posted import form_of, one
from ingest.web.session import Session
from ingest.web.visit import COMPLAINT, CORRECTION, LANGUAGE_COOKIE, Visit
from ingest.web.web import PROGRAMME, Web

View = Callable[[Web, Visit], Awaitable[Reply]]
_COMPLAINT = COMPLAINT.strip("/")


async def home(web: Web, visit: Visit) -> Reply:
    """GET /: what it is, who can have it, what to have at hand, until when."""
    programme = web.counter.programmes[PROGRAMME]
    return web.pages.page(
        visit,
        "home.html",
        programme=programme,
        last_day=programme.requirements_by,
        late_last_day=(programme.late_until - timedelta(seconds=1)).date(),
        window=programme.window_at(visit.civil.now),
    )


async def begin(web: Web, visit: Visit) -> Reply:
    """POST /inizia: start a draft and open it in this browser."""
    web.must_be_ours(visit)
    code = resume_code.new_code()
    return web.opened(visit, await started(web, visit, code), "/domanda")


async def started(web: Web, visit: Visit, code: str) -> Session:
    """Start a draft under a new code and return the session that opens it."""
    key = resume_code.key_of(web.counter.draft_secret, code)
    told = await walk.ask_as_nobody(
        web.counter,
        visit.call,
        drafts.start,
        {"programme": PROGRAMME, "channel": "web"},
        [(b"idempotency-key", str(key).encode())],
    )
    token = told.json["access_token"]
    session = visit.session
    return Session(session.visit, session.seen_at, token, web.counter.tokens.read(token).draft_id, code)


async def resume(web: Web, visit: Visit) -> Reply:
    """GET /riprendi: the way back. A secret in the fragment never reaches us; a script posts it."""
    return asked_for_code(web, visit, back_to=_slug(visit.asked("torna")))


def asked_for_code(
    web: Web, visit: Visit, *, back_to: str = "", typed: str = "", wrong: str = "", code: str = "", status: int = 200
) -> Reply:
    """Return the page that asks for the code; `typed` is a form that waits to be saved, as it was posted."""
    other = bool(typed) and visit.session.is_open
    ended = visit.session.ended or bool(typed)
    shown: dict[str, Any] = {
        "back_to": back_to,
        "typed": typed,
        "wrong": wrong,
        "code": code,
        "ended": ended,
        "other": other,
    }
    return web.pages.page(visit, "resume.html", status, **shown)


def _slug(asked: str) -> str:
    steps = (*BY_SLUG, *(slug + CORRECTION for slug in BY_SLUG))
    return asked if asked in (*steps, "riepilogo", "stato", "ricevuta", _COMPLAINT) else ""


async def resumed(web: Web, visit: Visit) -> Reply:
    """POST /riprendi: exchange a code, or an access token from a link, for a session; then save what waited."""
    if not web.sessions.proves(visit.field("prova"), visit.session):
        raise Refusal("foreign-form")
    secret, back_to, typed = visit.field("codice").strip(), _slug(visit.field("torna")), visit.field("dati")
    told_apart = secret[-resume_code.CHARACTERS :] if len(secret) == TOKEN_CHARACTERS else secret
    web.tries.count(visit.session.visit, told_apart, web.counter.clock.monotonic())  # tokens of one day begin alike
    try:
        session = await _session_of(web, visit, secret)
    except (resume_code.NotACode, TokenInvalid):
        wrong = visit.language.gettext(
            "Questo non è un codice: sono 12 caratteri, lettere e numeri. Controllalo e riprova."
        )
        return asked_for_code(web, visit, back_to=back_to, typed=typed, wrong=wrong, code=secret, status=422)
    except NotFound:
        wrong = visit.language.gettext("Nessuna domanda si apre con questo codice. Controllalo e riprova.")
        return asked_for_code(web, visit, back_to=back_to, typed=typed, wrong=wrong, code=secret, status=422)
    waits = form_of(typed.encode("ascii", "ignore")) if typed else {}
    if waits and not web.sessions.proves(one(waits, "prova"), session):
        wrong = visit.language.gettext(
            "Questo codice apre un'altra domanda. Quello che stavi scrivendo è di quella di prima: scrivi quel codice."
        )
        return asked_for_code(web, visit, back_to=back_to, typed=typed, wrong=wrong, code=secret, status=409)
    session = session.beside(visit.session)
    visit.session = replace(session, is_new=True)  # also where the save that follows is refused
    cookie = web.sessions.cookie(visit.call, session, web.counter.clock.now())
    if waits and (taken := _taken_by(back_to)):
        visit.form = waits
        visit.call.path = {"passo": back_to.removesuffix(CORRECTION)}
        told = await taken(web, visit)
        return told._replace(headers=[*told.headers, *cookie])
    return web.sent_on(COMPLAINT if back_to == _COMPLAINT else f"/domanda/{back_to}".rstrip("/"), cookie)


def _taken_by(back_to: str) -> View | None:
    """Return what takes the form that waited: a step, a correction of one, a complaint; None where nothing does."""
    if back_to in BY_SLUG:
        return filling.save
    if back_to.removesuffix(CORRECTION) in BY_SLUG:
        return acts.integrated
    return letters.complained if back_to == _COMPLAINT else None


async def _session_of(web: Web, visit: Visit, secret: str) -> Session:
    """Return the session a secret opens. Errors: NotACode, TokenInvalid, NotFound."""
    counter, visited = web.counter, visit.session
    if len(secret) == TOKEN_CHARACTERS:
        token = counter.tokens.read(secret)
        await web.counter.drafts.read(token.draft_id)
        return Session(visited.visit, visited.seen_at, secret, token.draft_id, None)
    code = resume_code.read(secret)
    draft_id = resume_code.draft_of(counter.draft_secret, code)
    draft = (await counter.drafts.read(draft_id)).draft
    opens = counter.tokens.issue(draft_id, draft.expires_at, draft.channel)
    return Session(visited.visit, visited.seen_at, opens, draft_id, code)


async def leave(web: Web, visit: Visit) -> Reply:
    """POST /esci: end the session in this browser."""
    web.must_be_ours(visit)
    clear = (b"clear-site-data", b'"storage"')
    return web.sent_on("/", [*web.sessions.forgotten(visit.call), clear])


async def language(web: Web, visit: Visit) -> Reply:
    """GET /lingua/{lingua}: choose a language and go back to where she was."""
    code = visit.call.path["lingua"]
    if code not in NAMES:
        raise Refusal("not-found")
    cookie = f"{LANGUAGE_COOKIE.decode()}={code}; Path=/; Max-Age=31536000; SameSite=Lax".encode()
    return web.sent_on(_place(visit.asked("da")), [(b"set-cookie", cookie)])


def _place(asked: str) -> str:
    """Return a page of ours, and never an address of somebody else."""
    plain = asked.startswith("/") and not asked.startswith("//") and "\\" not in asked and asked.isprintable()
    return asked if plain and asked.isascii() else "/"
