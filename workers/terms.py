"""terms: the numbers by which attempts are judged; one value per process."""

import random
from dataclasses import dataclass, field
from datetime import timedelta

from retry.backoff import Random
from retry.policy import RetryPolicy


@dataclass(frozen=True, slots=True)
class Terms:
    """How failures are retried, and how often a registry is asked that does not know yet."""

    policy: RetryPolicy
    random: Random = random.random  # in [0, 1), for jitter
    daily: timedelta = timedelta(hours=24)
    letters: RetryPolicy = field(default_factory=lambda: RetryPolicy(patience=timedelta(days=5)))  # RFC 5321, 4.5.4.1
    pages: str = ""  # where her pages are, for letters
    office: str = ""  # the address that is told of complaints
