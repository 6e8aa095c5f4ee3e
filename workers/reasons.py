"""reasons: the codes by which a submission says why it waits; each has a text in the catalogue.

Beside these, a submission waits for the codes of problems and of flags (`bonus/codes.py`), and an officer's ruling
is told as `ruled-ok`, `ruled-ko` or `review-looked-at`.
"""

from core.domain.work import FOR_A_PERSON

CONTRADICTED = "registry-contradicts"  # about a fact: the registry says otherwise
UNANSWERED = "registry-unanswered"  # about a fact: patience ended without an answer
NOT_KNOWN_YET = "not-known-yet"  # about a fact: the registry will know later
NOT_KNOWN_BY_DEADLINE = "not-known-by-deadline"  # about a fact: it should have known by now
ACCOUNT_DIFFERS = "account-holder-differs"  # about the account: it is not the applicant's
TECHNICAL_FAULT = "technical-fault"  # a fault of ours; a person looks at it

REASONS = FOR_A_PERSON | {
    CONTRADICTED,
    UNANSWERED,
    NOT_KNOWN_YET,
    NOT_KNOWN_BY_DEADLINE,
    ACCOUNT_DIFFERS,
    TECHNICAL_FAULT,
}
