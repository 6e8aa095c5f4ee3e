"""The language in which an applicant is written to."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Applications filed before are written to in Italian, as they were."""
    op.execute("ALTER TABLE submission ADD COLUMN language TEXT DEFAULT 'it' NOT NULL")


def downgrade() -> None:
    """Letters are in Italian again."""
    op.execute("ALTER TABLE submission DROP COLUMN language")
