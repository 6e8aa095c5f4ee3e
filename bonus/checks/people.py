"""Checks of the sections about people: the applicant and her children."""

import re
from datetime import date

from bonus.checks.fields import Found, check_choice, check_day, check_stretches, check_text, error, warning
from bonus.tax_code import agrees_with_birth, read_tax_code
from bonus.typed import Object, objects, text
from bonus.vocabulary import Link
from core.domain.problem import Problem

_email = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+").fullmatch
_phone = re.compile(r"\+?[0-9]{6,15}", re.ASCII).fullmatch
_spacing = str.maketrans("", "", " ./()-")
_ENTERED = {Link.ADOPTED, Link.PRE_ADOPTIVE_FOSTER}


def check_applicant(section: Object, today: date) -> list[Problem]:
    """Check who she is; how to reach her is only ever a warning."""
    found: Found = []
    birth = check_day(section, "birth_date", "", found, required=True)
    check_text(section, "first_name", "", found)
    check_text(section, "last_name", "", found)
    if check_text(section, "tax_code", "", found):
        _check_tax_code(section, birth, "", found)
    if birth and birth > today:
        error(found, "date-in-future", "/birth_date")
    _check_contacts(section, found)
    return found


def check_children(section: Object, today: date) -> list[Problem]:
    """Check each child, and that none is there twice. How many there are is a decision, not a problem."""
    found: Found = []
    children = objects(section.get("children"))
    if not children:
        error(found, "required", "/children")
    codes = [_check_child(child, f"/children/{index}", today, found) for index, child in enumerate(children)]
    if len({code for code in codes if code}) < len(codes):
        _check_same_child(children, codes, found)
    return found


def _check_child(child: Object, place: str, today: date, found: Found) -> str | None:
    """Check one child and return its tax code, when it has one that can exist."""
    birth = check_day(child, "birth_date", place, found, required=True)
    if birth and birth > today:
        error(found, "birth-in-future", f"{place}/birth_date")
    check_text(child, "first_name", place, found)
    link = check_choice(child, "link", place, Link, found)
    _check_entry(child, birth, place, today, found, required=link in _ENTERED)
    if child.get("died_on"):
        _check_death(child, birth, place, today, found)
    check_stretches(child, "responsibility_lost", place, found)
    return _check_tax_code(child, birth, place, found)


def _check_tax_code(person: Object, birth: date | None, place: str, found: Found) -> str | None:
    """Check a code where one is given; a child may have none, and is then looked at by a person."""
    written = text(person.get("tax_code"))
    if not written:
        if place:
            warning(found, "child-tax-code-missing", f"{place}/tax_code")
        return None
    code = read_tax_code(written)
    if code is None:
        error(found, "cf-check", f"{place}/tax_code")
    elif birth and not agrees_with_birth(code, birth):
        warning(found, "birth-date-differs-from-tax-code", f"{place}/birth_date")
    return code


def _check_entry(child: Object, birth: date | None, place: str, today: date, found: Found, *, required: bool) -> None:
    """Check the day a child came into the family, which adoption and pre-adoptive care count from."""
    entry = check_day(child, "entered_family_on", place, found, required=required)
    if entry and entry > today:
        error(found, "entry-in-future", f"{place}/entered_family_on")
    elif entry and birth and entry < birth:
        error(found, "entry-before-birth", f"{place}/entered_family_on")


def _check_death(child: Object, birth: date | None, place: str, today: date, found: Found) -> None:
    died = check_day(child, "died_on", place, found)
    if died and died > today:
        error(found, "date-in-future", f"{place}/died_on")
    elif died and birth and died < birth:
        error(found, "death-before-birth", f"{place}/died_on")


def _check_same_child(children: list[Object], codes: list[str | None], found: Found) -> None:
    """Find the same tax code twice, or, where a code is missing, the same first name and birth date."""
    seen: dict[tuple[str, str], int] = {}
    for index, (child, code) in enumerate(zip(children, codes, strict=True)):
        if code and codes.index(code) < index:
            error(found, "same-child-twice", f"/children/{index}/tax_code")
            continue
        who = text(child.get("first_name")).casefold(), text(child.get("birth_date"))
        other = seen.setdefault(who, index) if all(who) else index
        if other < index and not (code and codes[other]):
            warning(found, "same-child-perhaps", f"/children/{index}")


def _check_contacts(section: Object, found: Found) -> None:
    email, phone = text(section.get("email")), text(section.get("phone"))
    if not email and not phone:
        warning(found, "contact-missing", "/email")
    if email and not _email(email):
        warning(found, "email-format", "/email")
    if phone and not _phone(phone.translate(_spacing)):
        warning(found, "phone-format", "/phone")
