"""tables: what the operators' commands print; numbers, states and codes, never anything personal."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from core.domain.number import grouped
from core.domain.replay import Candidate

HEADINGS = ("number", "kind", "state", "reason", "since", "tries", "crashes")


def table(candidates: Iterable[Candidate]) -> str:
    """Return the rows as aligned columns, with headings."""
    return aligned([HEADINGS, *(_cells(candidate) for candidate in candidates)])


def by_reason(candidates: Iterable[Candidate]) -> str:
    """Return the rows grouped by the reason they wait for, the most frequent first."""
    ordered = sorted(candidates, key=_reason)
    groups = [(reason, list(rows)) for reason, rows in groupby(ordered, key=_reason)]
    groups.sort(key=lambda group: -len(group[1]))
    return "\n\n".join(f"{reason}: {len(rows)}\n{table(rows)}" for reason, rows in groups)


def _reason(candidate: Candidate) -> str:
    return candidate.reason or "-"


def _cells(candidate: Candidate) -> tuple[str, ...]:
    return (
        grouped(candidate.number),
        candidate.key.kind.value,
        candidate.state,
        _reason(candidate),
        f"{candidate.waiting_since:%Y-%m-%d %H:%M:%SZ}",
        str(candidate.attempt),
        str(candidate.crashes),
    )


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as columns, each as wide as its widest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
