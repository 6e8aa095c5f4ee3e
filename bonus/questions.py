"""Questions: what the registries are asked about an application, and nothing the rules do not need."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bonus.facts import read_facts
from bonus.iban import read_iban
from bonus.programme import Programme
from bonus.tax_code import read_tax_code
from bonus.typed import Object, choice, day, months, objects, section, text
from bonus.vocabulary import BY_ACTIVE_MONTHS, Category, Link, Method


@dataclass(frozen=True, slots=True)
class Question:
    """One fact a registry is asked to confirm; `body` holds JSON values only."""

    fact: str  # tax_code | identity | child:<index> | work:<index> | account
    registry: str  # revenue | anpr | labour | bank
    body: Mapping[str, object]
    patience_until: date | None  # until when "not known yet" is asked again; None: no longer than any other


def questions(programme: Programme, sections: Mapping[str, Object]) -> tuple[Question, ...]:
    """Return what must be confirmed before a decision.

    A child without a valid Italian tax code is left to an officer (flag `child-without-tax-code`); work that gives no
    right is not asked about. Filiation is asked of the register of births, not of households: children who live
    elsewhere count too.
    """
    return (*_about_her(sections), *_about_children(sections), *_about_work(programme, sections))


def payment_question(sections: Mapping[str, Object]) -> Question | None:
    """Return what the bank is asked after a grant, or None for a postal transfer."""
    payment = section(sections, "payment")
    if choice(payment.get("method")) != Method.IBAN:
        return None
    iban = read_iban(text(payment.get("iban")))
    body = {"tax_code": _tax_code_of(sections), "iban": iban if isinstance(iban, str) else ""}
    return Question("account", "bank", body, None)


def _about_her(sections: Mapping[str, Object]) -> tuple[Question, ...]:
    applicant = section(sections, "applicant")
    code = _tax_code_of(sections)
    names = {name: text(applicant.get(name)) for name in ("first_name", "last_name", "birth_date")}
    return (
        Question("tax_code", "revenue", {"tax_code": code}, None),
        Question("identity", "anpr", {"tax_code": code, **names}, None),
    )


def _about_children(sections: Mapping[str, Object]) -> list[Question]:
    asked = []
    for index, child in enumerate(objects(section(sections, "children").get("children"))):
        code = read_tax_code(text(child.get("tax_code")))
        if code:
            body = {"tax_code": _tax_code_of(sections), "child": _child(child, code)}
            asked.append(Question(f"child:{index}", "anpr", body, None))
    return asked


def _child(child: Object, code: str) -> dict[str, object]:
    link = choice(child.get("link"))
    told: dict[str, object] = {"tax_code": code, "birth_date": text(child.get("birth_date")), "link": link}
    if link != Link.NATURAL:
        told["entered_family_on"] = text(child.get("entered_family_on")) or None
    return told


def _about_work(programme: Programme, sections: Mapping[str, Object]) -> list[Question]:
    periods = objects(section(sections, "work").get("periods"))
    patience = _patience(programme, sections)
    return [
        Question(f"work:{index}", "labour", _work(period, programme.year, _tax_code_of(sections)), patience)
        for index, period in enumerate(periods)
        if _matters(period, programme)
    ]


def _work(period: Object, year: int, code: str) -> dict[str, object]:
    """Return the part of a period that lies in the year: what came before and comes after is nobody's business."""
    start, end = day(period.get("start")), day(period.get("end"))
    first, last = date(year, 1, 1), date(year, 12, 31)
    told: dict[str, object] = {
        "tax_code": code,
        "category": choice(period.get("category")),
        "start": max(start, first).isoformat() if start else None,
        "end": min(end or last, last).isoformat(),
    }
    if told["category"] in BY_ACTIVE_MONTHS:
        told["active_months"] = sorted(months(period.get("active_months")))
    return told


def _matters(period: Object, programme: Programme) -> bool:
    """Say whether the rules look at a period at all."""
    facts = read_facts({"work": {"periods": [period]}}, programme.rules, programme.year)
    return any(programme.rules.work[Category(each.category)].counts for each in facts.periods)


def _patience(programme: Programme, sections: Mapping[str, Object]) -> date:
    """Return the 20th of the month after the last declared month of work: until then absent is not no."""
    lasts = 0
    for period in read_facts(sections, programme.rules, programme.year).periods:
        lasts |= period.lasts
    last = date.fromordinal(date(programme.year, 1, 1).toordinal() + max(lasts.bit_length() - 1, 0))
    return date(last.year + last.month // 12, last.month % 12 + 1, 20)


def _tax_code_of(sections: Mapping[str, Object]) -> str:
    return read_tax_code(text(section(sections, "applicant").get("tax_code"))) or ""
