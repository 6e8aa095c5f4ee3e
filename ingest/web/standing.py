"""Standing: the receipt at once, then where the application stands, its outcome, and what she can do now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.domain.receipt import Kind
from core.domain.submission import DECIDED, NOT_LIVE, State, may_move
from ingest import notices, submissions
from ingest.http.refusal import Refusal
from ingest.http.reply import Reply
from ingest.web.filled import identity
from ingest.web.given import Given, given
from ingest.web.hers import Json, hers, in_euro, reasons
from ingest.web.languages import Language
from ingest.web.spoken import spoken_of
from ingest.web.visit import Visit
from ingest.web.web import PROGRAMME, Web

MARK = 6  # characters of a browser's key that name what is kept under it (static/keep.js)


async def receipt(web: Web, visit: Visit) -> Reply:
    """GET /domanda/ricevuta: the number, both instants, and what happens next."""
    told = await standing(web, visit)
    window = web.counter.programmes[PROGRAMME].window_at(datetime.fromisoformat(told["arrived_at"]))
    shown: Json = {"code": visit.session.code, "mark": browser_mark(web, visit), "window": window}
    return web.pages.page(visit, "receipt.html", **shown, **_shown(told))


def browser_mark(web: Web, visit: Visit) -> str:
    """Return what tells in a browser what it kept of this draft from what it kept of others (static/keep.js)."""
    assert visit.session.draft_id is not None
    return web.sessions.browser_key(visit.session.draft_id)[:MARK]


async def status(web: Web, visit: Visit) -> Reply:
    """GET /domanda/stato: the timeline in words, the outcome month by month, and what she can do now."""
    told = await standing(web, visit)
    letters = (await web.ask(visit, notices.read, path={"number": told["number"]})).json
    return web.pages.page(
        visit,
        "status.html",
        letters=letters | {"notices": [_letter(one, visit.language) for one in letters["notices"]]},
        can=possible(told),
        outcome=_outcome(told, visit),
        waits=_waits(told, visit),
        done=await _just_done(web, visit),
        rest=not_asked(told) if visit.civil.now >= _late_from(web, told) else [],
        **_shown(told),
    )


def done(kind: Kind) -> str:
    """Return where she is sent on to after an act: the status page, with the receipt of what she did."""
    return f"/domanda/stato?fatto={kind}#fatto"


async def _just_done(web: Web, visit: Visit) -> Given | None:
    """Return the receipt of what she has just done; None where nothing was, or an address only says so."""
    kind = visit.asked("fatto")
    return next((one for one in await given(web, visit) if one.kind == kind), None) if kind else None


async def standing(web: Web, visit: Visit) -> dict[str, Any]:
    """Return the submission as the API tells it, with its outcome once there is one. Errors: Refusal not-found."""
    draft = await hers(web, visit)
    if draft.number is None:
        raise Refusal("not-found")
    told: dict[str, Any] = (await web.ask(visit, submissions.read, path={"number": draft.number})).json
    return told


def _shown(told: Json) -> dict[str, Any]:
    estimate = told.get("estimate")
    return {
        "told": told,
        "state": told["state"],
        "number": told["number"],
        "arrived_at": datetime.fromisoformat(told["arrived_at"]),
        "filed_at": datetime.fromisoformat(told["filed_at"]),
        "timeline": [{**line, "when": datetime.fromisoformat(line["at"])} for line in told["timeline"]],
        "range": (_minutes(estimate["from"]), _minutes(estimate["to"])) if estimate else None,
        "next_check": datetime.fromisoformat(told["next_check_at"]) if told["next_check_at"] else None,
    }


def _letter(told: Json, language: Language) -> Json:
    at = datetime.fromisoformat(told["ended_at"] or told["made_at"])
    return {**told, "when": at, "label": language.texts.submission_states[told["topic"]].label}


def _minutes(duration: str) -> int:
    """Return the minutes of a duration such as PT93S, rounded up."""
    return -(-int(duration[2:-1]) // 60)


def possible(told: Json) -> dict[str, bool]:
    """Return what she can do about an application that stands as the API tells."""
    here, paid = State(told["state"]), told["payment_stands"]
    may = may_move(here, State.WITHDRAWN)
    return {
        "withdraw": may and not paid,
        "no_longer_withdraw": may and paid,
        "review": may_move(here, State.REOPENED),
        "integrate": here is State.NEEDS_APPLICANT,
        "pay": here is State.PAYMENT_FAILED,
        "again": here in NOT_LIVE,
    }


def _outcome(told: Json, visit: Visit) -> dict[str, Any] | None:
    if State(told["state"]) not in DECIDED:
        return None
    months = [{**one, "reasons": reasons(one["reasons"], visit.language)} for one in told["months"]]
    return {
        "euro": in_euro(told["amount"]["amount"]),
        "months": months,
        "at": datetime.fromisoformat(told["decided_at"]),
    }


@dataclass(frozen=True, slots=True)
class Wait:
    """One reason why it waits, with all it speaks of: what that is called, and where to put it right."""

    message: str
    remedy: str
    places: list[tuple[str, str]]


def _waits(told: Json, visit: Visit) -> list[Wait]:
    """Return why it waits, as the newest line of the timeline says; each reason once, however much it speaks of."""
    newest = told["timeline"][-1]["reasons"] if told["timeline"] else []
    found: dict[str, Wait] = {}
    for one in reasons(newest, visit.language):
        wait = found.setdefault(one["code"], Wait(one["message"], one["remedy"], []))
        if one["place"]:
            wait.places.append(_located(one, visit.language))
    return list(found.values())


def _located(reason: dict[str, str], language: Language) -> tuple[str, str]:
    """Return what a reason speaks of, a place in the form or a fact, and where that is corrected; '' for nowhere."""
    spoken = spoken_of(reason["place"], language)
    if spoken is not None:
        step, name, label = spoken
        return label, f"/domanda/{step.slug}/correggi#{identity(name)}"
    fact, _, index = reason["place"].partition(":")
    where = _WHERE.get(fact, "").format(index)
    return reason["about"], f"/domanda/{where}" if where else ""


#: Where what a registry was asked about stands in the form, by the fact; its number where there are several.
_WHERE: Mapping[str, str] = {
    "tax_code": "richiedente/correggi#c-tax_code",
    "identity": "richiedente/correggi#invio",
    "child": "figli/correggi#c-children-{}",
    "work": "lavoro/correggi#c-periods-{}",
    "account": "pagamento/correggi#invio",
}


def not_asked(told: Json) -> list[int]:
    """Return the months a supplementary application can still ask for."""
    if State(told["state"]) in NOT_LIVE or "months" not in told:
        return []
    return [one["month"] for one in told["months"] if any(why["code"] == "not-requested" for why in one["reasons"])]


def _late_from(web: Web, told: Json) -> datetime:
    return web.counter.programmes[told["programme"]].ordinary_until
