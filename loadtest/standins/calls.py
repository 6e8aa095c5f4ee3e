"""calls: the stand-ins' own log; of a question it keeps a digest and the idempotency key, nothing personal."""

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

KEPT = 250_000  # the latest calls; the counts go on for all of them
LASTING = ("ok", "ko")  # answers after which the same question need not be asked again


@dataclass(slots=True)
class Call:
    """One call as it arrived; `answer` is filled in once a whole answer has been sent."""

    number: int
    at: float  # seconds since the epoch
    registry: str
    fact: str
    key: str
    question: bytes  # SHA-256 of the canonical question
    mode: str
    answer: str | None = None

    def as_json(self) -> dict[str, object]:
        """Return the call as it is listed."""
        at = datetime.fromtimestamp(self.at, UTC).isoformat()
        named = {"number": self.number, "at": at, "registry": self.registry, "fact": self.fact, "key": self.key}
        return named | {"question": self.question.hex(), "mode": self.mode, "answer": self.answer}


class Calls:
    """Every call since the start, or since it was last emptied."""

    def __init__(self, wall: Callable[[], float] = time.time) -> None:
        self._wall = wall
        self.clear()

    def clear(self) -> None:
        """Forget every call."""
        self._kept: deque[Call] = deque(maxlen=KEPT)
        self._counts: dict[str, Counter[str]] = {"registry": Counter(), "mode": Counter(), "answer": Counter()}
        self._total = 0

    def arrived(self, registry: str, fact: str, key: str, question: bytes, mode: str) -> Call:
        """Note a call."""
        self._total += 1
        call = Call(self._total, self._wall(), registry, fact, key, question, mode)
        self._kept.append(call)
        self._counts["registry"][registry] += 1
        self._counts["mode"][mode] += 1
        return call

    def answered(self, call: Call, answer: str) -> None:
        """Note that a whole answer was sent."""
        call.answer = answer
        self._counts["answer"][answer] += 1

    def listed(self, wanted: dict[str, str], after: int, limit: int | None) -> dict[str, object]:
        """Return the counts, and the calls numbered above `after` whose fields are as wanted, oldest first."""
        calls = [call for call in self._kept if call.number > after and _is(call, wanted)]
        return {
            "total": self._total,
            "counts": self._counts,
            "questions": len({call.key for call in calls}),
            "asked_after_answered": sum(_asked_after_answered(calls)),
            "calls": [call.as_json() for call in calls[:limit]],
        }


def _is(call: Call, wanted: dict[str, str]) -> bool:
    return all(getattr(call, name) == value for name, value in wanted.items())


def _asked_after_answered(calls: list[Call]) -> Iterator[int]:
    answered: set[str] = set()
    for call in calls:
        yield call.key in answered
        if call.answer in LASTING:
            answered.add(call.key)
