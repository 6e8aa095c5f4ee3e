"""What is answered about drafts and their sections."""

from bonus.form import SECTIONS
from bonus.programme import PROGRAMMES
from core.domain.attempt import MOST_OF_A_DRAFT
from core.domain.draft import Channel
from core.domain.receipt import OF_A_DRAFT
from core.pages.languages import NAMES
from ingest.openapi import values
from ingest.openapi.schema import Schema, a_list, an_object, choice, instant, or_null, ref, text, whole, yes_or_no
from ingest.openapi.sections import component
from ingest.openapi.submission_answers import told
from ingest.proof.certificates import OPERATIONS
from ingest.tokens import TOKEN_CHARACTERS


def schemas() -> dict[str, Schema]:
    """Return them by name."""
    return {
        "DraftRequest": _request(),
        "DraftStarted": _started(),
        "Draft": _draft(),
        "DraftExport": _export(),
        "SectionContent": content(),
        "SectionSaved": an_object("An acknowledged save.", _revision() | _problems() | {"receipt": values.receipt()}),
        "Section": an_object("A section as it stands.", _revision() | _content() | _problems()),
        "SectionHistory": _history(),
        "PastRevision": an_object("One save.", _past()),
        "RefusedCopy": an_object("One copy that was not taken.", _not_taken()),
        "Attempts": _attempts(),
        "Attempt": an_object("One refused attempt.", _attempt()),
        "Receipts": _receipts(),
        "GivenReceipt": an_object("One receipt.", _given()),
        "AttemptCertified": an_object(
            "One certificate.",
            {"attempted_at": _attempted_at(), "attempt_certificate": values.certificate()},
        ),
    }


def content() -> Schema:
    """Return the schema of a section's content: the shape of the section that the path names."""
    shapes = [ref(component(section)) for section in SECTIONS]
    return {"anyOf": shapes, "description": "What was typed, in the shape of the section that the path names."}


def section() -> Schema:
    """Return the schema of a section's name."""
    return choice("The section.", SECTIONS)


def _request() -> Schema:
    return an_object(
        "What a draft is for.",
        {
            "programme": choice("The bonus and its year.", PROGRAMMES),
            "channel": choice("How it comes in; self-declared.", Channel),
            "client_reference": or_null(
                text("What the caller calls it.", most=100, pattern=r"^[^\u0000-\u001F\u007F]*$")
            ),
        },
        optional=("client_reference",),
    )


def _started() -> Schema:
    opener = "Opens the draft, its submission, outcome and receipts; sent as Authorization: Bearer."
    return an_object(
        "A draft, and what opens it.",
        {
            "draft_id": values.draft_id(),
            "access_token": text(opener, most=TOKEN_CHARACTERS, least=TOKEN_CHARACTERS, pattern="^[A-Za-z0-9_-]+$"),
            "expires_at": instant("From then on nothing can be saved; reading goes on."),
            "sections": a_list("The sections of the form, in order.", _named_section(), len(SECTIONS), len(SECTIONS)),
        },
    )


def _named_section() -> Schema:
    return an_object("One section.", {"section": section(), "required": yes_or_no("Whether a filing needs it.")})


def _draft() -> Schema:
    return an_object(
        "A draft with all its current sections.",
        {
            **_whose(),
            "state": choice("Sealed once it is filed.", ("open", "sealed")),
            "expires_at": instant("From then on nothing can be saved; reading goes on."),
            "submission": or_null(values.number()),
            "sections": a_list("Those saved so far.", ref("Section"), len(SECTIONS)),
            "missing_sections": a_list("Required, and never saved.", section(), len(SECTIONS)),
            "problems": values.problems("What the sections say against one another."),
            "expected": or_null(_expected()),
        },
    )


def _whose() -> dict[str, Schema]:
    return {
        "draft_id": values.draft_id(),
        "programme": choice("The bonus and its year.", PROGRAMMES),
        "channel": choice("How it came in.", Channel),
    }


def _expected() -> Schema:
    return an_object(
        "The months that seem due by what was typed: a preview, never a promise. Null while too little is known.",
        {
            "months": ref("Months"),
            "amount": ref("Amount"),
            "to_be_checked": values.reasons("What an officer would look at."),
        },
    )


def _export() -> Schema:
    histories = {name: an_object(f"The section {name}.", _past_and_not_taken()) for name in SECTIONS}
    filed = an_object("The submission, where there is one.", told() | _language() | {"receipt": values.receipt()})
    return an_object(
        "Everything she gave, every revision of it.",
        {
            **_whose(),
            "created_at": instant("When the draft was started."),
            "sections": an_object("The sections that were saved.", histories, optional=histories),
            "submission": or_null(filed),
        },
    )


def _language() -> dict[str, Schema]:
    return {"language": choice("The language she is written to in.", NAMES)}


def _receipts() -> Schema:
    listed = a_list("Oldest first.", ref("GivenReceipt"), 1_000)
    return an_object("The receipts of a draft.", {"draft_id": values.draft_id(), "receipts": listed})


def _given() -> dict[str, Schema]:
    return {
        "kind": choice("What it acknowledges.", OF_A_DRAFT),
        "label": values.sentence("The same in plain Italian."),
        "at": instant("When that was recorded (civil time)."),
        "receipt": values.receipt(),
    }


def _history() -> Schema:
    return an_object(
        "Every revision of a section, and the copies that were not taken.",
        {"section": section()} | _past_and_not_taken(),
    )


def _past_and_not_taken() -> dict[str, Schema]:
    return {
        "revisions": values.revisions(ref("PastRevision")),
        "not_taken": values.not_taken(ref("RefusedCopy")),
    }


def _past() -> dict[str, Schema]:
    return {
        "revision": values.revision(),
        "saved_at": _saved_at(),
        "digest": values.digest(),
        **_content(),
        "receipt": values.receipt(),
    }


def _not_taken() -> dict[str, Schema]:
    base = or_null(whole("The revision it was built on; null: it claimed to be the first.", 1, 2**63 - 1))
    return {
        "base_revision": base,
        "refused_at": instant("When (civil time)."),
        "digest": values.digest(),
        **_content(),
    }


def _revision() -> dict[str, Schema]:
    return {
        "section": section(),
        "revision": values.revision(),
        "saved_at": _saved_at(),
        "digest": values.digest(),
    }


def _saved_at() -> Schema:
    return instant("When it was committed (civil time of the database).")


def _problems() -> dict[str, Schema]:
    return {"problems": values.problems("What seems wrong in it.")}


def _content() -> dict[str, Schema]:
    return {"content": ref("SectionContent")}


def _attempts() -> Schema:
    listed = a_list("Latest first.", ref("Attempt"), MOST_OF_A_DRAFT)
    return an_object("The refused attempts of a draft.", {"draft_id": values.draft_id(), "attempts": listed})


def _attempt() -> dict[str, Schema]:
    return {
        "attempted_at": _attempted_at(),
        "operation": choice("What was asked for.", sorted(set(OPERATIONS.values()))),
        "operation_label": values.sentence("The same in plain Italian."),
        "code": ref("ProblemCode"),
        "title": values.sentence("The same in plain Italian."),
        "incident": or_null(values.incident()),
        "outage": or_null(_outage()),
        "times": whole("How often its certificate was given out.", 1, 2**31 - 1),
        "attempt_certificate": values.certificate(),
    }


def _outage() -> Schema:
    said = "Where the attestation is of the outage it fell into, once that is over."
    return text(said, most=40, pattern="^/v1/outages/[0-9a-f]{8}$")


def _attempted_at() -> Schema:
    return instant("When the request came in (civil time as the counter knew it).")
