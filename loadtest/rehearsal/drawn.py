"""drawn: the shape of a load before it starts, on the screen and as a picture: phases, rate, faults."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from loadtest.rehearsal.plan import Plan
from loadtest.rehearsal.timeline import Fault

WIDE: Final = 72  # columns on the screen
HIGH: Final = 8
_BLOCKS: Final = " ▁▂▃▄▅▆▇█"
_W, _H, _LEFT, _TOP, _BOTTOM = 900, 300, 60, 40, 60


def on_screen(plan: Plan, faults: Sequence[Fault]) -> Iterator[str]:
    """Yield the lines of a picture in characters: filings a second over the load, faults marked below."""
    rates = [plan.rate((column + 0.5) * plan.seconds / WIDE) for column in range(WIDE)]
    top = plan.peak or 1.0
    for row in range(HIGH - 1, -1, -1):
        filled = "".join(_block(rate / top * HIGH - row) for rate in rates)
        yield f"{top * (row + 1) / HIGH:8.1f} |{filled}"
    marks = [" "] * WIDE
    for number, fault in enumerate(faults, 1):
        marks[min(WIDE - 1, int(fault.at / plan.seconds * WIDE))] = f"{number}"[-1]
    yield f"filings/s +{'-' * WIDE}"
    yield f"   faults  {''.join(marks)}".rstrip()
    yield f"           0 s{f'{plan.seconds:.0f} s':>{WIDE - 3}}"
    for number, fault in enumerate(faults, 1):
        yield f"           {number}  at {fault.at:5.0f} s  {fault.told()}"


def told(plan: Plan, faults: Sequence[Fault]) -> Iterator[str]:
    """Yield what is going to be offered, with where its figures come from, and its picture."""
    profile = plan.profile
    yield f"{profile.name}: {profile.title}"
    yield from (f"  source  {source}" for source in profile.sources)
    yield (
        f"  {plan.filings:.0f} filings wanted in {plan.seconds:.0f} s; peak {plan.peak:.1f} a second, "
        f"{plan.peak / profile.peak:.2f} times that of the real day"
    )
    faster = f"time {plan.compression:,.0f} times as fast, people {plan.pace:,.0f}"
    yield f"  scale {plan.scale:g}, {faster}, seed {plan.seed}"
    yield ""
    yield from on_screen(plan, faults)


def picture(plan: Plan, faults: Sequence[Fault]) -> str:
    """Return the shape as SVG, which needs nothing to be shown."""
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_W} {_H}" role="img" font-family="sans-serif">',
            f"<title>{escape(plan.profile.title)}</title>",
            f'<rect width="{_W}" height="{_H}" fill="#fff"/>',
            f'<text x="{_LEFT}" y="20" font-size="15">{escape(plan.profile.name)}: filings a second</text>',
            *_phases(plan),
            f'<polyline fill="none" stroke="#06c" stroke-width="2" points="{" ".join(_points(plan))}"/>',
            *_axes(plan),
            *_marks(plan, faults),
            "</svg>\n",
        )
    )


def _block(eighths: float) -> str:
    return _BLOCKS[max(0, min(8, round(eighths * 8)))]


def _x(plan: Plan, at: float) -> float:
    return round(_LEFT + at / plan.seconds * (_W - _LEFT - 20), 1)


def _y(plan: Plan, rate: float) -> float:
    return round(_H - _BOTTOM - rate / (plan.peak or 1.0) * (_H - _TOP - _BOTTOM), 1)


def _points(plan: Plan) -> Iterator[str]:
    for stage, phase in zip(plan.stages, plan.phases, strict=True):
        yield f"{_x(plan, phase.start_s)},{_y(plan, stage.begins)}"
        yield f"{_x(plan, phase.end_s)},{_y(plan, stage.ends)}"


def _phases(plan: Plan) -> Iterator[str]:
    for number, phase in enumerate(plan.phases):
        left, right = _x(plan, phase.start_s), _x(plan, phase.end_s)
        shade = "#f4f6f8" if number % 2 else "#fff"
        yield f'<rect x="{left}" y="{_TOP}" width="{right - left:.1f}" height="{_H - _TOP - _BOTTOM}" fill="{shade}"/>'
        if right - left > 40:
            yield f'<text x="{left + 3:.1f}" y="{_TOP + 12}" font-size="10" fill="#555">{escape(phase.name)}</text>'


def _axes(plan: Plan) -> Iterator[str]:
    bottom = _H - _BOTTOM
    yield f'<path d="M{_LEFT} {_TOP}V{bottom}H{_W - 20}" fill="none" stroke="#333"/>'
    for share in (0.0, 0.5, 1.0):
        y, rate = _y(plan, plan.peak * share), plan.peak * share
        yield f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" font-size="11" text-anchor="end">{rate:.1f}</text>'
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        x, at = _x(plan, plan.seconds * share), plan.seconds * share
        yield f'<text x="{x}" y="{bottom + 15}" font-size="11" text-anchor="middle">{at:.0f} s</text>'


def _marks(plan: Plan, faults: Sequence[Fault]) -> Iterator[str]:
    for number, fault in enumerate(faults):
        x, y = _x(plan, fault.at), _H - _BOTTOM + 28 + 12 * (number % 3)
        yield f'<path d="M{x} {_TOP}V{_H - _BOTTOM}" stroke="#b00" stroke-dasharray="4 3"/>'
        yield f'<text x="{x}" y="{y}" font-size="10" fill="#b00" text-anchor="middle">{escape(fault.told())}</text>'
