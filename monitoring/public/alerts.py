"""Alerts: what Alertmanager sends, read into alarms. Which alert means what to the public is decided here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from core.domain.book import Alarm
from core.domain.incident import Cause, Function

#: Alerts that mean something to mothers, by their name, which is a heading of the runbook; all others are ours alone.
PUBLISHED: Mapping[str, tuple[Function, Cause]] = MappingProxyType(
    {
        "LedgerAway": (Function.ALL, Cause.STORE),
        "LedgerNotDurable": (Function.ALL, Cause.OTHER),
        "RegisterWaits": (Function.READING, Cause.ENTRIES),
        "CounterDown": (Function.ALL, Cause.COUNTER),
        "CounterFull": (Function.ALL, Cause.CROWDED),
        "PromisesRefused": (Function.ALL, Cause.OTHER),
        "WorkersDown": (Function.DECISION, Cause.OTHER),
        "DecisionsLate": (Function.DECISION, Cause.SLOW),
        "WorkWaiting": (Function.DECISION, Cause.SLOW),
        "RegistryStopped": (Function.DECISION, Cause.REGISTRY),
    }
)


class NotAlerts(ValueError):
    """The body is not what Alertmanager sends."""


class _Alert(BaseModel):
    status: str
    labels: dict[str, str]
    starts_at: AwareDatetime = Field(alias="startsAt")
    ends_at: AwareDatetime = Field(alias="endsAt")
    fingerprint: str = Field(pattern=r"^[0-9a-f]{1,32}$")


class _Notification(BaseModel):
    alerts: list[_Alert] = Field(max_length=1_000)


@dataclass(frozen=True, slots=True)
class Sent:
    """What one notification says: the alarms that sound, and those that fell silent and when."""

    sounding: tuple[Alarm, ...]
    silent: Mapping[str, datetime]  # by key


def read(body: bytes) -> Sent:
    """Read a notification (Alertmanager's webhook, version 4). Errors: NotAlerts."""
    try:
        alerts = _Notification.model_validate_json(body).alerts
    except ValidationError:
        raise NotAlerts from None
    told = [one for one in alerts if one.labels.get("alertname") in PUBLISHED]
    return Sent(
        tuple(_alarm(one) for one in told if one.status == "firing"),
        {_key(one): one.ends_at for one in told if one.status != "firing"},
    )


def _alarm(one: _Alert) -> Alarm:
    function, cause = PUBLISHED[one.labels["alertname"]]
    return Alarm(_key(one), function, cause, one.starts_at)


def _key(one: _Alert) -> str:
    return f"alert:{one.fingerprint}"
