"""Violations to plant in the database: what is done to it, and which checkers must see it."""

ONE = "(SELECT draft_id FROM submission WHERE state = 'payment_ordered' ORDER BY number LIMIT 1)"
ANOTHER = "(SELECT draft_id FROM submission WHERE state = 'payment_ordered' ORDER BY number DESC LIMIT 1)"

AGAIN_IN_REVIEW = (
    f"DELETE FROM submission_event WHERE draft_id = {ONE} AND seq > 2",
    f"DELETE FROM decision WHERE draft_id = {ONE}",
    f"UPDATE submission SET state = 'in_review' WHERE draft_id = {ONE}",
)
WORK = """
INSERT INTO work (draft_id, kind, cause, channel, due_at, lease_until, created_at)
SELECT draft_id, 'decision', 'planted', channel, {due_at}, {lease_until}, clock_timestamp()
FROM submission WHERE state = 'in_review'
"""

A_SECOND_DECISION = f"""
INSERT INTO decision (draft_id, round, outcome, months, amount_cents, rules_version, verifications, fence, decided_at)
SELECT draft_id, 2, outcome, months, amount_cents, rules_version, verifications, fence, decided_at
FROM decision WHERE draft_id = {ONE}
"""
ANY_MOVE_MAY_BE = "ALTER TABLE submission_event DROP CONSTRAINT ck_submission_event_allowed_move"
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

UNHEARD = f"""
UPDATE verification SET question = sha256(question)
WHERE draft_id = {ONE} AND fact = 'identity'
"""

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
        (f"UPDATE filing SET sections = '{{\"income\": 1}}' WHERE draft_id = {ONE}",),
        {"altered"},
    ),
    "filed, and the draft not sealed": ((f"UPDATE draft SET sealed_at = NULL WHERE draft_id = {ONE}",), {"torn"}),
    "filed, and no answer kept": ((f"DELETE FROM idempotency WHERE draft_id = {ONE}",), {"torn"}),
    "decided, and no decision": ((f"DELETE FROM decision WHERE draft_id = {ONE}",), {"torn"}),
    "decided, and no effect": ((f"DELETE FROM effect WHERE draft_id = {ONE} AND kind = 'decision'",), {"torn"}),
    "a move is missing": ((f"DELETE FROM submission_event WHERE draft_id = {ONE} AND seq = 2",), {"torn"}),
    "a second decision": ((A_SECOND_DECISION,), {"dup_effect", "torn"}),
    "a second payment": ((ANY_MOVE_MAY_BE, A_SECOND_PAYMENT), {"dup_effect"}),
    "two live applications of one person": ((A_RIVAL,), {"dup_live"}),
    "in review, and its work row is gone": (
        AGAIN_IN_REVIEW,
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
    "in review, and its work is due in a year": (
        (*AGAIN_IN_REVIEW, WORK.format(due_at="clock_timestamp() + interval '1 year'", lease_until="NULL")),
        {"stuck"},
    ),
    "in review, and its work is held for ever": (
        (*AGAIN_IN_REVIEW, WORK.format(due_at="clock_timestamp()", lease_until="'infinity'")),
        {"stuck"},
    ),
    "a revision that nobody sent": ((A_REVISION_NOBODY_SENT,), {"ghost"}),
    "an answer that no registry gave": ((UNHEARD,), {"ghost"}),
    "in time, and counted as late": (
        (f"UPDATE submission SET \"window\" = 'late' WHERE draft_id = {ONE}",),
        {"late_flip"},
    ),
    "an arrival at another time": (
        (f"UPDATE submission SET arrived_at = arrived_at - interval '1 hour' WHERE draft_id = {ONE}",),
        {"altered", "late_flip"},
    ),
}
