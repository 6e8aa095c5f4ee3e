"""recorded: a rehearsal read back in numbers from the files that loadtest/rehearsal/folder.py describes."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from loadtest.rehearsal.folder import PROCESSES, Folder, rows

PROMISES = frozenset({"draft", "save", "submission"})  # operations whose 2xx says that something is kept
NOT_NOW = frozenset({429, 503})
OUTCOME_UNKNOWN = "outcome-unknown"
HUNG_UP = "hung-up"  # by the client, on purpose: lines get lost
DECISIONS = ("filed_s", "took_s", "state")  # the columns of decisions.csv, which the judge writes


class Answer(NamedTuple):
    """One request; instants in seconds from the start of the load. `status` is 0 where no whole answer came."""

    intended_at: float
    started_at: float
    answered_at: float
    operation: str
    channel: str
    status: int
    code: str
    retry: bool
    retry_after: int | None = None  # seconds she was told to wait
    certified: bool = False
    waits: bool = True  # as long as she is told
    gave_up: bool = False  # it was to be kept, and she never asked again

    @property
    def latency(self) -> float:
        """Seconds from the instant she meant to send it."""
        return self.answered_at - self.intended_at

    @property
    def acked(self) -> bool:
        """Whether something was promised."""
        return self.operation in PROMISES and 200 <= self.status < 300

    @property
    def refused(self) -> bool:
        """Whether it was refused because we were full or away, and nothing was written."""
        return self.status in NOT_NOW and self.code != OUTCOME_UNKNOWN

    @property
    def broken(self) -> bool:
        """Whether no answer came that says what is so, though she waited for one."""
        if self.code == HUNG_UP:
            return False
        return self.status == 0 or self.code == OUTCOME_UNKNOWN or (self.status >= 500 and not self.refused)


class Offered(NamedTuple):
    """One second of arrivals: people who meant to come, who came, and for whom the generator had no room."""

    second: float
    intended: float
    started: float
    dropped: float


class Fault(NamedTuple):
    """Something that was broken on purpose, and when it was whole again."""

    at: float
    what: str
    target: str
    done: float


class Decision(NamedTuple):
    """When somebody filed, how long it took until she could see an outcome or whose turn it is, and which."""

    filed: float
    took: float
    state: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One look at the system; what nobody could say is None. `cpu`: seconds used since the start, by process."""

    second: float
    backlog: float | None
    oldest_due: float | None
    decided: float | None
    buried: float | None
    cpu: Mapping[str, float]
    rss_mb: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Recorded:
    """All of it."""

    run: Mapping[str, Any]
    offered: Sequence[Offered]
    answers: Sequence[Answer]
    samples: Sequence[Sample]
    decisions: Sequence[Decision]
    gaps: Sequence[str]  # files that are missing or cannot be read

    @property
    def began(self) -> datetime:
        """The instant from which seconds are counted."""
        return datetime.fromisoformat(self.run["started_at"])

    @property
    def seconds(self) -> float:
        """How long load was offered."""
        ends = [phase["end_s"] for phase in self.run.get("phases", [])]
        return float(max([*ends, *(one.second + 1 for one in self.offered[-1:])], default=0.0))

    @property
    def storm(self) -> "Fault | None":
        """The stage in which more come than can be served; None where no profile means that."""
        name = self.run.get("storm")
        stage = next((one for one in self.run.get("phases", []) if name and one["name"] == name), None)
        return Fault(float(stage["start_s"]), "storm", "", float(stage["end_s"])) if stage else None

    @property
    def faults(self) -> list[Fault]:
        """The faults, in order of time."""
        return sorted(
            Fault(float(one["at_s"]), one["what"], one.get("target") or "", float(one.get("done_at_s") or one["at_s"]))
            for one in self.run.get("faults", [])
        )


def read(place: Path) -> Recorded:
    """Read a folder; what is missing is named in `gaps`, and nothing is raised."""
    folder, gaps = Folder(place), list[str]()

    def lines(file: Path, of: type[Any]) -> list[Any]:
        found = file if file.exists() else file.with_suffix("")  # compressed or not
        try:
            return [_read(of, line) for line in rows(found)]
        except (OSError, ValueError, KeyError, EOFError, TypeError) as error:
            gaps.append(f"{file.name} cannot be read ({type(error).__name__})")
            return []

    try:
        run = json.loads(folder.run.read_text())
    except (OSError, ValueError) as error:
        gaps.append(f"{folder.run.name} cannot be read ({type(error).__name__})")
        run = {"started_at": "1970-01-01T00:00:00+00:00"}
    decisions = place / "decisions.csv"
    return Recorded(
        run=run,
        offered=lines(folder.offered, Offered),
        answers=lines(folder.answers, Answer),
        samples=lines(folder.samples, Sample),
        decisions=lines(decisions, Decision) if decisions.exists() else [],
        gaps=gaps,
    )


def _read(of: type[Any], line: Mapping[str, str]) -> Any:
    if of is Answer:
        return _answer(line)
    if of is Sample:
        return _sample(line)
    if of is Decision:
        return Decision(float(line["filed_s"]), float(line["took_s"]), line["state"])
    return Offered(*(float(line[name]) for name in Offered._fields))


def _answer(line: Mapping[str, str]) -> Answer:
    intended = float(line["intended_at"])
    started = float(line["started_at"] or intended)
    return Answer(
        intended,
        started,
        float(line["answered_at"] or started),
        line["operation"],
        line["channel"],
        int(line["status"] or 0),
        line["code"] or "",
        line["retry"] == "1",
        int(line["retry_after"]) if line.get("retry_after") else None,
        line.get("certified") == "1",
        (line.get("waits") or "1") == "1",
        line.get("gave_up") == "1",
    )


def _sample(line: Mapping[str, str]) -> Sample:
    return Sample(
        float(line["second"]),
        _number(line.get("backlog")),
        _number(line.get("oldest_due_s")),
        _number(line.get("decided")),
        _number(line.get("buried")),
        dict(_of_processes(line, "cpu_s")),
        dict(_of_processes(line, "rss_mb")),
    )


def _of_processes(line: Mapping[str, str], what: str) -> Iterator[tuple[str, float]]:
    for process in PROCESSES:
        value = _number(line.get(f"{process}_{what}"))
        if value is not None:
            yield process, value


def _number(text: str | None) -> float | None:
    return float(text) if text else None
