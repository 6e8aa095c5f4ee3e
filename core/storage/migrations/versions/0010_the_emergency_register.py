"""What was taken into an emergency register, and what became of it: the correlation that is kept for good."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add its table and the index of those that wait for a person."""
    op.execute(
        """
        CREATE TABLE register_entry (
            draft_id UUID NOT NULL,
            register TEXT NOT NULL,
            number INTEGER NOT NULL,
            operation TEXT NOT NULL,
            section TEXT,
            digest BYTEA NOT NULL,
            arrived_at TIMESTAMP WITH TIME ZONE NOT NULL,
            registered_at TIMESTAMP WITH TIME ZONE NOT NULL,
            cause TEXT NOT NULL,
            interrupted_at TIMESTAMP WITH TIME ZONE NOT NULL,
            outcome TEXT NOT NULL,
            reason TEXT,
            revision INTEGER,
            submission TEXT,
            content BYTEA,
            receipt TEXT NOT NULL,
            imported_at TIMESTAMP WITH TIME ZONE NOT NULL,
            for_a_person BOOLEAN NOT NULL,
            settled_at TIMESTAMP WITH TIME ZONE,
            settled_by TEXT,
            settled_why TEXT,
            CONSTRAINT pk_register_entry PRIMARY KEY (draft_id, register, number)
        )
        """
    )
    op.execute(
        "CREATE INDEX ix_register_entry_for_a_person ON register_entry (imported_at)"
        " WHERE for_a_person AND settled_at IS NULL"
    )


def downgrade() -> None:
    """Receipts were given out that refer to it, so there is nothing to go back for."""
    raise NotImplementedError
