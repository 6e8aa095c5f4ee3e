"""settling: an outcome is offered to the ledger until it is written, refused, or given up, and then told."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from random import random

from bonus.officer import FLAG
from core.clock import Clock
from core.domain.errors import FenceRefused, GrantedElsewhere, OutcomeUnknown, Unavailable
from core.domain.submission import State
from core.domain.work import FOR_A_PERSON, Attempt, Buried, Concluded, Kind, Postponed, Settlement
from core.hooks import Observe

FIRST_WAIT, LONGEST_WAIT = 0.1, 2.0  # seconds between two offers
REFUSED = "refused-by-ledger"  # why a row is buried whose outcome the ledger does not take
OVERTAKEN = "granted-elsewhere"  # as the last failure of a row that is decided again, on what is granted by then

Settle = Callable[[Settlement], Awaitable[object]]
Sleep = Callable[[float], Awaitable[None]]


async def write(
    settlement: Settlement,
    settle: Settle,
    clock: Clock,
    within: timedelta,
    observe: Observe,
    sleep: Sleep = asyncio.sleep,
) -> Settlement | None:
    """Write an outcome under its fence; return what was written, or None where nothing was.

    The fence makes a repeat harmless: a database that is away for a moment costs neither the answers nor a crash.
    After a lost reply a refusal by the fence means that the outcome had been written. What the ledger refuses on
    other grounds (a move that is not allowed, a second decision in one round) is put on a person's list. A decision
    that was overtaken by one on the person's other application is made again at once.
    """
    give_up_at = clock.monotonic() + within.total_seconds()
    wait, perhaps_written = FIRST_WAIT, False
    while True:
        try:
            await settle(settlement)
        except FenceRefused:
            if perhaps_written:
                return settlement
            observe("fence.refused", count=1, draft_id=settlement.draft_id)
            return None
        except GrantedElsewhere:
            settlement = _again(settlement)
        except (OutcomeUnknown, Unavailable) as error:
            perhaps_written = perhaps_written or isinstance(error, OutcomeUnknown)
            if clock.monotonic() + wait > give_up_at:
                return _abandon(settlement, error, observe)
            await sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)
        except Exception as error:  # noqa: BLE001  an outcome that cannot be written must still be seen by somebody
            if settlement.end == Buried(REFUSED):
                return _abandon(settlement, error, observe)
            observe("attempt.failed", failure=type(error).__name__, draft_id=settlement.draft_id)
            settlement = Settlement(settlement.key, settlement.fence, Buried(REFUSED))
        else:
            return settlement


def _again(settlement: Settlement) -> Settlement:
    """Keep what was answered, and let two that overtook each other come round at different times."""
    end = Postponed(timedelta(seconds=random()), OVERTAKEN, counts=False)  # noqa: S311  no secret
    return replace(settlement, end=end)


def _abandon(settlement: Settlement, error: Exception, observe: Observe) -> Settlement | None:
    """Leave it: its lease runs out, and the row comes round again."""
    observe("settlement.abandoned", failure=type(error).__name__, draft_id=settlement.draft_id)
    return None


def tell(attempt: Attempt, written: Settlement, seconds: float, observe: Observe) -> None:
    """State what an attempt came to, once it is written; `seconds` since it was claimed.

    Work is work, whoever it is for; but no wait and no decision is counted of the synthetic applicant.
    """
    kind, channel = attempt.key.kind.value, attempt.channel.value
    if not isinstance(written.end, Postponed) and _is_first_decision(attempt) and not attempt.synthetic:
        observe("wait.ended", seconds=(attempt.now - attempt.created_at).total_seconds() + seconds)
    match written.end:
        case Concluded(moves=moves, decision=decision, difference=difference):
            outcome = moves[-1].to.value if moves else "done"
            observe("work.settled", kind=kind, outcome=outcome, channel=channel, seconds=seconds)
            if decision is not None and not attempt.synthetic:
                observe("decision.recorded", outcome=decision.outcome.value, channel=channel)
            if difference is not None:
                observe("work.buried", kind="payment", reason=difference, failed=False, told=False, **_whose(attempt))
        case Postponed(failure=failure):
            observe("work.postponed", kind=kind, failure=failure)
        case Buried(reason=reason, moves=moves):
            told = {"failed": _is_failure(reason), "told": bool(moves)}
            observe("work.buried", kind=kind, reason=reason, **told, **_whose(attempt))


def _is_first_decision(attempt: Attempt) -> bool:
    """Say whether what she waits for now is what she filed for: no review, no payment, nothing that was suspended."""
    return attempt.key.kind is Kind.DECISION and attempt.round == 1 and attempt.state is not State.SUSPENDED


def _is_failure(reason: str) -> bool:
    """Say whether a burial is a failure that somebody sees, rather than what officers are there for."""
    return not (reason in FOR_A_PERSON or reason.startswith(FLAG.rstrip(":")))


def _whose(attempt: Attempt) -> dict[str, object]:
    return {"draft_id": attempt.key.draft_id, "number": attempt.number}
