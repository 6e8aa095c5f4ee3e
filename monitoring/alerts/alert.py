"""An alert: what is wrong, how long it must have been, whom it concerns, and which others it explains."""

from dataclasses import dataclass
from enum import StrEnum

RUNBOOK = "docs/runbook.md"


class Severity(StrEnum):
    """What becomes of it: lost or silent wakes somebody, slow is a message, and one only shows that alerts arrive."""

    PAGE = "page"
    MESSAGE = "message"
    ALIVE = "alive"


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert; its name is its heading in the runbook.

    `says` is what is wrong, `hers` what it means for mothers, both in a sentence. `function` is what is concerned, as
    the public status page names it: all, section, submission, reading, decision; empty where she notices nothing.
    `explains` names the alerts that follow from this one, and are held back while it sounds.
    """

    name: str
    expr: str
    lasts: str  # a Prometheus duration
    severity: Severity
    says: str
    hers: str
    function: str = ""
    explains: tuple[str, ...] = ()

    @property
    def runbook(self) -> str:
        """Where to read on: the heading of its name."""
        return f"{RUNBOOK}#{self.name.lower()}"
