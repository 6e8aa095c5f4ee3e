"""The series: every name under which this project can be watched, its help text and its labels."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Info
from prometheus_client.process_collector import ProcessCollector

from monitoring.acks import Acks
from monitoring.arrivals import Arrivals
from monitoring.labels import Bound, Labels
from monitoring.tally import LONG, QUICK, SIZES, Tally
from retry.failure import FailureKind

SILENCES = ("silent", "avoided", "told")  # kinds of failure by who knows of it: nobody, an officer, she herself too
BREAKER_STATES = ("closed", "half_open", "open")
FULL = "overloaded"  # the problem code of those who are turned away because more come than can be served
CALL_OUTCOMES = ("ok", "ko", "not_known", *FailureKind)

Child = TypeVar("Child")


class Series:
    """The series of one process, in a registry of its own.

    One process, one port: prometheus_client's multiprocess mode is not used (it loses gauges, and a full directory
    kills the process). What a fact must bind in a microsecond is a `Tally`; the rest are the library's own.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry(auto_describe=True)
        self._labels = Labels()
        ProcessCollector(namespace="approdo", registry=self.registry)
        self._counter()
        self._commits()
        self._work()
        self._registries()
        self._itself()

    def _counter(self) -> None:
        requests = self._tally("request_seconds", "From a request's arrival to its answer.", "operation", "status")
        self.registry.register(Acks(requests))
        self.registry.register(arrivals := Arrivals(requests))
        self.left = self._bound(arrivals.left, "operation")
        self.requests = self._bound(requests.of, "operation", "status")
        self.refusals = self._count("refusals", "Requests refused, by problem code.", "operation", "code", "status")
        self.crashes = self._count("requests_crashed", "Requests that met a fault of ours.", "operation")
        self.attempts_logged = self._count("attempts_logged", "Refused attempts written to the attempt log.")
        self.attempts_unlogged = self._count("attempts_unlogged", "Refused attempts the log had no room for.")
        self.drafts = self._count("drafts_started", "Drafts begun.", "channel")
        self.expired = self._count("drafts_expired", "Drafts removed at the end of their retention.")
        self.sections = self._count("sections_saved", "Section saves acknowledged.", "section")
        self.submissions = self._count("submissions_accepted", "Submissions acknowledged.", "channel", "window")
        self.shed = self._count("requests_shed", "Requests not let in, by what they were for.", "kind", "channel")
        self.limit = Gauge("approdo_admission_limit", "Requests that may be under way at once.", registry=self.registry)
        self.under_way = Gauge("approdo_requests_under_way", "Requests under way.", registry=self.registry)
        self.registered = self._count("register_entered", "Taken into the emergency register.", "operation")
        self.imported = self._count("register_imported", "Taken up from the register.", "operation", "outcome")
        self.import_seconds = self._tally("register_import_seconds", "From an entry to its import.").of()
        self.register_away = Gauge("approdo_register_open", "The register stands in: 1, or 0.", registry=self.registry)
        self.register_waiting = Gauge(
            "approdo_register_waiting", "Entries that wait for the store.", registry=self.registry
        )
        self.register_oldest = Gauge(
            "approdo_register_oldest_seconds", "How long the oldest entry has waited.", registry=self.registry
        )
        self.register_interrupted = Gauge(
            "approdo_register_interrupted_seconds",
            "How long the interruption has lasted that the register was opened for.",
            registry=self.registry,
        )
        self.loops_hung = self._count("loops_hung", "Looks at an event loop that did not move.")
        self.loop_lag = self._tally("loop_lag_seconds", "How late the event loop came to what was due.").of()

    def _commits(self) -> None:
        self.batch_size = self._tally("batch_size", "Items that shared one commit.", bounds=SIZES).of()
        self.batch_seconds = self._tally("batch_seconds", "From a batch's begin to its commit.").of()
        self.commit_waits = self._tally("commit_wait_seconds", "From joining the queue to the commit.").of()
        self.batch_items = self._count("batch_items", "Items committed, by kind of write.", "unit")
        self.batches_failed = self._count("batches_failed", "Batches that did not commit.", "stage", "failure")
        self.clocks_parted = self._count("clocks_parted", "Batches that met a clock more than two seconds off.")

    def _work(self) -> None:
        self.offered = self._count("relay_offered", "Work rows offered to workers.")
        self.relay_seconds = self._tally("relay_seconds", "One round of the relay.").of()
        self.bell_lost = self._count("bell_lost", "Times Redis was found unreachable.")
        self.claimed = self._count("work_claimed", "Work rows claimed.")
        self.crashed = self._count("work_crashed", "Work rows claimed whose last attempt ended with its worker.")
        self.settled = self._count("work_settled", "Attempts that concluded.", "kind", "outcome", "channel")
        self.work_seconds = self._bound(self._tally("work_seconds", "One attempt, claim to end.", "kind").of, "kind")
        self.postponed = self._count("work_postponed", "Attempts put off.", "kind", "failure")
        self.burials = self._count("burials", "Work rows put on a person's list.", "kind", "reason")
        self.extended = self._count("leases_extended", "Leases extended by a heartbeat.")
        self.lapsed = self._count("leases_expired", "Leases that ran out: their worker died, or stood still.")
        self.returned = self._count("leases_returned", "Leases given back by a stopping worker.")
        self.fences = self._count("fences_refused", "Writes refused because another attempt holds the work.")
        self.decisions = self._count("decisions", "Decisions recorded.", "outcome", "channel")
        answered = "From filing to a decision, or to somebody's turn; what a registry does not know yet is left out."
        self.time_to_decision = self._tally("time_to_decision_seconds", answered, bounds=LONG).of()
        self.letters = self._count("letters", "Letters handed in, by what came of them.", "outcome")
        self.broken = self._count("work_broken", "Attempts at work on which our own code failed.")
        self.in_hand = Gauge(
            "approdo_work_in_hand",
            "Work rows that this worker holds a lease of now.",
            ["worker"],
            registry=self.registry,
        )
        self.silences = self._count("silent_failure", "Failures of accepted work, by who knows of them.", "kind")
        for kind in SILENCES:
            self.silences(kind)

    def _registries(self) -> None:
        self.attempts = self._count("attempts", "Registry calls, by what came of them.", "registry", "outcome")
        latency = self._tally("registry_seconds", "One registry call.", "registry")
        self.registry_seconds = self._bound(latency.of, "registry")
        self.breaker = Gauge(
            "approdo_breaker_state",
            "The circuit breaker of a registry: 1 for the state it is in.",
            ["registry", "state"],
            registry=self.registry,
        )
        self.budget = Gauge(
            "approdo_retry_budget",
            "Retries that could be made now at a registry, as of its last call.",
            ["registry"],
            registry=self.registry,
        )

    def _itself(self) -> None:
        self.incidents = self._count("incidents_opened", "Outages told to the public.", "function", "cause")
        self.build = Info("approdo_build", "What is running.", registry=self.registry)
        self.faults = self._count("faults", "Steps that failed and are tried again, by what failed.", "step", "failure")
        self.observations_lost = self._count("observations_lost", "Facts that could not be counted or told.")
        self.store_reachable = Gauge(
            "approdo_store_reachable",
            "A store answers this process: 1, or 0; absent until it was asked.",
            ["store"],
            registry=self.registry,
        )
        self.switch = Gauge(
            "approdo_switch_paused",
            "Operators have paused this, as far as this process knows: 1; 0 once it is resumed.",
            ["switch"],
            registry=self.registry,
        )
        self.lines_lost = Gauge("approdo_log_lines_lost", "Log lines nobody took, since start.", registry=self.registry)
        self.pool = Gauge(
            "approdo_pool_connections",
            "Connections to PostgreSQL a process has, or may have, by what they are for.",
            ["pool", "state"],
            registry=self.registry,
        )
        self.commit_queue = Gauge(
            "approdo_commit_queue", "Items that wait for a commit, and how many may.", ["state"], registry=self.registry
        )

    def expect_requests(self, operations: Iterable[str]) -> None:
        """Show what a counter has not answered yet, as none: an alert sees the first of its kind."""
        for operation in operations:
            for status in (200, 400, 500):
                self.requests(operation, status)
            self.crashes(operation)
            self.refusals(operation, FULL, 503)
        self.faults("register", "Cut")
        for operation in ("section", "submission"):
            self.registered(operation)
            self.imported(operation, "taken")
        for stage in ("before-commit", "commit"):
            self.batches_failed(stage, "StoreUnavailable")

    def expect_calls(self, registry: object, retries: float) -> None:
        """Show a registry nobody has asked yet: left in peace, and with its whole budget."""
        self.breaker_is(registry, BREAKER_STATES[0])
        self.budget_is(registry, retries)
        for outcome in CALL_OUTCOMES:
            self.attempts(registry, outcome)

    def budget_is(self, registry: object, retries: float) -> None:
        """Show how many retries could be made now."""
        self.budget.labels(self._labels.value("registry", registry)).set(retries)

    def pool_is(self, pool: str, *, busy: Callable[[], int], most: int) -> None:
        """Show a pool: how many of its connections are in use, asked at each look, and how many there may be."""
        self.pool.labels(pool, "busy").set_function(busy)
        self.pool.labels(pool, "most").set(most)

    def commits_are(self, *, waiting: Callable[[], int], most: int) -> None:
        """Show the queue in front of the group commit in the same way."""
        self.commit_queue.labels("waiting").set_function(waiting)
        self.commit_queue.labels("most").set(most)

    def breaker_is(self, registry: object, state: object) -> None:
        """Show the one state a registry's breaker is in."""
        name, now = self._labels.value("registry", registry), self._labels.value("state", state)
        for each in {*BREAKER_STATES, now}:
            self.breaker.labels(name, each).set(each == now)

    def holds(self, worker: str, count: Callable[[], int]) -> None:
        """Show how many work rows a worker holds: `many`, or the `lone` one."""
        self.in_hand.labels(worker).set_function(count)

    def switch_is(self, switch: object, *, paused: bool) -> None:
        """Show whether this process holds something back because operators paused it."""
        self.switch.labels(self._labels.value("switch", switch)).set(paused)

    def store_is(self, store: str, *, reachable: bool) -> None:
        """Show whether a store (postgresql, redis) answers this process."""
        self.store_reachable.labels(store).set(reachable)

    def _count(self, name: str, documentation: str, *labels: str) -> Bound[Counter]:
        counter = Counter(f"approdo_{name}", documentation, labels, registry=self.registry)
        return self._bound(counter.labels if labels else lambda: counter, *labels)

    def _tally(self, name: str, documentation: str, *labels: str, bounds: tuple[float, ...] = QUICK) -> Tally:
        tally = Tally(f"approdo_{name}", documentation, labels, bounds)
        self.registry.register(tally)
        return tally

    def _bound(self, bind: Callable[..., Child], *labels: str) -> Bound[Child]:
        return Bound(labels, bind, self._labels)
