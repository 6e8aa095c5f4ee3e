"""A refusal: what the counter answers when it cannot take a request, named by its code in the catalogue."""

import math
from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from core.domain.errors import ApprodoError


class Fault(Protocol):
    """One thing wrong in a body: a code, and an RFC 6901 pointer to its place. Never the value."""

    @property
    def code(self) -> str: ...

    @property
    def pointer(self) -> str: ...


class Refusal(ApprodoError):
    """The counter cannot take this request."""

    def __init__(
        self, code: str, faults: Sequence[Fault] = (), headers: Sequence[tuple[bytes, bytes]] = (), **members: object
    ) -> None:
        """Refuse with a code of the catalogue; faults in the body, headers and further members of the answer if any."""
        super().__init__(code)
        self.code = code
        self.faults = faults
        self.headers = headers
        self.members = members

    def __str__(self) -> str:
        return self.code


def wrong_shape(faults: Sequence[Fault]) -> Refusal:
    """Refuse a body no person could have typed: by its fault's own code where there is but one kind."""
    codes = {fault.code for fault in faults}
    return Refusal(codes.pop() if len(codes) == 1 else "wrong-shape", faults)


MOST_PAUSE = timedelta(hours=1)  # somebody may end a pause sooner than was said, so nobody is told to wait longer


def refused_for_now(code: str, left: timedelta | None) -> Refusal:
    """Refuse what operators hold back: until the end they named, or for as long as the catalogue says."""
    if left is None:
        return Refusal(code)
    return Refusal(code, retry_after=math.ceil(min(left, MOST_PAUSE).total_seconds()))
