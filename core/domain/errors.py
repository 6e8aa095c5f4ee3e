"""The error tree: each class one sentence, which is its message.

ApprodoError
├── Refused                   what was asked cannot be done, now or later
│   ├── NotFound
│   ├── DraftExpired
│   ├── DraftSealed
│   ├── StaleRevision         carries the current revision
│   ├── RevisionLimit
│   ├── DraftFull
│   ├── KeyReused
│   ├── AlreadySealed
│   ├── SectionsMissing       carries the sections
│   ├── DeclarationsMissing
│   ├── SectionChanged        carries the sections
│   ├── AlreadyFiled
│   └── MoveNotAllowed
├── Unavailable               nothing was written; the same request may be sent again
│   ├── StoreUnavailable
│   ├── TooManyWaiting
│   └── IntakePaused          carries for how long, where somebody has said
├── OutcomeUnknown            COMMIT was sent and its reply is missing; the same request settles it
├── FenceRefused              another attempt holds this work
└── GrantedElsewhere          a month of it may be granted to her other application
"""

from dataclasses import dataclass
from datetime import timedelta

from core.domain.revision import Revision


class ApprodoError(Exception):
    """Something this project foresaw; the docstring is the message."""

    def __str__(self) -> str:
        return (type(self).__doc__ or type(self).__name__).split("\n", 1)[0]


class Refused(ApprodoError):
    """What was asked cannot be done as asked."""


class NotFound(Refused):
    """There is no such thing for this caller."""


class DraftExpired(Refused):
    """The draft can no longer be saved to."""


class DraftSealed(Refused):
    """The draft has been submitted."""


@dataclass
class StaleRevision(Refused):
    """The section has changed since the revision named; what was sent is kept beside it."""

    current: Revision | None

    __str__ = ApprodoError.__str__


class RevisionLimit(Refused):
    """The section has as many revisions as one section may have."""


class DraftFull(Refused):
    """The draft holds as many bytes as one draft may hold."""


class KeyReused(Refused):
    """The idempotency key was used for another request."""


class AlreadySealed(Refused):
    """The draft was submitted with other revisions."""


@dataclass
class SectionsMissing(Refused):
    """Required sections were never saved, or were not named."""

    sections: tuple[str, ...]

    __str__ = ApprodoError.__str__


class DeclarationsMissing(Refused):
    """The declarations that a filing needs were not given."""


@dataclass
class SectionChanged(Refused):
    """A section has an acknowledged revision other than the one named."""

    sections: tuple[str, ...]

    __str__ = ApprodoError.__str__


class AlreadyFiled(Refused):
    """The person has a live submission in this window."""


class MoveNotAllowed(Refused):
    """The submission's state does not allow this."""


class Unavailable(ApprodoError):
    """Nothing was written; the same request may be sent again."""


class StoreUnavailable(Unavailable):
    """The database cannot be reached."""


class TooManyWaiting(Unavailable):
    """Too many requests wait for a commit."""


@dataclass
class IntakePaused(Unavailable):
    """Operators have paused what this channel hands in."""

    left: timedelta | None = None

    __str__ = ApprodoError.__str__


class OutcomeUnknown(ApprodoError):
    """COMMIT was sent and its reply is missing; the same request settles it."""


class FenceRefused(ApprodoError):
    """Another attempt holds this work."""


class GrantedElsewhere(ApprodoError):
    """Another live application of hers has one of these months, or is being written in this moment."""
