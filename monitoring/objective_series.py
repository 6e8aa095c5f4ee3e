"""Objectives as series, to be drawn beside what is measured."""

from collections.abc import Iterator

from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from monitoring.objectives import OBJECTIVES


class Objectives(Collector):
    """`approdo_objective_ratio` and `approdo_objective_bound_seconds`."""

    def describe(self) -> list[Metric]:
        """Return the families; they have no label that could come from outside."""
        return list(self.collect())

    def collect(self) -> Iterator[Metric]:
        """Yield the families with their samples."""
        ratio = GaugeMetricFamily(
            "approdo_objective_ratio", "The share of events that must be good.", labels=["objective"]
        )
        bound = GaugeMetricFamily(
            "approdo_objective_bound_seconds", "What an event must take less than to be good.", labels=["objective"]
        )
        for objective in OBJECTIVES:
            ratio.add_metric([objective.name], objective.target)
            if objective.bound is not None:
                bound.add_metric([objective.name], objective.bound.total_seconds())
        yield from (ratio, bound)
