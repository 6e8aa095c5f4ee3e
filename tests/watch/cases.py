"""For each alert what makes it sound, and what must not: series as promtool writes them, one sample every 15 s."""

from dataclasses import dataclass

from monitoring.acks import PROMISES

Series = dict[str, str]
ANSWERS = 'approdo_store_reachable{store="postgresql",process="monitoring"}'


@dataclass(frozen=True)
class Case:
    """`sounds` makes the alert sound at `at` seconds (with `labels`, beside its own), `quiet` does not."""

    sounds: Series
    quiet: Series
    at: int = 600
    labels: tuple[tuple[str, str], ...] = ()


def up(process: str, values: str) -> Series:
    return {f'up{{job="approdo",process="{process}"}}': values}


def requests(good: str, bad: str) -> Series:
    of = "approdo_request_seconds_count"
    return {
        f'{of}{{operation="section.save",status="2xx"}}': good,
        f'{of}{{operation="section.save",status="5xx"}}': bad,
        f'{of}{{operation="section.save",status="4xx"}}': "0+100x60",
        f'{of}{{operation="draft.read",status="5xx"}}': "0+100x60",
    }


def acks(within: str, all_: str) -> Series:
    return {
        'approdo_ack_seconds_bucket{operation="section.save",le="1.0"}': within,
        'approdo_ack_seconds_count{operation="section.save"}': all_,
    }


def decisions(within: str, all_: str) -> Series:
    return {
        'approdo_time_to_decision_seconds_bucket{le="60.0"}': within,
        "approdo_time_to_decision_seconds_count": all_,
    }


def pool(busy: str) -> Series:
    of = "approdo_pool_connections"
    return {f'{of}{{pool="read",state="busy"}}': busy, f'{of}{{pool="read",state="most"}}': "5x60"}


assert "section.save" in PROMISES

CASES: dict[str, Case] = {
    "LedgerAway": Case(
        {'approdo_store_reachable{store="postgresql",process="monitoring"}': "0x60"},
        {
            'approdo_store_reachable{store="postgresql",process="monitoring"}': "1x60",
            'approdo_store_reachable{store="redis",process="relay-1"}': "0x60",
        },
    ),
    "LedgerNotDurable": Case(
        {
            'approdo_ledger_durable{setting="fsync"}': "0x60",
            'approdo_ledger_durable{setting="full_page_writes"}': "1x60",
        },
        {'approdo_ledger_durable{setting="fsync"}': "1x60"},
    ),
    "SilentSubmissions": Case({"approdo_silent_submissions": "1x60"}, {"approdo_silent_submissions": "0x60"}),
    "ReconciliationDrift": Case(
        {
            'approdo_reconciliation_drift{invariant="signed"}': "0x60",
            'approdo_reconciliation_drift{invariant="stored"}': "1x60",
        },
        {'approdo_reconciliation_drift{invariant="signed"}': "0x60"},
    ),
    "SyntheticFailing": Case({"approdo_synthetic_well": "1x10 0x50"}, {"approdo_synthetic_well": "1x10 0x3 1x47"}),
    "RegisterWaits": Case(
        {
            'approdo_register_oldest_seconds{process="counter-1"}': "0+15x60",
            'approdo_store_reachable{store="postgresql",process="monitoring"}': "1x60",
        },
        {
            'approdo_register_oldest_seconds{process="counter-1"}': "0+15x60",
            'approdo_store_reachable{store="postgresql",process="monitoring"}': "0x60",
        },
    ),
    "RegisterFailing": Case(
        {'approdo_faults_total{step="register",failure="Cut"}': "0x38 1x22"},
        {
            'approdo_faults_total{step="register-import",failure="OSError"}': "3x60",
            'approdo_faults_total{step="claim",failure="OSError"}': "0x38 9x22",
        },
    ),
    "RegisterForAPerson": Case(
        {"approdo_register_for_a_person": "0x30 1x30"}, {"approdo_register_for_a_person": "1x30 0x30"}
    ),
    "RegisterLong": Case(
        {'approdo_register_interrupted_seconds{process="counter-1"}': "42000+60x60"},
        {'approdo_register_interrupted_seconds{process="counter-1"}': "30000+60x60"},
    ),
    "CounterDown": Case(
        up("counter-1", "0x60") | up("relay-1", "1x60"), up("counter-1", "0x60") | up("counter-2", "1x60")
    ),
    "CounterFull": Case(
        {'approdo_refusals_total{operation="section.save",code="overloaded",status="5xx"}': "0+150x60"},
        {
            'approdo_refusals_total{operation="section.save",code="overloaded",status="5xx"}': "0+3x60",
            'approdo_refusals_total{operation="section.save",code="stale",status="4xx"}': "0+900x60",
        },
    ),
    "MonitoringDown": Case(up("counter-1", "1x60"), up("monitoring", "1x60")),
    "AttemptsUnlogged": Case(
        {"approdo_attempts_unlogged_total": "0x30 1x30"}, {"approdo_attempts_unlogged_total": "7x60"}
    ),
    "WorkersDown": Case(
        up("worker-1", "0x60") | up("lone-worker", "1x60"), up("worker-1", "0x60") | up("worker-2", "1x60")
    ),
    "RelaysDown": Case(up("relay-1", "0x60"), up("relay-1", "1x60")),
    "ProcessDown": Case(
        up("worker-2", "1x10 0x60"),
        up("worker-2", "1x39 0") | up("worker-3", "1x60"),
        labels=(("process", "worker-2"), ("job", "approdo")),
    ),
    "WorkWaiting": Case(
        {'approdo_work_oldest_due_seconds{channel="web",kind="decision"}': "0+15x60"},
        {'approdo_work_oldest_due_seconds{channel="web",kind="decision"}': "59x60"},
    ),
    "BellAway": Case(
        {
            'approdo_store_reachable{store="redis",process="relay-1"}': "0x60",
            'approdo_store_reachable{store="redis",process="worker-1"}': "1x60",
        },
        {
            'approdo_store_reachable{store="redis",process="relay-1"}': "1x60",
            'approdo_store_reachable{store="postgresql",process="monitoring"}': "0x60",
        },
    ),
    "RegistryStopped": Case(
        {'approdo_breaker_state{registry="anpr",state="open"}': "0x20 1x40"},
        {
            'approdo_breaker_state{registry="anpr",state="open"}': "0x60",
            'approdo_breaker_state{registry="anpr",state="closed"}': "1x60",
        },
        labels=(("registry", "anpr"),),
    ),
    "RetriesUsedUp": Case(
        {'approdo_retry_budget{registry="anpr",process="worker-1"}': "0x60"},
        {'approdo_retry_budget{registry="anpr",process="worker-1"}': "1x10 0x5 1x60"},
        labels=(("registry", "anpr"),),
    ),
    "PromisesRefused": Case(
        requests("0+1000x60", "0+100x60") | up("counter-1", "1x60"),
        requests("0+1000x60", "0+4x60") | up("counter-1", "1x60"),
        labels=(("objective", "ack-availability"),),
    ),
    "PromisesSlow": Case(
        acks("0+80x60", "0+100x60"), acks("0+99x60", "0+100x60"), labels=(("objective", "ack-latency"),)
    ),
    "DecisionsLate": Case(
        decisions("0+10x60", "0+100x60"), decisions("0+96x60", "0+100x60"), labels=(("objective", "time-to-decision"),)
    ),
    "LedgerStale": Case(
        {"approdo_backlog_age_seconds": "0+15x60", ANSWERS: "1x60"},
        {"approdo_backlog_age_seconds": "0+15x60", ANSWERS: "0x60"},
        labels=(("objective", "status-freshness"),),
    ),
    "WorkBroken": Case({"approdo_work_broken_total": "0x38 1x22"}, {"approdo_work_broken_total": "4x60"}),
    "WorkAvoided": Case(
        {'approdo_silent_failure_total{kind="told"}': "0x30 1x30"},
        {
            'approdo_silent_failure_total{kind="told"}': "3x60",
            'approdo_silent_failure_total{kind="silent"}': "0x30 1x30",
        },
    ),
    "WorkersDie": Case(
        {"approdo_leases_expired_total": "0x38 9x22", "approdo_work_crashed_total": "0x38 9x22"},
        {"approdo_leases_expired_total": "0x38 1x22", "approdo_work_crashed_total": "0x38 1x22"},
    ),
    "RequestsCrashed": Case(
        {'approdo_requests_crashed_total{operation="section.save"}': "0x38 1x22"},
        {'approdo_requests_crashed_total{operation="section.save"}': "2x60"},
    ),
    "ClocksApart": Case({"approdo_clock_skew_seconds": "-3x60"}, {"approdo_clock_skew_seconds": "1.5x60"}),
    "LoopHung": Case({"approdo_loops_hung_total": "0x38 1x22"}, {"approdo_loops_hung_total": "1x60"}),
    "PoolFull": Case(pool("5x60"), pool("4x60")),
    "FactsLost": Case(
        {"approdo_observations_lost_total": "0x38 1x22", "approdo_log_lines_lost": "0x60"},
        {"approdo_observations_lost_total": "1x60", "approdo_log_lines_lost": "9x60"},
    ),
}
ALWAYS = {"WatchAlive"}  # it only shows that alerts arrive, so nothing keeps it quiet
