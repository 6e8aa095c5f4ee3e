"""Admission: yes or no at the door, before any work."""

import math
import random
from collections.abc import Callable, Hashable
from uuid import UUID

from core.clock import Clock
from core.domain import switch
from core.domain.errors import IntakePaused
from core.hooks import Observe, nobody
from core.storage.switches import Paused, nothing_paused
from ingest.admission import limit as limits
from ingest.admission.classes import Class
from ingest.admission.lanes import Lanes
from ingest.admission.limit import WINDOW_SECONDS, Bounds, Window
from ingest.admission.place import Place
from ingest.admission.pressure import Pressure
from ingest.gathered import Gathered
from ingest.http.call import Call
from ingest.http.rate_limits import NEW_DRAFTS, PER_DRAFT, RateLimits
from ingest.http.refusal import Refusal, refused_for_now

TURNS = 8  # of the event loop that an answer waits for, from its socket through its commit and back
FADES = 0.1  # of what channels wanted, in one window
A_DRAFT = 16  # a draft may use one part in so many of what can be under way,
FEWEST_OF_A_DRAFT = 8  # and so many in any case: each step of the form, in two tabs

#: The share of the limit up to which a class is let in: of all that is under way, and of what is below KEEPING. Half
#: of all is for KEEPING alone; below it the lowest class goes first.
SHARES = {
    Class.KEEPING: (1.0, 1.0),
    Class.READING: (0.9, 0.5),
    Class.BEGINNING: (0.8, 0.375),
    Class.LOOKING: (0.7, 0.25),
}
_NAMES = {of: of.name.lower() for of in Class}


class Admission:
    """Admits by how many are under way (503, we are full) and by each draft's own rate (429, slow down).

    Nobody is judged by an address: hundreds may share one. Each process counts for itself, as each has one event loop
    and one writer.
    """

    def __init__(
        self,
        unsound: Callable[[], bool],
        clock: Clock,
        *,
        bounds: Bounds | None = None,
        too_late: Callable[[], bool] = lambda: False,
        paused: Paused = nothing_paused,
        draw: Callable[[], float] = random.random,
        observe: Observe = nobody,
    ) -> None:
        """Arguments: whether what is acknowledged now might not be kept; the clock; between which the limit moves;
        whether the event loop is so far behind that an answer might miss its time; what operators hold back; where
        chance comes from."""
        self.is_unsound, self._clock, self._too_late, self._observe = unsound, clock, too_late, observe
        self._paused, self.gathered = paused, Gathered(observe)
        self._bounds = bounds or Bounds()
        self.standing = limits.begun(self._bounds)
        self.under_way, self._below, self._most = 0, 0, 0  # in all, those below KEEPING, the most of this window
        self._lanes, self._of_draft = Lanes(), dict[Hashable, int]()
        self.pressure = Pressure(draw)
        self._seconds, self._answers, self._refused = 0.0, 0, False
        self._keeping, self._since = 0, 0.0  # those of KEEPING under way, and the instants they came in, summed
        self._lag, self._looks = 0.0, 0
        self._turn_at = -math.inf
        self._drafts, self._starts = RateLimits(PER_DRAFT), RateLimits(NEW_DRAFTS)

    def crowded(self) -> bool:
        """Say whether so many want in that refusals are kept back."""
        return self.pressure.hold > 0

    def must_be_sound(self) -> None:
        """Errors: Refusal unsound (503) where no promise could be kept."""
        if self.is_unsound():
            raise Refusal("unsound")

    def has_room(self, place: Place) -> bool:
        """Say whether a place can be taken: its channel has not its share, or there is room that nobody keeps."""
        self._turn()
        if self._too_late():
            return False
        of, limit = place.kind.of, self.standing.limit
        if place.draft_id is not None and self._of_draft.get(place.draft_id, 0) >= self._most_of_a_draft():
            return False
        in_all, below = SHARES[of]
        if of is not Class.KEEPING and self._below >= below * limit:
            return False
        if not self._lanes.has_its_share(place.channel, limit * in_all):
            return True
        return self.under_way + self._lanes.kept_from(place.channel, limit) < limit * in_all

    def _most_of_a_draft(self) -> int:
        return max(FEWEST_OF_A_DRAFT, int(self.standing.limit / A_DRAFT))

    def wanted(self, place: Place) -> None:
        """Note whose channel wants to come in."""
        self._lanes.want(place.channel)

    def enter(self, place: Place) -> float:
        """Take a place; return the instant, in monotonic seconds."""
        self.under_way += 1
        self._most = max(self._most, self.under_way)
        self._below += place.kind.of is not Class.KEEPING
        self._lanes.enter(place.channel)
        if place.draft_id is not None:
            self._of_draft[place.draft_id] = self._of_draft.get(place.draft_id, 0) + 1
        self.pressure.admitted()
        now = self._clock.monotonic()
        if place.kind.of is Class.KEEPING:
            self._keeping, self._since = self._keeping + 1, self._since + now
        return now

    def leave(self, place: Place, since: float) -> None:
        """Give a place back; what was kept for her says how long answers take."""
        self.under_way -= 1
        self._below -= place.kind.of is not Class.KEEPING
        self._lanes.leave(place.channel)
        if place.draft_id is not None:
            left = self._of_draft[place.draft_id] - 1
            if left:
                self._of_draft[place.draft_id] = left
            else:
                del self._of_draft[place.draft_id]
        if place.kind.of is Class.KEEPING:
            self._seconds += self._clock.monotonic() - since
            self._answers += 1
            self._keeping -= 1
            self._since = self._since - since if self._keeping else 0.0

    def refusal(self, place: Place) -> Refusal:
        """Return the refusal of a place, with when to come again."""
        self.pressure.refused()
        self._refused = True
        self.gathered.add("request.shed", _NAMES[place.kind.of], place.channel)
        return Refusal("overloaded", retry_after=self.pressure.retry_after(place.kind.of))

    def lagged(self, seconds: float) -> None:
        """Note how late the event loop came to what was due."""
        self._lag += seconds
        self._looks += 1
        self._turn()

    def _turn(self) -> None:
        now = self._clock.monotonic()
        if now < self._turn_at:
            return
        self._turn_at = now + WINDOW_SECONDS
        answers, lag = self._seconds / max(self._answers, 1), self._lag / max(self._looks, 1)
        waited = now - self._since / self._keeping if self._keeping else 0.0
        seen = Window(answers, self._most, TURNS * lag, waited, self._refused)
        self.standing = limits.moved(self.standing, seen, self._bounds)
        self._most, self._seconds, self._answers, self._refused = self.under_way, 0.0, 0, False
        self._lag, self._looks = 0.0, 0
        self._lanes.forget(FADES)
        self.pressure.turn()
        self.gathered.state()
        self._observe("admission.turned", limit=self.standing.limit, under_way=self.under_way, took=seen.seconds)

    def admit(self, call: Call, draft_id: UUID) -> None:
        """Count a call against its draft's rate. Errors: Refusal too-many-requests (429)."""
        call.admit(self._drafts.count(draft_id, self._clock.monotonic()))

    def admit_start(self, call: Call, channel: str) -> None:
        """Count the start of a draft: one class for everybody.

        Errors: Refusal starts-paused (503), IntakePaused of this channel; Refusal too-many-requests (429).
        """
        if pause := self._paused(switch.intake(channel)):
            raise IntakePaused(pause.left(self._clock.now()))
        if pause := self._paused(switch.STARTS):
            raise refused_for_now("starts-paused", pause.left(self._clock.now()))
        call.admit(self._starts.count("all", self._clock.monotonic()))
