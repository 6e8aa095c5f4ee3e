"""outcome: what a fault came to: who heard of it, what was seen of it, and how long its cure took."""

from dataclasses import dataclass, field

from loadtest.alerts.eyes import Light
from loadtest.status_page import Timed


@dataclass(slots=True)
class Outcome:
    """One fault. Seconds are from the fault, those of the cure from the cure; None: it never came to that."""

    fault: str
    alert: str
    seconds: float | None = None  # until its alert was heard
    others: list[str] = field(default_factory=list)
    lit_seconds: float | None = None  # until the console's light said so
    light: Light | None = None
    said_seconds: float | None = None  # until the public page said so
    public: list[str] = field(default_factory=list)  # its headlines
    page: Timed | None = None  # how fast it answered meanwhile, where that was measured
    cure: str = ""
    cured_seconds: float | None = None  # until nothing sounded, no light was red for it and the page said it works
    echoes: list[str] = field(default_factory=list)  # heard once the fault was over, until all was quiet
    left: list[str] = field(default_factory=list)  # what sounded still when we no longer waited for quiet
    pictures: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Say whether it was heard, seen and told rightly, nothing else was heard, and the cure cured it."""
        return not self.wrong

    @property
    def wrong(self) -> list[str]:
        """Return what was not as it should be, in words."""
        said = {
            "its alert was not heard": self.seconds is None,
            f"also heard: {', '.join(self.others)}": bool(self.others),
            "the console's light did not say so": self.lit_seconds is None,
            f"the public page said: {' | '.join(self.public)}": self.said_seconds is None,
            "the public page was slow": self.page is not None and not self.page.ok,
            f"not cured: {', '.join(self.left) or 'not told so'}": self.cured_seconds is None,
        }
        return [words for words, is_so in said.items() if is_so]
