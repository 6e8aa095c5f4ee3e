"""Violations to plant in the database: what is done to it, and which checkers must see it."""

ONE = "(SELECT draft_id FROM submission WHERE state = 'payment_ordered' ORDER BY number LIMIT 1)"
ANOTHER = "(SELECT draft_id FROM submission WHERE state = 'payment_ordered' ORDER BY number DESC LIMIT 1)"

A_SECOND_DECISION = f"""
INSERT INTO decision (draft_id, round, outcome, months, amount_cents, rules_version, verifications, fence, decided_at)
SELECT draft_id, 2, outcome, months, amount_cents, rules_version, verifications, fence, decided_at
FROM decision WHERE draft_id = {ONE}
"""
A_SECOND_PAYMENT = f"""
INSERT INTO submission_event (draft_id, seq, at, kind, from_state, to_state, reasons)
SELECT draft_id, seq + 1, at, kind, to_state, to_state, reasons
FROM submission_event WHERE draft_id = {ONE} AND to_state = 'payment_ordered'
"""
A_REVISION_NOBODY_SENT = f"""
INSERT INTO section_revision (draft_id, section, revision, content, digest, saved_at, key_id, trial, bytes_so_far)
SELECT draft_id, 'attachments', 1, content, '\\x01', saved_at, key_id, trial, bytes_so_far
FROM section_revision WHERE draft_id = {ONE} AND section = 'children'
"""
A_RIVAL = (
    f"UPDATE submission SET person = (SELECT person FROM submission WHERE draft_id = {ONE}) WHERE draft_id = {ANOTHER}"
)

UNPAID = f"UPDATE submission SET state = (SELECT outcome FROM decision WHERE draft_id = {ONE}) WHERE draft_id = {ONE}"

VIOLATIONS: dict[str, tuple[tuple[str, ...], set[str]]] = {
    "a revision is gone": ((f"DELETE FROM section_revision WHERE draft_id = {ONE}",), {"lost"}),
    "a submission is gone": ((f"DELETE FROM submission WHERE draft_id = {ONE}",), {"lost", "torn"}),
    "a draft is gone": ((f"DELETE FROM draft WHERE draft_id = {ONE}",), {"lost"}),
    "the bytes of a content have changed": (
        (f"UPDATE section_revision SET content = content || ' ' WHERE draft_id = {ONE} AND section = 'income'",),
        {"altered"},
    ),
    "a digest has changed": (
        (f"UPDATE section_revision SET digest = '\\x00' WHERE draft_id = {ONE} AND section = 'income'",),
        {"altered", "ghost"},
    ),
    "a filing instant has changed": (
        (f"UPDATE submission SET filed_at = filed_at + interval '1 microsecond' WHERE draft_id = {ONE}",),
        {"altered"},
    ),
    "other revisions are sealed": (
        (f"UPDATE submission SET filed_sections = '{{\"income\": 1}}' WHERE draft_id = {ONE}",),
        {"altered"},
    ),
    "filed, and the draft not sealed": ((f"UPDATE draft SET sealed_at = NULL WHERE draft_id = {ONE}",), {"torn"}),
    "filed, and no answer kept": ((f"DELETE FROM idempotency WHERE draft_id = {ONE}",), {"torn"}),
    "decided, and no decision": ((f"DELETE FROM decision WHERE draft_id = {ONE}",), {"torn"}),
    "decided, and no effect": ((f"DELETE FROM effect WHERE draft_id = {ONE} AND kind = 'decision'",), {"torn"}),
    "a move is missing": ((f"DELETE FROM submission_event WHERE draft_id = {ONE} AND seq = 2",), {"torn"}),
    "a second decision": ((A_SECOND_DECISION,), {"dup_effect", "torn"}),
    "a second payment": ((A_SECOND_PAYMENT,), {"dup_effect"}),
    "two live applications of one person": ((A_RIVAL,), {"dup_live"}),
    "in review, and its work row is gone": (
        (
            f"DELETE FROM submission_event WHERE draft_id = {ONE} AND seq > 2",
            f"DELETE FROM decision WHERE draft_id = {ONE}",
            f"UPDATE submission SET state = 'in_review' WHERE draft_id = {ONE}",
        ),
        {"stuck"},
    ),
    "granted, and nobody pays": (
        (
            f"DELETE FROM submission_event WHERE draft_id = {ONE} AND to_state = 'payment_ordered'",
            UNPAID,
        ),
        {"stuck"},
    ),
    "on an officer's list that does not name it": (
        ("DELETE FROM work WHERE draft_id = (SELECT draft_id FROM submission WHERE state = 'needs_officer' LIMIT 1)",),
        {"stuck"},
    ),
    "a revision that nobody sent": ((A_REVISION_NOBODY_SENT,), {"ghost"}),
}
