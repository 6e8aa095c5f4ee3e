"""plots: what a rehearsal looked like, each as SVG: load, latency, backlog, decisions, goodput, resources."""

from collections.abc import Callable, Mapping, Sequence

from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator

from loadtest.measured import ACKS_RECOVER, Calm
from loadtest.objectives import ACK, DECIDED, OLDEST
from loadtest.recorded import Fault
from loadtest.rehearsal.folder import OTHERS
from loadtest.report.drawing import BLUE, INK, QUIET, RED, Drawing, bar, faults, legend, letter, line, note, time
from loadtest.report.series import GOODPUT_OVER, Curve, Series

LOW, TALL = 2.3, 3.0  # inches
LETTER = 0.011  # of the width of a plot
LOAD = {
    "asked": "asked",
    "promised": "promised (2xx)",
    "refused": "refused (429, 503)",
    "unanswered": "no answer, or unknown",
}


def load(curves: Series, broken: Sequence[Fault], phases: Sequence[Mapping[str, float | str]]) -> str:
    """Draw what was asked, promised, refused and left unanswered, with the phases named at the top."""
    drawing = Drawing(TALL)
    axes = drawing.axes[0]
    faults(axes, broken)
    for number, (name, label) in enumerate(LOAD.items()):
        line(axes, curves.load[name], label, number, steps=True)
    top = max((one.value for one in curves.load["asked"]), default=1.0)
    axes.set_ylim(0, top * 1.18 or 1)
    for phase in phases:
        begin = float(phase["start_s"])
        axes.axvline(begin, color=QUIET, linewidth=0.6)
        if float(phase["end_s"]) - begin > len(str(phase["name"])) * LETTER * curves.seconds:
            note(axes, str(phase["name"]), begin, top * 1.17)
    axes.set_ylabel("requests a second")
    return _finished(drawing, curves, "Requests a second over time: asked, promised, refused and unanswered.")


def ack(curves: Series, broken: Sequence[Fault]) -> str:
    """Draw the latency of acknowledgements, from the instant each was meant to be sent."""
    drawing = Drawing(TALL)
    axes = drawing.axes[0]
    faults(axes, broken)
    for style, name in ((2, "p50"), (1, "p90"), (0, "p99")):
        line(axes, curves.ack[name], f"{name[1:]} of 100 within", style)
    _seconds(drawing, ACK.target, [*curves.ack["p50"], *curves.ack["p99"]])
    axes.set_ylabel("acknowledgement")
    return _finished(drawing, curves, "Latency of acknowledgements over time: the 50th, 90th and 99th of 100.")


def work(curves: Series, broken: Sequence[Fault]) -> str:
    """Draw the backlog, and under it the age of the oldest due work."""
    drawing = Drawing(LOW, LOW)
    above, below = drawing.axes
    faults(above, broken)
    faults(below, broken, letters=False)
    line(above, curves.backlog, "backlog", 0, steps=True)
    above.set_ylabel("rows of work due")
    above.set_ylim(bottom=0)
    above.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    line(below, curves.oldest_due, "oldest due", 0, steps=True)
    below.set_ylabel("age of the oldest, s")
    below.set_ylim(0, max([1.0, *(one.value for one in curves.oldest_due)]) * 1.15)
    if below.get_ylim()[1] > OLDEST.target / 4:
        bar(below, OLDEST.target, f"bar: {OLDEST.target:.0f} s")
    time(above, curves.seconds, named=False)
    time(below, curves.seconds)
    return drawing.svg("Work waiting over time, and the age of the oldest of it.")


def decision(curves: Series, broken: Sequence[Fault]) -> str:
    """Draw how long it took from a filing to its decision, by when it was filed."""
    drawing = Drawing(LOW)
    axes = drawing.axes[0]
    faults(axes, broken)
    line(axes, curves.decision["p50"], "50 of 100 within", 2)
    line(axes, curves.decision["p95"], "95 of 100 within", 0)
    _seconds(drawing, DECIDED.target, [*curves.decision["p50"], *curves.decision["p95"]])
    axes.set_ylabel("filing to decision")
    return _finished(drawing, curves, "Time from filing to decision, by when it was filed.")


def goodput(curves: Series, broken: Sequence[Fault]) -> str:
    """Draw what came through against what was asked, each five seconds a mark; on the diagonal all came through."""
    drawing = Drawing(3.4, width=5.2)
    axes, calm = drawing.axes[0], Calm(broken, ACKS_RECOVER)
    most = max([1.0, *(asked for _, asked, _ in curves.goodput)]) * 1.08
    axes.plot([0, most], [0, most], color=QUIET, linewidth=0.9, linestyle=(0, (8, 3)))
    for label, marker, wanted, colour in (("all whole", "o", True, BLUE), ("a fault, or just after", "x", False, RED)):
        marks = [(asked, good) for second, asked, good in curves.goodput if calm.during(second, GOODPUT_OVER) is wanted]
        axes.scatter([x for x, _ in marks], [y for _, y in marks], s=22, marker=marker, color=colour, label=label)
    best = max([1.0, *(good for _, _, good in curves.goodput)])
    axes.set_xlim(0, most)
    axes.set_ylim(0, min(most, 1.6 * best))  # in a storm the diagonal is far away, and what came through counts
    axes.set_xlabel("promises asked for, a second")
    axes.set_ylabel(f"given within {ACK.target:g} s, a second")
    axes.legend(loc="upper right" if most > 1.6 * best else "lower right")
    return drawing.svg("Promises given in good time against promises asked for.")


def cpu(curves: Series, broken: Sequence[Fault], cores: float) -> str:
    """Draw the cores that each process used, each in a plot of its own."""
    names = list(curves.cpu)
    columns = 4
    rows = -(-len(names) // columns) or 1
    drawing = Drawing(*[1.35] * rows, columns=columns)
    ours = (curve for name, curve in curves.cpu.items() if name != OTHERS)
    most = min(cores, max([0.2, *(one.value for curve in ours for one in curve)])) * 1.1
    for place, axes in enumerate(drawing.axes):
        if place >= len(names):
            axes.set_visible(False)
            continue
        faults(axes, broken, letters=False)
        line(axes, curves.cpu[names[place]], names[place], 0)
        axes.set_title(names[place], color=INK)
        axes.set_ylim(0, cores * 1.1 if names[place] == OTHERS else most)
        axes.set_xlim(0, max(curves.seconds, 1))
        axes.xaxis.set_major_locator(MaxNLocator(3))
        if place % columns == 0:
            axes.set_ylabel("cores")
    return drawing.svg("Cores in use over time, by process.")


def faults_named(broken: Sequence[Fault]) -> list[tuple[str, Fault]]:
    """Return each fault with the letter it has in the plots."""
    return [(letter(place), fault) for place, fault in enumerate(broken)]


def _seconds(drawing: Drawing, target: float, drawn: Curve) -> None:
    """Let the upright axis be time on a logarithmic scale, with the objective's bar in sight where it is near."""
    axes = drawing.axes[0]
    values = [one.value for one in drawn if one.value > 0] or [target]
    axes.set_yscale("log")
    axes.set_ylim(min(values) / 1.6, max(max(values) * 1.8, target * 1.8))
    axes.yaxis.set_major_locator(LogLocator(base=10))
    axes.yaxis.set_minor_formatter(FuncFormatter(_none))
    axes.yaxis.set_major_formatter(FuncFormatter(_duration))
    bar(axes, target, f"bar: {_duration(target)}")


def _duration(seconds: float, _: object = None) -> str:
    return f"{seconds * 1000:g} ms" if seconds < 1 else f"{seconds:g} s"


_none: Callable[[float, object], str] = lambda *_: ""  # noqa: E731


def _finished(drawing: Drawing, curves: Series, title: str) -> str:
    time(drawing.axes[0], curves.seconds)
    legend(drawing.axes[0])
    return drawing.svg(title)
