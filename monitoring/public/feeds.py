"""The word for programs: JSON, an Atom feed (RFC 4287), and problem+json (RFC 9457, AgID ModI)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

import orjson

from core.domain.incident import Incident
from core.pages.languages import ITALIAN, Speech
from monitoring.public import texts
from monitoring.public.spoken import when
from monitoring.public.word import Light, Word

_ATOM = "http://www.w3.org/2005/Atom"
PROBLEM = "application/problem+json"


def as_json(word: Word, counter: str, speeches: Mapping[str, Speech]) -> bytes:
    """Return everything that is said, with its words in every language."""
    takes = word.takes
    told = {
        "state": word.light,
        "checked_at": word.at,
        "trial": word.trial,
        "since": word.worst.started_at if word.worst else None,
        "next_word_at": word.worst.next_word_at if word.worst else None,
        "words": {code: _words(word.worst, speech) for code, speech in speeches.items()},
        "decisions_take": takes
        and {
            "half_below_seconds": round(takes.quick.total_seconds()),
            "nine_in_ten_below_seconds": round(takes.slow.total_seconds()),
            "read_at": takes.read_at,
        },
        "incidents": [_incident(one, counter) for one in (*word.open, *word.past)],
    }
    return orjson.dumps(told, option=orjson.OPT_UTC_Z)


def _words(worst: Incident | None, speech: Speech) -> dict[str, str]:
    say = speech.gettext
    if worst is None:
        return {"headline": say(texts.WORKS), "safe": say(texts.WORKS_SAFE), "do": say(texts.WORKS_DO)}
    said = texts.said(worst.function, worst.cause)
    return {"headline": say(said.headline), "why": say(said.cause), "safe": say(said.safe), "do": say(said.do)}


def _incident(one: Incident, counter: str) -> dict[str, Any]:
    attested = None if one.is_open else f"{counter}/v1/outages/{one.incident_id}"
    return {
        "incident": one.incident_id,
        "function": one.function,
        "cause": one.cause,
        "started_at": one.started_at,
        "ended_at": one.ended_at,
        "next_word_at": one.next_word_at if one.is_open else None,
        "attestation": attested,
    }


def as_problem(word: Word, speech: Speech) -> tuple[bytes, str, str, int]:
    """Return what the ModI asks of `/status`: 200 while everything is taken, 503 while something is out."""
    status = 503 if word.light is Light.OUT else 200
    words = _words(word.worst, speech)
    body = {
        "type": "about:blank",
        "status": status,
        "title": "OK" if status == 200 else "Service Unavailable",
        "detail": f"{words['headline']}. {words['do']}",
        "code": "ok" if status == 200 else "out-of-order",
    }
    return orjson.dumps(body), PROBLEM, ITALIAN, status


def as_atom(word: Word, here: str, speech: Speech) -> bytes:
    """Return the feed: an entry for each incident, which is told again when it ends."""
    feed = Element("feed", xmlns=_ATOM)
    feed.set("xml:lang", speech.code)
    _text(feed, "id", f"{here}/stato.atom")
    _text(feed, "title", "Approdo: stato del servizio")
    SubElement(feed, "link", rel="self", href=f"{here}/stato.atom")
    SubElement(feed, "link", rel="alternate", href=f"{here}/stato")
    SubElement(SubElement(feed, "author"), "name").text = "Approdo"
    incidents = (*word.open, *word.past)
    _text(feed, "updated", _instant(max((one.said_at for one in incidents), default=datetime(2025, 1, 1, tzinfo=UTC))))
    for one in incidents:
        _entry(feed, one, here, speech)
    written: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def _entry(feed: Element, one: Incident, here: str, speech: Speech) -> None:
    said = texts.said(one.function, one.cause)
    entry = SubElement(feed, "entry")
    _text(entry, "id", f"urn:approdo:incident:{one.incident_id}")
    _text(entry, "published", _instant(one.started_at))
    _text(entry, "updated", _instant(one.said_at))
    SubElement(entry, "link", rel="alternate", href=f"{here}/stato")
    if one.ended_at is None:
        _text(entry, "title", said.headline)
        told = f"{said.cause} {said.safe} {said.do}"
        _text(entry, "summary", f"{told} La prossima notizia entro: {when(one.next_word_at, one.said_at, speech)}.")
    else:
        _text(entry, "title", f"Risolto: {texts.past(one.function, one.cause)}")
        began, ended = when(one.started_at, one.ended_at, speech), when(one.ended_at, one.ended_at, speech)
        _text(entry, "summary", f"Da: {began}. A: {ended}. {said.safe}")


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
