"""settling: an outcome is offered to the ledger until it is written, refused, or given up, and then told."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from random import random

from bonus.officer import FLAG
from core.clock import Clock
from core.domain.errors import FenceRefused, GrantedElsewhere, OutcomeUnknown, Unavailable
from core.domain.submission import State
from core.domain.work import FOR_A_PERSON, Attempt, Buried, Concluded, Kind, Postponed, Settlement
from core.hooks import Observe
from workers.step import End

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
    met: Exception | None = None,
) -> Settlement | None:
    """Write an outcome under its fence; return what was written, or None where nothing was.

    `met`: what it met where it was offered once already. The fence makes a repeat harmless: a database that is away
    for a moment costs neither the answers nor a crash. After a lost reply a refusal by the fence means that the
    outcome had been written. What the ledger refuses on other grounds (a move that is not allowed, a second decision
    in one round) is put on a person's list. A decision that was overtaken by one on the person's other application is
    made again at once.
    """
    give_up_at = clock.monotonic() + within.total_seconds()
    wait, perhaps_written = FIRST_WAIT, False
    while error := met or await _offer(settlement, settle):
        met = None
        match error:
            case FenceRefused():
                if perhaps_written:
                    return settlement
                observe("fence.refused", count=1, draft_id=settlement.draft_id)
                return None
            case GrantedElsewhere():
                settlement = _again(settlement)
            case OutcomeUnknown() | Unavailable():
                perhaps_written = perhaps_written or isinstance(error, OutcomeUnknown)
                if clock.monotonic() + wait > give_up_at:
                    return _abandon(settlement, error, observe)
                await sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)
            case _:  # an outcome that cannot be written must still be seen by somebody
                if settlement.end == Buried(REFUSED):
                    return _abandon(settlement, error, observe)
                observe("attempt.failed", failure=type(error).__name__, draft_id=settlement.draft_id)
                settlement = Settlement(settlement.key, settlement.fence, Buried(REFUSED))
    return settlement


async def _offer(settlement: Settlement, settle: Settle) -> Exception | None:
    """Return what the outcome met, or None where it is written."""
    try:
        await settle(settlement)
    except Exception as error:  # noqa: BLE001  whatever it is, `write` says what it means
        return error
    return None


def _again(settlement: Settlement) -> Settlement:
    """Keep what was answered, and let two that overtook each other come round at different times."""
    end = Postponed(timedelta(seconds=random()), OVERTAKEN, counts=False)  # noqa: S311  no secret
    return replace(settlement, end=end)


def _abandon(settlement: Settlement, error: Exception, observe: Observe) -> Settlement | None:
    """Leave it: its lease runs out, and the row comes round again."""
    observe("settlement.abandoned", failure=type(error).__name__, draft_id=settlement.draft_id)
    return None


def tell(written: Sequence[tuple[Attempt, Settlement]], seconds: float, observe: Observe) -> None:
    """State what attempts came to, once it is written; `seconds` since they were claimed. Like facts are told in one.

    Work is work, whoever it is for; but no wait and no decision is counted of the synthetic applicant.
    """
    waits = [
        (attempt.now - attempt.created_at).total_seconds() + seconds
        for attempt, settlement in written
        if _is_a_wait_over(attempt, settlement.end)
    ]
    if waits:
        observe("wait.ended", waits=waits)
    concluded = [(attempt, settlement.end) for attempt, settlement in written if isinstance(settlement.end, Concluded)]
    ends = Counter((attempt.key.kind, _outcome(end), attempt.channel) for attempt, end in concluded)
    for (kind, outcome, channel), count in ends.items():
        observe("work.settled", kind=kind.value, outcome=outcome, channel=channel.value, count=count, seconds=seconds)
    decisions = Counter(
        (end.decision.outcome, attempt.channel) for attempt, end in concluded if end.decision and not attempt.synthetic
    )
    for (state, channel), count in decisions.items():
        observe("decision.recorded", outcome=state.value, channel=channel.value, count=count)
    for attempt, settlement in written:
        _tell_of_one(attempt, settlement.end, observe)


def _outcome(end: Concluded) -> str:
    return end.moves[-1].to.value if end.moves else "done"


def _tell_of_one(attempt: Attempt, end: End, observe: Observe) -> None:
    """State what a person has to look at, and what is tried again."""
    kind = attempt.key.kind.value
    match end:
        case Concluded(difference=str(reason)):
            observe("work.buried", kind="payment", reason=reason, failed=False, told=False, **_whose(attempt))
        case Postponed(failure=failure):
            observe("work.postponed", kind=kind, failure=failure)
        case Buried(reason=reason, moves=moves):
            told = {"failed": _is_failure(reason), "told": bool(moves)}
            observe("work.buried", kind=kind, reason=reason, **told, **_whose(attempt))


def _is_a_wait_over(attempt: Attempt, end: End) -> bool:
    return not isinstance(end, Postponed) and _is_first_decision(attempt) and not attempt.synthetic


def _is_first_decision(attempt: Attempt) -> bool:
    """Say whether what she waits for now is what she filed for: no review, no payment, nothing that was suspended."""
    return attempt.key.kind is Kind.DECISION and attempt.round == 1 and attempt.state is not State.SUSPENDED


def _is_failure(reason: str) -> bool:
    """Say whether a burial is a failure that somebody sees, rather than what officers are there for."""
    return not (reason in FOR_A_PERSON or reason.startswith(FLAG.rstrip(":")))


def _whose(attempt: Attempt) -> dict[str, object]:
    return {"draft_id": attempt.key.draft_id, "number": attempt.number}
