"""What is told of the calls about receipts, and about the service itself."""

from ingest.openapi.refusals import BODY, WIRE
from ingest.openapi.schema import PAGE, PDF, Schema, a_table, ref
from ingest.openapi.told import Answer, Body, Told

RECEIPTS, SERVICE = "receipts", "service"
_STATUS = {"type": "about:blank", "status": 200, "title": "OK", "detail": "Il servizio funziona regolarmente."}


def _json(name: str) -> dict[str, Schema]:
    return {"application/json": ref(name)}


KEYS = Told(
    "Fetch the keys receipts are signed with",
    "Public keys, newest first. Older ones stay: a receipt is valid for ever.",
    RECEIPTS,
    (Answer(200, "A JWK set.", _json("ReceiptKeys"), cached=True),),
    open=True,
)

VERIFY = Told(
    "Check a receipt",
    "Says whether a text is a receipt of ours, unaltered, and what it states. Always 200: a forged one is an answer, "
    "not an error. The same check works offline, with the keys alone.",
    RECEIPTS,
    (Answer(200, "What the check found.", _json("ReceiptChecked")),),
    (*BODY, *WIRE),
    body=Body("The receipt.", ref("ReceiptShown"), {"damaged": {"receipt": "eyJhbGciOiJFZERTQSJ9.e30.AAAA"}}),
    open=True,
)

OUTAGE = Told(
    "Fetch the attestation of an outage",
    "What was out of order, from when to when, how many requests it turned away and whether the last day of a term "
    "fell into it. Signed like a receipt, for anybody, once the outage is over.",
    RECEIPTS,
    (
        Answer(
            200,
            "As JSON, as a page to print or as PDF, by `Accept`.",
            {
                "application/json": ref("OutageAttested"),
                "text/html": PAGE,
                "application/pdf": PDF,
            },
            ("Content-Disposition",),
        ),
    ),
    ("not-found", "not-acceptable", "store-unavailable"),
    ("Incident",),
    open=True,
)

ALIVE = Told(
    "Ask whether the process lives",
    "It answers; nothing else is asked for it.",
    SERVICE,
    (Answer(200, "It lives.", _json("Health"), example={"status": "alive"}),),
    open=True,
)

READY = Told(
    "Ask whether requests can be taken",
    "Ready when what it would acknowledge would be kept; `emergency-register` while only saves and filings are taken, "
    "into the emergency register; otherwise 503 with what stands in the way.",
    SERVICE,
    (Answer(200, "It is ready.", _json("Health"), example={"status": "ready"}),),
    ("not-ready", "store-unavailable", "unsound", "shutting-down"),
    open=True,
)

STATUS = Told(
    "Ask how the service is",
    "The health of the application as problem+json, 200 or 503 (ModI RAC_REST_NAME_011).",
    SERVICE,
    (Answer(200, "It works.", {"application/problem+json": ref("Status")}, example=_STATUS),),
    ("not-ready", "store-unavailable", "unsound", "shutting-down"),
    open=True,
)

_DOCUMENT = Answer(
    200,
    "OpenAPI 3.0.3.",
    {"application/json": a_table("A document.", {"description": "As OpenAPI has it."}, 20)},
    cached=True,
)
DOCUMENT = Told("Read this document", "The contract, as OpenAPI.", SERVICE, (_DOCUMENT,), open=True)
UNVERSIONED = Told(
    "Read this document where tools look first", "The same, byte for byte.", SERVICE, (_DOCUMENT,), open=True
)
