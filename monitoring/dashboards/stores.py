"""Database and bell: whether what is promised is kept, and how fast."""

from monitoring.dashboards.asking import per_second, usual_and_most, within
from monitoring.dashboards.panel import Dashboard, Panel, Query, Shape, Unit

_LEDGER = (
    Panel(
        "A commit takes",
        "From a batch's begin to its commit: half, and 99 of 100. PostgreSQL's disk shows here.",
        Unit.SECONDS,
        usual_and_most("approdo_batch_seconds"),
        "PromisesSlow",
        warns=0.5,
    ),
    Panel(
        "Items a commit",
        "How many share one flush, on average: it grows with the load, and that is where the speed comes from.",
        Unit.COUNT,
        (Query("sum(rate(approdo_batch_size_sum[1m])) / sum(rate(approdo_batch_size_count[1m]))", "items"),),
        "CounterFull",
    ),
    Panel(
        "Written",
        "Items committed, by kind of write, a second.",
        Unit.PER_SECOND,
        (per_second("approdo_batch_items_total", "unit"),),
        "PromisesRefused",
    ),
    Panel(
        "Batches that failed",
        "By stage and what failed; each of their items was tried alone, or answered outcome-unknown.",
        Unit.PER_SECOND,
        (per_second("approdo_batches_failed_total", "stage", "failure"),),
        "PromisesRefused",
    ),
    Panel(
        "Commits are kept",
        "The settings without which one may be lost.",
        Unit.STATE,
        (Query("min by (setting) (approdo_ledger_durable)", "{{setting}}"),),
        "LedgerNotDurable",
        Shape.NUMBER,
        warns=1,
        good_is_low=False,
    ),
    Panel(
        "Clocks apart",
        "How far PostgreSQL's clock runs ahead of ours.",
        Unit.SECONDS,
        (Query("max(abs(approdo_clock_skew_seconds))", "apart"),),
        "ClocksApart",
        warns=2,
    ),
    Panel(
        "Connections",
        "In use, by what they are for, and at most.",
        Unit.COUNT,
        (Query("sum by (pool, state) (approdo_pool_connections)", "{{pool}}: {{state}}"),),
        "PoolFull",
    ),
    Panel(
        "How old the numbers are",
        "Of the queue, and of where applications stand.",
        Unit.SECONDS,
        (
            Query("max(approdo_backlog_age_seconds)", "queue"),
            Query("max(approdo_standing_age_seconds)", "standing"),
        ),
        "LedgerStale",
        warns=15,
    ),
)
_REGISTER = (
    Panel(
        "Entries that wait",
        "Taken by the emergency register and not in PostgreSQL yet, as the machine with most of them has it.",
        Unit.COUNT,
        (Query("max(approdo_register_waiting)", "entries"),),
        "RegisterWaits",
    ),
    Panel(
        "The oldest has waited",
        "With PostgreSQL there, a few seconds.",
        Unit.SECONDS,
        (Query("max(approdo_register_oldest_seconds)", "oldest"),),
        "RegisterWaits",
        warns=60,
    ),
    Panel(
        "Taken and brought in",
        "Saves and filings, a second, and what became of them.",
        Unit.PER_SECOND,
        (
            per_second("approdo_register_entered_total", "operation", called="taken: {{operation}}"),
            per_second("approdo_register_imported_total", "outcome", called="brought in: {{outcome}}"),
        ),
        "RegisterFailing",
    ),
    Panel(
        "For a person",
        "Entries that could not be brought in, and nobody has settled: `python -m workers register`.",
        Unit.COUNT,
        (Query("max(approdo_register_for_a_person)", "entries"),),
        "RegisterForAPerson",
        Shape.NUMBER,
        warns=1,
    ),
)
_BELL = (
    Panel(
        "Stores answer",
        "As each process found them last.",
        Unit.STATE,
        (Query("min by (store) (approdo_store_reachable)", "{{store}}"),),
        "BellAway",
        Shape.NUMBER,
        warns=1,
        good_is_low=False,
    ),
    Panel(
        "Offered and claimed",
        "Rows rung for, and rows taken, a second.",
        Unit.PER_SECOND,
        (
            per_second("approdo_relay_offered_total", called="offered"),
            per_second("approdo_work_claimed_total", called="claimed"),
        ),
        "RelaysDown",
    ),
    Panel(
        "A round of the relay",
        "99 of 100 within.",
        Unit.SECONDS,
        (within("approdo_relay_seconds", called="round"),),
        "RelaysDown",
    ),
    Panel(
        "Redis lost",
        "Times it was found unreachable, in an hour: nothing is lost by it.",
        Unit.COUNT,
        (Query("sum(increase(approdo_bell_lost_total[1h]))", "lost"),),
        "BellAway",
    ),
)

STORES = Dashboard(
    "stores",
    "Database and bell",
    "Whether what is promised is kept, and how fast.",
    (("PostgreSQL, the ledger", _LEDGER), ("While it is away", _REGISTER), ("Redis, the bell", _BELL)),
)
