"""Workers and registries: what becomes of accepted work, and who is slow."""

from monitoring.dashboards.asking import MOST, per_second, within
from monitoring.dashboards.panel import Dashboard, Panel, Query, Shape, Unit

_WORK = (
    Panel(
        "Work by state",
        "Due: nobody rang yet. Offered: rung for. Leased: under way. Waiting: its time will come.",
        Unit.COUNT,
        (Query("sum by (state) (approdo_work_backlog)", "{{state}}"),),
        "WorkWaiting",
    ),
    Panel(
        "Concluded",
        "Attempts that came to an end, by outcome, a second.",
        Unit.PER_SECOND,
        (per_second("approdo_work_settled_total", "outcome"),),
        "WorkWaiting",
    ),
    Panel(
        "Put off",
        "Attempts that come round again, by what failed.",
        Unit.PER_SECOND,
        (per_second("approdo_work_postponed_total", "failure"),),
        "RegistryStopped",
    ),
    Panel(
        "Decided within a minute",
        "From filing to a decision or to somebody's turn; 95 % is the objective.",
        Unit.SHARE,
        (Query('1 - approdo:slo_errors:ratio5m{objective="time-to-decision"}', "in five minutes"),),
        "DecisionsLate",
        warns=0.95,
        good_is_low=False,
    ),
    Panel(
        "Decisions",
        "By outcome, a second.",
        Unit.PER_SECOND,
        (per_second("approdo_decisions_total", "outcome"),),
        "DecisionsLate",
    ),
    Panel(
        "On a person's list",
        "Work rows that wait for somebody, by reason.",
        Unit.COUNT,
        (Query("max by (reason) (approdo_work_buried)", "{{reason}}"),),
        "WorkAvoided",
        Shape.BARS,
    ),
)
_REGISTRIES = (
    Panel(
        "Calls",
        "By registry and what came of them, a second.",
        Unit.PER_SECOND,
        (Query("sum by (registry, outcome) (rate(approdo_attempts_total[1m])) > 0", "{{registry}}: {{outcome}}"),),
        "RegistryStopped",
    ),
    Panel(
        "99 of 100 within",
        "How long a registry takes.",
        Unit.SECONDS,
        (within("approdo_registry_seconds", MOST, "registry"),),
        "RegistryStopped",
        warns=2,
    ),
    Panel(
        "Left alone",
        "Workers whose breaker of a registry is not closed.",
        Unit.COUNT,
        (Query('sum by (registry) (approdo_breaker_state{state=~"open|half_open"})', "{{registry}}"),),
        "RegistryStopped",
        warns=1,
    ),
    Panel(
        "Retries left",
        "The least of any worker; ten calls earn one.",
        Unit.COUNT,
        (Query("min by (registry) (approdo_retry_budget)", "{{registry}}"),),
        "RetriesUsedUp",
    ),
)
_CARE = (
    Panel(
        "Leases",
        "Kept by heartbeats, given back by a stop, and run out: the last are workers that died or stood still.",
        Unit.PER_SECOND,
        (
            per_second("approdo_leases_extended_total", called="extended"),
            per_second("approdo_leases_returned_total", called="returned"),
            per_second("approdo_leases_expired_total", called="run out"),
        ),
        "WorkersDie",
    ),
    Panel(
        "Refused by their fence",
        "Writes of an attempt that another one had overtaken: harmless, and a sign of workers that stand still.",
        Unit.PER_SECOND,
        (per_second("approdo_fences_refused_total", called="refused"),),
        "WorkersDie",
    ),
    Panel(
        "Our own faults",
        "Attempts on which our code failed, and rows whose last worker died, in five minutes.",
        Unit.COUNT,
        (
            Query("sum(increase(approdo_work_broken_total[5m]))", "broken"),
            Query("sum(increase(approdo_work_crashed_total[5m]))", "worker died"),
        ),
        "WorkBroken",
        warns=1,
    ),
    Panel(
        "Processes",
        "Who answers.",
        Unit.STATE,
        (Query('up{process!=""}', "{{process}}"),),
        "ProcessDown",
        Shape.NUMBER,
        warns=1,
        good_is_low=False,
    ),
)

WORKERS = Dashboard(
    "workers",
    "Workers and registries",
    "What becomes of accepted work, and who is slow.",
    (("Work", _WORK), ("Registries", _REGISTRIES), ("What goes wrong by itself", _CARE)),
)
