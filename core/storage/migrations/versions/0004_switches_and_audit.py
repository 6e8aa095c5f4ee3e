"""Switches that operators turn, and the trail of what was done by hand."""

from alembic import op

revision = "0004"
down_revision = "0003"

TABLES = """
CREATE TABLE switch (
    name TEXT NOT NULL,
    paused BOOLEAN NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    until TIMESTAMP WITH TIME ZONE,
    who TEXT NOT NULL,
    why TEXT NOT NULL,
    CONSTRAINT pk_switch PRIMARY KEY (name),
    CONSTRAINT ck_switch_in_order CHECK (until > since)
);

CREATE TABLE audit (
    line BIGINT GENERATED ALWAYS AS IDENTITY,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    who TEXT NOT NULL,
    via TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    why TEXT,
    until TIMESTAMP WITH TIME ZONE,
    said JSONB NOT NULL,
    CONSTRAINT pk_audit PRIMARY KEY (line)
);

CREATE INDEX ix_audit_subject_line ON audit (subject, line);
"""

# What was written about an operator's act is not theirs to change, nor ours.
KEPT = """
CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is only ever added to' USING ERRCODE = 'insufficient_privilege';
END $$
"""


def upgrade() -> None:
    """Build both tables; nothing is paused."""
    for statement in TABLES.split(";\n"):
        if statement.strip():
            op.execute(statement)
    op.execute(KEPT)
    op.execute(
        "CREATE TRIGGER audit_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit"
        " FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept()"
    )


def downgrade() -> None:
    """The trail would be lost."""
    raise NotImplementedError
