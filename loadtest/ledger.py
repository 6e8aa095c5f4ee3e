"""The client's own log: each intent before it is sent, each answer as it comes; lines are only ever added."""

import json
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from loadtest.markers import markers

ACKED = "acked"  # a complete 2xx
REGISTERED = "registered"  # a 2xx of the emergency register: kept, and in the ledger once PostgreSQL is back
REFUSED = "refused"  # a final no
DEFERRED = "deferred"  # not now, and nothing was written: 429, 503
UNKNOWN = "unknown"  # no whole answer, or `outcome-unknown`: a replay of the same request settles it
SHOWN = "shown"  # a look that found what there is

LOOK = "look"  # the one kind of intent that wants nothing kept: its answers are judged, and it settles nothing


class Ledger:
    """Appends to one file; a line is with the operating system before `intend` returns. It holds digests, no contents.

    Instants are seconds since the epoch, of this machine.
    """

    def __init__(self, path: Path) -> None:
        self._last = len(read(path).intents) if path.exists() else 0
        self._file = path.open("a", buffering=1)

    def intend(self, what: str, **about: object) -> int:
        """Note what is about to be sent (draft, save, submission, look, and what identifies it); return its number."""
        self._last += 1
        self._add(self._last, what=what, about=about)
        return self._last

    def again(self, intent: int) -> None:
        """Note that it is about to be sent once more."""
        self._add(intent, again=True)

    def heard(self, intent: int, outcome: str, **said: object) -> None:
        """Note what came back for an intent: one of the outcomes above, and what the answer said."""
        self._add(intent, outcome=outcome, said=said)

    def saw(self, draft_id: str, section: str, revision: int, asked_at: float | None = None) -> None:
        """Note that a read showed this revision as the current one.

        `asked_at`: when the read was sent, where another tab may have saved while it was under way.
        """
        self._add(None, saw=[draft_id, section, revision], asked_at=asked_at)

    def wrote(self, draft_id: str, body: bytes) -> None:
        """Note whom a body that was sent for a draft speaks of (loadtest/markers.py): the draft may show them."""
        self._add(None, wrote=[draft_id, markers(body)])

    def was_shown(self, draft_id: str, body: bytes) -> None:
        """Note whom a body that came back for a draft speaks of."""
        self._add(None, shown=[draft_id, markers(body)])

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _add(self, number: int | None, **line: object) -> None:
        self._file.write(json.dumps({"intent": number, "at": time.time(), **line}) + "\n")


@dataclass(frozen=True, slots=True)
class Heard:
    """One answer, or the want of one."""

    at: float
    outcome: str
    said: dict[str, Any]


@dataclass(slots=True)
class Intent:
    """One thing a client wanted, however often it was sent, and all that was heard of it."""

    number: int
    at: float
    what: str
    about: dict[str, Any]
    heard: list[Heard] = field(default_factory=list)
    sent: int = 1  # times

    @property
    def is_open(self) -> bool:
        """Whether it was sent more often than anything was heard of it: somebody left while it was under way."""
        return self.sent > max(1, len(self.heard))

    @property
    def acks(self) -> list[Heard]:
        """The acknowledgements, in order."""
        return [one for one in self.heard if one.outcome == ACKED]

    @property
    def last(self) -> str:
        """The last outcome; unknown where nothing was ever heard."""
        return self.heard[-1].outcome if self.heard else UNKNOWN


@dataclass(slots=True)
class History:
    """A log read back.

    `regressed`: sightings of an older revision than one acknowledged before. `own` and `shown`: the markers of people
    in the bodies that were sent for a draft, and in those that came back. `damaged`: lines that cannot be read.
    """

    intents: dict[int, Intent] = field(default_factory=dict)
    regressed: set[str] = field(default_factory=set)
    own: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    shown: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    damaged: int = 0

    def of(self, what: str) -> Iterator[Intent]:
        """Return the intents of one kind."""
        return (intent for intent in self.intents.values() if intent.what == what)

    def acked(self, what: str) -> Iterator[tuple[Intent, Heard]]:
        """Return the acknowledged intents of one kind, each with its first acknowledgement."""
        return ((intent, intent.acks[0]) for intent in self.of(what) if intent.acks)


class Reader:
    """Reads a log that is still being written: each time only what was added since, so that nobody waits for it."""

    def __init__(self, path: Path) -> None:
        self._path, self._read, self._acks = path, 0, _Acks(list)
        self.history = History()

    def read(self) -> History:
        """Return the history so far; what cannot be read is counted, and left out. A line must be whole to be one."""
        with self._path.open("rb") as file:
            file.seek(self._read)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self._read += len(line)
                self._take(line)
        return self.history

    def read_to_the_end(self) -> History:
        """Return the history of a log that nobody writes any more: its last line counts, ended or not."""
        self.read()
        if rest := self._path.read_bytes()[self._read :]:
            self._take(rest)
        return self.history

    def _take(self, line: bytes) -> None:
        try:
            _take(json.loads(line), self.history, self._acks)
        except (ValueError, LookupError, TypeError):
            self.history.damaged += 1


def read(path: Path) -> History:
    """Read a log from its beginning to its end; what cannot be read is counted, and left out."""
    return Reader(path).read_to_the_end()


def _take(line: dict[str, Any], history: History, acks: "_Acks") -> None:
    if "what" in line:
        history.intents[line["intent"]] = Intent(line["intent"], line["at"], line["what"], line["about"])
    elif "again" in line:
        history.intents[line["intent"]].sent += 1
    elif "outcome" in line:
        intent = history.intents[line["intent"]]
        intent.heard.append(Heard(line["at"], line["outcome"], line["said"]))
        if intent.what == "save" and line["outcome"] == ACKED:
            place = intent.about["draft_id"], intent.about["section"]
            acks[place].append((line["at"], line["said"]["revision"]))
    elif "saw" in line:
        draft_id, section, revision = line["saw"]
        asked_at = line.get("asked_at") or line["at"]
        if any(acked > revision for at, acked in acks[draft_id, section] if at <= asked_at):
            history.regressed.add(f"{draft_id}/{section}: {revision}")
    elif "wrote" in line:
        history.own[line["wrote"][0]].update(line["wrote"][1])
    else:
        history.shown[line["shown"][0]].update(line["shown"][1])


_Acks = defaultdict[tuple[str, str], list[tuple[float, int]]]  # of each section: when a revision was acknowledged
