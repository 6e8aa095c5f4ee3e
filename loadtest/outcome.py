"""outcome: what became of an application, told in a few lines and held against what was expected."""

from collections.abc import Iterator, Mapping
from typing import Any

AT_REST = frozenset(
    {
        "needs_applicant",
        "needs_officer",
        "suspended",
        "withdrawn",
        "refused",
        "payment_ordered",
        "payment_failed",
        "paid",
    }
)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Stands = Mapping[str, Any]  # the answer of GET /v1/submissions/{number}
Expected = Mapping[str, Any]


def is_at_rest(stands: Stands) -> bool:
    """Say whether nothing more happens by itself; a grant goes on to its payment."""
    return stands["state"] in AT_REST


def differences(expected: Expected, stands: Stands) -> list[str]:
    """Return what is otherwise than expected, in words; empty where all is as it should be.

    `expected`: state, months_due, amount, and where something is paid payment_state, as `cases.json` writes them.
    """
    return [
        f"{name} is {found}, expected {expected[name]}"
        for name, found in _found(stands).items()
        if expected.get(name) is not None and found != expected[name]
    ]


def told(stands: Stands) -> Iterator[str]:
    """Tell the outcome: the decision and its euro, the months due, and why the others are not."""
    if "decision" not in stands:
        yield f"no decision: {stands['state']}"
        return
    yield f"{stands['decision']}: {stands['amount']['amount']} {stands['amount']['currency']}"
    yield f"due: {' '.join(_names(stands, due=True)) or 'no month'}"
    for reasons, months in _by_reasons(stands).items():
        yield f"not due: {' '.join(months)} ({reasons})"


def _found(stands: Stands) -> dict[str, Any]:
    decided = "decision" in stands
    return {
        "state": stands["decision"] if decided else stands["state"],
        "months_due": [each["month"] for each in stands["months"] if each["due"]] if decided else None,
        "amount": stands["amount"]["amount"] if decided else None,
        "payment_state": stands["state"],
    }


def _names(stands: Stands, *, due: bool) -> list[str]:
    return [MONTHS[each["month"] - 1] for each in stands["months"] if each["due"] is due]


def _by_reasons(stands: Stands) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in stands["months"]:
        if not each["due"]:
            why = ", ".join(reason["code"] if isinstance(reason, dict) else reason for reason in each["reasons"])
            found.setdefault(why, []).append(MONTHS[each["month"] - 1])
    return found
