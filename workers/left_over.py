"""Left over: what emergency registers took and no import could bring in: the list, one whole, and settling it."""

from argparse import Namespace
from collections.abc import Iterable

from core.domain.errors import MoveNotAllowed
from core.settings import Settings
from core.storage.register_desk import LeftOver
from workers.commands import Refusal, say
from workers.ledger import Ledger
from workers.tables import aligned

HEADINGS = ("entry", "operation", "reason", "registered", "brought to the ledger", "draft")


async def register(ledger: Ledger, _: Settings, asked: Namespace) -> None:
    """List what waits for a person, without what it holds; show one whole; or note that one is settled."""
    waits = await ledger.register.left_over()
    if asked.settle is not None:
        await _settle(ledger, _named(waits, asked.settle), asked)
    elif asked.read is not None:
        say(_whole(_named(waits, asked.read)))
    else:
        say(aligned([HEADINGS, *map(_cells, waits)]) if waits else "no entry waits for a person")


async def _settle(ledger: Ledger, entry: LeftOver, asked: Namespace) -> None:
    try:
        await ledger.register.settle(entry, asked.who, asked.why)
    except MoveNotAllowed:
        raise Refusal(f"{entry.name} has just been settled by somebody else") from None
    say(f"{entry.name}: settled; what it held is kept with it")


def _named(waits: Iterable[LeftOver], name: str) -> LeftOver:
    found = next((one for one in waits if one.name == name.upper()), None)
    if found is None:
        raise Refusal(f"no entry {name} waits for a person; without it all that do are listed")
    return found


def _cells(one: LeftOver) -> tuple[str, ...]:
    operation = one.operation if one.section is None else f"{one.operation} {one.section}"
    instants = (f"{at:%Y-%m-%d %H:%M:%SZ}" for at in (one.registered_at, one.imported_at))
    return (one.name, operation, one.reason, *instants, str(one.draft_id))


def _whole(one: LeftOver) -> str:
    """The receipt is checked with `python -m ingest.verify_receipt`."""
    content = one.content or b""
    try:
        held = content.decode()
    except UnicodeDecodeError:
        held = f"sealed with a key that is not here, {len(content)} bytes:\n{content.hex()}"
    return "\n\n".join([aligned([HEADINGS, _cells(one)]), held or "it holds nothing", f"receipt:\n{one.receipt}"])
