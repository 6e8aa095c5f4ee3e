"""SQL: the journal's tables and what is asked of them."""

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
    """
    CREATE TABLE IF NOT EXISTS interruption (
        number INTEGER PRIMARY KEY, cause TEXT NOT NULL, began_at TEXT NOT NULL, ended_at TEXT
    ) STRICT
    """,
    """
    CREATE TABLE IF NOT EXISTS entry (
        register TEXT NOT NULL, number INTEGER NOT NULL, draft_id BLOB NOT NULL, operation TEXT NOT NULL,
        section TEXT, base INTEGER, digest BLOB NOT NULL, key BLOB, arrived_at TEXT NOT NULL,
        registered_at TEXT NOT NULL, ahead REAL NOT NULL, cause TEXT NOT NULL, interrupted_at TEXT NOT NULL,
        key_id TEXT NOT NULL, sealed BLOB, outcome TEXT NOT NULL, reason TEXT, copies INTEGER NOT NULL,
        PRIMARY KEY (register, number)
    ) STRICT
    """,
    "CREATE INDEX IF NOT EXISTS entry_of_draft ON entry (draft_id, registered_at, register, number)",
    "CREATE INDEX IF NOT EXISTS entry_waiting ON entry (registered_at, register, number) WHERE outcome = 'waiting'",
)

STANDING = """
SELECT EXISTS (SELECT 1 FROM entry WHERE outcome = 'waiting'),
       EXISTS (SELECT 1 FROM interruption WHERE ended_at IS NULL)
"""
OPEN_INTERRUPTION = "SELECT * FROM interruption WHERE ended_at IS NULL ORDER BY number DESC LIMIT 1"
LAST_NUMBER = """
SELECT max(coalesce((SELECT max(number) FROM entry WHERE register = :register), 0),
           coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'reached'), 0))
"""
REMEMBER = "INSERT OR REPLACE INTO meta VALUES (?, ?)"
LATEST_AT = "SELECT registered_at FROM entry WHERE register = ? ORDER BY number DESC LIMIT 1"
INSERT = "INSERT OR IGNORE INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?)"
HOLDS = "SELECT 1 FROM entry WHERE draft_id = ? AND outcome = 'waiting' LIMIT 1"
OF_DRAFT = "SELECT * FROM entry WHERE draft_id = ? AND outcome <> 'void' ORDER BY registered_at, register, number"
WAITING = "SELECT * FROM entry WHERE outcome = 'waiting' ORDER BY registered_at, register, number LIMIT 20000"
SETTLE = """
UPDATE entry SET outcome = ?, reason = ?, sealed = NULL WHERE register = ? AND number = ? AND outcome = 'waiting'
"""
VOID = "UPDATE entry SET outcome = 'void', sealed = NULL WHERE register = ? AND number = ?"
COPIED = "UPDATE entry SET copies = max(copies, ?) WHERE register = ? AND number = ?"
BACKLOG = "SELECT count(*), min(registered_at) FROM entry WHERE outcome = 'waiting'"
TOTALS = """
SELECT substr(registered_at, 1, 10) AS day, operation, outcome, count(*) AS entries,
       min(number) AS first, max(number) AS last
FROM entry WHERE register = ? GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
NOTE_CUT = "INSERT OR REPLACE INTO meta VALUES ('cut ' || ?, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))"
CUTS = "SELECT substr(name, 5) AS number, value AS at FROM meta WHERE name LIKE 'cut %' ORDER BY value"
BEGIN_INTERRUPTION = "INSERT INTO interruption (cause, began_at) VALUES (?, ?)"
