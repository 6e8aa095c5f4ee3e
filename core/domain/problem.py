"""A problem: one thing about what was typed that its writer may want to look at again."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a problem weighs once the draft is sealed."""

    ERROR = "error"  # the submission waits for the applicant
    WARNING = "warning"  # told, and nothing more


@dataclass(frozen=True, slots=True)
class Problem:
    """A code of the catalogue and the place it speaks of.

    `pointer` is an RFC 6901 JSON pointer, relative to the section where the problem is a section's own; where it
    concerns the whole draft, it begins with the section's name. A problem never carries the value itself.
    """

    code: str
    pointer: str
    severity: Severity = Severity.ERROR
