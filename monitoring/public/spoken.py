"""Durations and instants, as people say them."""

from datetime import datetime, timedelta

from core.pages.languages import Speech

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def lasted(span: timedelta, speech: Speech) -> str:
    """Say how long something took, in the largest whole unit that is at least one and a half of it."""
    if span < timedelta(minutes=1):
        return speech.gettext("meno di un minuto")
    if span < 1.5 * _HOUR:
        minutes = max(1, round(span / timedelta(minutes=1)))
        return speech.ngettext("un minuto", "%(num)s minuti", minutes) % {"num": minutes}
    if span < 1.5 * _DAY:
        hours = max(1, round(span / _HOUR))
        return speech.ngettext("un'ora", "%(num)s ore", hours) % {"num": hours}
    days = round(span / _DAY)
    return speech.ngettext("un giorno", "%(num)s giorni", days) % {"num": days}


def when(at: datetime, now: datetime, speech: Speech) -> str:
    """Say when something was or will be: the hour, and the day where it is not today's."""
    day, today = speech.day(at), speech.day(now)
    if day == today:
        return speech.gettext("ore %(time)s") % {"time": speech.time(at)}
    return speech.gettext("%(day)s, ore %(time)s") % {"day": day, "time": speech.time(at)}
