"""The client's own log: each intent before it is sent, each answer as it comes; lines are only ever added."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ACKED = "acked"  # a complete 2xx
REFUSED = "refused"  # a final no
DEFERRED = "deferred"  # not now, and nothing was written: 429, 503
UNKNOWN = "unknown"  # no whole answer, or `outcome-unknown`: a replay of the same request settles it


class Ledger:
    """Appends to one file; a line is with the operating system before `intend` returns. It holds digests, no contents.

    Instants are seconds since the epoch, of this machine.
    """

    def __init__(self, path: Path) -> None:
        self._last = len(read(path).intents) if path.exists() else 0
        self._file = path.open("a", buffering=1)

    def intend(self, what: str, **about: object) -> int:
        """Note what is about to be sent (draft, save or submission, and what identifies it); return its number."""
        self._last += 1
        self._add(self._last, what=what, about=about)
        return self._last

    def heard(self, intent: int, outcome: str, **said: object) -> None:
        """Note what came back for an intent: one of the outcomes above, and what the answer said."""
        self._add(intent, outcome=outcome, said=said)

    def saw(self, draft_id: str, section: str, revision: int) -> None:
        """Note that a read showed this revision as the current one."""
        self._add(None, saw=[draft_id, section, revision])

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
    """A log read back. `regressed`: sightings of an older revision than one acknowledged before."""

    intents: dict[int, Intent] = field(default_factory=dict)
    regressed: set[str] = field(default_factory=set)

    def of(self, what: str) -> Iterator[Intent]:
        """Return the intents of one kind."""
        return (intent for intent in self.intents.values() if intent.what == what)

    def acked(self, what: str) -> Iterator[tuple[Intent, Heard]]:
        """Return the acknowledged intents of one kind, each with its first acknowledgement."""
        return ((intent, intent.acks[0]) for intent in self.of(what) if intent.acks)


def read(path: Path) -> History:
    """Read a log from its beginning."""
    history, newest = History(), dict[tuple[str, str], int]()
    for line in map(json.loads, path.read_text().splitlines()):
        if "what" in line:
            history.intents[line["intent"]] = Intent(line["intent"], line["at"], line["what"], line["about"])
        elif "outcome" in line:
            intent = history.intents[line["intent"]]
            intent.heard.append(Heard(line["at"], line["outcome"], line["said"]))
            _raise(newest, intent, line)
        else:
            draft_id, section, revision = line["saw"]
            if revision < newest.get((draft_id, section), 0):
                history.regressed.add(f"{draft_id}/{section}: {revision}")
    return history


def _raise(newest: dict[tuple[str, str], int], intent: Intent, line: dict[str, Any]) -> None:
    if intent.what == "save" and line["outcome"] == ACKED:
        place = intent.about["draft_id"], intent.about["section"]
        newest[place] = max(newest.get(place, 0), line["said"]["revision"])
