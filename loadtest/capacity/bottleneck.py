"""bottleneck: which part holds the rate down, by what each used where it no longer held."""

from collections.abc import Mapping

from loadtest.capacity.trial import Trial

BUSY = 0.85  # of what a part can use
FULL = 0.93  # of the whole machine
OTHERS = 0.15  # of the machine: what others may use without spoiling the figure
WORDS = {"postgres": "PostgreSQL", "standins": "registries", "valkey": "Valkey"}


def by_part(cores: Mapping[str, float]) -> dict[str, float]:
    """Return the cores of each part, its processes together: counter-1 and counter-2 are the counter."""
    parts: dict[str, float] = {}
    for name, used in cores.items():
        part = part_of(name)
        parts[part] = parts.get(part, 0.0) + used
    return parts


def part_of(process: str) -> str:
    """Return the part a process belongs to."""
    stem = process.rstrip("0123456789").rstrip("-")
    return {"worker": "workers", "lone-worker": "workers"}.get(stem, stem)


def limits(cores: Mapping[str, float], machine: float) -> dict[str, float]:
    """Return the cores that each part can use: one for each process of ours, all of the machine for the stores."""
    most: dict[str, float] = {}
    for name in cores:
        part = part_of(name)
        most[part] = machine if part in ("postgres", "valkey") else min(machine, most.get(part, 0.0) + 1)
    return most


def named(trial: Trial, machine: float) -> str:
    """Return the bottleneck of a trial that did not hold, in words. `machine`: its cores."""
    if not trial.is_ours:
        return f"the generator ({trial.client:.2f} of a core): the system can do more than was offered"
    used, most = by_part(trial.cores), limits(trial.cores, machine)
    share = {part: used[part] / most[part] for part in used}
    part = max(share, key=lambda one: share[one])
    all_of_it = sum(used.values()) + trial.client
    if trial.others > OTHERS * machine and all_of_it + trial.others >= FULL * machine:
        return f"others on this machine ({trial.others:.2f} of {machine:g} cores): measure again when it is quiet"
    if share[part] >= BUSY:
        return f"CPU of the {WORDS.get(part, part)} ({used[part]:.2f} of {most[part]:g} cores)"
    if all_of_it >= FULL * machine:
        greediest = max(used, key=lambda one: used[one])
        whole = f"all {machine:g} cores of the machine are busy, most of them with the"
        return f"CPU: {whole} {WORDS.get(greediest, greediest)} ({used[greediest]:.2f} cores)"
    if any("behind" in one for one in trial.missed):
        return "waiting for the registries: the workers have time, and decisions fall behind"
    return f"nothing is busy ({WORDS.get(part, part)} most, {share[part]:.0%}): requests wait, for locks or the disk"
