"""Values that several answers hold: problems, reasons, months, amounts, receipts."""

from bonus.codes import CHECK_PROBLEMS
from core.domain.draft import MOST_REFUSED_COPIES, MOST_REVISIONS
from core.domain.number import ALPHABET, LENGTH
from core.domain.submission import State
from ingest.openapi.schema import Schema, a_list, an_object, choice, instant, ref, text, uuid, whole, yes_or_no
from ingest.texts import Texts

CODE = r"^[a-z0-9-]+$"
POINTER = r"^(/[^/]*)*$"
SENTENCE = r"^[^\u0000-\u001F]*$"
MOST_PROBLEMS = 20_000  # of one body of 64 kB


def code(said: str, **more: object) -> Schema:
    """Return the schema of a stable code of the catalogue."""
    return text(said, most=64, pattern=CODE, least=1, **more)


def sentence(said: str) -> Schema:
    """Return the schema of a text for people, in Italian."""
    return text(said, most=1_000, pattern=SENTENCE)


def number() -> Schema:
    """Return the schema of a submission's number."""
    said = "The submission's number: the reference people read out."
    return text(said, most=LENGTH, least=LENGTH, pattern=f"^[{ALPHABET}]{{{LENGTH}}}$", example="7KHM4RTA")


def digest() -> Schema:
    """Return the schema of a content's digest."""
    said = "SHA-256 (draft id ‖ section ‖ content in RFC 8785 and NFC), in hexadecimal."
    return text(said, most=64, least=64, pattern="^[0-9a-f]{64}$")


def receipt() -> Schema:
    """Return the schema of a receipt."""
    said = "The signed receipt: compact JWS, Ed25519; anyone can check it with /v1/receipt-keys, offline too."
    return text(said, most=16_384, pattern=r"^[\w-]+\.[\w-]+\.[\w-]{86}$")


def certificate() -> Schema:
    """Return the schema of an attempt certificate."""
    said = "The signed certificate of a refused attempt: a compact JWS like a receipt, checked in the same way."
    return receipt() | {"description": said}


def incident() -> Schema:
    """Return the schema of an incident's reference."""
    return text("What we know the cause by.", most=8, least=8, pattern="^[0-9a-f]{8}$")


def attestation() -> Schema:
    """Return the schema of an outage attestation."""
    said = "The signed attestation of an outage: a compact JWS like a receipt, checked in the same way."
    return receipt() | {"description": said}


def revision() -> Schema:
    """Return the schema of a revision."""
    return whole("The section's counter, from 1.", 1, MOST_REVISIONS, example=1)


def state() -> Schema:
    """Return the schema of a submission's state."""
    return choice("Where the submission stands; docs/states.md draws the moves.", State)


def problems(said: str) -> Schema:
    """Return the schema of `problems`."""
    return a_list(said, ref("TypedProblem"), MOST_PROBLEMS)


def reasons(said: str) -> Schema:
    """Return the schema of `reasons`."""
    return a_list(said, ref("Reason"), 200)


def revisions(of: Schema) -> Schema:
    """Return the schema of a section's history."""
    return a_list("Oldest first.", of, MOST_REVISIONS)


def not_taken(of: Schema) -> Schema:
    """Return the schema of the copies that were not taken."""
    return a_list("What stale tabs wanted to save; kept, never a revision.", of, MOST_REFUSED_COPIES)


def schemas(texts: Texts) -> dict[str, Schema]:
    """Return the named ones; `texts` know every reason."""
    return {
        "TypedProblem": an_object(
            "Something that seems wrong in what was typed. It was stored all the same.",
            {
                "code": choice("Stable.", sorted(CHECK_PROBLEMS)),
                "pointer": text(
                    "RFC 6901, into the section; of a whole draft it begins with the section.", pattern=POINTER
                ),
                "message": sentence("What to look at, in plain Italian."),
                "severity": choice("An error leads to a request for integration after filing.", ("error", "warning")),
            },
        ),
        "Reason": an_object(
            "Why something happened, or why a month is not due.",
            {
                "code": choice("Stable.", sorted(texts.reasons)),
                "message": sentence("The same in plain Italian."),
                "remedy": sentence("What she can do, in plain Italian."),
                "about": text("What it speaks of: a fact or a pointer.", pattern=SENTENCE),
                "about_label": text("The same in plain Italian, where it is a fact.", pattern=SENTENCE),
            },
            optional=("remedy", "about", "about_label"),
        ),
        "Month": an_object(
            "One month of the year.",
            {
                "month": whole("1 is January.", 1, 12),
                "due": yes_or_no("Whether the bonus is due for it."),
                "reasons": reasons("At least one where it is not due."),
            },
        ),
        "Amount": an_object(
            "Money.",
            {
                "amount": text("Decimal, two places.", most=12, pattern=r"^\d+\.\d{2}$", example="480.00"),
                "currency": choice("ISO 4217.", ("EUR",)),
            },
        ),
        "Months": a_list("All twelve.", ref("Month"), 12, least=12),
    }


def acted() -> Schema:
    """Return the schema of the answer to an act."""
    return an_object(
        "What was done, with its receipt.",
        {
            "number": number(),
            "state": choice("The state it led to.", (*State, "deleted")),
            "at": instant("When (civil time)."),
            "receipt": receipt(),
        },
        optional=("number",),
    )


def draft_id() -> Schema:
    """Return the schema of a draft's id."""
    return uuid("The draft's id.")
