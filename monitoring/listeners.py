"""The listener: one table from facts to series and lines."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from structlog.typing import FilteringBoundLogger

from core.hooks import Observe
from monitoring.pace import Pace
from monitoring.series import Series

Fields = Mapping[str, Any]


class Rule(NamedTuple):
    """What becomes of a fact: how it is counted, and the level of its line, if it has one."""

    note: Callable[[Fields], None] | None = None
    level: str | None = None


def listen(series: Series, logger: FilteringBoundLogger, monotonic: Callable[[], float] = time.monotonic) -> Observe:
    """Return the listener of one process.

    A save raises two or three facts, so counting is all that is done for them. A fact with a line is told at most
    ten times a second (the series count every one, and the ledger keeps each). Whatever goes wrong while listening
    is counted in `approdo_observations_lost_total` and reaches nobody else.
    """
    table, pace = rules(series), Pace(monotonic)

    def observe(fact: str, /, **fields: object) -> None:
        try:
            note, level = table.get(fact) or _UNKNOWN
            if note is not None:
                note(fields)
            if level is not None and (skipped := pace.admits(fact)) is not None:
                getattr(logger, level)(fact, **fields, **({"lines": skipped} if skipped else {}))
        except Exception:  # noqa: BLE001 - whoever states a fact does not look after those who listen
            with suppress(Exception):  # where nothing can be counted, that cannot be either
                series.observations_lost().inc()

    return observe


_UNKNOWN = Rule(None, "info")


def rules(s: Series) -> dict[str, Rule]:
    """Return the table: each fact the project states, how it is counted, and whether it has a line."""
    return {
        # the counter
        "request.answered": Rule(lambda f: s.requests(f["operation"], f["status"]).observe(f["seconds"])),
        "request.refused": Rule(lambda f: s.refusals(f["operation"], f["code"], f["status"]).inc()),
        "request.left": Rule(lambda f: s.left(f["operation"]).inc()),
        "request.crashed": Rule(lambda f: s.crashes(f["operation"]).inc(), "error"),
        "attempts.logged": Rule(lambda f: s.attempts_logged().inc(f["count"])),
        "attempts.unlogged": Rule(lambda f: s.attempts_unlogged().inc(f["count"]), "warning"),
        "attempts.failed": _failed(s, "attempts", "error"),
        "certificate.failed": _failed(s, "certificate", "error"),
        "draft.started": Rule(lambda f: s.drafts(f["channel"]).inc()),
        "draft.expired": Rule(lambda f: s.expired().inc(f["count"]), "info"),
        "retention.failed": _failed(s, "retention"),
        "section.saved": Rule(lambda f: s.sections(f["section"]).inc()),
        "submission.accepted": Rule(lambda f: s.submissions(f["channel"], f["window"]).inc(), "info"),
        "request.shed": Rule(lambda f: s.shed(f["kind"], f["channel"]).inc(f["count"])),
        "request.turned_away": Rule(lambda f: _turned_away(s, f)),
        "admission.turned": Rule(lambda f: _turned(s, f)),
        "register.opened": Rule(lambda _: s.register_away.set(1), "warning"),
        "register.closed": Rule(lambda _: s.register_away.set(0), "info"),
        "register.entered": Rule(lambda f: s.registered(f["operation"]).inc()),
        "register.imported": Rule(lambda f: _taken_up(s, f)),
        "register.not_taken": Rule(None, "warning"),
        "register.waited": Rule(lambda f: _register_waits(s, f)),
        "register.failed": _failed(s, "register", "error"),
        "register.stalled": _failed(s, "register-import", "error"),
        "readiness.failed": _failed(s, "readiness", "error"),
        "loop.lagged": Rule(lambda f: s.loop_lag.observe(f["seconds"])),
        "loop.hung": Rule(lambda _: s.loops_hung().inc(), "error"),
        # group commit
        "batch.committed": Rule(lambda f: _committed(s, f)),
        "batch.failed": Rule(lambda f: s.batches_failed(f["stage"], f["failure"]).inc(), "warning"),
        "clocks.parted": Rule(lambda _: s.clocks_parted().inc(), "warning"),
        # relay and bell
        "work.offered": Rule(lambda f: _offered(s, f)),
        "relay.failed": _failed(s, "relay"),
        "bell.lost": Rule(lambda _: _bell_lost(s), "warning"),
        "bell.found": Rule(lambda _: s.store_is("redis", reachable=True), "info"),
        # work
        "work.claimed": Rule(lambda f: _claimed(s, f)),
        "work.settled": Rule(lambda f: _settled(s, f)),
        "work.postponed": Rule(lambda f: s.postponed(f["kind"], f["failure"]).inc()),
        "work.buried": Rule(lambda f: _buried(s, f), "warning"),
        "attempt.failed": Rule(lambda f: _broken(s, f), "error"),
        "letter.sent": Rule(lambda _: s.letters("sent").inc()),
        "letter.unsent": Rule(lambda f: s.letters(f["failure"]).inc()),
        "wait.ended": Rule(lambda f: s.time_to_decision.observe_all(f["waits"])),
        "settlement.abandoned": _failed(s, "settlement"),
        "claim.failed": _failed(s, "claim"),
        "look.failed": _failed(s, "look"),
        "heartbeat.failed": _failed(s, "heartbeat"),
        "message.failed": _failed(s, "message"),
        "lease.extended": Rule(lambda f: s.extended().inc(f["count"])),
        "lease.expired": Rule(lambda f: s.lapsed().inc(f["count"]), "warning"),
        "lease.kept": _failed(s, "lease"),
        "lease.returned": Rule(lambda f: s.returned().inc(f["count"]), "info"),
        "fence.refused": Rule(lambda f: s.fences().inc(f["count"]), "warning"),
        "decision.recorded": Rule(lambda f: s.decisions(f["outcome"], f["channel"]).inc(f["count"])),
        # registries
        "registry.known": Rule(lambda f: s.expect_calls(f["registry"], f["retries"])),
        "registry.answered": Rule(lambda f: _answered(s, f)),
        "breaker.changed": Rule(lambda f: s.breaker_is(f["registry"], f["state"]), "warning"),
        # switches
        "switch.paused": Rule(lambda f: s.switch_is(f["cause"], paused=True), "warning"),
        "switch.resumed": Rule(lambda f: s.switch_is(f["cause"], paused=False), "info"),
        "switches.failed": _failed(s, "switches", "error"),
        # the console
        "login.opened": Rule(None, "info"),
        "login.refused": Rule(None, "warning"),
        "span.ended": Rule(),  # for who collects traces (monitoring/traces.py)
        # processes
        "process.started": Rule(None, "info"),
        "process.stopped": Rule(None, "info"),
        "announcement.failed": Rule(None, "warning"),
        # the exporter
        "backlog.read": Rule(lambda _: s.store_is("postgresql", reachable=True)),
        "backlog.missed": Rule(lambda _: s.store_is("postgresql", reachable=False), "warning"),
        "standing.missed": _failed(s, "standing"),
        "silence.found": Rule(lambda _: s.silences("silent").inc(), "error"),
        "sample.missed": Rule(None, "warning"),
        "synthetic.failed": Rule(lambda f: s.faults("synthetic", f["reason"]).inc(), "warning"),
        "drift.found": Rule(lambda _: s.silences("silent").inc(), "error"),
        "balance.missed": _failed(s, "balance"),
        # the public word
        "incident.opened": Rule(lambda f: s.incidents(f["function"], f["cause"]).inc(), "warning"),
        "incident.closed": Rule(None, "info"),
        "incident.renamed": Rule(None, "info"),  # it turned out to be of another cause
        "incidents.unfiled": _failed(s, "incidents"),
        "office.failed": _failed(s, "office", "error"),
        "book.unkept": _failed(s, "book", "error"),
    }


def _failed(s: Series, step: str, level: str = "warning") -> Rule:
    """A step that failed by a fault and comes round again."""
    return Rule(lambda f: s.faults(step, f["failure"]).inc(), level)


def _turned_away(s: Series, f: Fields) -> None:
    s.requests(f["operation"], f["status"]).observe_all((0.0,) * f["count"])
    s.refusals(f["operation"], f["code"], f["status"]).inc(f["count"])


def _turned(s: Series, f: Fields) -> None:
    s.limit.set(f["limit"])
    s.under_way.set(f["under_way"])


def _taken_up(s: Series, f: Fields) -> None:
    s.imported(f["operation"], f["outcome"]).inc()
    s.import_seconds.observe(f["seconds"])


def _register_waits(s: Series, f: Fields) -> None:
    s.register_waiting.set(f["count"])
    s.register_oldest.set(f["seconds"])
    s.register_interrupted.set(f["interrupted"])


def _committed(s: Series, f: Fields) -> None:
    s.batch_size.observe(f["size"])
    s.batch_seconds.observe(f["seconds"])
    s.commit_waits.observe_all(f["waits"])
    for unit, items in f["units"].items():
        s.batch_items(unit).inc(items)


def _offered(s: Series, f: Fields) -> None:
    s.offered().inc(f["count"])
    s.relay_seconds.observe(f["seconds"])


def _bell_lost(s: Series) -> None:
    s.bell_lost().inc()
    s.store_is("redis", reachable=False)


def _claimed(s: Series, f: Fields) -> None:
    s.claimed().inc(f["count"])
    s.crashed().inc(f.get("crashed", 0))


def _settled(s: Series, f: Fields) -> None:
    s.settled(f["kind"], f["outcome"], f["channel"]).inc(f["count"])
    s.work_seconds(f["kind"]).observe_all([f["seconds"]] * f["count"])


def _buried(s: Series, f: Fields) -> None:
    """What failed and is on a person's list is a silence avoided; where its state says so, she can read it too."""
    s.burials(f["kind"], f["reason"]).inc()
    if f["failed"]:
        s.silences("told" if f["told"] else "avoided").inc()


def _broken(s: Series, f: Fields) -> None:
    s.broken().inc()
    s.faults("attempt", f["failure"]).inc()


def _answered(s: Series, f: Fields) -> None:
    s.attempts(f["registry"], f["outcome"]).inc()
    s.budget_is(f["registry"], f["retries"])
    s.registry_seconds(f["registry"]).observe(f["seconds"])
