"""The book of incidents: one alarm is one incident, quiet ends it, and nobody is told the same thing twice."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.book import QUIET, WORD, Alarm, Book
from core.domain.incident import Cause, Function

NOON = datetime(2025, 11, 20, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def new_id():
    """Ids in their order."""
    numbers = count(1)
    return lambda: f"{next(numbers):08x}"


def alarm(key="probe:store", function=Function.ALL, cause=Cause.STORE, since=NOON):
    return Alarm(key, function, cause, since)


def test_an_alarm_opens_an_incident_that_began_with_it(new_id):
    """Not when we came to know."""
    book = Book().sounded(alarm(since=NOON), NOON + 20 * SECOND, new_id)

    [one] = book.open
    assert (NOON, NOON + 20 * SECOND + WORD) == (one.started_at, one.next_word_at)


def test_the_same_alarm_again_changes_nothing(new_id):
    """An alert is sent again and again."""
    book = Book().sounded(alarm(), NOON, new_id)

    assert book is book.sounded(alarm(), NOON + SECOND, new_id)


def test_two_who_see_the_same_outage_hold_one_incident_open(new_id):
    """The probe and the alert; it is over when the last of them is."""
    book = Book().sounded(alarm(), NOON, new_id).sounded(alarm("alert:a1"), NOON + SECOND, new_id)
    book = book.hushed("probe:store", NOON + 5 * SECOND).settled(NOON + timedelta(hours=1) - SECOND)

    assert 1 == len(book.open)
    book = book.hushed("alert:a1", NOON + timedelta(minutes=2)).settled(NOON + timedelta(minutes=2) + QUIET)
    assert (0, NOON + timedelta(minutes=2)) == (len(book.open), book.incidents[0].ended_at)


def test_an_outage_that_comes_back_within_the_quiet_is_the_same(new_id):
    """A link that flaps is one outage, not twenty."""
    book = Book().sounded(alarm(), NOON, new_id).hushed("probe:store", NOON + SECOND).settled(NOON + QUIET)
    book = book.sounded(alarm(since=NOON + QUIET), NOON + QUIET, new_id).settled(NOON + 3 * QUIET)

    assert (1, 1) == (len(book.open), len(book.incidents))


def test_what_turns_out_to_be_of_another_cause_is_the_same_outage(new_id):
    """With its number, its beginning and what holds it."""
    book = Book().sounded(alarm(), NOON, new_id)
    [before] = book.open
    [after] = book.turned_out(book.open, Cause.REGISTER, NOON + SECOND).incidents

    assert (before.incident_id, NOON, before.alarms) == (after.incident_id, after.started_at, after.alarms)
    assert (Cause.REGISTER, NOON + SECOND, True) == (after.cause, after.said_at, after.is_open)


def test_where_one_of_that_cause_is_open_it_takes_over_what_held_the_other(new_id):
    """From the earlier beginning on; nothing is left open that nothing holds."""
    book = Book().sounded(alarm("probe:counter", cause=Cause.COUNTER), NOON, new_id)
    book = book.sounded(alarm(since=NOON + SECOND), NOON + SECOND, new_id)
    first = book.incidents[1]
    [only] = (book := book.turned_out([first], Cause.STORE, NOON + 2 * SECOND)).open

    assert (NOON, {"probe:counter", "probe:store"}) == (only.started_at, only.alarms)
    assert NOON + 2 * SECOND == book.find(first.incident_id).ended_at


def test_what_somebody_closed_stays_closed_while_its_alarm_sounds_on(new_id):
    """And opens again with the next one."""
    book = Book().sounded(alarm(), NOON, new_id)
    book = book.closed(book.open[0].incident_id, NOON + SECOND).sounded(alarm(), NOON + 2 * SECOND, new_id)

    assert () == book.open
    book = book.hushed("probe:store", NOON + 3 * SECOND).sounded(alarm(), NOON + 4 * SECOND, new_id)
    assert 1 == len(book.open)


def test_a_promised_word_is_kept(new_id):
    """The instant of the next word never lies in the past of an open incident."""
    book = Book().sounded(alarm(), NOON, new_id)
    later = NOON + WORD + SECOND

    [one] = book.settled(later).open
    assert (later, later + WORD) == (one.said_at, one.next_word_at)


def test_only_the_probes_that_sound_are_left(new_id):
    """Alerts and hands are others' to hush."""
    book = Book()
    for key, cause in (("probe:a", Cause.STORE), ("probe:b", Cause.SLOW), ("alert:c", Cause.REGISTRY)):
        book = book.sounded(alarm(key, cause=cause), NOON, new_id)

    book = book.only("probe:", {"probe:b"}, NOON + SECOND)

    assert {"probe:b", "alert:c"} == {key for one in book.open for key in one.alarms}


STEPS = st.lists(
    st.tuples(st.sampled_from(["sound", "hush", "wait", "close"]), st.integers(0, 3), st.integers(0, 90)), max_size=40
)


@given(STEPS)
def test_whatever_happens_the_book_is_in_order(steps):
    """No two open incidents of one function and cause, no end before its start, every alarm in one place."""
    numbers, now, book = count(1), NOON, Book()
    for step, which, seconds in steps:
        now += timedelta(seconds=seconds)
        if step == "sound":
            book = book.sounded(
                alarm(f"alert:{which}", cause=list(Cause)[which % 2], since=now), now, lambda: f"{next(numbers):08x}"
            )
        elif step == "hush":
            book = book.hushed(f"alert:{which}", now)
        elif step == "close" and book.open:
            book = book.closed(book.open[0].incident_id, now)
        book = book.settled(now)

        kinds = [(one.function, one.cause) for one in book.open]
        alarms = [key for one in book.open for key in one.alarms]
        assert len(kinds) == len(set(kinds))
        assert len(alarms) == len(set(alarms))
        assert not book.muted & set(alarms)
        assert all(one.ended_at is None or one.started_at <= one.ended_at <= now for one in book.incidents)
        assert all(now < one.next_word_at for one in book.open)
