"""Every code a mother can meet: problems of what is typed, reasons for a month, flags an officer rules on.

Codes are stable: the pages, other programs and the contact centre rely on them. Each has a text in the catalogue.
"""

#: Why a save is refused (422): the only problems that stop one.
SHAPE_PROBLEMS = frozenset(
    {
        "not-an-object",
        "unknown-field",
        "wrong-type",
        "too-long",
        "forbidden-character",
        "too-many-items",
        "out-of-range",
    }
)

#: What is reported beside a save.
CHECK_PROBLEMS = frozenset(
    {
        "required",
        "unknown-choice",
        "date-invalid",
        "date-implausible",
        "date-in-future",
        "period-reversed",
        "outside-period",
        "cf-check",
        "birth-date-differs-from-tax-code",
        "contact-missing",
        "email-format",
        "phone-format",
        "birth-in-future",
        "child-tax-code-missing",
        "entry-in-future",
        "entry-before-birth",
        "death-before-birth",
        "same-child-twice",
        "same-child-perhaps",
        "child-is-applicant",
        "child-older-than-applicant",
        "no-work-declared",
        "month-out-of-range",
        "month-repeated",
        "month-outside-period",
        "money-format",
        "income-taken-as-zero",
        "iban-check",
        "iban-not-sepa",
        "no-month-requested",
        "truthful-not-declared",
        "privacy-notice-not-seen",
        "attachment-kind-missing",
        "attachment-child-unknown",
        "attachment-suggested",
        "sha256-format",
    }
)

PROBLEMS = SHAPE_PROBLEMS | CHECK_PROBLEMS

#: Why a month is not due.
NOT_REQUESTED = "not-requested"
ALREADY_REQUESTED = "already-requested"
LATE = "late"
INCOME_OVER_LIMIT = "income-over-limit"
FEWER_THAN_TWO_CHILDREN = "fewer-than-two-children"
YOUNGEST_OVER_TEN = "youngest-over-ten"
YOUNGEST_OVER_EIGHTEEN = "youngest-over-eighteen"
PERMANENT_WITH_THREE_CHILDREN = "permanent-with-three-children"
NO_USEFUL_WORK = "no-useful-work"
WORK_NOT_COUNTED = "work-not-counted"
NO_DAY_WORKED = "no-day-worked"
SUSPENDED_WITHOUT_PAY = "suspended-without-pay"
OFFICER_DECIDES = "officer-decides"

REASONS = frozenset(
    {
        NOT_REQUESTED,
        ALREADY_REQUESTED,
        LATE,
        INCOME_OVER_LIMIT,
        FEWER_THAN_TWO_CHILDREN,
        YOUNGEST_OVER_TEN,
        YOUNGEST_OVER_EIGHTEEN,
        PERMANENT_WITH_THREE_CHILDREN,
        NO_USEFUL_WORK,
        WORK_NOT_COUNTED,
        NO_DAY_WORKED,
        SUSPENDED_WITHOUT_PAY,
        OFFICER_DECIDES,
    }
)

#: What a person rules on. Read literally: the child counts, the month counts, the relation does no harm.
BIRTHDAY_ON_1_JANUARY = "birthday-on-1-january"
AVAILABILITY_PAY_ONLY = "availability-pay-only"
AGRICULTURAL_LIST_WITHOUT_DAYS = "agricultural-list-without-days"
CHILD_DIED_BEFORE = "child-died-before-requirement"
RESPONSIBILITY_MID_MONTH = "responsibility-suspended-mid-month"
PERMANENT_DOMESTIC_WORK = "permanent-domestic-work"
FLAT_RATE_INCOME = "flat-rate-income"
PLAIN_FOSTER_CARE = "plain-foster-care"
LATE_WITH_CERTIFICATE = "late-with-attempt-certificate"
CHILD_WITHOUT_TAX_CODE = "child-without-tax-code"

FLAGS = frozenset(
    {
        BIRTHDAY_ON_1_JANUARY,
        AVAILABILITY_PAY_ONLY,
        AGRICULTURAL_LIST_WITHOUT_DAYS,
        CHILD_DIED_BEFORE,
        RESPONSIBILITY_MID_MONTH,
        PERMANENT_DOMESTIC_WORK,
        FLAT_RATE_INCOME,
        PLAIN_FOSTER_CARE,
        LATE_WITH_CERTIFICATE,
        CHILD_WITHOUT_TAX_CODE,
    }
)
