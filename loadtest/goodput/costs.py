"""costs: what the counter's CPU was spent on: so much for what came through, so much for a refusal."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

FEWEST = 10  # seconds from which two figures can be told apart


class Costs(NamedTuple):
    """Seconds of the counter's CPU for one answer of each kind; None where nobody can say."""

    through: float | None
    refusal: float | None


def costs(rows: Sequence[Mapping[str, float | None]]) -> Costs:
    """Return the two costs that explain best what the counter used in each second (least squares, none below zero).

    Commits are shared, so what comes through costs less in a crowd than alone: it is a mean over all rates.
    """
    told = [(_answered(one), one["refused"] or 0.0, one["counter"] or 0.0) for one in rows if one.get("counter")]
    if len(told) < FEWEST:
        return Costs(None, None)
    aa, rr = sum(a * a for a, _, _ in told), sum(r * r for _, r, _ in told)
    ar, ac, rc = sum(a * r for a, r, _ in told), sum(a * c for a, _, c in told), sum(r * c for _, r, c in told)
    both = aa * rr - ar * ar
    if both <= 1e-9 * aa * rr or not aa or not rr:
        return Costs(ac / aa if aa else None, None)
    through, refusal = (rr * ac - ar * rc) / both, (aa * rc - ar * ac) / both
    if refusal < 0:
        return Costs(ac / aa, 0.0)
    return Costs(through, refusal) if through >= 0 else Costs(0.0, rc / rr)


def _answered(one: Mapping[str, float | None]) -> float:
    return sum(one[name] or 0.0 for name in ("good", "late", "other"))
