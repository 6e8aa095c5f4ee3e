"""Notices: who wants them, and one row for each letter."""

from alembic import op

revision = "0006"
down_revision = "0005"

NOTICE = """
CREATE TABLE notice (
    draft_id UUID NOT NULL,
    cause TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    fate TEXT,
    CONSTRAINT pk_notice PRIMARY KEY (draft_id, cause),
    CONSTRAINT ck_notice_ended_with_fate CHECK ((ended_at IS NULL) = (fate IS NULL))
);
"""


def upgrade() -> None:
    """Applications filed before get none."""
    op.execute("ALTER TABLE submission ADD COLUMN notices BOOLEAN DEFAULT false NOT NULL")
    op.execute(NOTICE)


def downgrade() -> None:
    """What was sent stays known."""
    raise NotImplementedError
