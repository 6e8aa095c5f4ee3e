"""The tables, as SQLAlchemy sees them; migrations build the same, and a test holds them equal."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Interval,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Sequence,
    SmallInteger,
    Table,
    Text,
    any_,
    bindparam,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from core.domain.submission import MOVES

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# One sequence each for the whole database: a fence only ever grows, and a number is never given twice.
fence_sequence = Sequence("fence", metadata=metadata, data_type=BigInteger, cache=1)
number_sequence = Sequence("number", metadata=metadata, data_type=BigInteger, cache=1)


def _instant(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


def _draft_id() -> Column[object]:
    return Column("draft_id", UUID(as_uuid=True), nullable=False)


draft = Table(
    "draft",
    metadata,
    _draft_id(),
    Column("programme", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("client_reference", Text),
    Column("form_version", Text, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    _instant("created_at"),
    _instant("expires_at"),
    _instant("sealed_at", nullable=True),
    _instant("deleted_at", nullable=True),
    _instant("expired_at", nullable=True),
    PrimaryKeyConstraint("draft_id"),
    CheckConstraint("num_nonnulls(sealed_at, deleted_at, expired_at) <= 1", name="one_end"),
    Index(
        "ix_draft_open_expires_at",
        "expires_at",
        postgresql_where=text("num_nonnulls(sealed_at, deleted_at, expired_at) = 0"),
    ),
)

# No foreign key to draft: the writer holds the draft's row lock in the same transaction, and the check costs each save.
section_revision = Table(
    "section_revision",
    metadata,
    _draft_id(),
    Column("section", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    _instant("saved_at"),
    Column("key_id", Text, nullable=False),
    Column("trial", Boolean, nullable=False),
    Column("bytes_so_far", Integer, nullable=False),  # of this section, this revision included
    PrimaryKeyConstraint("draft_id", "section", "revision"),
)

refused_copy = Table(
    "refused_copy",
    metadata,
    _draft_id(),
    Column("section", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("base", Integer),
    Column("content", LargeBinary, nullable=False),
    _instant("refused_at"),
    PrimaryKeyConstraint("draft_id", "section", "digest"),
)

submission = Table(
    "submission",
    metadata,
    _draft_id(),
    Column("number", Text, nullable=False),
    Column("programme", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("window", Text, nullable=False),
    Column("supplementary", Boolean, nullable=False),
    Column("person", LargeBinary),
    _instant("arrived_at"),
    _instant("filed_at"),
    Column("filed_sections", JSONB),  # of counters before 0008, as is the receipt; a later migration drops both
    Column("sections", JSONB, nullable=False),  # as named in the filing, moved on by integrations
    Column("state", Text, nullable=False),
    _instant("state_since"),
    _instant("next_check_at", nullable=True),  # machine time
    Column("round", SmallInteger, nullable=False),
    Column("receipt", Text),
    Column("trial", Boolean, nullable=False),
    Column("notices", Boolean, nullable=False, server_default=text("false")),  # its applicant wants them
    Column("language", Text, nullable=False, server_default=text("'it'")),  # in which they are written
    PrimaryKeyConstraint("draft_id"),
    ForeignKeyConstraint(["draft_id"], ["draft.draft_id"]),
    Index("ix_submission_number", "number"),  # for operators; unique by construction, so not asked of every node
    Index("ix_submission_state", "state", "state_since"),
)

# What was acknowledged when the draft was filed; insert-only. A move writes the row of its submission anew, so what
# never changes and weighs most lies apart.
filing = Table(
    "filing",
    metadata,
    _draft_id(),
    Column("sections", JSONB, nullable=False),  # as named in the filing
    Column("receipt", Text, nullable=False),
    PrimaryKeyConstraint("draft_id"),
)

# The one table that is not keyed by draft: one person's live application of a programme in a window.
live_claim = Table(
    "live_claim",
    metadata,
    Column("programme", Text, nullable=False),
    Column("window", Text, nullable=False),
    Column("person", LargeBinary, nullable=False),
    _draft_id(),
    PrimaryKeyConstraint("programme", "person", "window"),  # all of a person's claims lie together
    Index("ix_live_claim_draft_id", "draft_id"),
)

_ALLOWED = ", ".join(sorted(f"'{source} > {target}'" for source, targets in MOVES.items() for target in targets))

submission_event = Table(
    "submission_event",
    metadata,
    _draft_id(),
    Column("seq", Integer, nullable=False),
    _instant("at"),
    Column("kind", Text, nullable=False),
    Column("from_state", Text),
    Column("to_state", Text),
    Column("reasons", JSONB, nullable=False),
    Column("who", Text),
    Column("why", Text),
    PrimaryKeyConstraint("draft_id", "seq"),
    CheckConstraint(f"from_state || ' > ' || to_state IN ({_ALLOWED})", name="allowed_move"),
)

verification = Table(
    "verification",
    metadata,
    _draft_id(),
    Column("registry", Text, nullable=False),
    Column("question", LargeBinary, nullable=False),
    Column("fact", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("evidence", LargeBinary, nullable=False),
    _instant("answered_at"),  # machine time
    PrimaryKeyConstraint("draft_id", "registry", "question"),
    CheckConstraint("verdict IN ('ok', 'ko')", name="verdict"),
)

decision = Table(
    "decision",
    metadata,
    _draft_id(),
    Column("round", SmallInteger, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("months", JSONB, nullable=False),
    Column("amount_cents", Integer, nullable=False),
    Column("rules_version", Text, nullable=False),
    Column("verifications", JSONB, nullable=False),  # what it rests on: [[registry, fact, question], ...]
    Column("fence", BigInteger, nullable=False),
    _instant("decided_at"),
    PrimaryKeyConstraint("draft_id", "round"),
    CheckConstraint("outcome IN ('granted', 'granted_in_part', 'refused')", name="outcome"),
    Index("ix_decision_decided_at", "decided_at"),
)

# Narrow, and vacuumed early: claims walk the head of its index, and dead entries there are what makes a claim slow.
work = Table(
    "work",
    metadata,
    _draft_id(),
    Column("kind", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("channel", Text, nullable=False),
    _instant("due_at"),
    Column("offered", Boolean, nullable=False, server_default=text("false")),
    Column("attempt", Integer, nullable=False, server_default=text("0")),
    Column("crashes", Integer, nullable=False, server_default=text("0")),
    Column("fence", BigInteger, nullable=False, server_default=text("0")),
    _instant("lease_until", nullable=True),
    _instant("first_attempt_at", nullable=True),
    _instant("created_at"),
    Column("last_failure", Text),
    _instant("buried_at", nullable=True),
    Column("buried_reason", Text),
    Column("traceparent", Text),  # of the request that made it, where its caller is tracing
    PrimaryKeyConstraint("draft_id", "kind", "cause"),
    CheckConstraint("(buried_at IS NULL) = (buried_reason IS NULL)", name="buried_with_reason"),
    Index("ix_work_channel_due_at", "channel", "due_at", postgresql_where=text("buried_at IS NULL AND crashes = 0")),
    Index("ix_work_suspect_due_at", "due_at", postgresql_where=text("buried_at IS NULL AND crashes > 0")),
    Index("ix_work_buried_at", "buried_at", postgresql_where=text("buried_at IS NOT NULL")),
    postgresql_with={
        "fillfactor": 70,
        "autovacuum_vacuum_scale_factor": 0.02,
        "autovacuum_vacuum_threshold": 500,
        "autovacuum_vacuum_cost_delay": 0,
    },
)

effect = Table(
    "effect",
    metadata,
    _draft_id(),
    Column("kind", Text, nullable=False),
    Column("round", SmallInteger, nullable=False),
    Column("fence", BigInteger, nullable=False),
    _instant("at"),
    PrimaryKeyConstraint("draft_id", "kind", "round"),
)

# A letter about one thing that happened; `cause` names it and its row of work, and both end in one transaction.
notice = Table(
    "notice",
    metadata,
    _draft_id(),
    Column("cause", Text, nullable=False),
    _instant("made_at"),  # machine time
    _instant("ended_at", nullable=True),  # machine time
    Column("fate", Text),
    PrimaryKeyConstraint("draft_id", "cause"),
    CheckConstraint("(ended_at IS NULL) = (fate IS NULL)", name="ended_with_fate"),
)

complaint = Table(
    "complaint",
    metadata,
    _draft_id(),
    Column("number", Integer, nullable=False),  # from 1
    Column("content", LargeBinary, nullable=False),  # canonical JSON: what she wrote, and her certificates
    _instant("made_at"),
    Column("receipt", Text, nullable=False),
    PrimaryKeyConstraint("draft_id", "number"),
)

idempotency = Table(
    "idempotency",
    metadata,
    _draft_id(),
    Column("operation", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("response", LargeBinary, nullable=False),
    _instant("created_at"),
    PrimaryKeyConstraint("draft_id", "operation", "key"),
)

# Refused attempts, as their certificates state them; insert-only. `times`: how often the same certificate was given out
# before `noted_at` (machine time); what came after is another row.
attempt_log = Table(
    "attempt_log",
    metadata,
    _draft_id(),
    _instant("attempted_at"),
    Column("operation", Text, nullable=False),
    Column("code", Text, nullable=False),
    _instant("noted_at"),
    Column("incident", Text),
    Column("trial", Boolean, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("times", Integer, nullable=False),
    PrimaryKeyConstraint("draft_id", "attempted_at", "operation", "code", "noted_at"),
    Index("ix_attempt_log_attempted_at", "attempted_at"),
)

# What was taken into an emergency register while this ledger was away, under the number its receipt states, and what
# became of it: written in the transaction that writes the revision or the submission, never changed but by a person.
# Instants are civil time. `content`: what was typed, where it could be kept nowhere else.
register_entry = Table(
    "register_entry",
    metadata,
    _draft_id(),
    Column("register", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("operation", Text, nullable=False),
    Column("section", Text),
    Column("digest", LargeBinary, nullable=False),
    _instant("arrived_at"),
    _instant("registered_at"),
    Column("cause", Text, nullable=False),
    _instant("interrupted_at"),
    Column("outcome", Text, nullable=False),
    Column("reason", Text),
    Column("revision", Integer),
    Column("submission", Text),
    Column("content", LargeBinary),
    Column("receipt", Text, nullable=False),
    _instant("imported_at"),
    Column("for_a_person", Boolean, nullable=False),
    _instant("settled_at", nullable=True),
    Column("settled_by", Text),
    Column("settled_why", Text),
    PrimaryKeyConstraint("draft_id", "register", "number"),
    Index(
        "ix_register_entry_for_a_person",
        "imported_at",
        postgresql_where=text("for_a_person AND settled_at IS NULL"),
    ),
)

# A published outage of one operation, or of all of them; machine time. Attempts name it; nothing else depends on it.
# Once it is over: the requests it turned away, the civil offset meanwhile, what it means for terms.
incident = Table(
    "incident",
    metadata,
    Column("incident_id", Text, nullable=False),
    Column("operation", Text),
    _instant("started_at"),
    _instant("ended_at", nullable=True),
    Column("cause", Text),
    Column("refused", Integer),
    Column("effect", Text),
    Column("ahead", Interval),
    _instant("attested_at", nullable=True),
    PrimaryKeyConstraint("incident_id"),
    CheckConstraint("incident_id ~ '^[0-9a-f]{8}$'", name="short"),
    CheckConstraint("ended_at >= started_at", name="in_order"),
)

# What operators hold back, a row for each switch that was ever turned; machine time.
switch = Table(
    "switch",
    metadata,
    Column("name", Text, nullable=False),
    Column("paused", Boolean, nullable=False),
    _instant("since"),
    _instant("until", nullable=True),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    PrimaryKeyConstraint("name"),
    CheckConstraint("until > since", name="in_order"),
)

# Who did what by hand, and why; a trigger lets nobody change or remove a line. Machine time. `via`: console, where the
# name is that of a login, or command-line, where it is what was said.
audit = Table(
    "audit",
    metadata,
    Column("line", BigInteger, Identity(always=True), nullable=False),
    _instant("at"),
    Column("who", Text, nullable=False),
    Column("via", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("why", Text),
    _instant("until", nullable=True),
    Column("said", JSONB, nullable=False),
    PrimaryKeyConstraint("line"),
    Index("ix_audit_subject_line", "subject", "line"),
)

# Drafts of the synthetic applicant. Only the monitoring process writes here, so nobody can pass for one.
synthetic = Table(
    "synthetic",
    metadata,
    _draft_id(),
    _instant("made_at"),
    PrimaryKeyConstraint("draft_id"),
)

civil_clock = Table(
    "civil_clock",
    metadata,
    Column("one", Boolean, nullable=False, server_default=text("true")),
    Column("ahead", Interval, nullable=False),  # civil time = machine time + this
    PrimaryKeyConstraint("one"),
    CheckConstraint("one", name="only_one"),
)

# What the database was begun with: a hash of each key that must never change under its data.
keyring = Table(
    "keyring",
    metadata,
    Column("purpose", Text, nullable=False),
    Column("mark", LargeBinary, nullable=False),
    PrimaryKeyConstraint("purpose"),
)

_NOT_DRAFT_OWNED = {"live_claim", "civil_clock", "keyring", "incident", "switch", "audit"}
DRAFT_OWNED = tuple(table for name, table in metadata.tables.items() if name not in _NOT_DRAFT_OWNED)

#: Any of the drafts a statement is given as `draft_ids`.
ASKED = any_(bindparam("draft_ids", type_=ARRAY(UUID(as_uuid=True))))
