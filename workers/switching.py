"""switching: the switches from a shell, for when the console is not at hand; the same rows, and the same trail."""

from argparse import ArgumentTypeError, Namespace
from datetime import timedelta

from core.domain.switch import LONGEST, SWITCHES, Turn
from core.settings import Settings
from core.storage.audit import COMMAND_LINE
from core.storage.switches import of_pool, turn
from workers.commands import Refusal, say
from workers.ledger import Ledger
from workers.tables import aligned

HEADINGS = ("switch", "now", "by", "since", "until", "why")


async def switches(ledger: Ledger, _: Settings, __: Namespace) -> None:
    """List every switch, and the pause under way."""
    say(aligned([HEADINGS, *(await _cells(ledger))]))


async def pause(ledger: Ledger, _: Settings, asked: Namespace) -> None:
    """Hold something back; every process knows within two seconds."""
    await _turn(ledger, _wanted(asked, paused=True))
    say(f"{asked.switch} is paused")


async def resume(ledger: Ledger, _: Settings, asked: Namespace) -> None:
    """Let it go on."""
    await _turn(ledger, _wanted(asked, paused=False))
    say(f"{asked.switch} goes on")


def minutes(text: str) -> timedelta:
    """Read how long a pause lasts. Errors: ArgumentTypeError."""
    lasting = timedelta(minutes=int(text)) if text.isascii() and text.isdigit() and len(text) <= 5 else timedelta()
    if not timedelta() < lasting <= LONGEST:
        raise ArgumentTypeError("a whole number from 1 to 10080")
    return lasting


async def _turn(ledger: Ledger, done: Turn) -> None:
    await turn(ledger.pool, done, COMMAND_LINE)


def _wanted(asked: Namespace, *, paused: bool) -> Turn:
    if asked.switch not in SWITCHES:
        raise Refusal(f"there is no switch {asked.switch!r}; there are: {', '.join(SWITCHES)}")
    return Turn(asked.switch, paused, asked.who, asked.why, asked.minutes if paused else None)


async def _cells(ledger: Ledger) -> list[tuple[str, ...]]:
    paused = {one.switch: one for one in await of_pool(ledger.pool)()}
    rows: list[tuple[str, ...]] = []
    for name in SWITCHES:
        one = paused.get(name)
        if one is None:
            rows.append((name, "on", "", "", "", ""))
        else:
            until = f"{one.until:%Y-%m-%d %H:%M:%SZ}" if one.until else "no end"
            rows.append((name, "paused", one.who, f"{one.since:%Y-%m-%d %H:%M:%SZ}", until, one.why))
    return rows
