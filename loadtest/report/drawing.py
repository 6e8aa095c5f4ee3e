"""drawing: how every plot is made: SVG whose text is text, lines told apart without colour, faults as bands."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from loadtest.recorded import Fault
from loadtest.report.series import Curve

INK, QUIET, BLUE, RED = "#1a1a1a", "#595959", "#0072b2", "#d55e00"
#: Okabe and Ito's colours, and beside each a dash and a mark, so that no line needs its colour.
STYLES: Sequence[Mapping[str, Any]] = (
    {"color": "#0072b2", "linestyle": "-", "linewidth": 1.8},
    {"color": "#d55e00", "linestyle": (0, (5, 1.5)), "linewidth": 1.6},
    {"color": "#009e73", "linestyle": (0, (1.2, 1.2)), "linewidth": 2.0},
    {"color": "#cc79a7", "linestyle": (0, (5, 1.2, 1, 1.2)), "linewidth": 1.6},
)
_LOOKS = Path(__file__).parent / "plots.mplstyle"
_POINTS = "offset points"


class Drawing:
    """One plot in the making: axes one under the other that share their time."""

    def __init__(self, *heights: float, columns: int = 1, width: float = 9.2) -> None:
        """Take the height of each row in inches. It is made, and finished, inside `looks`."""
        self.figure = Figure(figsize=(width, sum(heights) + 0.45), layout="constrained")
        FigureCanvasSVG(self.figure)
        grid = self.figure.subplots(len(heights), columns, squeeze=False, height_ratios=heights)
        self.axes: list[Axes] = [one for row in grid for one in row]

    def svg(self, title: str) -> str:
        """Return the plot as an SVG element that scales with the page; `title` says what it shows."""
        out = StringIO()
        self.figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
        text = out.getvalue()
        text = text[text.index("<svg") :]
        text = re.sub(r"(\d+\.\d{2})\d+", r"\1", text)  # hundredths of a point are enough
        text = re.sub(r"<metadata>.*?</metadata>|\s*<!--.*?-->", "", text, flags=re.DOTALL)
        text = re.sub(r'<g id="[^"]*"', "<g", text)  # several are in one page, and nobody refers to these
        text = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", re.sub(r' height="[\d.]+pt"', "", text, count=1), count=1)
        return text.replace("<svg ", f'<svg role="img" aria-label="{title}" ', 1)


@contextmanager
def looks() -> Iterator[None]:
    """Draw the way all plots are drawn, while the block runs."""
    with style.context(_LOOKS):
        yield


def line(axes: Axes, curve: Curve, label: str, number: int, *, steps: bool = False) -> None:
    """Draw a curve in one of the styles, named in the legend."""
    if not curve:
        return
    seconds, values = [one.second for one in curve], [one.value for one in curve]
    axes.plot(seconds, values, label=label, drawstyle="steps-post" if steps else "default", **STYLES[number])


def bar(axes: Axes, value: float, label: str) -> None:
    """Draw the bar of an objective across."""
    axes.axhline(value, color=INK, linewidth=0.9, linestyle=(0, (8, 3)))
    place: Any = ("axes fraction", "data")
    behind: dict[str, Any] = {"facecolor": "white", "edgecolor": "none", "pad": 1.0, "alpha": 0.85}
    note: dict[str, Any] = {"ha": "right", "fontsize": 8.5, "color": INK, "bbox": behind}
    axes.annotate(label, (1, value), (-3, 4), xycoords=place, textcoords=_POINTS, **note)


def faults(axes: Axes, broken: Sequence[Fault], *, letters: bool = True) -> None:
    """Draw each fault as a hatched band, with its letter above."""
    top: Any = ("data", "axes fraction")
    band: dict[str, Any] = {"facecolor": "#f2f2f2", "edgecolor": "#b3b3b3", "hatch": "////", "linewidth": 0.4}
    bold: dict[str, Any] = {"ha": "center", "fontsize": 9, "fontweight": "bold", "color": INK}
    for place, fault in enumerate(broken):
        axes.axvspan(fault.at, max(fault.done, fault.at + 0.5), zorder=0.5, **band)
        if letters:
            axes.annotate(letter(place), (fault.at, 1), (0, 3), xycoords=top, textcoords=_POINTS, **bold)


def note(axes: Axes, text: str, second: float, value: float) -> None:
    """Write something small beside a place."""
    axes.annotate(text, (second, value), (3, -2), textcoords=_POINTS, va="top", fontsize=8.5, color=QUIET)


def letter(place: int) -> str:
    """Return the letter by which a fault is named in plots and in its table."""
    return chr(ord("A") + place % 26)


def time(axes: Axes, seconds: float, *, named: bool = True) -> None:
    """Let the axis below be time."""
    axes.set_xlim(0, max(seconds, 1))
    if named:
        axes.set_xlabel("seconds since the load began")


def legend(axes: Axes) -> None:
    """Name the curves above the plot, beside their dashes; where there is none, say so."""
    if not axes.get_legend_handles_labels()[0]:
        axes.text(0.5, 0.5, "too little was measured", transform=axes.transAxes, ha="center", color=QUIET)
        return
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1.07), ncols=4)
