"""An incident says its cause and, once over, what it did: how many it turned away, and what that means for terms."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Widen the table, and let attempts be counted by when they were made."""
    op.execute(
        "ALTER TABLE incident ADD COLUMN cause TEXT, ADD COLUMN refused INTEGER, ADD COLUMN effect TEXT,"
        " ADD COLUMN ahead INTERVAL, ADD COLUMN attested_at TIMESTAMP WITH TIME ZONE"
    )
    op.execute("CREATE INDEX ix_attempt_log_attempted_at ON attempt_log (attempted_at)")


def downgrade() -> None:
    """What was attested stays so."""
    raise NotImplementedError
