"""What is told of the calls about submissions."""

from ingest.openapi import examples
from ingest.openapi.refusals import BODY, CALLER, KEY, READ, WIRE, WRITE
from ingest.openapi.schema import PAGE, PDF, Schema, ref
from ingest.openapi.told import Answer, Body, Told

TAG = "submissions"
_NUMBER = ("Number",)


def _json(name: str) -> dict[str, Schema]:
    return {"application/json": ref(name)}


FILE = Told(
    "File the application",
    "Seals the draft exactly as she saw it: the revision of every section is named, and one that has moved on since is "
    "409, never sealed silently. Filing is instant: `arrived_at` decides the deadlines, `filed_at` is the date of "
    "presentation, both are in the receipt, and everything slower happens afterwards (ModI NONBLOCK_PULL_REST). Wrong "
    "or doubtful content never stops a filing. The same request with the same key gets the same bytes, however late; "
    "the same revisions under another key get the first answer with 200.",
    TAG,
    (
        Answer(
            202,
            "Filed; to be decided. `Location` says where to follow it. While the store is away: durable in the "
            "emergency register, where its arrival counts; the same request is answered with the same bytes until the "
            "store has taken it up, and from then on with the number.",
            _json("FiledOrRegistered"),
            ("Location",),
        ),
        Answer(200, "It was filed before, with these revisions: the first answer.", _json("Filed"), ("Location",)),
    ),
    (
        *BODY,
        *KEY,
        *CALLER,
        *WIRE,
        "already-sealed",
        "section-missing",
        "declarations-not-given",
        "section-changed",
        "already-filed",
        "intake-paused",
        *WRITE,
    ),
    ("DraftId", "IdempotencyKey", "AcceptLanguage"),
    Body(
        "The revision of each section as she saw it.",
        ref("FilingRequest"),
        {"all": {"sections": dict(examples.REVISIONS)}},
    ),
)

READ_SUBMISSION = Told(
    "Follow a submission",
    "Where it stands, what happened so far, and how long decisions take now. Once there is an outcome it answers 303 "
    "and points there, with the same body.",
    TAG,
    (
        Answer(200, "It is under way.", _json("Submission")),
        Answer(303, "There is an outcome.", _json("Outcome"), ("Location",)),
    ),
    (*CALLER, *READ),
    _NUMBER,
)

OUTCOME = Told(
    "Read the outcome",
    "The decision, month by month: always twelve, each one that is not due with its reasons.",
    TAG,
    (Answer(200, "The decision.", _json("Outcome")),),
    (*CALLER, "not-decided-yet", *READ),
    _NUMBER,
)

RECEIPT = Told(
    "Fetch the receipt",
    "The receipt of the filing as JSON, as a page to print or as PDF, by `Accept`: the same signed text in each.",
    TAG,
    (
        Answer(
            200,
            "The receipt.",
            {
                "application/json": ref("ReceiptText"),
                "text/html": PAGE,
                "application/pdf": PDF,
            },
            ("Content-Disposition",),
        ),
    ),
    (*CALLER, "not-acceptable", *READ),
    _NUMBER,
)

INTEGRATE = Told(
    "Answer a request for integration",
    "Adds new revisions of the sections that were asked about. The date of presentation stays. A submission that waits "
    "for her goes back into review; a failed payment is ordered again with new payment data.",
    TAG,
    (Answer(200, "Added, with a receipt.", _json("Acted")),),
    (
        *BODY,
        *KEY,
        *CALLER,
        *WIRE,
        "move-not-allowed",
        "stale-revision",
        "revision-limit",
        "already-filed",
        *WRITE,
    ),
    ("Number", "IdempotencyKey"),
    Body(
        "The sections that change, each with the revision it builds on.",
        ref("IntegrationRequest"),
        {"payment": {"sections": {"payment": {"base_revision": 1, "content": examples.SECTIONS["payment"]}}}},
    ),
)

_ACT = ("too-large", *CALLER, "move-not-allowed", *WRITE)

WITHDRAW = Told(
    "Withdraw the application",
    "Takes it back before a decision. She can file again. A repeat gets the same answer.",
    TAG,
    (Answer(200, "Withdrawn, with a receipt.", _json("Acted")),),
    _ACT,
    _NUMBER,
)

REOPEN = Told(
    "Ask for a review",
    "Asks for a decision to be looked at again (riesame): an officer looks, then it is decided anew. A repeat while it"
    " runs gets the same answer.",
    TAG,
    (Answer(200, "Asked for, with a receipt.", _json("Acted")),),
    (*_ACT, "already-filed"),
    _NUMBER,
)
