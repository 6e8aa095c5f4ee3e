"""Drafts of the synthetic applicant are named, by us and not by what they say of themselves."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the list."""
    op.execute(
        "CREATE TABLE synthetic (draft_id UUID NOT NULL, made_at TIMESTAMP WITH TIME ZONE NOT NULL,"
        " CONSTRAINT pk_synthetic PRIMARY KEY (draft_id))"
    )


def downgrade() -> None:
    """What they were is not forgotten while they are there."""
    raise NotImplementedError
