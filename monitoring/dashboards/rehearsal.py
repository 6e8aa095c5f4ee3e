"""Rehearsal: the objectives, the alerts that sound, and what the processes cost."""

from monitoring.dashboards.asking import per_second
from monitoring.dashboards.panel import Dashboard, Panel, Query, Shape, Unit
from monitoring.objectives import OBJECTIVES

_OBJECTIVES = tuple(
    Panel(
        objective.title.capitalize(),
        f"The share that missed it; {objective.budget:.1%} may.",
        Unit.SHARE,
        (
            Query(f'approdo:slo_errors:ratio5m{{objective="{objective.name}"}}', "five minutes"),
            Query(f'approdo:slo_errors:ratio1h{{objective="{objective.name}"}}', "an hour"),
        ),
        objective.runbook,
        width=6,
        warns=objective.budget,
    )
    for objective in OBJECTIVES
)
_ALERTS = (
    Panel(
        "Sounding",
        "Alerts that sound, by name; what another one explains is held back from people, not from here.",
        Unit.COUNT,
        (Query('sum by (alertname) (ALERTS{alertstate="firing"})', "{{alertname}}"),),
        "WatchAlive",
        width=12,
    ),
    Panel(
        "Processes up",
        "How many answer, of those that should.",
        Unit.COUNT,
        (Query('sum(up{process!=""})', "up"), Query('count(up{process!=""})', "known")),
        "ProcessDown",
        width=6,
    ),
    Panel(
        "Facts lost",
        "Counts and lines nobody took.",
        Unit.COUNT,
        (
            Query("sum(approdo_observations_lost_total)", "counts"),
            Query("sum(approdo_log_lines_lost)", "lines"),
        ),
        "FactsLost",
        width=6,
        warns=1,
    ),
)
_COST = (
    Panel(
        "Processor",
        "Cores in use, by process.",
        Unit.COUNT,
        (per_second("approdo_process_cpu_seconds_total", "process"),),
        "CounterFull",
        width=12,
    ),
    Panel(
        "Memory",
        "Resident, by process.",
        Unit.BYTES,
        (Query("sum by (process) (approdo_process_resident_memory_bytes)", "{{process}}"),),
        "WorkersDie",
        width=12,
    ),
    Panel(
        "Running since",
        "Seconds since each process was started; a saw is one that keeps dying.",
        Unit.SECONDS,
        (Query("time() - approdo_process_start_time_seconds", "{{process}}"),),
        "ProcessDown",
        width=12,
    ),
    Panel(
        "Version",
        "What is running: more than one during a deploy, and only then.",
        Unit.COUNT,
        (Query("count by (version, python) (approdo_build_info)", "{{version}} on Python {{python}}"),),
        "ProcessDown",
        Shape.NUMBER,
        12,
    ),
)

REHEARSAL = Dashboard(
    "rehearsal",
    "Rehearsal",
    "The objectives, the alerts that sound, and what the processes cost.",
    (("Are the objectives met?", _OBJECTIVES), ("What sounds?", _ALERTS), ("What does it cost?", _COST)),
)
