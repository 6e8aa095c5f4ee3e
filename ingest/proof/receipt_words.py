"""What a receipt says, in words: the same lines on the page, in the PDF and at the verifier."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from core.clock import ROME
from core.domain.number import grouped
from core.domain.receipt import Kind
from ingest.texts import Texts

Claims = Mapping[str, object]
_INSTANTS = (
    "registered_at",
    "interrupted_at",
    "saved_at",
    "arrived_at",
    "filed_at",
    "first_filed_at",
    "attempted_at",
    "started_at",
    "ended_at",
)
_AS_THEY_ARE = ("entry", "refused", "draft_id")
# Codes a receipt states, and the words that say them.
_WHAT = {"programme": "programme", "function": "outage_function", "operation": "operation", "cause": "register_cause"}
_TERMS = {"window": "window", "late_reason": "late_reason", "letters": "letters"}


@dataclass(frozen=True, slots=True)
class SectionLine:
    """A section that a receipt covers."""

    name: str
    revision: int
    digest: str  # hex


@dataclass(frozen=True, slots=True)
class ReceiptWords:
    """A receipt, ready to be read."""

    title: str
    number: str | None
    trial: bool
    lines: tuple[tuple[str, str], ...]  # label and value, in reading order
    sections: tuple[SectionLine, ...]
    notes: tuple[str, ...]  # what it means, in whole sentences


def in_words(claims: Claims, texts: Texts) -> ReceiptWords:
    """Return what an authentic receipt states, in Italian, with every instant in the time of Rome."""
    kind, number = str(claims["kind"]), claims.get("number")
    return ReceiptWords(
        title=texts.words["receipt_kind"].get(kind, kind),
        number=grouped(str(number)) if number else None,
        trial=claims.get("trial") is True,
        lines=tuple(_lines(claims, texts)),
        sections=tuple(_sections(claims, texts)),
        notes=tuple(_notes(claims, texts)),
    )


def rome_time(at: datetime, texts: Texts) -> str:
    """Write an instant for people: day, hour to the second (cut, never rounded up), and the offset of Rome."""
    local = at.astimezone(ROME)
    offset = local.utcoffset()
    hours = int(offset.total_seconds()) // 3600 if offset else 0
    return texts.words["receipt_page"]["instant"].format(
        day="1º" if local.day == 1 else local.day,
        month=texts.words["month"][str(local.month)],
        year=local.year,
        time=local.strftime("%H:%M:%S"),
        offset=f"{hours:+d}",
    )


def _lines(claims: Claims, texts: Texts) -> Iterator[tuple[str, str]]:
    label = texts.words["receipt_page"]
    yield from _worded(_WHAT, claims, texts)
    if "code" in claims:
        yield label["refused_with"], _title(str(claims["code"]), texts)
    if "incident" in claims:
        yield label["incident"], str(claims["incident"])
    for name in _INSTANTS:
        if name in claims:
            yield label[name], rome_time(datetime.fromisoformat(str(claims[name])), texts)
    yield from _worded(_TERMS, claims, texts)
    for name in _AS_THEY_ARE:
        if name in claims:
            yield label[name], str(claims[name])
    if isinstance(named := claims.get("revisions"), Mapping):
        sections = texts.words["section"]
        yield label["named_revisions"], ", ".join(f"{_word(sections, name)} {named[name]}" for name in named)


def _worded(groups: Mapping[str, str], claims: Claims, texts: Texts) -> Iterator[tuple[str, str]]:
    for name, group in groups.items():
        if name in claims:
            yield texts.words["receipt_page"][name], _word(texts.words[group], claims[name])


def _sections(claims: Claims, texts: Texts) -> Iterator[SectionLine]:
    names = texts.words["section"]
    sealed = claims.get("sections")
    if isinstance(sealed, Mapping):
        in_order = [name for name in names if name in sealed] + sorted(sealed.keys() - names.keys())
        for name in in_order:
            yield SectionLine(_word(names, name), sealed[name]["revision"], sealed[name]["digest"])
    elif "section" in claims:
        revision = int(str(claims["revision"]))
        yield SectionLine(_word(names, claims["section"]), revision, str(claims["digest"]))


def _notes(claims: Claims, texts: Texts) -> Iterator[str]:
    kind = str(claims["kind"])
    if kind == Kind.SUBMISSION:
        yield texts.words["receipt_page"]["meaning"]
        yield texts.words["receipt_page"]["keep"]
    elif kind == Kind.REGISTER:
        yield texts.words["register"]["note"]
    elif kind == Kind.ATTEMPT:
        yield texts.words["attempt"]["note"]
    elif kind == Kind.OUTAGE:
        yield texts.words["outage_effect"][str(claims["effect"])]
        yield texts.words["receipt_page"]["refused_note"]


def _word(words: Mapping[str, str], code: object) -> str:
    return words.get(str(code), str(code))


def _title(code: str, texts: Texts) -> str:
    return texts.problems[code].title if code in texts.problems else code
