"""outcome: what a fault came to: who heard of it, what was seen of it, and how long its cure took."""

from dataclasses import dataclass, field

from loadtest.alerts.eyes import Light
from loadtest.status_page import TIMES, Timed


@dataclass(slots=True)
class Outcome:
    """One fault. Seconds are from the fault, those of the cure from the cure; None: it never came to that."""

    fault: str
    alert: str
    at: str = ""  # when it was rehearsed, RFC 3339
    seconds: float | None = None  # until its alert was heard
    others: list[str] = field(default_factory=list)
    lit_seconds: float | None = None  # until the console's light said so
    light: Light | None = None  # as it said so, or as it stood when we no longer waited
    said_seconds: float | None = None  # until the public page said so
    public: list[str] = field(default_factory=list)  # its headlines
    page: Timed | None = None  # how fast it answered meanwhile, where that was measured
    is_crowded: bool = False  # the counter was to be asked for far more than it takes meanwhile
    cure: str = ""
    cured_seconds: float | None = None  # until nothing sounded, its light was as before and the page said it works
    echoes: list[str] = field(default_factory=list)  # heard once the fault was over, until all was quiet
    left: list[str] = field(default_factory=list)  # what was not well still when we no longer waited, in words
    pictures: list[str] = field(default_factory=list)
    stumbled: str = ""  # over what the rehearsal itself fell

    @property
    def ok(self) -> bool:
        """Say whether it was heard, seen and told rightly, nothing else was heard, and the cure cured it."""
        return not self.wrong

    @property
    def wrong(self) -> list[str]:
        """Return what was not as it should be, in words: what was seen in place of it."""
        light = f"{self.light.promise} ({self.light.state}): {self.light.reason}" if self.light else "no such light"
        page = self.page
        said = {
            f"the rehearsal stumbled: {self.stumbled}": bool(self.stumbled),
            "its alert was not heard": self.seconds is None,
            f"also heard: {', '.join(self.others)}": bool(self.others),
            f"the console's light did not say so; {light}": self.lit_seconds is None,
            f"the public page said: {' | '.join(self.public) or 'nothing'}": self.said_seconds is None,
            f"the public page was slow: {page.in_words if page else ''}": page is not None and not page.ok,
            f"too few came: {page.in_words if page else 'not measured'}": self.is_crowded
            and (page is None or page.times < TIMES),
            f"not cured: {'; '.join(self.left) or 'not well for long enough on end'}": self.cured_seconds is None,
        }
        return [words for words, is_so in said.items() if is_so]
