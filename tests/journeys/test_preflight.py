"""The preflight list of a real system that is not ready for a launch, and says so."""

from tests.journeys.system import System


def test_a_demonstration_is_told_from_a_launch(system: System) -> None:
    """What holds on any machine is ok; what only a demonstration has is named, with what to do."""
    told = system.client.get(f"{system.address('ops')}/v1/preflight").json()

    lines = {line["name"]: line for line in told["lines"]}
    assert told["ready"] is False
    assert {"ok"} == {
        lines[name]["state"]
        for name in (
            "durability",
            "receipt keys",
            "key files",
            "clocks",
            "status",
            "status page",
        )
    }
    assert {"to do"} == {lines[name]["state"] for name in ("environment", "registries", "second copy", "capacity")}
    assert "stand-ins answer for them" == lines["registries"]["seen"]


def test_the_command_prints_the_list_and_is_red(system: System) -> None:
    """Exit code 0 is for a list without a gap."""
    ran = system.run("monitoring.preflight")

    assert (1, "") == (ran.returncode, ran.stderr)
    assert "to do      certificates" in ran.stdout
    assert "→ set APPRODO_ENVIRONMENT=production" in ran.stdout
    assert "stand between this system and a launch" in ran.stdout
