"""complaints: what people of the office read of complaints: the list, and one with all that came with it."""

from argparse import Namespace

import orjson

from core.domain.complaint import KeptComplaint
from core.domain.number import grouped
from core.settings import Settings
from core.storage.complaints import all_complaints
from workers.commands import Refusal, say
from workers.ledger import Ledger
from workers.tables import aligned

HEADINGS = ("complaint", "application", "made", "certificates", "office told")


async def complaints(ledger: Ledger, _: Settings, asked: Namespace) -> None:
    """List the complaints, oldest first, without what they say; `--read` shows one whole."""
    kept = await all_complaints(ledger.pool)
    if asked.read is None:
        say(aligned([HEADINGS, *map(_cells, kept)]) if kept else "there are no complaints")
        return
    found = next((one for one in kept if one.name == asked.read), None)
    if found is None:
        raise Refusal("there is no such complaint; without --read all of them are listed")
    say(_whole(found))


def _cells(one: KeptComplaint) -> tuple[str, ...]:
    number = grouped(one.submission) if one.submission else "not filed"
    certificates = len(orjson.loads(one.content)["attempts"])
    return one.name, number, f"{one.made_at:%Y-%m-%d %H:%M:%SZ}", str(certificates), one.told or "on its way"


def _whole(one: KeptComplaint) -> str:
    """Certificates and receipt are checked with `python -m ingest.verify_receipt`."""
    content = orjson.loads(one.content)
    certificates = [f"attempt certificate {n}:\n{text}" for n, text in enumerate(content["attempts"], 1)]
    head = aligned([HEADINGS, _cells(one)])
    return "\n\n".join([head, content["text"], *certificates, f"receipt:\n{one.receipt}"])
