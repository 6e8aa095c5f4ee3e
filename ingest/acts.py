"""What a submission's answers have in common: reasons in words, amounts, the timeline, receipts of what was done."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson

from core.domain.receipt import Kind, SealedSection, SubmissionReceipt, instant
from core.domain.revision import Revision
from core.domain.submission import Acted, Event, Reason, SubmissionView
from ingest.counter import Counter


def euro(cents: int) -> dict[str, str]:
    """Return an amount as ModI writes money."""
    return {"amount": f"{cents // 100}.{cents % 100:02d}", "currency": "EUR"}


def reasons(counter: Counter, codes: Iterable[str]) -> list[dict[str, str]]:
    """Return reason codes with their texts: why, and what she can do about it."""
    return [_said(counter, code) for code in codes]


def _said(counter: Counter, code: str) -> dict[str, str]:
    said = {"code": code, "message": counter.texts.reasons.get(code) or counter.texts.fault(code)}
    remedy = counter.texts.remedies.get(code)
    return said | {"remedy": remedy} if remedy else said


def told(counter: Counter, view: SubmissionView) -> dict[str, object]:
    """Return a submission as its applicant reads it, without the outcome."""
    return {
        "number": view.number,
        "programme": view.programme,
        "state": view.state,
        "state_label": counter.texts.submission_states[view.state].word,
        "window": view.window,
        "arrived_at": instant(view.arrived_at),
        "filed_at": instant(view.filed_at),
        "next_check_at": instant(view.next_check_at) if view.next_check_at else None,
        "payment_stands": view.payment_stands,
        "timeline": [_line(counter, event) for event in view.timeline if event.state is not None],
    }


def _line(counter: Counter, event: Event) -> dict[str, object]:
    assert event.state is not None
    return {
        "state": event.state,
        "at": instant(event.at),
        "label": counter.texts.submission_states[event.state].label,
        "reasons": [_reason(counter, reason) for reason in event.reasons],
    }


def _reason(counter: Counter, reason: Reason) -> dict[str, str]:
    said = _said(counter, reason.code)
    if reason.about:
        said["about"] = reason.about
    if reason.about and (label := counter.texts.about(reason.about)) != reason.about:  # a pointer has no other name
        said["about_label"] = label
    return said


def sealed(sections: Mapping[str, Revision]) -> dict[str, SealedSection]:
    """Return sections as a receipt states them."""
    return {name: SealedSection(revision.revision, revision.digest) for name, revision in sorted(sections.items())}


def reply_to(counter: Counter, kind: Kind) -> Callable[[Acted], bytes]:
    """Return the maker of an act's answer, called inside its transaction with what was written."""

    def body(acted: Acted) -> bytes:
        answer: dict[str, Any] = {
            "number": acted.number,
            "state": acted.state,
            "at": instant(acted.at),
            "receipt": counter.receipts.sign(_receipt(acted, kind)),
        }
        return orjson.dumps({name: value for name, value in answer.items() if value is not None})

    return body


def _receipt(acted: Acted, kind: Kind) -> SubmissionReceipt:
    return SubmissionReceipt(
        draft_id=acted.draft_id,
        filed_at=acted.at,
        trial=acted.trial,
        kind=kind,
        number=acted.number,
        programme=acted.programme,
        arrived_at=acted.arrived_at,
        sections=sealed(acted.sections),
        first_filed_at=acted.filed_at,
        letters=acted.letters,
    )
