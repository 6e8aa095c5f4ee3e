"""burial: rows that ended too many workers, alone, go on a person's list."""

from collections.abc import Sequence
from datetime import timedelta

from core.clock import Clock
from core.domain.submission import Reason
from core.domain.work import Attempt, Buried
from core.hooks import Observe
from workers.moves import moves_to_officer
from workers.reasons import TECHNICAL_FAULT
from workers.settling import Settle, tell, write
from workers.step import settled

CRASHES = "crashes"  # why the row is buried


async def bury(spent: Sequence[Attempt], settle: Settle, clock: Clock, within: timedelta, observe: Observe) -> None:
    """Bury these rows; none of what they hold is looked at. What cannot be written `within` comes round again."""
    for attempt in spent:
        end = Buried(CRASHES, moves_to_officer(attempt.state, Reason(TECHNICAL_FAULT)))
        written = await write(settled(attempt, end), settle, clock, within, observe)
        if written is not None:
            tell([(attempt, written)], 0.0, observe)
