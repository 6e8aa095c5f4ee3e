"""Outages: what was out of order for everybody, signed once it is over; monitoring says what it was, we sign."""

import re

from core.domain.incident import Outage
from core.domain.receipt import OutageAttestation
from ingest.counter import Counter
from ingest.http.call import Call
from ingest.http.refusal import Refusal
from ingest.http.reply import Reply

_reference = re.compile(r"[0-9a-f]{8}").fullmatch


async def read(counter: Counter, call: Call) -> Reply:
    """GET /v1/outages/{incident}: the attestation of an outage, its printable page or its PDF; for anybody."""
    incident = call.path["incident"]
    if not _reference(incident):
        raise Refusal("not-found")
    outage = await counter.outages.find(incident)
    return await counter.receipt_forms.of_outage(incident, attestation(counter, outage), call.header(b"accept"))


def attestation(counter: Counter, outage: Outage) -> str:
    """Return the signed attestation of an outage: one text, whenever and however often it is asked for."""
    stated = OutageAttestation(
        incident=outage.incident_id,
        function=outage.function,
        started_at=outage.started_at,
        ended_at=outage.ended_at,
        refused=outage.refused,
        effect=outage.effect,
        trial=outage.trial,
    )
    return counter.receipts.sign(stated, counter.receipts.key_of(outage.attested_at))
