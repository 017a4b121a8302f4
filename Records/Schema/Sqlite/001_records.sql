-- The records of closures. Amounts are whole cents. Times are UTC text of fixed width.

CREATE TABLE transfer (
    intent_id           TEXT    NOT NULL PRIMARY KEY,
    account_id          TEXT    NOT NULL,
    confirmation_number TEXT    NOT NULL,
    sequence            INTEGER NOT NULL CHECK (sequence > 0),
    amount_cents        BIGINT  NOT NULL CHECK (amount_cents > 0),
    ach_relationship_id TEXT    NOT NULL,
    not_before          TEXT    NOT NULL,
    created_at          TEXT    NOT NULL,
    state               TEXT    NOT NULL CHECK (state IN ('Intended', 'Bound', 'Abandoned')),
    claimant            TEXT,
    claimed_until       TEXT,
    attempted_at        TEXT,
    -- The database, not the program, guarantees that no two intents have the same transfer of the broker.
    broker_transfer_id  TEXT UNIQUE,
    broker_created_at   TEXT,
    status              TEXT,
    status_seen_at      TEXT,
    -- What a person declared about a transfer whose status is not final. It counts until the broker's status is final.
    declared_stage      TEXT CHECK (declared_stage IN ('Completed', 'Failed', 'Unresolved')),
    declared_by         TEXT,
    declared_reason     TEXT,
    declared_at         TEXT,
    abandon_cause       TEXT CHECK (abandon_cause IN ('OverLimit', 'Refused', 'CashChanged', 'ClosureEnded', 'Decided')),
    abandon_reason      TEXT,
    abandoned_at        TEXT,
    -- For OverLimit: when the limit allows an amount again.
    retry_at            TEXT,
    UNIQUE (confirmation_number, sequence),
    CHECK ((declared_stage IS NULL) = (declared_by IS NULL)
        AND (declared_stage IS NULL) = (declared_reason IS NULL)
        AND (declared_stage IS NULL) = (declared_at IS NULL)),
    CHECK ((state = 'Bound') = (broker_transfer_id IS NOT NULL)),
    CHECK (state <> 'Abandoned' OR abandon_cause IS NOT NULL),
    CHECK ((abandon_cause IS NULL) = (abandon_reason IS NULL) AND (abandon_cause IS NULL) = (abandoned_at IS NULL))
);

CREATE INDEX transfer_of_account ON transfer (account_id, created_at);

CREATE TABLE transfer_status (
    intent_id TEXT    NOT NULL REFERENCES transfer (intent_id),
    position  INTEGER NOT NULL,
    status    TEXT    NOT NULL,
    seen_at   TEXT    NOT NULL,
    PRIMARY KEY (intent_id, position)
);

CREATE TABLE audit_entry (
    position            INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    entry_id            TEXT    NOT NULL UNIQUE,
    account_id          TEXT    NOT NULL,
    confirmation_number TEXT    NOT NULL,
    at                  TEXT    NOT NULL,
    actor               TEXT    NOT NULL,
    event               TEXT    NOT NULL,
    detail              TEXT
);

CREATE INDEX audit_entry_of_account ON audit_entry (account_id, position);

CREATE TABLE closure (
    confirmation_number TEXT    NOT NULL PRIMARY KEY,
    account_id          TEXT    NOT NULL,
    user_id             TEXT    NOT NULL,
    instance_id         TEXT    NOT NULL,
    phase               TEXT    NOT NULL,
    started_at          TEXT    NOT NULL,
    updated_at          TEXT    NOT NULL,
    ended_at            TEXT,
    withdrawn_cents     BIGINT  NOT NULL,
    transfer_count      INTEGER NOT NULL,
    outcome             TEXT,
    ach_relationship_id TEXT NOT NULL,
    -- From then on no activity of the closure may sell, send money or close the account. It may still cancel orders and transfers.
    stopped_at          TEXT,
    stopped_by          TEXT,
    stop_reason         TEXT,
    -- From then on the closure's cleanup acts for it. Its own instance does nothing, even if somebody restarts it.
    cleanup_at          TEXT,
    -- Each is written before the request is sent: the first request to sell, by the broker's clock; the last request to sell or to cancel
    -- orders, and the last request to close, by our clock.
    sale_asked_at       TEXT,
    liquidation_asked_at TEXT,
    close_asked_at      TEXT,
    CHECK ((stopped_at IS NULL) = (stopped_by IS NULL) AND (stopped_at IS NULL) = (stop_reason IS NULL))
);

CREATE INDEX closure_of_account ON closure (account_id, started_at);

CREATE INDEX closure_not_ended ON closure (updated_at) WHERE ended_at IS NULL;

CREATE TABLE customer (
    account_id          TEXT NOT NULL PRIMARY KEY,
    user_id             TEXT NOT NULL,
    status              TEXT NOT NULL,
    confirmation_number TEXT,
    updated_at          TEXT NOT NULL
);

-- Every closure that has ever marked a customer's record, so that a repeated mark of an ended closure changes nothing.
CREATE TABLE customer_closure (
    account_id          TEXT NOT NULL,
    confirmation_number TEXT NOT NULL,
    status_before       TEXT NOT NULL,
    -- When this closure marked the record closed. It does so once, however often the mark is repeated.
    closed_at           TEXT,
    PRIMARY KEY (account_id, confirmation_number)
);

-- These records are permanent: the triggers reject a change or deletion by any release of this program and by a mistaken statement.
CREATE TRIGGER audit_entry_is_not_changed BEFORE UPDATE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'the audit log is append only'); END;

CREATE TRIGGER audit_entry_is_not_deleted BEFORE DELETE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'the audit log is append only'); END;

CREATE TRIGGER transfer_status_is_not_changed BEFORE UPDATE ON transfer_status
BEGIN SELECT RAISE(ABORT, 'the history of a transfer is append only'); END;

CREATE TRIGGER transfer_status_is_not_deleted BEFORE DELETE ON transfer_status
BEGIN SELECT RAISE(ABORT, 'the history of a transfer is append only'); END;

CREATE TRIGGER transfer_is_not_deleted BEFORE DELETE ON transfer
BEGIN SELECT RAISE(ABORT, 'the ledger keeps every transfer'); END;

CREATE TRIGGER transfer_stays_bound BEFORE UPDATE OF broker_transfer_id ON transfer
WHEN OLD.broker_transfer_id IS NOT NULL AND NEW.broker_transfer_id IS NOT OLD.broker_transfer_id
BEGIN SELECT RAISE(ABORT, 'a bound transfer stays bound'); END;
