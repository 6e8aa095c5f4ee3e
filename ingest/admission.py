"""Admission: yes or no at the door, before any work."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from core.clock import Clock
from core.domain import switch
from core.domain.errors import IntakePaused, TooManyWaiting
from core.storage.switches import Paused, nothing_paused
from ingest.http.call import Call
from ingest.http.rate_limits import NEW_DRAFTS, PER_DRAFT, RateLimits
from ingest.http.refusal import Refusal, refused_for_now


@dataclass(frozen=True, slots=True)
class Admission:
    """Admits by three measures: how many wait for a commit and how late the event loop is (503, we are full), and each
    draft's own rate (429, slow down).

    Nobody is judged by an address: hundreds may share one.
    """

    waiting: Callable[[], int]  # how many requests wait for a commit
    most_waiting: int
    unsound: Callable[[], bool]  # what is acknowledged now might not be kept
    clock: Clock
    too_late: Callable[[], bool] = lambda: False  # the event loop is so far behind that an answer might miss its time
    paused: Paused = nothing_paused
    drafts: RateLimits = field(default_factory=lambda: RateLimits(PER_DRAFT))
    starts: RateLimits = field(default_factory=lambda: RateLimits(NEW_DRAFTS))

    def must_be_open(self) -> None:
        """Refuse before the body is read. Errors: TooManyWaiting; Refusal unsound where no promise could be kept."""
        if self.unsound():
            raise Refusal("unsound")
        if self.waiting() >= self.most_waiting or self.too_late():
            raise TooManyWaiting

    def admit(self, call: Call, draft_id: UUID) -> None:
        """Count a call against its draft's rate. Errors: Refusal too-many-requests (429)."""
        call.admit(self.drafts.count(draft_id, self.clock.monotonic()))

    def admit_start(self, call: Call, channel: str) -> None:
        """Count the start of a draft: one class for everybody.

        Errors: Refusal starts-paused (503), IntakePaused of this channel; Refusal too-many-requests (429).
        """
        if pause := self.paused(switch.intake(channel)):
            raise IntakePaused(pause.left(self.clock.now()))
        if pause := self.paused(switch.STARTS):
            raise refused_for_now("starts-paused", pause.left(self.clock.now()))
        call.admit(self.starts.count("all", self.clock.monotonic()))
