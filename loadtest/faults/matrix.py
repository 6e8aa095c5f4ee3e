"""matrix: every row of the fault matrix in a few words, and what is said of those that no scenario here does."""

from typing import Final

#: The numbers are those of the specification, which leaves some out.
ROWS: Final = {
    1: "counter killed at each await of a save and a filing",
    2: "counter told to stop under load (deploy)",
    3: "the counter's parent killed",
    4: "counter frozen",
    5: "event loop blocked",
    6: "clients leave before and after the commit",
    7: "answer cut in the middle",
    8: "stop while a commit is slow",
    9: "slow heads, slow bodies, idle lines",
    10: "file descriptors exhausted",
    12: "PostgreSQL killed and restarted; frozen",
    13: "power cut",
    14: "every backend terminated, again and again",
    15: "reply to COMMIT lost",
    17: "disk of the write-ahead log full",
    18: "fsync fails, once and lastingly",
    19: "fail-over to the synchronous standby",
    20: "asynchronous standby promoted",
    21: "synchronous standby gone",
    23: "connection storm",
    24: "DDL behind a long read",
    25: "idle in a transaction; a report left open",
    26: "deadlocks and serialization failures",
    27: "black hole between counter and PostgreSQL",
    28: "200 ms and jitter to PostgreSQL",
    29: "replica lags",
    30: "Redis emptied",
    31: "Redis killed, its disk wiped, away",
    32: "Redis frozen",
    33: "Redis evicts, is full, lacks replicas, is read-only",
    36: "Redis away while an actor fails",
    37: "worker killed at each await",
    39: "worker stuck in a socket, or altogether",
    40: "a submission that kills each worker",
    41: "workers and their parents killed",
    42: "two relays, two sweepers",
    44: "the clock of a worker jumps",
    46: "midnight, year end, the end of a window",
    47: "identity provider down",
    48: "identity provider rotates keys, codes replayed",
    49: "session expires while she fills in",
    50: "verification down for long",
    51: "verification slow, flapping, answering nonsense",
    53: "metrics and logs have no room",
    55: "names cannot be looked up",
    56: "deploy: old and new code mixed, and back",
    57: "migration killed at each statement",
    58: "signing key missing, wrong, rotated",
    59: "backup restored to an earlier time",
    60: "retry storm",
}

#: The identity provider, sessions and mandates are a later capability.
NOT_BUILT: Final = frozenset({47, 48, 49})

#: Rows that are done where every point can be counted, and who does it.
ELSEWHERE: Final = {59: "restoring backups is drilled by itself"}
