"""heard: what the clients' log tells of a stretch of time: first answers, longest silences, dishonest refusals."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from loadtest.ledger import ACKED, LOOK, REFUSED, REGISTERED, SHOWN, Heard, History, Intent

#: The 5xx that say what is so: nothing was written, or nobody knows.
HONEST = frozenset({"store-unavailable", "outcome-unknown", "overloaded", "shutting-down", "not-ready", "unsound"})


@dataclass(frozen=True, slots=True)
class Stretch:
    """What was heard between two instants, in seconds since the epoch.

    `seen_at`: when it was looked at; what people hear later goes into the same history, and is no part of it.
    """

    history: History
    since: float
    until: float = float("inf")
    seen_at: float = float("inf")

    def heard(self) -> Iterator[Heard]:
        """Yield every answer to who wanted something kept, and the want of one."""
        return self._heard(intent for intent in self.history.intents.values() if intent.what != LOOK)

    def looks(self) -> Iterator[Heard]:
        """Yield every answer to who only looked, and the want of one."""
        return self._heard(self.history.of(LOOK))

    def _heard(self, intents: Iterable[Intent]) -> Iterator[Heard]:
        until = min(self.until, self.seen_at)
        for intent in intents:
            yield from (one for one in intent.heard if self.since <= one.at <= until)

    @property
    def shown(self) -> set[str]:
        """The drafts whose owner asked to see something of them in it, and was shown it."""
        asked = (intent for intent in self.history.of(LOOK) if self.since <= intent.at)
        return {
            intent.about["draft_id"] for intent in asked if any(one.outcome == SHOWN for one in self._heard([intent]))
        }

    @property
    def acks(self) -> int:
        """How many acknowledgements there were."""
        return sum(one.outcome == ACKED for one in self.heard())

    @property
    def acks_of_what_was_sent(self) -> int:
        """How many there were of what was sent in it: an answer may have been under way when it began."""
        return sum(one.outcome == ACKED and one.at - one.said.get("took", 0.0) >= self.since for one in self.heard())

    @property
    def first_ack(self) -> float | None:
        """When the first request that was made in it was acknowledged."""
        made = (intent for intent in self.history.intents.values() if self.since <= intent.at <= self.until)
        return min((one.at for intent in made for one in intent.acks if one.at <= self.seen_at), default=None)

    @property
    def longest_silence(self) -> float:
        """The most seconds between two acknowledgements that followed each other, the ends of it included."""
        ats = sorted(one.at for one in self.heard() if one.outcome == ACKED)
        until = self.until if self.until != float("inf") else max([self.since, *ats])
        marks = [self.since, *ats, until]
        return max(after - before for before, after in pairwise(marks))

    @property
    def longest_answer(self) -> float:
        """How long the longest request took, answered or not, in seconds."""
        return _longest(self.heard())

    @property
    def longest_look(self) -> float:
        """How long the longest look took, in the same way."""
        return _longest(self.looks())

    def within(self, share: float) -> float:
        """Return the seconds within which this share of acknowledgements came."""
        took = sorted(float(one.said["took"]) for one in self.heard() if one.outcome == ACKED and "took" in one.said)
        return took[min(len(took) - 1, int(share * len(took)))] if took else 0.0

    @property
    def codes(self) -> Counter[str]:
        """What was said, or what broke, where nothing was acknowledged."""
        return _codes(one for one in self.heard() if one.outcome != ACKED)

    @property
    def codes_of_looks(self) -> Counter[str]:
        """What was said, or what broke, where nothing was shown."""
        return _codes(one for one in self.looks() if one.outcome != SHOWN)


def _longest(heard: Iterable[Heard]) -> float:
    return max((float(one.said.get("took", 0)) for one in heard), default=0.0)


def _codes(heard: Iterable[Heard]) -> Counter[str]:
    return Counter(str(one.said.get("code") or one.said.get("why")) for one in heard)


def dishonest(stretch: Stretch) -> set[str]:
    """Return the answers that no fault excuses.

    A 5xx that says neither "nothing was written" nor "unknown"; one that does not say when to come again; and to her
    who looks at what is hers, that it is not there.
    """
    answered = [one for one in (*stretch.heard(), *stretch.looks()) if one.said.get("status", 0) >= 500]
    crashed = {str(one.said["code"]) for one in answered} - HONEST
    silent = {f"{one.said['code']} without Retry-After" for one in answered if one.said.get("retry_after") is False}
    denied = {f"{one.said['code']} to who looks at her own" for one in stretch.looks() if one.outcome == REFUSED}
    return crashed | silent | denied


def taken_back(stretch: Stretch, but: Collection[str]) -> set[str]:
    """Return why filings were refused in the end that the emergency register had acknowledged."""
    return {
        f"{intent.what}: registered, and refused as {one.said['code']}"
        for intent in stretch.history.intents.values()
        if any(one.outcome == REGISTERED for one in intent.heard)
        for one in intent.heard
        if one.outcome == REFUSED and stretch.since <= one.at <= stretch.until and one.said["code"] not in but
    }
