"""Rate limits: a burst, a pace, and numbers that tell a client where it stands."""

from hypothesis import given
from hypothesis import strategies as st

from ingest.http.rate_limits import PER_DRAFT, Rate, RateLimits, unspent


def test_a_draft_may_send_its_burst_and_then_its_pace():
    """120 at once, the next one refused; a quarter of a second later one more."""
    limits = RateLimits(PER_DRAFT)

    at_once = [limits.count("draft", 1_000.0).admitted for _ in range(121)]

    assert at_once == [True] * 120 + [False]
    assert limits.count("draft", 1_000.25).admitted
    assert not limits.count("draft", 1_000.25).admitted


def test_every_answer_tells_what_is_left():
    """Limit, remaining and the seconds until all of it is back."""
    limits = RateLimits(PER_DRAFT)

    first = limits.count("draft", 0.0)

    assert first.headers() == [
        (b"x-ratelimit-limit", b"120"),
        (b"x-ratelimit-remaining", b"119"),
        (b"x-ratelimit-reset", b"1"),
    ]
    assert first.retry_after == 0


def test_a_refusal_says_when_to_come_back():
    """Retry-After is at least a second, and by then a request is admitted."""
    limits = RateLimits(Rate(per_minute=6, burst=2))
    limits.count("draft", 0.0)
    limits.count("draft", 0.0)

    refused = limits.count("draft", 0.5)

    assert (refused.admitted, refused.remaining, refused.retry_after, refused.reset) == (False, 0, 10, 20)
    assert limits.count("draft", 0.5 + refused.retry_after).admitted


def test_refused_requests_cost_nothing():
    """Hammering does not push the next admission away."""
    limits = RateLimits(Rate(per_minute=60, burst=1))
    limits.count("draft", 0.0)

    for _ in range(50):
        limits.count("draft", 0.9)

    assert limits.count("draft", 1.0).admitted


def test_drafts_do_not_share_their_rates():
    """Five hundred people behind one address are five hundred drafts (row 74)."""
    limits = RateLimits(Rate(per_minute=60, burst=1))

    assert all(limits.count(draft, 0.0).admitted for draft in range(500))


def test_memory_is_bounded_under_a_flood():
    """However many callers come, no more than the bound are remembered."""
    limits = RateLimits(PER_DRAFT, most_callers=100)

    for caller in range(10_000):
        limits.count(caller, 0.0)

    assert len(limits._recent) + len(limits._older) <= 100


def test_quiet_callers_are_forgotten():
    """After two turns nothing is kept of who has not come back."""
    limits = RateLimits(PER_DRAFT)
    limits.count("quiet", 0.0)

    limits.count("other", 31.0)
    limits.count("other", 62.0)

    assert "quiet" not in limits._recent | limits._older


@given(st.lists(st.floats(0, 3), min_size=1, max_size=400))
def test_no_stretch_of_time_admits_more_than_burst_and_pace(pauses: list[float]):
    """Between any two admitted requests: at most the burst, and one for each interval gone by."""
    rate = Rate(per_minute=60, burst=5)
    limits = RateLimits(rate, most_callers=10)
    now, admitted = 0.0, []
    for pause in pauses:
        now += pause
        if limits.count("draft", now).admitted:
            admitted.append(now)

    for first, start in enumerate(admitted):
        for last in range(first, len(admitted)):
            assert last - first + 1 <= rate.burst + (admitted[last] - start) / rate.interval + 1e-6


@given(st.lists(st.floats(0, 2), min_size=1, max_size=100))
def test_the_numbers_told_are_always_sensible(pauses: list[float]):
    """Remaining lies within the limit, waiting is told exactly to who was refused."""
    limits = RateLimits(Rate(per_minute=60, burst=5))
    now = 0.0
    for pause in pauses:
        now += pause
        standing = limits.count("draft", now)

        assert 0 <= standing.remaining <= standing.limit == 5
        assert standing.reset >= 0
        assert (standing.retry_after > 0) or standing.admitted


def test_answers_without_a_caller_tell_the_whole_limit():
    """Every answer carries the three headers."""
    assert dict(unspent(PER_DRAFT).headers())[b"x-ratelimit-remaining"] == b"120"
