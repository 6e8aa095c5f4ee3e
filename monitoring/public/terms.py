"""What an outage means for the terms: whether a last day to file fell into it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bonus.programme import PROGRAMMES
from core.domain.incident import Effect

_DAY = timedelta(days=1)


def effect(started_at: datetime, ended_at: datetime) -> Effect:
    """Return what an outage of this span (civil time) means: a term is a day, so all of its last day counts."""
    touched = any(started_at < term and ended_at > term - _DAY for term in _terms())
    return Effect.TERM_INSIDE if touched else Effect.NO_TERM


def _terms() -> Iterable[datetime]:
    """The first instants after each window in which something can be filed."""
    for programme in PROGRAMMES.values():
        if programme.accepts_drafts:
            yield programme.ordinary_until
            yield programme.late_until
