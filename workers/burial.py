"""burial: rows that ended too many workers, alone, go on a person's list."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from core.clock import Clock
from core.domain.submission import Reason, State
from core.domain.work import Attempt, Buried, Offer, Settlement
from core.hooks import Observe
from workers.moves import moves_to_officer
from workers.reasons import TECHNICAL_FAULT
from workers.settling import tell, write
from workers.step import settled

CRASHES = "crashes"  # why the row is buried


class Rows(Protocol):
    """What a burial asks of the ledger (core/storage/work.py)."""

    async def claim(self, draft_ids: Sequence[UUID], *, alone: bool = False) -> list[Attempt]:
        """Take what was offered of these drafts."""

    async def give_back(self, attempts: Sequence[Attempt]) -> int:
        """Let go of attempts that were not made."""

    async def settle(self, settlement: Settlement) -> tuple[State, ...]:
        """Write what an attempt came to."""


async def bury_spent(spent: Sequence[Offer], rows: Rows, clock: Clock, within: timedelta, observe: Observe) -> int:
    """Bury these rows and return how many were; none of what they hold is looked at.

    They are claimed first, so that nobody else runs one meanwhile. Whatever cannot be written within `within` comes
    round again. Errors: StoreUnavailable.
    """
    if not spent:
        return 0
    keys = {offer.key for offer in spent}
    claimed = await rows.claim([offer.key.draft_id for offer in spent], alone=True)
    await rows.give_back([attempt for attempt in claimed if attempt.key not in keys])
    buried = 0
    for attempt in claimed:
        if attempt.key in keys:
            buried += await _bury(attempt, rows, clock, within, observe)
    return buried


async def _bury(attempt: Attempt, rows: Rows, clock: Clock, within: timedelta, observe: Observe) -> bool:
    end = Buried(CRASHES, moves_to_officer(attempt.state, Reason(TECHNICAL_FAULT)))
    written = await write(settled(attempt, end), rows.settle, clock, within, observe)
    if written is not None:
        tell(attempt, written, 0.0, observe)
    return written is not None
