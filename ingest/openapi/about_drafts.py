"""What is told of the calls about drafts and sections."""

from ingest.openapi import examples
from ingest.openapi.refusals import BODY, CALLER, READ, SHAPE, SIZES, WIRE, WRITE
from ingest.openapi.schema import PAGE, PDF, Schema, ref
from ingest.openapi.told import Answer, Body, Told

TAG = "drafts"
_DRAFT, _SECTION = ("DraftId",), ("DraftId", "SectionName")


def _json(name: str) -> dict[str, Schema]:
    return {"application/json": ref(name)}


START = Told(
    "Start a draft",
    "Begins an application and gives out the token that opens it. Nothing about the applicant is asked for here. With "
    "an Idempotency-Key a lost answer can be asked for again: the same request gets the same draft while nothing was "
    "saved to it.",
    TAG,
    (Answer(201, "The draft is there.", _json("DraftStarted"), ("Location",)),),
    (
        *BODY,
        *WIRE,
        *WRITE,
        "intake-paused",
        "starts-paused",
        "idempotency-key-malformed",
        "idempotency-key-reused",
        "programme-unknown",
        "programme-not-open",
        "too-many-requests",
    ),
    ("OptionalIdempotencyKey",),
    Body(
        "The bonus, and how the application comes in.",
        ref("DraftRequest"),
        {"web": {"programme": "bonus-mamme-2025", "channel": "web"}},
    ),
    open=True,
)

READ_DRAFT = Told(
    "Read a draft",
    "All current sections, each with its problems, the problems between them, and the months that seem due by what was "
    "typed so far. It can be read after filing, and after it has expired.",
    TAG,
    (Answer(200, "The draft.", _json("Draft")),),
    (*CALLER, *READ),
    _DRAFT,
)

DELETE = Told(
    "Delete a draft",
    "Removes all that an open draft holds, at once and for good; what is left proves only that it was there. A repeat "
    "gets the same answer. A filed draft is not deleted but withdrawn.",
    TAG,
    (Answer(200, "It is gone; with a receipt of that.", _json("Acted")),),
    (*CALLER, *WRITE, "sealed"),
    _DRAFT,
)

EXPORT = Told(
    "Take everything away",
    "Everything she gave, every revision of it and every copy that was not taken, as one JSON file (GDPR, art. 15 and "
    "20).",
    TAG,
    (Answer(200, "The file.", _json("DraftExport"), ("Content-Disposition",)),),
    (*CALLER, *READ),
    _DRAFT,
)

_CERTIFIED = (
    "A request that could be read and was refused for how things stand, with us or with the draft, is answered with a "
    "signed certificate of the attempt (`attempt_certificate` of the problem), also while the store is away. The same "
    "refusal of the same operation within ten seconds gets the same certificate."
)

ATTEMPTS = Told(
    "Read a draft's refused attempts",
    _CERTIFIED + " Here are those that were written down since the store was back, latest first, each with its "
    "certificate again and how often it was given out.",
    TAG,
    (Answer(200, "The attempts.", _json("Attempts")),),
    (*CALLER, *READ),
    _DRAFT,
)

ATTEMPT = Told(
    "Fetch an attempt certificate",
    "The signed certificate as JSON, as a page to print, or as a PDF, by `Accept`: the same bytes in each.",
    TAG,
    (
        Answer(
            200,
            "The certificate.",
            {"application/json": ref("AttemptCertified"), "text/html": PAGE, "application/pdf": PDF},
            ("Content-Disposition",),
        ),
    ),
    (*CALLER, "not-acceptable", *READ),
    (*_DRAFT, "AttemptedAt"),
)

RECEIPTS = Told(
    "Read a draft's receipts",
    "What was acknowledged of a draft as a whole, oldest first, each with its receipt again: the filing, integrations, "
    "a withdrawal, requests for review, complaints, her latest words on letters, and the deletion of a draft that is "
    "gone. The receipts of saves are in the history of each section.",
    TAG,
    (Answer(200, "The receipts.", _json("Receipts")),),
    (*CALLER, *READ),
    _DRAFT,
)

REGISTER_ENTRIES = Told(
    "Read what was registered for a draft",
    "While the store is away, saves and filings of known drafts are taken into a durable emergency register "
    "(DPR 445/2000, art. 63) and acknowledged with 202 and a signed receipt of kind `register`. When the store is back "
    "they are taken up in order, before anything newer of the same draft. Here is each entry with what became of it; "
    "what could not be taken is kept, with the reason, and a person sees to it.",
    TAG,
    (Answer(200, "The entries.", _json("RegisterEntries")),),
    (*CALLER, *READ),
    _DRAFT,
)

SAVE = Told(
    "Save a section",
    "Stores what was typed, right or wrong, complete or not, and answers with a signed receipt once it is durable. "
    "What seems wrong is told in `problems` and never stops a save; refused is only what no person can type. A save "
    "says which revision it has seen (If-Match), or that there was none (If-None-Match: *). A stale save gets 412 and "
    "its copy is kept beside the section. The same content again is answered with the revision it already is.\n\n"
    "Verdicts come in this order: 413, 415, 400 (the body); 401, 404; 428; 400 (the precondition); 422; 200 for what "
    "is already saved; 409; 412; 200.",
    TAG,
    (
        Answer(200, "Saved, and safe.", _json("SectionSaved"), ("ETag",)),
        Answer(
            202,
            "Durable in the emergency register, while the store is away or until it has taken up what was registered "
            "before. `ETag` is the revision it will be: the next save builds on it.",
            _json("SectionRegistered"),
            ("ETag",),
        ),
    ),
    (
        *BODY,
        *CALLER,
        "precondition-missing",
        "precondition-malformed",
        *SHAPE,
        *SIZES,
        "sealed",
        "draft-expired",
        "revision-limit",
        "draft-full",
        "stale-revision",
        "intake-paused",
        *WRITE,
    ),
    (*_SECTION, "IfMatch", "IfNoneMatch"),
    Body(
        "The section itself, in the shape of the section that the path names; every field may be left out, '' or null.",
        ref("SectionContent"),
        examples.SECTIONS,
    ),
)

READ_SECTION = Told(
    "Read a section",
    "The current revision, with what was typed.",
    TAG,
    (Answer(200, "The section.", _json("Section"), ("ETag",)),),
    (*CALLER, *READ),
    _SECTION,
)

REVISIONS = Told(
    "Read a section's history",
    "Every revision with its receipt, and the copies that stale tabs wanted to save. An old revision is brought back "
    "by saving its content again, on the current one.",
    TAG,
    (Answer(200, "The history.", _json("SectionHistory")),),
    (*CALLER, *READ),
    _SECTION,
)
