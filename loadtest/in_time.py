"""in_time: whether a filing was in time, by our own calendar and by when its client sent it."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from loadtest import entries
from loadtest.ledger import History
from loadtest.stored import Row, Stored

ROME = ZoneInfo("Europe/Rome")
TOLERANCE = timedelta(seconds=2)  # by which two clocks may differ

#: Circolare INPS 139/2025: the ordinary window ends with 9 December 2025 (the 7th is a Sunday, the 8th a holiday), the
#: late one with 31 January 2026. Each is the first instant that is out.
CALENDAR: Mapping[str, tuple[tuple[str, datetime], ...]] = {
    "bonus-mamme-2025": (
        ("ordinary", datetime(2025, 12, 10, tzinfo=ROME)),
        ("late", datetime(2026, 2, 1, tzinfo=ROME)),
    )
}
OUTSIDE = "outside"


def window_of(programme: str, arrived_at: datetime) -> str:
    """Return the window of an arrival (aware)."""
    return next((name for name, ends in CALENDAR[programme] if arrived_at < ends), OUTSIDE)


def flipped(history: History, stored: Stored) -> Iterator[str]:
    """Yield the filings whose window is not that of their arrival, or whose arrival is not when they were sent."""
    sent: dict[str, tuple[datetime, datetime]] = {}
    told_at = [(intent, heard, heard.said["number"]) for intent, heard in history.acked("submission")]
    for intent, heard, number in (*told_at, *entries.filed(history, stored)):  # two tabs may file: the first counts
        asked, told = _instant(intent.at), _instant(heard.at)
        first, last = sent.get(number, (asked, told))
        sent[number] = min(first, asked), max(last, told)
    for row in (row for rows in stored.submissions.values() for row in rows):
        if row["programme"] in CALENDAR and row["window"] != window_of(row["programme"], row["arrived_at"]):
            yield row["number"]
        elif row["number"] in sent and stored.ahead is not None and not _then(row, stored.ahead, *sent[row["number"]]):
            yield f"{row['number']}: arrived when nobody sent it"


def _then(row: Row, ahead: timedelta, first: datetime, last: datetime) -> bool:
    """Say whether the machine time of an arrival lies between the first sending and the acknowledgement."""
    return bool(first - TOLERANCE <= row["arrived_at"] - ahead <= last + TOLERANCE)


def _instant(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
