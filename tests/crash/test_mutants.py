"""Each fault that programs like this one have had is seen by a checker; one that never was red would prove nothing."""

from collections.abc import Callable

import pytest

from tests.conftest import MEASURED
from tests.crash import mutants, scenes
from tests.crash.acts import ACTS
from tests.crash.house import House
from tests.crash.scene import Scene, endless
from tests.crash.stage import Stage
from tests.crash.walk import Plant, Walk, no_bug

Note = Callable[[str, str], None]
NAMED = {act.name: act for act in ACTS}
SUBMIT, SAVE, TELL = (NAMED[name] for name in ("submit", "save", "tell"))
REGISTER, BRING_IN = (NAMED[name] for name in ("save, registered", "bring in"))
SCENES = {
    mutants.no_fence: (scenes.a_zombie_wakes, "torn"),
    mutants.cursor_relay: (scenes.a_commit_is_slow, "balance"),
    mutants.no_store_forgotten: (scenes.people_share_a_cache, "leak"),
}


@pytest.mark.parametrize(
    ("mutant", "act", "checker"),
    [
        (mutants.two_transactions, SUBMIT, "torn"),
        (mutants.early_ack, SAVE, "lost"),
        (mutants.told_before_it_is_entered, REGISTER, "lost"),
        (mutants.forgotten_before_it_is_in, BRING_IN, "lost"),
        (mutants.known_under_another_name, BRING_IN, "converges"),
        (mutants.correlated_apart, BRING_IN, "torn"),
        (mutants.said_before_it_is_sent, TELL, "letters"),
        (mutants.named_anew, TELL, "letters"),
    ],
    ids=lambda one: getattr(one, "__name__", None),
)
def test_a_mutant_is_seen_where_it_is_killed(
    stage: Stage, house: House, mutant: Plant, act: object, checker: str, record_property: Note
) -> None:
    """By the same walk that finds nothing in the product."""
    walked = Walk(stage, house, act, mutant).walk()  # type: ignore[arg-type]

    record_property(MEASURED, f"mutant {mutant.__name__}: {', '.join(sorted(walked.found))}")
    assert checker in walked.found


@pytest.mark.parametrize("mutant", SCENES, ids=lambda mutant: mutant.__name__)
def test_a_mutant_is_seen_when_two_meet(stage: Stage, house: House, mutant: Plant, record_property: Note) -> None:
    """And the product, in the same scene, is found to be well."""
    scene, checker = SCENES[mutant]

    assert {} == Scene(stage, house, scene).judged()
    found = Scene(stage, house, scene, mutant).judged()

    record_property(MEASURED, f"mutant {mutant.__name__}: {', '.join(sorted(found))}")
    assert checker in found


def test_what_ends_every_worker_comes_to_an_end(stage: Stage, house: House, record_property: Note) -> None:
    """A row that kills whoever touches it is on a person's list before long; counted late, it goes round for ever."""
    assert not endless(stage, house, no_bug)

    assert endless(stage, house, mutants.attempts_counted_late)
    record_property(MEASURED, "mutant attempts_counted_late: endless")
