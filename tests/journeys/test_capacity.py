"""One rate of `make capacity`, offered to a real system."""

from random import Random
from urllib.parse import urlsplit

from loadtest.bench import database
from loadtest.capacity import costs
from loadtest.capacity.applications import FINE, Applications
from loadtest.capacity.trial import Offer
from tests.journeys.system import System

STRANGERS = 900_000  # the first of people nobody else here knows


def test_a_rate_is_offered_and_what_it_used_is_told(system: System) -> None:
    """Applications are filed, step by step, none refused; CPU, connections and bytes are counted."""
    names = ("counter-1", "worker-1", "worker-2", "relay-1", "monitoring")
    pids = {name: system.running.runs(name) for name in names}
    applications = Applications(Random(7), STRANGERS, at_once=6)
    port = urlsplit(system.address("http")).port
    with database.opened(system.address("database_url")) as ledger:
        before = costs.standing(ledger)
        trial = Offer(port, applications, pids, ledger, Random(7)).offer(60, 4.0)

        assert {"one": trial.statuses} == {"one": {s: n for s, n in trial.statuses.items() if s in FINE}}
        assert trial.filed > 0
        assert trial.answers > 100
        assert pids.keys() == trial.cores.keys()
        assert costs.grown(ledger, before, trial.answers)["log_bytes_per_filing"] > 1_000
        assert costs.grown(ledger, before, trial.answers)["connections"] > 3
