"""What is answered from the emergency register."""

from bonus.form import SECTIONS
from core.domain.register import Outcome
from ingest.openapi import values
from ingest.openapi.schema import Schema, a_list, an_object, choice, instant, ref, text, yes_or_no

MOST_ENTRIES = 5_000  # of one draft


def schemas() -> dict[str, Schema]:
    """Return them by name."""
    registered = {
        "entry": entry(),
        "registered_at": instant("When it was durable in the register (civil time as the counter knew it)."),
    }
    return {
        "SectionRegistered": an_object(
            "A save that waits in the emergency register.",
            {
                "section": choice("The section.", SECTIONS),
                "revision": values.revision() | {"description": "What it will be, if nobody else saved meanwhile."},
                **registered,
                "digest": values.digest(),
                "problems": values.problems("What seems wrong in it."),
                "receipt": values.receipt(),
            },
        ),
        "FilingRegistered": an_object(
            "A filing that waits in the emergency register.",
            {
                **registered,
                "arrived_at": instant("When the request was complete at the counter: decides every deadline."),
                "digest": _request_digest(),
                "receipt": values.receipt(),
            },
        ),
        "FiledOrRegistered": {
            "type": "object",
            "additionalProperties": {},  # of either
            "maxProperties": 8,
            "anyOf": [ref("Filed"), ref("FilingRegistered")],
            "description": "A filing; while the store is away, its entry in the emergency register.",
        },
        "RegisterEntries": an_object(
            "What was registered for a draft.",
            {
                "draft_id": values.draft_id(),
                "complete": yes_or_no("Whether the store could be asked too; else only what waits is listed."),
                "entries": a_list("Oldest first.", ref("RegisterEntry"), MOST_ENTRIES),
            },
        ),
        "RegisterEntry": _entry(),
    }


def entry() -> Schema:
    """Return the schema of an entry's number."""
    said = "Its number in the emergency register, which its receipt states and which never changes."
    return text(said, most=15, least=12, pattern=r"^[A-Z]{4}-\d{7,10}$", example="KTRA-0000012")


def _request_digest() -> Schema:
    said = "SHA-256 of the canonical request (the revisions named), in hexadecimal."
    return text(said, most=64, least=64, pattern="^[0-9a-f]{64}$")


def _entry() -> Schema:
    reason = {"code": values.code("Stable."), "message": values.sentence("Why, and what to do, in plain Italian.")}
    members = {
        "entry": entry(),
        "operation": choice("What it was.", ("section", "submission")),
        "section": choice("Of a save.", SECTIONS),
        "registered_at": instant("When it was durable in the register."),
        "imported_at": instant("When the store took it up."),
        "digest": text("Of what was typed, or of the filing's request.", most=64, least=64, pattern="^[0-9a-f]{64}$"),
        "outcome": choice("What became of it.", [one for one in Outcome if one is not Outcome.VOID]),
        "reason": an_object("Why it was not taken; what was typed is kept.", reason),
        "revision": values.revision() | {"description": "What a save became."},
        "number": values.number(),
        "receipt": values.receipt(),
    }
    optional = ("section", "imported_at", "reason", "revision", "number", "receipt")
    return an_object("One entry.", members, optional=optional)
