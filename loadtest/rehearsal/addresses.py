"""addresses: where the parts of a system under rehearsal are."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Addresses:
    """All but `http` is None for a system that is not ours to look into."""

    http: str
    ops: str | None = None
    registries: str | None = None  # the stand-ins: /control and /calls
    database_url: str | None = None
    redis_url: str | None = None
