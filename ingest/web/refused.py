"""A refusal on a page: what happened, what is safe, what to do and when, and what becomes of the right."""

import orjson

from ingest.http.refusal import Refusal
from ingest.http.reply import Reply
from ingest.web.form import BY_SLUG
from ingest.web.posted import content_of, form_of
from ingest.web.session import Session
from ingest.web.spoken import Lines, spoken
from ingest.web.start import asked_for_code
from ingest.web.visit import COMPLAINT, CORRECTION, Visit
from ingest.web.web import Web

_NO_SESSION = ("token-missing", "token-invalid")


def refused(web: Web, visit: Visit, refusal: Refusal, problem: Reply) -> Reply:
    """Return the page of a problem. What was typed goes with it, to be sent again by one touch or to be read."""
    if refusal.code in _NO_SESSION:
        return _shut(web, visit, refusal)
    told = orjson.loads(problem.body)
    wait = next((int(value) for name, value in problem.headers if name == b"retry-after"), 0)
    kept = [header for header in problem.headers if header[0] in (b"retry-after", b"allow")]
    again = told["safe_to_retry"] or (refusal.code == "foreign-form" and bool(visit.form))
    resent = _typed(visit) if visit.writes and again else []
    unsent = [] if again else _unsent(visit)
    shown = {"problem": told, "wait": wait, "again": again, "resent": resent, "unsent": unsent}
    return web.pages.page(visit, "refused.html", problem.status, kept, **shown)


def _unsent(visit: Visit) -> list[Lines]:
    """Return what she typed and we shall not take, in the words of the form."""
    step, text = BY_SLUG.get(visit.call.path.get("passo", "")), visit.field("testo")
    if step is not None:
        return spoken(step, content_of(step, visit.form), visit.language)
    return [Lines("", [(visit.language.gettext("Che cosa è successo"), text)])] if text else []


def _typed(visit: Visit) -> list[tuple[str, str]]:
    """Return the fields to send again, as they were posted, without the proof, which is made anew."""
    posted = form_of(visit.typed)
    return [(name, value) for name, values in posted.items() for value in values if name != "prova"]


def _shut(web: Web, visit: Visit, refusal: Refusal) -> Reply:
    """Nothing is open: the code is asked for, and what was typed waits on the page."""
    slug = visit.call.path.get("passo", "")  # of a draft that is open no more, or beside which another is open now
    typed = visit.typed.decode("ascii", "ignore") if visit.is_typed else ""
    slug += CORRECTION if visit.address.endswith(CORRECTION) else ""
    slug = COMPLAINT.strip("/") if visit.address == COMPLAINT else slug
    back_to = slug or ("" if visit.writes else visit.asked("torna"))
    if refusal.code == "token-invalid":  # it was signed by a key we no longer have, or is damaged
        visit.session = Session(visit.session.visit, visit.session.seen_at, ended=True)
    return asked_for_code(web, visit, back_to=back_to, typed=typed, status=401)
