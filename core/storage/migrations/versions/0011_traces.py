"""Work carries the trace of the request that made it."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the column; it stays empty where nobody traces."""
    op.execute("ALTER TABLE work ADD COLUMN traceparent TEXT")


def downgrade() -> None:
    """Drop it: a trace is worth nothing once it is cut."""
    op.execute("ALTER TABLE work DROP COLUMN traceparent")
