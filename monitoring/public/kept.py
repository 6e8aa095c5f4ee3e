"""The book on disk: what the public was told outlives the process, also while PostgreSQL is away."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from core.domain.book import Book
from core.domain.incident import Cause, Function, Incident
from core.files import write_whole

_INSTANTS = ("started_at", "said_at", "next_word_at", "calm_since", "ended_at")


def keep(file: Path, book: Book) -> None:
    """Write the book, whole or not at all. Errors: OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    told = {"incidents": [_told(one) for one in book.incidents], "muted": sorted(book.muted)}
    write_whole(file, orjson.dumps(told, option=orjson.OPT_INDENT_2))


def read(file: Path) -> Book | None:
    """Return the book that was kept; None where there is none, or it cannot be understood."""
    try:
        told = orjson.loads(file.read_bytes())
        return Book(tuple(_incident(one) for one in told["incidents"]), frozenset(told["muted"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _told(one: Incident) -> dict[str, Any]:
    return {name: sorted(one.alarms) if name == "alarms" else getattr(one, name) for name in Incident.__slots__}


def _incident(told: Mapping[str, Any]) -> Incident:
    instants = {name: datetime.fromisoformat(told[name]) if told[name] else None for name in _INSTANTS}
    words = {"function": Function(told["function"]), "cause": Cause(told["cause"])}
    return Incident(**{**told, **instants, **words, "alarms": frozenset(told["alarms"])})
