"""people: who applies: a mother with children, work, an income and an account, who does not exist but could."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from loadtest.rehearsal.codes import iban, of_surname, tax_code

SECTIONS: Final = ("applicant", "children", "work", "income", "payment", "declarations")
ROOM: Final = 16  # people one arrival may bring: a patronato files for several
OMOCODES: Final = 0.005  # of people [assumption]
TODAY: Final = date(2025, 11, 20)  # ages are counted from here, whatever the civil clock says
_FIRST_BIRTH: Final = date(1978, 1, 1)
_DAYS: Final = 9_000  # the youngest mother was born in August 2002

Contents = dict[str, dict[str, Any]]
Names = Mapping[str, Sequence[str]]

# Frequent names, and the signs of cities and countries of birth, so that a rehearsal looks like a Tuesday.
_NAMES: Final[Names] = json.loads((Path(__file__).parent / "names.json").read_text("utf-8"))

# One surname for each three letters, so that surname, day and place make a person out of a number.
_SURNAMES: Final = tuple({of_surname(name): name for name in _NAMES["surnames"]}.values())
_MOST: Final = len(_SURNAMES) * _DAYS * len(_NAMES["places"])
_STRIDE: Final = 1_000_003  # a prime that divides none of the three, so that neighbours in number are strangers


@dataclass(frozen=True, slots=True)
class Person:
    """A mother, and what she would type if she made no mistake."""

    number: int
    contents: Contents


class TooManyPeople(Exception):
    """There are not so many different people."""


def person(seed: int, number: int) -> Person:
    """Return a person; two numbers of one seed are never one person. Errors: TooManyPeople."""
    if number >= _MOST:
        raise TooManyPeople(f"{number} of {_MOST}")
    random = Random(f"{seed}/person/{number}")  # noqa: S311 (a load, not a secret)
    surname, birth, place = _identity(seed, number)
    first_name = random.choice(_NAMES["women"])
    omocode = random.choice((1, 1, 1, 2, 7)) if random.random() < OMOCODES else 0
    code = tax_code(surname, first_name, birth, place, woman=True, omocode=omocode)
    children = _children(random)
    contents: Contents = {
        "applicant": {
            "tax_code": code,
            "first_name": first_name,
            "last_name": surname,
            "birth_date": birth.isoformat(),
            "email": f"{of_surname(surname).lower()}.{number}@example.it",
            "phone": f"+39 3{random.randrange(20, 99)} {random.randrange(1_000_000, 9_999_999)}",
            "address": f"{random.choice(_NAMES['streets'])} {random.randrange(1, 200)}",
        },
        "children": {"children": children},
        "work": {"periods": _work(random, permanent=len(children) == 2)},
        "income": {
            "employment": f"{random.randrange(4_000, 39_000)}.{random.randrange(100):02}",
            "self_employment": "0.00",
        },
        "payment": _payment(random),
        "declarations": {
            "requested_months": list(range(1, 13)),
            "truthful": True,
            "privacy_notice": "2025-10-28",
        },
    }
    return Person(number, contents)


def _identity(seed: int, number: int) -> tuple[str, date, str]:
    mixed = (number * _STRIDE + Random(f"{seed}/people").randrange(_MOST)) % _MOST  # noqa: S311
    mixed, surname = divmod(mixed, len(_SURNAMES))
    place, day = divmod(mixed, _DAYS)
    return _SURNAMES[surname], _FIRST_BIRTH + timedelta(days=day), _NAMES["places"][place]


def _children(random: Random) -> list[dict[str, Any]]:
    """Two in most, 2.2 on average [assumption]; the youngest of two is under ten, of three under eighteen."""
    count = random.choices((2, 3, 4), (84, 13, 3))[0]
    youngest = random.randrange(60, 3_000 if count == 2 else 6_000)  # days
    ages = sorted((youngest, *(youngest + random.randrange(400, 3_500) for _ in range(count - 1))), reverse=True)
    surname = random.choice(_SURNAMES)
    return [child(random, surname, TODAY - timedelta(days=age)) for age in ages]


def child(random: Random, surname: str, birth: date) -> dict[str, Any]:
    """Return a child of that surname and birth date."""
    girl = random.random() < 0.485
    name = random.choice(_NAMES["girls" if girl else "boys"])
    adopted = random.random() < 0.01
    return {
        "tax_code": tax_code(surname, name, birth, random.choice(_NAMES["places"]), woman=girl),
        "first_name": name,
        "birth_date": birth.isoformat(),
        "link": "adopted" if adopted else "natural",
        "entered_family_on": min(birth + timedelta(days=300), TODAY).isoformat() if adopted else None,
        "died_on": None,
        "responsibility_lost": [],
    }


def _work(random: Random, *, permanent: bool) -> list[dict[str, Any]]:
    """One contract that covers the year, or two that follow each other; a permanent one only beside two children."""
    start = date(random.randrange(2008, 2025), random.randrange(1, 13), 1)
    if permanent and random.random() < 0.6:
        return [_period("employee_permanent", start, None)]
    kind = random.choice(("employee_fixed_term", "self_employed", "professional_fund", "agency_fixed_term"))
    if random.random() < 0.25:
        changed = date(2025, random.randrange(3, 9), 15)
        return [
            _period("employee_fixed_term", start, changed),
            _period(kind, changed + timedelta(days=1), None if kind == "self_employed" else date(2025, 12, 31)),
        ]
    return [_period(kind, start, date(2026, 6, 30) if kind.endswith("fixed_term") else None)]


def _period(category: str, start: date, end: date | None) -> dict[str, Any]:
    until = end and end.isoformat()
    return {"category": category, "start": start.isoformat(), "end": until, "suspensions": []}


def _payment(random: Random) -> dict[str, Any]:
    if random.random() < 0.03:
        return {"method": "postal_transfer", "iban": ""}
    account = f"{random.randrange(10**12):012}"
    return {
        "method": "iban",
        "iban": iban(random.choice(_NAMES["banks"]), f"{random.randrange(1000, 99999):05}", account),
    }
