"""verdict: pass, fail or inconclusive, with the sets that must be empty and what the objectives came to."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from loadtest import generator, limits, storm, words
from loadtest.balance import balance
from loadtest.blame import theirs
from loadtest.conservation import CHECKS, check
from loadtest.evidence import QUIET, Evidence, clock_moved, gather
from loadtest.ledger import ACKED, LOOK, REGISTERED, UNKNOWN
from loadtest.limits import Peak
from loadtest.measured import Measured, measure
from loadtest.objectives import READ
from loadtest.recorded import DECISIONS, PROMISES, Recorded, read
from loadtest.rehearsal.folder import Folder, write

SHOWN = 20  # examples of one set
LATER = ("chain",)  # sets of a capability that is not built: named, never counted as empty

#: What each set holds, in the words of a report.
MEANS = {name: (one.__doc__ or "").split("\n")[0] for name, one in CHECKS.items()}


class Result(StrEnum):
    """How a rehearsal ended."""

    PASS = "pass"  # noqa: S105 (no password)
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True)
class Found:
    """One set: how many are in it, some of them, and whether its size can be relied on."""

    name: str
    count: int
    examples: Sequence[str]
    sure: bool


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the evidence comes to, whatever the objectives. `red`: sets that are not empty; `doubts`: not known."""

    sets: Sequence[Found]
    counts: Mapping[str, int]
    red: Sequence[str]
    doubts: Sequence[str]

    @property
    def result(self) -> Result:
        """Pass only where every set is empty, on complete evidence."""
        return Result.FAIL if self.red else Result.INCONCLUSIVE if self.doubts else Result.PASS


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a rehearsal. `doubts`: why it is not known; `reasons`: why it failed."""

    result: Result
    line: str
    reasons: Sequence[str]
    doubts: Sequence[str]
    sets: Sequence[Found]
    not_built: Sequence[str]
    objectives: Sequence[Measured]
    broke_first: str
    margin: str
    peak: Peak | None
    profile: str = ""
    faults: int = 0  # that were done meanwhile
    storm: bool = False  # whether more came than could be served, on purpose
    kept: bool = False  # every promise was, on complete evidence; what is in doubt, if anything, is how fast
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """0 for a pass alone; 1 for a fail, 3 where it is not known, 4 where only the machine was too small to know."""
        if self.result is Result.INCONCLUSIVE:
            return 4 if self.kept else 3
        return {Result.PASS: 0, Result.FAIL: 1}[self.result]


def judge(folder: Path, addresses: Mapping[str, Any], patience: float = QUIET) -> Verdict:
    """Judge a rehearsal while its system still runs, and write `verdict.json` and `decisions.csv` into its folder.

    Arguments: the folder (loadtest/rehearsal/folder.py), the addresses as `make run` writes them (http, registries,
    database_url), and how many seconds due work may still take. Nothing is raised: what cannot be had is a doubt.
    """
    recorded = read(folder)
    evidence = gather(Folder(folder).ledger, addresses, recorded.began.timestamp(), patience)
    if _clock_was_moved(recorded):
        clock_moved(evidence)
    write(folder / "decisions.csv", DECISIONS, evidence.decisions)
    verdict = reach(read(folder), evidence)
    (folder / "verdict.json").write_text(json.dumps(as_json(verdict), indent=1) + "\n")
    return verdict


def reach(recorded: Recorded, evidence: Evidence) -> Verdict:
    """Return the verdict on what was recorded and gathered."""
    _compare(recorded, evidence)
    weighed, objectives = weigh(evidence), [*measure(recorded), *storm.measure(recorded)]
    sets, counts = weighed.sets, {**weighed.counts, "turned_away": storm.turned_away(recorded)}
    missed, unknown, strained = _measured_up(recorded, objectives)
    reasons, unknown = [*weighed.red, *missed], [*recorded.gaps, *weighed.doubts, *unknown]
    doubts, kept = [*unknown, *strained], not (reasons or unknown)
    result = Result.FAIL if reasons else Result.INCONCLUSIVE if doubts else Result.PASS
    peak = limits.peak(recorded)
    return Verdict(
        result=result,
        line=words.line(result, reasons or doubts, counts, objectives, kept=kept),
        reasons=reasons,
        doubts=doubts,
        sets=sets,
        not_built=LATER,
        objectives=objectives,
        broke_first=words.broke_first(objectives),
        margin=words.margin(objectives, peak),
        peak=peak,
        profile=recorded.run.get("profile", ""),
        faults=sum(one.get("done_at_s") is not None for one in recorded.run.get("faults", [])),
        storm=recorded.storm is not None,
        kept=kept,
        counts=counts,
    )


def weigh(evidence: Evidence) -> Weighed:
    """Return the sets, and what of them can be relied on."""
    sets, counts = list(_sets(evidence)), _counts(evidence)
    doubts = [gap.what for gap in evidence.gaps]
    doubts += [f"{one.name}: {one.count}, on incomplete evidence" for one in sets if one.count and not one.sure]
    doubts += [] if counts["acknowledged"] else ["nothing was acknowledged"]
    return Weighed(sets, counts, [f"{one.name}: {one.count}" for one in sets if one.count and one.sure], doubts)


def as_json(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as it is written down."""
    return {
        "judged_at": datetime.now(UTC).isoformat(timespec="seconds"),
        **asdict(verdict),
        "objectives": [{**asdict(one), "met": one.met, "margin": one.margin} for one in verdict.objectives],
        "means": MEANS,
    }


def _compare(recorded: Recorded, evidence: Evidence) -> None:
    """Let the two things the clients wrote vouch for each other: as many promises in their log as among the answers."""
    if evidence.seen is None or not recorded.answers:
        return
    asked = [one for one in evidence.seen.history.intents.values() if one.what in PROMISES]
    logged = sum(heard.outcome in (ACKED, REGISTERED) for one in asked for heard in one.heard)
    answered = sum(one.acked for one in recorded.answers)
    if logged != answered:
        said = f"the clients' log holds {logged} promises, and {answered} were answered"
        evidence.lacks(said, feigns={"ghost", "unsettled"} if logged < answered else ())


def _measured_up(recorded: Recorded, objectives: Sequence[Measured]) -> tuple[list[str], list[str], list[str]]:
    """Return what was missed, what nobody can say, and what nobody can say because of the machine it was tried on."""
    missed = [one for one in objectives if one.met is False]
    unknown = [*generator.shortcomings(recorded)]
    unknown += [
        f"not measured: {one.objective.title}" for one in objectives if one.met is None and one.objective != READ
    ]
    others = theirs(missed, recorded)
    strained = [*generator.strain(recorded)]
    strained += [f"{words.missed(one)}, but {others[one.objective]}" for one in missed if one.objective in others]
    return [words.missed(one) for one in missed if one.objective not in others], unknown, strained


def _sets(evidence: Evidence) -> Iterator[Found]:
    hidden = {name for gap in evidence.gaps for name in gap.hides}
    feigned = {name for gap in evidence.gaps for name in gap.feigns}
    found = check(evidence.seen) if evidence.seen is not None else {}
    found["stuck"] = [*found.get("stuck", []), *evidence.still]
    for name in CHECKS:
        examples = [] if name in hidden & feigned else sorted(set(found.get(name, [])))
        sure = name not in feigned and (bool(examples) or name not in hidden)
        yield Found(name, len(examples), examples[:SHOWN], sure)


def _counts(evidence: Evidence) -> dict[str, int]:
    """Count what was asked, promised and unknown, and where everything accepted is."""
    seen = evidence.seen
    if seen is None:
        return {"acknowledged": 0}
    intents = [one for one in seen.history.intents.values() if one.what != LOOK]
    unknown = [one for one in intents if any(heard.outcome == UNKNOWN for heard in one.heard)]
    placed = balance(seen.history, seen.stored)
    return {
        "intents": len(intents),
        "acknowledged": sum(len(one.acks) for one in intents),
        "saves": sum(1 for _ in seen.history.acked("save")),
        "submissions": placed.accepted,
        "receipts_verified": sum(len(one.acks) for one in intents if one.what in ("save", "submission")),
        "decided": placed.decided,
        "with_a_person": placed.with_a_person,
        "in_progress": placed.in_progress,
        "withdrawn": placed.withdrawn,
        "unknown": len(unknown),
        "unknown_settled": sum(one.last != UNKNOWN for one in unknown),
        "unknown_committed": sum(one.last == ACKED for one in unknown),
        "registry_calls": len(seen.calls.listed) if seen.calls else 0,
    }


def _clock_was_moved(recorded: Recorded) -> bool:
    return any("clock" in fault.what for fault in recorded.faults)


def main() -> int:
    """Judge again the rehearsal in a folder, on the system that `system.json` describes; print it; return the code."""
    parser = ArgumentParser(prog="python -m loadtest verdict", description=main.__doc__)
    parser.add_argument("folder", type=Path, help="of the rehearsal")
    parser.add_argument("system", type=Path, help="run/system.json of the system it ran on")
    asked = parser.parse_args()
    verdict = judge(asked.folder, json.loads(asked.system.read_text()))
    sys.stdout.write(f"{verdict.line}\n")
    return verdict.exit_code


if __name__ == "__main__":
    sys.exit(main())
