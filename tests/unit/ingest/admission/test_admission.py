"""Admission: the lowest class is shed first, no channel starves another, and no draft takes the place of many."""

from contextlib import suppress
from uuid import UUID

import pytest

from core.domain.draft import Channel
from ingest.admission.admission import WINDOW_SECONDS, Admission
from ingest.admission.classes import Class, Kind
from ingest.admission.limit import Bounds
from ingest.admission.place import Place
from ingest.http.refusal import Refusal
from tests.fakes.clock import FakeClock

WEB, PATRONATO, PHONE = Channel.WEB, Channel.PATRONATO, Channel.CONTACT_CENTRE
SOON = WINDOW_SECONDS


class Counter:
    """Places that are taken one after the other."""

    def __init__(self, most: int = 100, **more) -> None:
        self.clock, self._number = FakeClock(), 0
        self.admission = Admission(lambda: False, self.clock, bounds=Bounds(least=8, most=most), **more)

    def place(self, of: Class = Class.KEEPING, channel: Channel = WEB, draft: UUID | None = None) -> Place:
        """Return a place of somebody new, or of a draft that is known."""
        self._number += 1
        place = Place(self.admission, Kind("x", of))
        place.is_of(channel, draft or UUID(int=self._number))
        return place

    def let_in(self, count: int, *of, **more) -> list[Place]:
        """Return those of `count` who were let in."""
        places = [self.place(*of, **more) for _ in range(count)]
        taken = []
        for place in places:
            with suppress(Refusal):
                place.take()
                taken.append(place)
        return taken


def test_half_is_for_those_who_save_and_send() -> None:
    """However many read, begin and look around, as many again can save."""
    counter = Counter()
    others = [len(counter.let_in(200, of)) for of in (Class.LOOKING, Class.BEGINNING, Class.READING)]

    assert [25, 13, 12] == others
    assert 50 == len(counter.let_in(200, Class.KEEPING))


def test_the_lowest_class_is_shed_first() -> None:
    """As it fills up with saves, each class is told to come again before the one above it."""
    counter, shed = Counter(), []
    for _ in range(110):
        for of in sorted(Class, reverse=True):
            if of not in shed and counter.place(of).refused() is not None:
                shed.append(of)
        counter.let_in(1)

    assert [Class.LOOKING, Class.BEGINNING, Class.READING, Class.KEEPING] == shed


def test_a_full_channel_leaves_the_others_their_room() -> None:
    """A patronato that was there lately finds its share, as far as it wants it, under any flood from the web."""
    counter = Counter()
    first = counter.let_in(10, channel=PATRONATO)
    for place in first:
        place.leave()

    web = counter.let_in(300, channel=WEB)
    patronato = counter.let_in(300, channel=PATRONATO)

    assert 80 == len(web)
    assert 35 == len(patronato)


def test_a_channel_nobody_uses_keeps_nothing() -> None:
    """All of it is there for who is there; and what was wanted long ago is forgotten."""
    counter = Counter()
    for place in counter.let_in(10, channel=PATRONATO):
        place.leave()
    for _ in range(60):
        counter.clock.forward(SOON)
        counter.admission.lagged(0)

    assert 100 == len(counter.let_in(300, channel=WEB))


def test_a_channel_that_comes_back_finds_its_share_at_once() -> None:
    """Though another has taken all: for a moment there are more than the limit."""
    counter = Counter()
    counter.let_in(300, channel=WEB)

    assert 15 == len(counter.let_in(100, channel=PHONE))


def test_one_draft_does_not_take_the_place_of_many() -> None:
    """A script that runs away with one draft keeps nobody else out."""
    counter = Counter()

    assert 8 == len(counter.let_in(50, draft=UUID(int=7)))
    assert 92 == len(counter.let_in(200))


def test_a_place_given_back_is_there_again() -> None:
    """Once, however often it is given back; nothing is kept of a draft that is not there."""
    counter = Counter()
    for place in counter.let_in(100):
        place.leave()
        place.leave()

    assert (0, {}) == (counter.admission.under_way, counter.admission._of_draft)
    assert 100 == len(counter.let_in(300))


def test_answers_that_are_late_let_fewer_in() -> None:
    """And quick ones more again."""
    counter = Counter()
    for _ in range(20):
        places = counter.let_in(200)
        counter.clock.forward(0.02 * len(places))
        for place in places:
            place.leave()
        counter.clock.forward(SOON)
    late = counter.admission.standing.limit
    for _ in range(100):
        places = counter.let_in(200)
        counter.clock.forward(0.01)
        for place in places:
            place.leave()
        counter.clock.forward(SOON)

    assert late < 50
    assert counter.admission.standing.limit > 90


def test_a_late_loop_lets_fewer_in_though_nobody_saves() -> None:
    """Where all read, the loop itself says how long an answer would take."""
    counter = Counter(most=400)
    for _ in range(40):
        places = counter.let_in(200, Class.READING)
        counter.clock.forward(SOON)
        counter.admission.lagged(0.001 * len(places))
        for place in places:
            place.leave()

    assert 30 < counter.admission.standing.limit < 150


@pytest.mark.parametrize(("refused", "seconds"), [(0, 3), (100, 5), (900, 21), (100_000, 60)])
def test_the_more_are_refused_the_later_they_are_asked_to_come_again(refused: int, seconds: int) -> None:
    """So that those who do as they are told come back at a rate that can be served."""
    counter = Counter(draw=lambda: 1.0)
    counter.let_in(100)
    for _ in range(refused):
        counter.place().refused()

    assert seconds == counter.admission.pressure.retry_after(Class.KEEPING)


def test_a_refusal_is_kept_back_only_in_a_crowd() -> None:
    """Where three want in for each that is let in; and no longer than anybody is told to wait."""
    counter = Counter()
    counter.let_in(300)
    few = counter.admission.pressure.hold
    counter.let_in(300)

    assert (0.0, 1.0) == (few, counter.admission.pressure.hold)
    for _ in range(40):
        counter.clock.forward(SOON)
        counter.admission.lagged(0)
    assert 0.0 < counter.admission.pressure.retry_after(Class.KEEPING)


def test_they_are_told_different_times() -> None:
    """Nobody comes back together with everybody else."""
    counter = Counter(most=10)
    counter.let_in(10)
    told = set()
    for _ in range(200):
        told.add(counter.place().refused().members["retry_after"])

    assert len(told) > 20
    assert min(told) >= 1
