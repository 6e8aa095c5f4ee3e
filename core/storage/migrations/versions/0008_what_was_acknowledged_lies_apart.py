"""What was acknowledged at filing lies in a table of its own, so that a move writes a narrow row anew."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Copy what was acknowledged; counters of the version before go on writing it where it was, and it is read there."""
    op.execute("""
CREATE TABLE filing (
    draft_id UUID NOT NULL,
    sections JSONB NOT NULL,
    receipt TEXT NOT NULL,
    CONSTRAINT pk_filing PRIMARY KEY (draft_id)
)""")
    op.execute(
        "INSERT INTO filing (draft_id, sections, receipt) SELECT draft_id, filed_sections, receipt FROM submission"
    )
    op.execute("ALTER TABLE submission ALTER COLUMN filed_sections DROP NOT NULL, ALTER COLUMN receipt DROP NOT NULL")


def downgrade() -> None:
    """Filings since then have their receipts here alone."""
    raise NotImplementedError
