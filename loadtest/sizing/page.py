"""page: a plan as one page that opens offline, with its plot and its assumptions."""

from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from matplotlib.ticker import FuncFormatter

from loadtest.report.drawing import Drawing, legend, line, looks
from loadtest.report.series import Point
from loadtest.sizing import told
from loadtest.sizing.backlog import Course
from loadtest.sizing.demand import Demand
from loadtest.sizing.needs import Assumed, Needs

HOUR = 3_600.0
MOST_POINTS = 400


def page(demand: Demand, need: Needs, course: Course, capacity: Mapping[str, Any], assumed: Assumed) -> str:
    """Return the page."""
    with looks():
        plot = drawn(course)
    template = Environment(
        loader=PackageLoader("loadtest.sizing", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    ).get_template("plan.html")
    return template.render(
        profile=demand.profile,
        audience=demand.audience,
        filed=course.filed[-1],
        rows=told.rows(need, course),
        limit=told.limit(demand, need, course, assumed),
        assumptions=list(told.assumptions(demand, capacity, assumed)),
        plot=plot,
    )


def drawn(course: Course) -> str:
    """Draw filings and decisions a second, those who wait, and for how long they have, over the hours."""
    drawing = Drawing(2.2, 1.9, 1.9)
    above, middle, below = drawing.axes
    line(above, _pace(course.filed, course.step), "filed", 0)
    line(above, _pace(course.decided, course.step), "decided", 1)
    above.set_ylabel("a second")
    line(middle, _hours(course.waiting, course.step), "waiting", 0)
    middle.set_ylabel("waiting")
    middle.yaxis.set_major_formatter(FuncFormatter(_thousands))
    line(below, _hours([wait / HOUR for wait in course.waits], course.step), "wait", 0)
    below.set_ylabel("waited, hours")
    below.set_xlabel("hours since the opening")
    for axes in drawing.axes:
        axes.set_xlim(0, course.ends / HOUR)
        axes.set_ylim(bottom=0)
    legend(above)
    return drawing.svg("Filings and decisions a second, those who wait, and how long they have waited, over the hours.")


def _thousands(value: float, _: object) -> str:
    return f"{value:,.0f}"


def _hours(values: Sequence[float], step: float) -> list[Point]:
    every = max(1, len(values) // MOST_POINTS)
    return [Point(place * step / HOUR, values[place]) for place in range(0, len(values), every)]


def _pace(totals: Sequence[float], step: float) -> list[Point]:
    paces = [(now - before) / step for before, now in zip([0.0, *totals], totals, strict=False)]
    return _hours(paces, step)
