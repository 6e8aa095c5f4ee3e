"""A child's environment holds our settings and what any program needs, nothing else."""

from deploy.local.environment import bare, of_a_room

SHELL = {
    "PATH": "/opt/bin",
    "HOME": "/home/one",
    "PYTHONPATH": "/elsewhere",
    "PGHOST": "production",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "APPRODO_COUNTERS": "3",
    "DATABASE_URL": "postgresql://old",
}


def test_what_happens_to_be_set_stays_behind() -> None:
    """Neither a path for imports nor another program's secrets are passed on."""
    assert set(of_a_room(SHELL)) == {"PATH", "HOME", "LANG", "APPRODO_COUNTERS"}


def test_what_the_supervisor_found_out_wins() -> None:
    """A child is told the address that is true."""
    assert of_a_room(SHELL, DATABASE_URL="postgresql://new")["DATABASE_URL"] == "postgresql://new"


def test_a_part_that_is_not_ours_gets_no_setting_of_ours() -> None:
    """PostgreSQL and Valkey need none."""
    assert set(bare(SHELL)) == {"PATH", "HOME", "LANG"}


def test_there_is_always_a_path_and_a_language() -> None:
    """An empty environment is completed."""
    assert set(bare({})) == {"PATH", "LANG"}
