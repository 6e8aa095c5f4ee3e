"""How often somebody asked to stop, however the wish came."""

from deploy.local.stop_request import ONE_WISH, Wishes


def test_what_a_group_and_make_are_sent_at_once_is_one_wish():
    """`timeout make run`, or a service manager, signals all of them, and make hands it on: nobody is in a hurry."""
    wishes = Wishes()

    wishes.heard(10.0)
    wishes.heard(10.001)
    wishes.heard(10.0 + ONE_WISH / 2)

    assert 1 == wishes.count


def test_whoever_asks_again_is_in_a_hurry():
    """A moment later it is a second wish."""
    wishes = Wishes()

    wishes.heard(10.0)
    wishes.heard(10.0 + ONE_WISH)

    assert 2 == wishes.count
