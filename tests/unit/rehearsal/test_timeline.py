"""The timeline of faults: read as people write it, and refused with a line that says where it is wrong."""

import pytest

from loadtest.rehearsal.profiles import PROFILES
from loadtest.rehearsal.timeline import HERE, Fault, WrongTimeline, parse, read

FREEZE = """
[[fault]]
at = "50 %"
what = "freeze"
target = "worker-2"
lasts = "4 s"
"""


def test_shares_are_of_the_load():
    """Seconds are seconds."""
    assert [Fault(100.0, "freeze", "worker-2", 4.0)] == parse(FREEZE, 200)


def test_they_come_in_order_of_time():
    """However they are written down."""
    text = '[[fault]]\nat = "9 s"\nwhat = "flush"\ntarget = "redis"\n' + FREEZE

    assert [9.0, 10.0] == [fault.at for fault in parse(text, 20)]


@pytest.mark.parametrize("file", sorted(HERE.glob("*.toml")), ids=lambda file: file.stem)
def test_ours_can_be_read(file):
    """By name and by path."""
    assert read(file.stem, 100) == read(str(file), 100)


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
def test_every_profile_names_one_that_is_there(profile):
    """And all that breaks breaks while people come."""
    assert all(fault.at < profile.lasts for fault in read(profile.faults or "none", profile.lasts))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (FREEZE.replace("freeze", "melt"), "fault 1: melt cannot happen to worker-2"),
        (FREEZE.replace("worker-2", "kitchen"), "fault 1: freeze cannot happen to kitchen"),
        (FREEZE.replace('"50 %"', "50"), 'fault 1: at is written like "40 %" or "90 s"'),
        (FREEZE.replace('lasts = "4 s"', ""), "fault 1: freeze lasts for how long?"),
        (FREEZE + "until = 5\n", "fault 1: nobody knows until"),
        (FREEZE.replace("50 %", "100 %"), "fault 1: at 100 s nobody comes any more, the load lasts 100 s"),
        (FREEZE.replace("[[fault]]", "[[faults]]"), r"each fault begins with a line \[\[fault\]\]"),
        (FREEZE.replace("[[fault]]", "[fault]"), r"each fault begins with a line \[\[fault\]\]"),
    ],
)
def test_what_is_wrong_is_named(wrong, told):
    """With the number of the fault."""
    with pytest.raises(WrongTimeline, match=told.replace("?", r"\?")):
        parse(wrong, 100)


def test_a_name_that_is_nobodys_is_told_with_those_there_are():
    """So that it can be typed again."""
    with pytest.raises(WrongTimeline, match="launch-day"):
        read("lunch-day", 100)


@pytest.mark.parametrize("held", [b"# Approdo\n\nno timeline", b"\xff\xfe"])
def test_a_file_that_is_none_is_named(tmp_path, held):
    """Whoever gave the wrong one sees which it was."""
    file = tmp_path / "mine.toml"
    file.write_bytes(held)

    with pytest.raises(WrongTimeline, match=f"^{file} is no timeline: "):
        read(str(file), 60)
