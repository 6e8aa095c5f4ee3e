"""A panel: one question, its unit, what it means, and where to read what to do."""

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """Units as Grafana names them."""

    COUNT = "short"
    PER_SECOND = "reqps"
    SECONDS = "s"
    SHARE = "percentunit"
    BYTES = "bytes"
    STATE = "bool_yes_no"


class Shape(StrEnum):
    """How an answer is drawn: a number, lines over time, or a bar for each."""

    NUMBER = "stat"
    LINES = "timeseries"
    BARS = "bargauge"


@dataclass(frozen=True, slots=True)
class Query:
    """One query and what its lines are called; `{{label}}` is filled in by Grafana."""

    expr: str
    legend: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel. `says` is what it means, in a sentence; `alert` is the runbook's heading it leads to.

    `warns` is the value from which it is coloured; `good_is_low` says on which side.
    """

    title: str
    says: str
    unit: Unit
    queries: tuple[Query, ...]
    alert: str
    shape: Shape = Shape.LINES
    width: int = 8  # of 24
    warns: float | None = None
    good_is_low: bool = True


@dataclass(frozen=True, slots=True)
class Dashboard:
    """One dashboard: rows of panels, each row with its question."""

    slug: str
    title: str
    says: str
    rows: tuple[tuple[str, tuple[Panel, ...]], ...]

    @property
    def panels(self) -> tuple[Panel, ...]:
        """Every panel, in the order they are read."""
        return tuple(panel for _, panels in self.rows for panel in panels)
