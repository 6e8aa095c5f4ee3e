CREATE SEQUENCE fence AS BIGINT CACHE 1;
CREATE SEQUENCE number AS BIGINT CACHE 1;

CREATE TABLE attempt_log (
    draft_id UUID NOT NULL,
    attempted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    operation TEXT NOT NULL,
    code TEXT NOT NULL,
    noted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    incident TEXT,
    trial BOOLEAN NOT NULL,
    key_id TEXT NOT NULL,
    times INTEGER NOT NULL,
    CONSTRAINT pk_attempt_log PRIMARY KEY (draft_id, attempted_at, operation, code, noted_at)
);
CREATE INDEX ix_attempt_log_attempted_at ON attempt_log (attempted_at);

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

CREATE TABLE civil_clock (
    one BOOLEAN DEFAULT true NOT NULL,
    ahead INTERVAL NOT NULL,
    CONSTRAINT pk_civil_clock PRIMARY KEY (one),
    CONSTRAINT ck_civil_clock_only_one CHECK (one)
);

CREATE TABLE complaint (
    draft_id UUID NOT NULL,
    number INTEGER NOT NULL,
    content BYTEA NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    receipt TEXT NOT NULL,
    CONSTRAINT pk_complaint PRIMARY KEY (draft_id, number)
);

CREATE TABLE decision (
    draft_id UUID NOT NULL,
    round SMALLINT NOT NULL,
    outcome TEXT NOT NULL,
    months JSONB NOT NULL,
    amount_cents INTEGER NOT NULL,
    rules_version TEXT NOT NULL,
    verifications JSONB NOT NULL,
    fence BIGINT NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_decision PRIMARY KEY (draft_id, round),
    CONSTRAINT ck_decision_outcome CHECK (outcome IN ('granted', 'granted_in_part', 'refused'))
);
CREATE INDEX ix_decision_decided_at ON decision (decided_at);

CREATE TABLE draft (
    draft_id UUID NOT NULL,
    programme TEXT NOT NULL,
    channel TEXT NOT NULL,
    client_reference TEXT,
    form_version TEXT NOT NULL,
    fingerprint BYTEA NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    sealed_at TIMESTAMP WITH TIME ZONE,
    deleted_at TIMESTAMP WITH TIME ZONE,
    expired_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_draft PRIMARY KEY (draft_id),
    CONSTRAINT ck_draft_one_end CHECK (num_nonnulls(sealed_at, deleted_at, expired_at) <= 1)
);
CREATE INDEX ix_draft_open_expires_at ON draft (expires_at) WHERE num_nonnulls(sealed_at, deleted_at, expired_at) = 0;

CREATE TABLE effect (
    draft_id UUID NOT NULL,
    kind TEXT NOT NULL,
    round SMALLINT NOT NULL,
    fence BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_effect PRIMARY KEY (draft_id, kind, round)
);

CREATE TABLE filing (
    draft_id UUID NOT NULL,
    sections JSONB NOT NULL,
    receipt TEXT NOT NULL,
    CONSTRAINT pk_filing PRIMARY KEY (draft_id)
);

CREATE TABLE idempotency (
    draft_id UUID NOT NULL,
    operation TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint BYTEA NOT NULL,
    status SMALLINT NOT NULL,
    response BYTEA NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_idempotency PRIMARY KEY (draft_id, operation, key)
);

CREATE TABLE incident (
    incident_id TEXT NOT NULL,
    operation TEXT,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    cause TEXT,
    refused INTEGER,
    effect TEXT,
    ahead INTERVAL,
    attested_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_incident PRIMARY KEY (incident_id),
    CONSTRAINT ck_incident_short CHECK (incident_id ~ '^[0-9a-f]{8}$'),
    CONSTRAINT ck_incident_in_order CHECK (ended_at >= started_at)
);

CREATE TABLE keyring (
    purpose TEXT NOT NULL,
    mark BYTEA NOT NULL,
    CONSTRAINT pk_keyring PRIMARY KEY (purpose)
);

CREATE TABLE live_claim (
    programme TEXT NOT NULL,
    "window" TEXT NOT NULL,
    person BYTEA NOT NULL,
    draft_id UUID NOT NULL,
    CONSTRAINT pk_live_claim PRIMARY KEY (programme, person, "window")
);
CREATE INDEX ix_live_claim_draft_id ON live_claim (draft_id);

CREATE TABLE notice (
    draft_id UUID NOT NULL,
    cause TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    fate TEXT,
    CONSTRAINT pk_notice PRIMARY KEY (draft_id, cause),
    CONSTRAINT ck_notice_ended_with_fate CHECK ((ended_at IS NULL) = (fate IS NULL))
);

CREATE TABLE refused_copy (
    draft_id UUID NOT NULL,
    section TEXT NOT NULL,
    digest BYTEA NOT NULL,
    base INTEGER,
    content BYTEA NOT NULL,
    refused_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_refused_copy PRIMARY KEY (draft_id, section, digest)
);

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
);
CREATE INDEX ix_register_entry_for_a_person ON register_entry (imported_at) WHERE for_a_person AND settled_at IS NULL;

CREATE TABLE section_revision (
    draft_id UUID NOT NULL,
    section TEXT NOT NULL,
    revision INTEGER NOT NULL,
    content BYTEA NOT NULL,
    digest BYTEA NOT NULL,
    saved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    key_id TEXT NOT NULL,
    trial BOOLEAN NOT NULL,
    bytes_so_far INTEGER NOT NULL,
    CONSTRAINT pk_section_revision PRIMARY KEY (draft_id, section, revision)
);

CREATE TABLE submission (
    draft_id UUID NOT NULL,
    number TEXT NOT NULL,
    programme TEXT NOT NULL,
    channel TEXT NOT NULL,
    "window" TEXT NOT NULL,
    supplementary BOOLEAN NOT NULL,
    person BYTEA,
    arrived_at TIMESTAMP WITH TIME ZONE NOT NULL,
    filed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    filed_sections JSONB,
    sections JSONB NOT NULL,
    state TEXT NOT NULL,
    state_since TIMESTAMP WITH TIME ZONE NOT NULL,
    next_check_at TIMESTAMP WITH TIME ZONE,
    round SMALLINT NOT NULL,
    receipt TEXT,
    trial BOOLEAN NOT NULL,
    notices BOOLEAN DEFAULT false NOT NULL,
    language TEXT DEFAULT 'it' NOT NULL,
    CONSTRAINT pk_submission PRIMARY KEY (draft_id),
    CONSTRAINT fk_submission_draft_id_draft FOREIGN KEY(draft_id) REFERENCES draft (draft_id)
);
CREATE INDEX ix_submission_number ON submission (number);
CREATE INDEX ix_submission_state ON submission (state, state_since);

CREATE TABLE submission_event (
    draft_id UUID NOT NULL,
    seq INTEGER NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    kind TEXT NOT NULL,
    from_state TEXT,
    to_state TEXT,
    reasons JSONB NOT NULL,
    who TEXT,
    why TEXT,
    CONSTRAINT pk_submission_event PRIMARY KEY (draft_id, seq),
    CONSTRAINT ck_submission_event_allowed_move CHECK (from_state || ' > ' || to_state IN ('accepted > in_review', 'accepted > withdrawn', 'granted > paid', 'granted > payment_failed', 'granted > payment_ordered', 'granted > reopened', 'granted_in_part > paid', 'granted_in_part > payment_failed', 'granted_in_part > payment_ordered', 'granted_in_part > reopened', 'in_review > granted', 'in_review > granted_in_part', 'in_review > needs_applicant', 'in_review > needs_officer', 'in_review > refused', 'in_review > suspended', 'in_review > withdrawn', 'needs_applicant > in_review', 'needs_applicant > withdrawn', 'needs_officer > in_review', 'needs_officer > withdrawn', 'paid > reopened', 'payment_failed > payment_ordered', 'payment_failed > reopened', 'payment_ordered > paid', 'payment_ordered > payment_failed', 'payment_ordered > reopened', 'refused > reopened', 'reopened > in_review', 'reopened > needs_officer', 'reopened > withdrawn', 'suspended > in_review', 'suspended > needs_applicant', 'suspended > needs_officer', 'suspended > withdrawn'))
);

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

CREATE TABLE synthetic (
    draft_id UUID NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_synthetic PRIMARY KEY (draft_id)
);

CREATE TABLE verification (
    draft_id UUID NOT NULL,
    registry TEXT NOT NULL,
    question BYTEA NOT NULL,
    fact TEXT NOT NULL,
    verdict TEXT NOT NULL,
    source TEXT NOT NULL,
    evidence BYTEA NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_verification PRIMARY KEY (draft_id, registry, question),
    CONSTRAINT ck_verification_verdict CHECK (verdict IN ('ok', 'ko'))
);

CREATE TABLE work (
    draft_id UUID NOT NULL,
    kind TEXT NOT NULL,
    cause TEXT NOT NULL,
    channel TEXT NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    offered BOOLEAN DEFAULT false NOT NULL,
    attempt INTEGER DEFAULT 0 NOT NULL,
    crashes INTEGER DEFAULT 0 NOT NULL,
    fence BIGINT DEFAULT 0 NOT NULL,
    lease_until TIMESTAMP WITH TIME ZONE,
    first_attempt_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_failure TEXT,
    buried_at TIMESTAMP WITH TIME ZONE,
    buried_reason TEXT,
    traceparent TEXT,
    CONSTRAINT pk_work PRIMARY KEY (draft_id, kind, cause),
    CONSTRAINT ck_work_buried_with_reason CHECK ((buried_at IS NULL) = (buried_reason IS NULL))
)
 WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX ix_work_buried_at ON work (buried_at) WHERE buried_at IS NOT NULL;
CREATE INDEX ix_work_channel_due_at ON work (channel, due_at) WHERE buried_at IS NULL AND crashes = 0;
CREATE INDEX ix_work_suspect_due_at ON work (due_at) WHERE buried_at IS NULL AND crashes > 0;
