"""words: a verdict and its figures, as people read them."""

from collections.abc import Mapping, Sequence

from loadtest.limits import MACHINE, Peak, Use
from loadtest.measured import Measured
from loadtest.objectives import ACK, ACKS, GOODPUT
from loadtest.rehearsal.folder import OTHERS

MOST_REASONS = 3  # in one line
STRANGERS = "programs that are no part of the rehearsal"


def line(
    result: str, why: Sequence[str], counts: Mapping[str, int], objectives: Sequence[Measured], *, kept: bool
) -> str:
    """Return the verdict in one line: what holds, or why not; `kept`: only how fast is not known."""
    if result == "pass":
        values = {one.objective: shown(one.value, one.objective.unit) for one in objectives}
        storm = f"; in the storm {values[GOODPUT]} of what was given before it" if GOODPUT in values else ""
        storm += ", and none of it was turned away: here it was no storm" if storm and not counts["turned_away"] else ""
        return (
            f"PASS: {counts['acknowledged']:,} promises given, every one kept, {counts['submissions']:,} applications"
            f" accounted for; {values[ACKS]} of promises given when asked, 99 of 100 within {values[ACK]}{storm}"
        )
    more = f" (and {len(why) - MOST_REASONS} more)" if len(why) > MOST_REASONS else ""
    said = f"every one of {counts['acknowledged']:,} promises was kept; how fast is not known: " if kept else ""
    return f"{result.upper()}: {said}{'; '.join(why[:MOST_REASONS])}{more}"


def missed(one: Measured) -> str:
    """Return what an objective came to, and its bar."""
    bar = one.objective
    return f"{came_to(one, one.value)} (bar: {bar.sense} {shown(bar.target, bar.unit)})"


def came_to(one: Measured, value: float | None) -> str:
    """Return an objective's title with a value."""
    title = one.objective.title
    return f"{title}{' ' if title.endswith('within') else ': '}{shown(value, one.objective.unit)}"


def shown(value: float | None, unit: str) -> str:
    """Return a value with its unit."""
    if value is None:
        return "not measured"
    if unit == "share":
        return f"{value:.2%}"
    if unit == "s":
        return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.1f} s"
    return f"{value:.0f} {unit}"


def broke_first(objectives: Sequence[Measured]) -> str:
    """Return which objective was missed first, when, and under which load."""
    broken = [(one.breach, one) for one in objectives if one.breach is not None]
    if not broken:
        return "nothing: every objective held in every five seconds it is counted over"
    breach, one = min(broken, key=lambda each: each[0].second)
    load = f"{breach.requests_per_s:,.0f} requests a second"
    return f"{came_to(one, breach.value)}, in the five seconds from {breach.second:.0f}, under {load}"


def margin(objectives: Sequence[Measured], peak: Peak | None) -> str:
    """Return how far the nearest limit was: of the objectives, and of what the parts can do."""
    said = []
    margins = [(one.margin, one.objective) for one in objectives if one.margin is not None]
    if margins:
        times, bar = min(margins, key=lambda each: each[0])
        how = f"a factor of {times:.1f} inside its bar" if times >= 1 else "missed"
        said.append(f"nearest objective: {bar.title.removesuffix(' within')}, {how}")
    if peak is not None and peak.nearest is not None:
        use = peak.nearest
        load = f"{peak.requests_per_s:,.0f} requests a second"
        said.append(f"nearest part to its limit: {use.part}, {use.cores:.2f} of {use.of:g} cores at {load}")
        said += [f"{one.cores:.2f} of them used by {STRANGERS}" for one in peak.uses if _is_spoiled(use, one)]
    return "; ".join(said) or "unknown"


def _is_spoiled(nearest: Use, other: Use) -> bool:
    """Say whether it is others who brought the machine near to its limit."""
    return nearest.part == MACHINE and other.part == OTHERS and other.cores > nearest.cores / 10
