"""needs: how many pods, connections and how large a database a demand needs, from what one filing costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from loadtest.sizing.demand import Demand

#: Questions to each registry about one application: her code; her identity and 2.2 children; 1.2 periods of work; the
#: account. Children: the mean assumed of this audience; periods: assumed.
QUESTIONS: Mapping[str, float] = {"revenue": 1.0, "anpr": 3.2, "labour": 1.2, "bank": 1.0}
RETRIES = 1.1  # calls to each question: the retry budget is 10 %
CONNECTIONS = {"counter": 8, "worker": 8, "relay": 3, "monitoring": 3}  # that a process keeps open at most
FOR_PEOPLE = 10  # connections kept for operators, backups and migrations
OF_ALL = 0.6  # of max_connections that ours may take together


@dataclass(frozen=True, slots=True)
class Assumed:
    """What was not measured. `busy`: the share of its core at which a process is planned to run at the peak."""

    requests_per_filing: float = 20.0
    busy: float = 0.6
    quota_per_s: float = 100.0  # calls a second to each registry
    database_busy: float = 0.5
    headroom: float = 1.5  # of disk


@dataclass(frozen=True, slots=True)
class Needs:
    """What is needed at the peak. Rates are a second."""

    requests: float
    counters: int
    workers: int
    relays: int
    decided: float  # filings that are decided a second, at most
    registries_allow: float
    limit: str  # what decides how fast decisions come
    connections: int
    max_connections: int
    database_cores: int
    database_gb: float
    log_gb: float
    memory_gb: int


def needs(demand: Demand, filed: float, capacity: Mapping[str, Any], assumed: Assumed) -> Needs:
    """Return what is needed. `filed`: filings of the whole demand; `capacity`: what `make capacity` wrote."""
    cost, stored = capacity["costs"], capacity["stored"]
    requests = demand.peak * assumed.requests_per_filing
    registry = max(QUESTIONS, key=lambda name: QUESTIONS[name])
    allowed = assumed.quota_per_s / (QUESTIONS[registry] * RETRIES)
    wanted = min(demand.peak, allowed)
    counters = 1 + ceil(requests * cost["cpu_s_per_request"]["counter"] / assumed.busy)
    workers = 1 + ceil(wanted * cost["cpu_s_per_filing"]["workers"] / assumed.busy)
    can = (workers - 1) * assumed.busy / cost["cpu_s_per_filing"]["workers"]
    relays = 1 + ceil(wanted * cost["cpu_s_per_filing"]["relay"] / assumed.busy)
    crew = {"counter": counters, "worker": workers, "relay": relays, "monitoring": 1}
    ours = sum(count * CONNECTIONS[kind] for kind, count in crew.items())
    database = filed * stored["bytes_per_filing"] * assumed.headroom / 1e9
    return Needs(
        requests=requests,
        counters=counters,
        workers=workers,
        relays=relays,
        decided=min(allowed, can),
        registries_allow=allowed,
        limit=f"the quota of {registry}" if allowed <= can else "the workers",
        connections=ours,
        max_connections=ceil(max(ours / OF_ALL, ours + FOR_PEOPLE) / 10) * 10,
        database_cores=max(2, ceil(requests * cost["cpu_s_per_request"]["postgres"] / assumed.database_busy)),
        database_gb=max(10.0, database),
        log_gb=filed * stored["log_bytes_per_filing"] / 1e9,
        memory_gb=max(8, ceil(database / assumed.headroom / 4) * 4),
    )
