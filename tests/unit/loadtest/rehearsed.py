"""A rehearsal that never was: half a minute of load, written down as the real ones are."""

import json
from pathlib import Path

from loadtest.rehearsal.folder import ANSWERS, OFFERED, PROCESSES, SAMPLES, Folder, write

SECONDS = 60
RUN = {
    "seed": 7,
    "profile": "steady",
    "scale": 5.0,
    "compression": 1.0,
    "started_at": "2026-11-20T09:00:00+00:00",
    "ended_at": "2026-11-20T09:01:00+00:00",
    "phases": [{"name": "steady", "start_s": 0, "end_s": SECONDS}],
    "faults": [],
    "machine": {"processor": "any", "cores": 2},
    "versions": {"python": "3.11"},
    "generator": {"ceiling_per_s": 1_000, "cpu_share": 0.2, "dropped": 0, "lateness_p99_ms": 2.0},
    "command": "make rehearse PROFILE=steady SEED=7",
}


def answers(*, took=0.02, status=200, code="", since=0, until=SECONDS, operation="save", a_second=10):
    """Return so many answers a second, each after as long."""
    return [
        (second + n / a_second, second + n / a_second, second + n / a_second + took, operation, "web", status, code, 0)
        for second in range(since, until)
        for n in range(a_second)
    ]


def written(place: Path, lines=None, *, oldest_due=0.2, counter=0.5, others=0.1, took=0.3, dropped=0, **run):
    """Write a folder and return it; `counter`, `others`: cores they use, `took`: seconds to each decision."""
    place.mkdir(parents=True, exist_ok=True)
    folder = Folder(place)
    cpu = dict.fromkeys(PROCESSES, 0.1) | {"counter": counter, "others": others}
    samples = [
        (s, 3, oldest_due, s, 0, *(value for name in PROCESSES for value in (cpu[name] * s, 80)))
        for s in range(SECONDS + 1)
    ]
    write(folder.answers, ANSWERS, lines if lines is not None else answers() + answers(operation="read"))
    write(folder.offered, OFFERED, [(second, 10, 10 - dropped, dropped) for second in range(SECONDS)])
    write(folder.samples, SAMPLES, samples)
    write(place / "decisions.csv", ("filed_s", "took_s", "state"), [(s, took, "granted") for s in range(SECONDS)])
    folder.run.write_text(json.dumps({**RUN, **run}))
    return place
