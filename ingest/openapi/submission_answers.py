"""What is answered about submissions."""

from bonus.form import SECTIONS
from bonus.programme import PROGRAMMES
from core.domain.submission import State
from core.domain.window import Window
from ingest.openapi import values
from ingest.openapi.schema import (
    LARGEST_INT32,
    Schema,
    a_list,
    an_object,
    choice,
    instant,
    or_null,
    ref,
    text,
    whole,
    yes_or_no,
)
from ingest.openapi.sections import component


def schemas() -> dict[str, Schema]:
    """Return them by name."""
    return {
        "FilingRequest": _filing(),
        "Filed": _filed(),
        "Submission": an_object("Where a submission stands.", told() | {"estimate": or_null(_estimate())}),
        "Outcome": an_object("A submission and what was decided.", told() | _decision()),
        "TimelineEntry": _entry(),
        "IntegrationRequest": _integration(),
        "Acted": values.acted(),
        "ReceiptText": an_object("A submission's receipt.", {"number": values.number(), "receipt": values.receipt()}),
    }


def told() -> dict[str, Schema]:
    """Return the members that every answer about a submission has."""
    return {
        "number": values.number(),
        "programme": choice("The bonus and its year.", PROGRAMMES),
        "state": values.state(),
        "state_label": values.sentence("The state's Italian word."),
        "window": choice("The window it arrived in.", Window),
        "arrived_at": instant("When the request was complete at the counter: decides every deadline (civil time)."),
        "filed_at": instant("When it was recorded: the date of presentation (L. 241/1990, art. 18-bis)."),
        "next_check_at": or_null(instant("When a source is asked again; null where nothing is waited for.")),
        "payment_stands": yes_or_no(
            "A payment was ordered and has not failed since: a review is possible, a withdrawal is not."
        ),
        "timeline": a_list("What happened, oldest first.", ref("TimelineEntry"), 1_000),
    }


def _entry() -> Schema:
    return an_object(
        "One step.",
        {
            "state": values.state(),
            "at": instant("When (civil time)."),
            "label": values.sentence("What happened, in plain Italian."),
            "reasons": values.reasons("Why, where there is more to say."),
        },
    )


def _filing() -> Schema:
    named = {name: whole("The revision as she saw it.", 1, LARGEST_INT32) for name in SECTIONS}
    seen = an_object("The revision of each section, exactly as she saw it.", named, optional=named)
    return an_object("What is sealed.", {"sections": seen})


def _filed() -> Schema:
    return an_object(
        "The filing, acknowledged. It is decided later.",
        {
            "number": values.number(),
            "arrived_at": instant("When the request was complete at the counter: decides every deadline (civil time)."),
            "filed_at": instant("When it was recorded: the date of presentation."),
            "state": choice("Always the first state.", (State.ACCEPTED,)),
            "receipt": values.receipt(),
        },
    )


def _estimate() -> Schema:
    span = r"^PT\d+S$"
    return an_object(
        "How long decisions take now, by the latest ones; null where nothing recent says so.",
        {
            "from": text("One in two is decided within this (ISO 8601).", most=16, pattern=span, example="PT2S"),
            "to": text("Nearly all are decided within this.", most=16, pattern=span, example="PT30S"),
            "based_on": whole("Decisions looked at.", 1, LARGEST_INT32),
            "as_of": instant("When they were looked at."),
        },
    )


def _decision() -> dict[str, Schema]:
    return {
        "decision": choice("What was decided.", (State.GRANTED, State.GRANTED_IN_PART, State.REFUSED)),
        "decided_at": instant("When (civil time)."),
        "amount": ref("Amount"),
        "months": ref("Months"),
        "rules_version": text("The version of the rules that decided.", most=60),
    }


def _integration() -> Schema:
    changed = {
        name: an_object(
            f"The section {name}, anew.",
            {
                "base_revision": whole("The revision it builds on; 0: never saved.", 0, LARGEST_INT32),
                "content": ref(component(name)),
            },
        )
        for name in SECTIONS
    }
    sections = an_object("The sections that change; at least one.", changed, optional=changed) | {"minProperties": 1}
    return an_object("What was asked for.", {"sections": sections})
