"""The command: what is asked for, how to do it again, and what is never done without a yes."""

import ast
import importlib.metadata
import sys
from pathlib import Path

import pytest

from loadtest.rehearsal.__main__ import COULD_NOT, main
from loadtest.rehearsal.drawn import on_screen, picture
from loadtest.rehearsal.plan import lay_out
from loadtest.rehearsal.profiles import PROFILES
from loadtest.rehearsal.rehearse import Asked
from loadtest.rehearsal.timeline import read

LOADTEST = Path(__file__).resolve().parents[3] / "loadtest"


@pytest.mark.parametrize("confirm", [[], ["--confirm", "other.example"]])
def test_a_system_of_somebody_elses_is_not_touched_without_its_name_said_twice(confirm, tmp_path, capsys):
    """Nothing is sent, and no folder made."""
    code = main(["--host", "https://counter.example", "--folder", str(tmp_path / "none"), *confirm])

    assert code == COULD_NOT
    assert "nothing was sent" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (["--host", "counter.example"], "a host is written like https://counter.example"),
        (["--host", "https://counter.example", "--faults", "launch-day"], "nothing is broken on a system that is not"),
    ],
)
def test_what_cannot_be_asked_of_a_system_of_somebody_elses_is_said(said, told, tmp_path, capsys):
    """Before its name is asked for."""
    code = main([*said, "--confirm", "counter.example", "--folder", str(tmp_path / "none")])

    assert code == COULD_NOT
    assert told in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("asked", "again"),
    [
        (Asked("ci", seed=7, scale=0.1, mix={"impatient": 0.5}), "PROFILE=ci SEED=7 SCALE=0.1 IMPATIENT=0.5"),
        (Asked("ci", seed=0, mix={"mistakes": 0.0}), "PROFILE=ci SEED=0 MISTAKES=0.0"),
        (
            Asked("ci", seed=7, faults="my file.toml", generators=2),
            "PROFILE=ci SEED=7 FAULTS='my file.toml' GENERATORS=2",
        ),
    ],
)
def test_how_to_do_it_again_says_all_that_was_asked(asked, again):
    """With the seed, whoever chose it; and none of something is something."""
    assert asked.command() == f"make rehearse {again}"


@pytest.mark.parametrize(
    "said",
    [
        *("--scale=-1", "--scale=0", "--seconds=-5", "--pace=nan", "--impatient=3", "--mistakes=-0.1"),
        *("--generators=0", "--generators=1.5", "--web=0", "--web=99", "--web=on", "--scale=half", "--mistakes=few"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_starts(said, capsys):
    """A load of less than nothing was rehearsed once, and said to be inconclusive."""
    with pytest.raises(SystemExit) as ended:
        main([said])

    assert 2 == ended.value.code
    told = capsys.readouterr().err
    assert said.partition("=")[0] in told
    assert "invalid _" not in told


@pytest.mark.parametrize("profile", ["retry-storm", "retry-storm-polite"])
def test_a_storm_that_could_show_nothing_is_not_begun(profile, capsys):
    """What was given before it is what it is held to."""
    with pytest.raises(SystemExit) as ended:
        main(["--profile", profile, "--seconds", "66"])

    assert 2 == ended.value.code
    assert "takes SECONDS=110 to be known" in capsys.readouterr().err


def test_profiles_are_listed_with_their_sources(capsys):
    """Whoever reads the list knows what each figure stands on."""
    assert main(["--list"]) == 0
    listed = capsys.readouterr().out

    assert all(profile.title in listed and profile.sources[0] in listed for profile in PROFILES.values())


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_a_shape_is_drawn_before_it_starts(name):
    """On the screen, and as a picture that needs nothing else."""
    plan = lay_out(PROFILES[name], 1)
    faults = read(PROFILES[name].faults, plan.seconds)
    shown, drawn = "\n".join(on_screen(plan, faults)), picture(plan, faults)

    assert "█" in shown
    assert all(fault.told() in shown and fault.told() in drawn for fault in faults)
    assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "")


def test_no_file_here_bears_a_name_of_somebody_else():
    """Locust puts the folder of its file first on the path: a module of that name would be found instead."""
    others = sys.stdlib_module_names | {name for name in importlib.metadata.packages_distributions() if name}
    ours = {file.stem for file in LOADTEST.rglob("*.py")} - {"__init__", "__main__"}

    assert set() == ours & (others - {"loadtest"})


def test_only_the_crowd_knows_locust():
    """Importing it changes sockets and threads of the whole process."""
    knows = {
        file.name
        for file in LOADTEST.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None), *(alias.name for alias in node.names)]
        if name and name.split(".")[0] in ("locust", "gevent")
    }

    assert knows == {"crowd.py"}
