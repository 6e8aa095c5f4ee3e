"""A review goes to an officer's list, straight from where it is asked for."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Allow the move."""
    op.execute("INSERT INTO allowed_move (from_state, to_state) VALUES ('reopened', 'needs_officer')")


def downgrade() -> None:
    """Moves that were made are kept, so the one they need is too."""
    raise NotImplementedError
