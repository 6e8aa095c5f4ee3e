"""Launch day: one screen. Are mothers served, what is queued, when will it be done?"""

from monitoring.dashboards.asking import per_second, within
from monitoring.dashboards.panel import Dashboard, Panel, Query, Shape, Unit

_TURNED_AWAY = 'approdo_request_seconds_count{status="5xx"}'


def _of_people(query: str, step: str) -> str:
    """Take the synthetic applicant off a count of the last hour: the counter cannot tell her apart."""
    hers = f'sum(increase(approdo_synthetic_steps_total{{step="{step}"}}[1h]))'
    return f"clamp_min({query} - scalar({hers} or vector(0)), 0)"


_SERVED = (
    Panel(
        "Acknowledged",
        "Saves and filings that were promised to be kept, a second.",
        Unit.PER_SECOND,
        (Query("approdo:acks:rate1m"),),
        "PromisesRefused",
        Shape.NUMBER,
        4,
    ),
    Panel(
        "Promises given",
        "Of those asked for in the last five minutes, the share that was given; 99.9 % is the objective.",
        Unit.SHARE,
        (Query('1 - approdo:slo_errors:ratio5m{objective="ack-availability"}'),),
        "PromisesRefused",
        Shape.NUMBER,
        4,
        warns=0.999,
        good_is_low=False,
    ),
    Panel(
        "99 of 100 within",
        "How long an acknowledgement takes; a second is the objective.",
        Unit.SECONDS,
        (within("approdo_ack_seconds"),),
        "PromisesSlow",
        Shape.NUMBER,
        4,
        warns=1,
    ),
    Panel(
        "Turned away",
        "Answered 5xx a second: each was told what is safe and when to come back.",
        Unit.PER_SECOND,
        (per_second(_TURNED_AWAY),),
        "CounterFull",
        Shape.NUMBER,
        4,
        warns=1,
    ),
    Panel(
        "Silent",
        "Accepted applications that neither move nor are on a list. This must be zero.",
        Unit.COUNT,
        (Query("max(approdo_silent_submissions)"),),
        "SilentSubmissions",
        Shape.NUMBER,
        4,
        warns=1,
    ),
    Panel(
        "PostgreSQL answers",
        "Without it nothing can be promised.",
        Unit.STATE,
        (Query('max(approdo_store_reachable{store="postgresql"})'),),
        "LedgerAway",
        Shape.NUMBER,
        4,
        warns=1,
        good_is_low=False,
    ),
)
_CAME = (
    Panel(
        "Came and served",
        "Requests that came, promises that were given, and those turned away, a second.",
        Unit.PER_SECOND,
        (
            Query("approdo:arrivals:rate1m", "came"),
            Query("approdo:acks:rate1m", "acknowledged"),
            per_second(_TURNED_AWAY, called="turned away"),
        ),
        "CounterFull",
        width=12,
    ),
    Panel(
        "The way through",
        "Started, saved, filed and decided in the last hour: where people stop.",
        Unit.COUNT,
        (
            Query(_of_people("sum(increase(approdo_drafts_started_total[1h]))", "started"), "started"),
            Query(
                _of_people("sum by (section) (increase(approdo_sections_saved_total[1h]))", "saved"),
                "saved: {{section}}",
            ),
            Query(_of_people("sum(increase(approdo_submissions_accepted_total[1h]))", "filed"), "filed"),
            Query("sum(increase(approdo_decisions_total[1h]))", "decided"),
        ),
        "PromisesRefused",
        Shape.BARS,
        12,
    ),
)
_WAITING = (
    Panel(
        "Waiting",
        "Work that is due, offered or under way, by channel.",
        Unit.COUNT,
        (Query('sum by (channel) (approdo_work_backlog{state=~"due|offered|leased"})', "{{channel}}"),),
        "WorkWaiting",
    ),
    Panel(
        "Oldest due",
        "How long the oldest due work has waited; a minute is said aloud.",
        Unit.SECONDS,
        (Query("max by (channel) (approdo_work_oldest_due_seconds)", "{{channel}}"),),
        "WorkWaiting",
        warns=60,
    ),
    Panel(
        "Done in",
        "When what is due now is done, at the paces of the last minute and quarter of an hour: a range.",
        Unit.SECONDS,
        (Query("approdo:drain:seconds", "{{bound}}"),),
        "WorkWaiting",
    ),
    Panel(
        "A decision takes",
        "From filing to decision, as of the last hour: half below `quick`, nine in ten below `slow`.",
        Unit.SECONDS,
        (Query("max by (bound) (approdo_decision_estimate_seconds)", "{{bound}}"),),
        "DecisionsLate",
        warns=60,
    ),
    Panel(
        "Where applications stand",
        "Every accepted application, by state.",
        Unit.COUNT,
        (Query("max by (state) (approdo_submissions)", "{{state}}"),),
        "SilentSubmissions",
        Shape.BARS,
    ),
    Panel(
        "Failures, and who knows",
        "Silent: nobody. Avoided: an officer. Told: she too.",
        Unit.COUNT,
        (Query("sum by (kind) (increase(approdo_silent_failure_total[1h]))", "{{kind}}"),),
        "WorkAvoided",
    ),
)

LAUNCH_DAY = Dashboard(
    "launch-day",
    "Launch day",
    "Are mothers served, what is queued, when will it be done?",
    (("Are mothers served?", (*_SERVED, *_CAME)), ("What is queued, and until when?", _WAITING)),
)
