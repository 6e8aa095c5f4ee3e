"""reasons: the codes by which a submission says why it waits; each has a text in the catalogue.

Beside these, a submission waits for the codes of problems and of flags (`bonus/codes.py`), and an officer's ruling
is told as `ruled-ok` or `ruled-ko`.
"""

CONTRADICTED = "registry-contradicts"  # about a fact: the registry says otherwise
UNANSWERED = "registry-unanswered"  # about a fact: patience ended without an answer
NOT_KNOWN_YET = "not-known-yet"  # about a fact: the registry will know later
NOT_KNOWN_BY_DEADLINE = "not-known-by-deadline"  # about a fact: it should have known by now
ACCOUNT_DIFFERS = "account-holder-differs"  # about the account: it is not the applicant's
TECHNICAL_FAULT = "technical-fault"  # a fault of ours; a person looks at it

REASONS = frozenset({CONTRADICTED, UNANSWERED, NOT_KNOWN_YET, NOT_KNOWN_BY_DEADLINE, ACCOUNT_DIFFERS, TECHNICAL_FAULT})
