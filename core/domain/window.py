"""Windows: when applications may come in."""

from enum import StrEnum


class Window(StrEnum):
    """What an application's arrival falls in. One that falls in none is recorded and decided, never dropped."""

    ORDINARY = "ordinary"
    LATE = "late"
    OUTSIDE = "outside"
