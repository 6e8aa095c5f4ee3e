"""outside: what the registries say they were asked and answered, read from the stand-ins' own log."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from loadtest.stored import Stored

LASTING = ("ok", "ko")  # answers that stay

Call = Mapping[str, Any]  # number, at, registry, fact, key, question, mode, answer


@dataclass(frozen=True, slots=True)
class Calls:
    """The log: each call in order; `whole` where nothing before its first line is missing."""

    listed: Sequence[Call]
    whole: bool

    @property
    def since(self) -> datetime | None:
        """When the log begins."""
        return datetime.fromisoformat(self.listed[0]["at"]) if self.listed else None


def read(told: Mapping[str, Any]) -> Calls:
    """Read the answer of `GET /calls`."""
    calls = told["calls"]
    return Calls(calls, whole=len(calls) == told["total"])


def invented(stored: Stored, calls: Calls) -> Iterator[str]:
    """Yield the verifications that were written down as a registry's and that no registry gave."""
    given = {(call["key"], call["answer"]) for call in calls.listed}
    for row in _by_registries(stored):
        if not _before(row, calls) and (row["question"], row["verdict"]) not in given:
            yield f"{row['draft_id']}: {row['fact']}"


def unaccounted(stored: Stored, calls: Calls) -> int:
    """Count the verifications that are older than the log."""
    return sum(_before(row, calls) for row in _by_registries(stored))


def asked_under_two_keys(calls: Calls) -> Iterator[str]:
    """Yield the questions that were answered for good under more than one key: to the registry, two acts."""
    keys = defaultdict(set)
    for call in calls.listed:
        if call["answer"] in LASTING:
            keys[call["question"]].add(call["key"])
    yield from (f"question {question[:12]}: {len(used)} keys" for question, used in keys.items() if len(used) > 1)


def _by_registries(stored: Stored) -> Iterator[Any]:
    return (row for rows in stored.verifications.values() for row in rows if row["source"] == "registry")


def _before(row: Any, calls: Calls) -> bool:
    return calls.since is None or row["answered_at"] < calls.since
