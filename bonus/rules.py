"""Rules: what counts as work, which ages and limits hold, and what is left to an officer, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bonus import codes
from bonus.vocabulary import Category, Suspension


@dataclass(frozen=True, slots=True)
class Treatment:
    """What a category of work is worth."""

    counts: bool
    permanent: bool = False  # such a relation, even in part of a month, excludes a mother of three or more


@dataclass(frozen=True, slots=True)
class FlagRule:
    """A question the sources leave open."""

    version: int
    question: str
    in_favour: bool = False  # True only where a source says so; otherwise an officer rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The requirements of art. 6 D.L. 95/2025 as circolare INPS 139/2025 reads them."""

    income_limit_cents: int  # included
    age_with_two: int  # the month of this birthday of the youngest is the last one due
    age_with_several: int
    work: Mapping[Category, Treatment]
    unpaid: frozenset[Suspension]  # days without pay, indemnity or figurative contribution
    flags: Mapping[str, FlagRule]


_COUNTS, _PERMANENT, _NOTHING = Treatment(counts=True), Treatment(counts=True, permanent=True), Treatment(counts=False)

FIRST_RULES = Rules(
    income_limit_cents=40_000_00,
    age_with_two=10,
    age_with_several=18,
    work=MappingProxyType(
        {
            Category.EMPLOYEE_PERMANENT: _PERMANENT,
            Category.EMPLOYEE_FIXED_TERM: _COUNTS,
            Category.APPRENTICE: _PERMANENT,
            Category.AGENCY_PERMANENT: _PERMANENT,
            Category.AGENCY_FIXED_TERM: _COUNTS,
            Category.ON_CALL_PERMANENT: _PERMANENT,
            Category.ON_CALL_FIXED_TERM: _COUNTS,
            Category.AGRICULTURAL_FIXED_TERM: _COUNTS,
            Category.DOMESTIC_PERMANENT: _NOTHING,
            Category.DOMESTIC_FIXED_TERM: _NOTHING,
            Category.SELF_EMPLOYED: _COUNTS,
            Category.PROFESSIONAL_FUND: _COUNTS,
            Category.SEPARATE_FUND: _COUNTS,
            Category.COMPANY_OFFICER: _NOTHING,
            Category.OCCASIONAL: _NOTHING,
        }
    ),
    unpaid=frozenset(
        {
            Suspension.UNPAID_LEAVE,
            Suspension.DISCIPLINARY,
            Suspension.ELECTED_OFFICE,
            Suspension.CYCLIC_PART_TIME_IDLE,
        }
    ),
    flags=MappingProxyType(
        {
            codes.BIRTHDAY_ON_1_JANUARY: FlagRule(1, "Is January due when the limit of age is reached on the 1st?"),
            codes.AVAILABILITY_PAY_ONLY: FlagRule(1, "Is a month on call with availability pay alone worked?"),
            codes.AGRICULTURAL_LIST_WITHOUT_DAYS: FlagRule(1, "Is a month worked by being listed (51 days)?"),
            codes.CHILD_DIED_BEFORE: FlagRule(1, "Does a child count who died before the requirement was met?"),
            codes.RESPONSIBILITY_MID_MONTH: FlagRule(1, "Does a child count in a month of partial responsibility?"),
            codes.PERMANENT_DOMESTIC_WORK: FlagRule(1, "Is permanent domestic work harmless beside another job?"),
            codes.FLAT_RATE_INCOME: FlagRule(1, "Is the income of a flat-rate taxpayer left out of the limit?"),
            codes.PLAIN_FOSTER_CARE: FlagRule(1, "Does a child in plain foster care count?"),
            codes.LATE_WITH_CERTIFICATE: FlagRule(1, "Is a late filing in time for an attempt made before the end?"),
            codes.CHILD_WITHOUT_TAX_CODE: FlagRule(1, "Do the papers show a child without an Italian tax code?"),
        }
    ),
)
