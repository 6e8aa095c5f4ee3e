"""page: goodput as one page: what was offered, what came through, how long it took; and the same as curves."""

from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from loadtest.goodput.judging import FLAT
from loadtest.objectives import ACK
from loadtest.report.drawing import BLUE, QUIET, Drawing, bar, legend, line, looks, note, time
from loadtest.report.series import Curve, Point

Found = Mapping[str, Any]
TALL, LOW = 3.0, 2.3  # inches


def written(found: Found) -> str:
    """Return the page, with everything in it: it loads nothing and runs nothing."""
    template = Environment(
        loader=PackageLoader("loadtest.goodput", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    ).get_template("goodput.html")
    with looks():
        return template.render(
            found=found, load=_load(found), latency=_latency(found), cores=_cores(found), curve=_goodput(found)
        )


def _load(found: Found) -> str:
    drawing = Drawing(TALL)
    axes = drawing.axes[0]
    for number, (name, label) in enumerate(
        (("sent", "sent"), ("good", "came through"), ("refused", "refused"), ("unsent", "the generator was behind"))
    ):
        line(axes, _curve(found, name), label, number, steps=True)
    for one in (*found["rates"], found["back"]):
        axes.axvline(one["begin"], color=QUIET, linewidth=0.6)
        note(axes, f"{one['factor']:g} ×", one["begin"], axes.get_ylim()[1])
    axes.set_ylim(bottom=0)
    axes.set_ylabel("requests a second")
    return _finished(drawing, found, "Requests a second over time: sent, come through, refused.")


def _latency(found: Found) -> str:
    drawing = Drawing(LOW)
    axes = drawing.axes[0]
    line(axes, _curve(found, "p99_s"), "99 of 100 that came through", 0)
    line(axes, _curve(found, "p50_s"), "50 of 100", 2)
    line(axes, _curve(found, "refusal_p50_s"), "50 of 100 refused", 1)
    axes.set_yscale("log")
    bar(axes, ACK.target, f"bar: {ACK.target:g} s")
    axes.set_ylabel("seconds to the answer")
    return _finished(drawing, found, "Seconds from the instant a request was meant to be sent to its answer.")


def _cores(found: Found) -> str:
    drawing = Drawing(LOW)
    axes = drawing.axes[0]
    for number, (name, label) in enumerate((("counter", "counter"), ("client", "generator"), ("others", "not ours"))):
        line(axes, _curve(found, name), label, number)
    axes.set_ylim(bottom=0)
    axes.set_ylabel("cores")
    return _finished(drawing, found, "Cores in use: by the counter, the generator, and programs that are not ours.")


def _goodput(found: Found) -> str:
    drawing = Drawing(3.4, width=5.2)
    axes = drawing.axes[0]
    offered, good = [one["sent"] for one in found["rates"]], [one["good"] for one in found["rates"]]
    axes.plot(offered, good, color=BLUE, marker="o")
    axes.set_xlim(0, max(offered) * 1.05)
    axes.set_ylim(0, max(good) * 1.2)
    bar(axes, FLAT * max(good), f"{FLAT:.0%} of the best")
    axes.set_xlabel("requests offered a second")
    axes.set_ylabel(f"came through within {ACK.target:g} s, a second")
    return drawing.svg("Requests that came through against requests offered.")


def _curve(found: Found, name: str) -> Curve:
    rows: Sequence[Found] = found["by_second"]
    return [Point(float(one["second"]), float(one[name])) for one in rows if one[name] is not None]


def _finished(drawing: Drawing, found: Found, title: str) -> str:
    time(drawing.axes[0], float(len(found["by_second"])))
    legend(drawing.axes[0])
    return drawing.svg(title)
