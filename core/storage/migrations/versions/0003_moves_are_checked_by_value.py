"""Moves are checked by a constraint that lists them, and no longer by looking each up in a table."""

from alembic import op

revision = "0003"
down_revision = "0002"

# The moves of this migration's day; a later change of the moves replaces the constraint.
MOVES = {
    "accepted": ("in_review", "withdrawn"),
    "granted": ("paid", "payment_failed", "payment_ordered", "reopened"),
    "granted_in_part": ("paid", "payment_failed", "payment_ordered", "reopened"),
    "in_review": (
        "granted", "granted_in_part", "needs_applicant", "needs_officer", "refused", "suspended", "withdrawn",
    ),
    "needs_applicant": ("in_review", "withdrawn"),
    "needs_officer": ("in_review", "withdrawn"),
    "paid": ("reopened",),
    "payment_failed": ("payment_ordered", "reopened"),
    "payment_ordered": ("paid", "payment_failed", "reopened"),
    "refused": ("reopened",),
    "reopened": ("in_review", "needs_officer", "withdrawn"),
    "suspended": ("in_review", "needs_applicant", "needs_officer", "withdrawn"),
}  # fmt: skip


def upgrade() -> None:
    """List the moves in a constraint, and drop the table of them."""
    pairs = ", ".join(f"'{source} > {target}'" for source, targets in MOVES.items() for target in targets)
    op.execute("ALTER TABLE submission_event DROP CONSTRAINT fk_submission_event_from_state_to_state_allowed_move")
    op.execute(
        "ALTER TABLE submission_event ADD CONSTRAINT ck_submission_event_allowed_move"
        f" CHECK (from_state || ' > ' || to_state IN ({pairs}))"
    )
    op.execute("DROP TABLE allowed_move")


def downgrade() -> None:
    """Nothing is lost by the constraint, so there is nothing to go back for."""
    raise NotImplementedError
