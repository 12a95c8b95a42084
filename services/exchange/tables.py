"""The exchange's own tables, in the file of its log: receipts, inbox, parking, sealed parts, files, dead lines."""

TABLES = (
    # arrived_as: the outcome on arrival; content: sealed under the receipt's own key, where it may be kept
    "CREATE TABLE IF NOT EXISTS receipt (seq INTEGER PRIMARY KEY, receipt_id TEXT UNIQUE, door TEXT, file TEXT, "
    "line INTEGER, arrived_as TEXT, outcome TEXT, reason TEXT, code TEXT, path TEXT, expected TEXT, source TEXT, "
    "event_id TEXT, event_type TEXT, digest TEXT, length INTEGER, received_at TEXT, received_on TEXT, content TEXT)",
    "CREATE INDEX IF NOT EXISTS receipt_by_outcome ON receipt (outcome, reason, arrived_as)",
    "CREATE TABLE IF NOT EXISTS inbox (source TEXT, event_id TEXT, content TEXT, key TEXT, applied INTEGER, "
    "superseded_by TEXT, receipt_id TEXT, PRIMARY KEY (source, event_id)) WITHOUT ROWID",
    # number: `<kind>|<number>` that was applied or given out; report_token: the report it leads to
    "CREATE TABLE IF NOT EXISTS known_number (number TEXT PRIMARY KEY, report_token TEXT) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS parked (seq INTEGER PRIMARY KEY, receipt_id TEXT, source TEXT, event_id TEXT, "
    "event_type TEXT, time TEXT, supersedes TEXT, key TEXT, missing INTEGER, arrived_on TEXT, data TEXT)",
    "CREATE INDEX IF NOT EXISTS parked_correction ON parked (source, supersedes)",
    "CREATE INDEX IF NOT EXISTS parked_by_day ON parked (arrived_on)",
    "CREATE TABLE IF NOT EXISTS waiting (need TEXT, seq INTEGER, PRIMARY KEY (need, seq)) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS waiting_by_line ON waiting (seq)",
    "CREATE TABLE IF NOT EXISTS sealed (receipt_id TEXT, owner TEXT, ciphertext TEXT, "
    "PRIMARY KEY (receipt_id, owner)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS file_position (sha256 TEXT PRIMARY KEY, line INTEGER) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS dead_line (receipt_id TEXT PRIMARY KEY, door TEXT, file TEXT, line INTEGER, "
    "digest TEXT, length INTEGER, error TEXT, at TEXT) WITHOUT ROWID",
)
