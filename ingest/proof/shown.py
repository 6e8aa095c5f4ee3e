"""What is shown to a verifier: a receipt, or a file of the service that holds some, and what it says beside each."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from core.domain.receipt import NotCanonical, canonical, digest

RECEIPTS = ("receipt", "attempt_certificate", "outage_attestation")  # where an answer holds the receipt itself
SIGNED_ELSEWHERE = {"at": "filed_at"}  # what an answer calls otherwise than the receipt
_on_a_page = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]{86}(?![\w-])", re.ASCII).findall


@dataclass(frozen=True, slots=True)
class Shown:
    """One receipt, not yet checked, as it was found."""

    receipt: str
    beside: Mapping[str, object] = field(default_factory=dict)  # the fields of the answer that holds it
    on_a_page: bool = False  # amid words that are there to be read, and cannot be compared


@dataclass(frozen=True, slots=True)
class Beside:
    """The fields of an answer beside its receipt, by what the receipt says of them."""

    agreeing: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()
    unsigned: tuple[str, ...] = ()


def read(text: str) -> list[Shown]:
    """Return the receipts of a file: its own text, an answer of the service, an export, a saved page, a PDF.

    At least one, which is no receipt where the file holds none. A bare receipt may have been wrapped over lines.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        on_page = dict.fromkeys(_on_a_page(text)) if "<" in text else {}
        return [Shown(receipt, on_a_page=True) for receipt in on_page] or [Shown("".join(text.split()))]
    if isinstance(value, str):
        return [Shown(value)]
    return list(_in_answer(value)) or [Shown("")]


def compared(beside: Mapping[str, object], claims: Mapping[str, object]) -> Beside:
    """Hold the fields of an answer against the authentic receipt it holds."""
    found: dict[bool | None, list[str]] = {True: [], False: [], None: []}
    for name, value in beside.items():
        found[_agrees(name, value, claims)].append(name)
    return Beside(tuple(found[True]), tuple(found[False]), tuple(found[None]))


def digest_of(claims: Mapping[str, object], section: str, content: object) -> str | None:
    """Return the digest a content would have in the draft of a receipt; None for what no section can hold."""
    try:
        return digest(UUID(str(claims["draft_id"])), section, canonical(content)).hex()
    except NotCanonical:
        return None


def _in_answer(value: object) -> Iterator[Shown]:
    """Find the receipts of an answer in the order in which they stand there, however deep."""
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, dict):
            beside = {name: each for name, each in found.items() if name not in RECEIPTS}
            held = [found.get(name) for name in RECEIPTS]
            yield from (Shown(receipt, beside) for receipt in held if receipt and isinstance(receipt, str))
            waiting.extend(reversed(beside.values()))
        elif isinstance(found, list):
            waiting.extend(reversed(found))


def _agrees(name: str, value: object, claims: Mapping[str, object]) -> bool | None:
    """Say whether a field is what the receipt states; None where it states nothing about it."""
    if name == "content" and "section" in claims:
        return digest_of(claims, str(claims["section"]), value) == claims["digest"]
    stated = SIGNED_ELSEWHERE.get(name, name)
    return value == claims[stated] if stated in claims else None
