"""Complaints: one row each."""

from alembic import op

revision = "0007"
down_revision = "0006"

COMPLAINT = """
CREATE TABLE complaint (
    draft_id UUID NOT NULL,
    number INTEGER NOT NULL,
    content BYTEA NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    receipt TEXT NOT NULL,
    CONSTRAINT pk_complaint PRIMARY KEY (draft_id, number)
);
"""


def upgrade() -> None:
    """Add the table."""
    op.execute(COMPLAINT)


def downgrade() -> None:
    """What somebody complained about is kept."""
    raise NotImplementedError
