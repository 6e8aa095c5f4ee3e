"""shown: an application as an officer sees it before ruling; facts, codes and amounts, never anything personal."""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from bonus.officer import Fact
from core.domain.number import grouped
from core.domain.work import Attempt
from workers.tables import aligned


def case_as_text(case: Attempt, facts: Iterable[Fact], decisions: Iterable[Any]) -> str:
    """Return where it stands, what is known of each fact on which an officer can rule, and each decision."""
    paragraphs = [
        f"{grouped(case.number)}  {case.state}  {case.programme}  round {case.round}",
        aligned([("fact", "answer", "from", "at"), *map(_fact, facts)]),
        *map(_decision, decisions),
    ]
    return "\n\n".join(paragraphs)


def _fact(fact: Fact) -> Sequence[str]:
    at = f"{fact.answered_at:%Y-%m-%d %H:%M:%SZ}" if fact.answered_at else "-"
    return fact.name, str(fact.verdict or "-"), fact.source or "-", at


def _decision(row: Any) -> str:
    months = [(str(each["month"]), "due" if each["due"] else ", ".join(each["reasons"])) for each in _months(row)]
    euro = f"{row['amount_cents'] // 100}.{row['amount_cents'] % 100:02d}"
    head = f"round {row['round']}: {row['outcome']}, EUR {euro}, decided {row['decided_at']:%Y-%m-%d %H:%M:%SZ}"
    return f"{head}\n{aligned(months)}"


def _months(row: Any) -> list[dict[str, Any]]:
    months: list[dict[str, Any]] = orjson.loads(row["months"])
    return months
