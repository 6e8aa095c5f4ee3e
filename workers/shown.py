"""shown: an application as an officer sees it before ruling; facts, codes and amounts, never anything personal."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from core.domain.number import grouped
from core.domain.work import Attempt
from workers.tables import aligned


def case_as_text(case: Attempt, rulable: Mapping[str, bytes], decisions: Iterable[Any]) -> str:
    """Return where it stands, what is known of each fact on which an officer can rule, and each decision."""
    paragraphs = [
        f"{grouped(case.number)}  {case.state}  {case.programme}  round {case.round}",
        aligned([("fact", "answer", "from", "at"), *(_fact(fact, case, rulable[fact]) for fact in rulable)]),
        *map(_decision, decisions),
    ]
    return "\n\n".join(paragraphs)


def _fact(fact: str, case: Attempt, question: bytes) -> Sequence[str]:
    """An officer's word over a registry's; of an older content nothing is shown."""
    answers = [answer for answer in case.verifications if answer.question == question]
    for answer in sorted(answers, key=lambda one: one.source != "officer"):
        at = f"{answer.answered_at:%Y-%m-%d %H:%M:%SZ}" if answer.answered_at else "-"
        return fact, str(answer.verdict), answer.registry, at
    return fact, "-", "-", "-"


def _decision(row: Any) -> str:
    months = [(str(each["month"]), "due" if each["due"] else ", ".join(each["reasons"])) for each in _months(row)]
    euro = f"{row['amount_cents'] // 100}.{row['amount_cents'] % 100:02d}"
    head = f"round {row['round']}: {row['outcome']}, EUR {euro}, decided {row['decided_at']:%Y-%m-%d %H:%M:%SZ}"
    return f"{head}\n{aligned(months)}"


def _months(row: Any) -> list[dict[str, Any]]:
    months: list[dict[str, Any]] = orjson.loads(row["months"])
    return months
