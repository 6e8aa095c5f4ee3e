"""Counter: where the time of a request goes, and what is refused."""

from monitoring.dashboards.asking import MOST, per_second, usual_and_most, within
from monitoring.dashboards.panel import Dashboard, Panel, Query, Unit

_REQUESTS = (
    Panel(
        "Requests",
        "What came in, by operation, a second.",
        Unit.PER_SECOND,
        (per_second("approdo_arrivals_total", "operation"),),
        "CounterFull",
    ),
    Panel(
        "Answers by class",
        "2xx are promises and readings, 4xx are the caller's, 5xx are ours.",
        Unit.PER_SECOND,
        (per_second("approdo_request_seconds_count", "status"),),
        "PromisesRefused",
    ),
    Panel(
        "Refused, by code",
        "Why; each code has its text in the catalogue.",
        Unit.PER_SECOND,
        (per_second("approdo_refusals_total", "code"),),
        "PromisesRefused",
    ),
    Panel(
        "Acknowledged within",
        "Half, and 99 of 100, of all promises.",
        Unit.SECONDS,
        usual_and_most("approdo_ack_seconds"),
        "PromisesSlow",
        warns=1,
    ),
    Panel(
        "Left by their client",
        "Requests whose client went before they were whole; a slow network, or a timeout shorter than ours.",
        Unit.PER_SECOND,
        (Query("sum(rate(approdo_requests_given_up_total[1m])) or vector(0)", "left"),),
        "PromisesSlow",
    ),
    Panel(
        "Faults of ours",
        "Requests that met one; whoever asked has a code to read out.",
        Unit.COUNT,
        (Query("sum(increase(approdo_requests_crashed_total[5m]))", "in five minutes"),),
        "RequestsCrashed",
        warns=1,
    ),
)
_INSIDE = (
    Panel(
        "Event loop behind",
        "How late the loop comes to what is due, 99 of 100; a full processor shows here first.",
        Unit.SECONDS,
        (within("approdo_loop_lag_seconds", MOST, "process", where='{process=~"counter-.*"}'),),
        "CounterFull",
        warns=0.5,
    ),
    Panel(
        "Waiting for a commit",
        "Items in front of the group commit; at *most* the door is closed.",
        Unit.COUNT,
        (Query("sum by (state) (approdo_commit_queue)", "{{state}}"),),
        "CounterFull",
    ),
    Panel(
        "Connections for reading",
        "In use, and at most.",
        Unit.COUNT,
        (Query('sum by (state) (approdo_pool_connections{pool="read"})', "{{state}}"),),
        "PoolFull",
    ),
    Panel(
        "Attempts written down",
        "Refused attempts in the log, and those it had no room for.",
        Unit.PER_SECOND,
        (
            per_second("approdo_attempts_logged_total", called="logged"),
            per_second("approdo_attempts_unlogged_total", called="no room"),
        ),
        "AttemptsUnlogged",
    ),
    Panel(
        "Saved, by section",
        "Acknowledged saves a second.",
        Unit.PER_SECOND,
        (per_second("approdo_sections_saved_total", "section"),),
        "PromisesRefused",
    ),
    Panel(
        "Filed, by channel",
        "Acknowledged filings a second.",
        Unit.PER_SECOND,
        (per_second("approdo_submissions_accepted_total", "channel"),),
        "PromisesRefused",
    ),
)

COUNTER = Dashboard(
    "counter",
    "Counter",
    "Where the time of a request goes, and what is refused.",
    (("What comes, and what is answered", _REQUESTS), ("What saturates first", _INSIDE)),
)
