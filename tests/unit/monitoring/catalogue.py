"""The catalogue of series as a golden file; `python -m tests.unit.monitoring.catalogue` writes it anew."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from core.domain.balance import Invariant, Weighed
from core.storage.estimate import Estimate
from core.storage.pressure import Lane, Standing
from monitoring.balance.scales import Scales
from monitoring.exporter import Exporter
from monitoring.ledger_series import Seen
from monitoring.listeners import listen, rules
from monitoring.objective_series import Objectives
from monitoring.series import Series
from monitoring.synthetic.applicant import Walk
from monitoring.synthetic.round import Round

CATALOGUE = Path(__file__).parents[2] / "golden" / "series.txt"


def catalogue() -> str:
    """One line a series: name, type, labels, help text."""
    series = Series()
    exporter = Exporter(store=None, observe=lambda *_, **__: None)
    exporter.seen = everything_seen()
    series.registry.register(exporter)
    scales = Scales(store=None, keys=None, observe=lambda *_, **__: None)
    scales.balance = {Invariant.SIGNED: Weighed(1, frozenset())}
    scales._at = 0.0
    series.registry.register(scales)
    synthetic = Round(None, file=None, tidy=None, observe=None)
    synthetic.last = Walk({"filed": 1.0})
    synthetic._reached["filed"] = 1
    series.registry.register(synthetic)
    series.registry.register(Objectives())
    series.expect_requests(["submission.file"])
    series.pool_is("read", busy=lambda: 1, most=5)
    series.commits_are(waiting=lambda: 0, most=4096)
    observe = listen(series, logger=_Silent())
    for fact in rules(series):
        observe(fact, **with_everything())
    return "".join(sorted(_line(family) for family in series.registry.collect()))


def with_everything():
    """Return every field that facts have, each with a value of its kind."""
    words = "channel section window operation code stage failure kind outcome reason registry unit cause function"
    numbers = (
        "retries failed told seconds interrupted count size crashed crashes attempt fence status pid limit under_way"
    )
    return {
        **dict.fromkeys(words.split(), "one"),
        **dict.fromkeys(numbers.split(), 1),
        "channel": "web",
        "registry": "anpr",
        "operation": "submission.file",
        "status": 200,
        "state": "open",
        "units": {"save": 1},
        "waits": (0.001,),
        "draft_id": UUID(int=1),
        "number": "AAAA2222",
        "counts": True,
    }


def everything_seen() -> Seen:
    """Return what an exporter has seen that has seen something of each kind."""
    backlog = (Lane("web", "decision", 1, 1, 1, 1, 1.0),)
    standing = Standing({"one": 1}, {"accepted": 1}, frozenset())
    estimate = Estimate(timedelta(seconds=1), timedelta(seconds=2), 5, datetime(2025, 11, 20, tzinfo=UTC))
    return Seen(
        at=0,
        backlog=backlog,
        standing=standing,
        durable={"fsync": True},
        estimate=estimate,
        clock_skew=timedelta(),
        reachable=True,
    )


def _line(family):
    labels = sorted({label for sample in family.samples for label in sample.labels} - {"le"})
    name = f"{family.name}_total" if family.type == "counter" else family.name
    return f"{name} {family.type} {{{', '.join(labels)}}} {family.documentation}\n"


class _Silent:
    def __getattr__(self, _name):
        return lambda *_, **__: None


if __name__ == "__main__":
    CATALOGUE.write_text(catalogue())
