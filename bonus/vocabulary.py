"""Vocabulary: the choices the form offers, as they are written on the wire."""

from enum import StrEnum
from functools import cache


class Link(StrEnum):
    """How a child is hers."""

    NATURAL = "natural"
    ADOPTED = "adopted"
    PRE_ADOPTIVE_FOSTER = "pre_adoptive_foster"
    FOSTER = "foster"


class Category(StrEnum):
    """What kind of work a period is."""

    EMPLOYEE_PERMANENT = "employee_permanent"
    EMPLOYEE_FIXED_TERM = "employee_fixed_term"
    APPRENTICE = "apprentice"
    AGENCY_PERMANENT = "agency_permanent"
    AGENCY_FIXED_TERM = "agency_fixed_term"
    ON_CALL_PERMANENT = "on_call_permanent"
    ON_CALL_FIXED_TERM = "on_call_fixed_term"
    AGRICULTURAL_FIXED_TERM = "agricultural_fixed_term"
    DOMESTIC_PERMANENT = "domestic_permanent"
    DOMESTIC_FIXED_TERM = "domestic_fixed_term"
    SELF_EMPLOYED = "self_employed"
    PROFESSIONAL_FUND = "professional_fund"
    SEPARATE_FUND = "separate_fund"
    COMPANY_OFFICER = "company_officer"
    OCCASIONAL = "occasional"


class Suspension(StrEnum):
    """Why work stops inside a period that goes on."""

    MATERNITY = "maternity"
    PARENTAL_LEAVE = "parental_leave"
    WAGE_FUND = "wage_fund"
    CHILD_SICKNESS = "child_sickness"
    DISABILITY_LEAVE = "disability_leave"
    UNPAID_LEAVE = "unpaid_leave"
    DISCIPLINARY = "disciplinary"
    ELECTED_OFFICE = "elected_office"
    CYCLIC_PART_TIME_IDLE = "cyclic_part_time_idle"


class Method(StrEnum):
    """How she is paid."""

    IBAN = "iban"
    POSTAL_TRANSFER = "postal_transfer"


class Legalisation(StrEnum):
    """How a foreign document was made valid here."""

    APOSTILLE = "apostille"
    LEGALISED = "legalised"


#: The kind of a document that says she tried to file before the end.
ATTEMPT_CERTIFICATE = "attempt_certificate"

#: Work that counts only in the months she names, because the relation alone does not say when she worked.
BY_ACTIVE_MONTHS = frozenset(
    {
        Category.ON_CALL_PERMANENT,
        Category.ON_CALL_FIXED_TERM,
        Category.AGRICULTURAL_FIXED_TERM,
        Category.SEPARATE_FUND,
    }
)


@cache
def written(choices: type[StrEnum]) -> frozenset[str]:
    """Return the choices as they are written, to look one up."""
    return frozenset(choices)
