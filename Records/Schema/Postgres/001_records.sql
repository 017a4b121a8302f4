-- The records of closures. Amounts are whole cents. Times are UTC text of fixed width, which "C" compares byte by byte.

CREATE TABLE transfer (
    intent_id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    account_id          TEXT COLLATE "C" NOT NULL,
    confirmation_number TEXT COLLATE "C" NOT NULL,
    sequence            INTEGER NOT NULL CHECK (sequence > 0),
    amount_cents        BIGINT  NOT NULL CHECK (amount_cents > 0),
    ach_relationship_id TEXT COLLATE "C" NOT NULL,
    not_before          TEXT COLLATE "C" NOT NULL,
    created_at          TEXT COLLATE "C" NOT NULL,
    state               TEXT COLLATE "C" NOT NULL CHECK (state IN ('Intended', 'Bound', 'Abandoned')),
    claimant            TEXT COLLATE "C",
    claimed_until       TEXT COLLATE "C",
    attempted_at        TEXT COLLATE "C",
    -- The database, not the program, guarantees that no two intents have the same transfer of the broker.
    broker_transfer_id  TEXT COLLATE "C" UNIQUE,
    broker_created_at   TEXT COLLATE "C",
    status              TEXT COLLATE "C",
    status_seen_at      TEXT COLLATE "C",
    -- What a person declared about a transfer whose status is not final. It counts until the broker's status is final.
    declared_stage      TEXT COLLATE "C" CHECK (declared_stage IN ('Completed', 'Failed', 'Unresolved')),
    declared_by         TEXT,
    declared_reason     TEXT,
    declared_at         TEXT COLLATE "C",
    abandon_cause       TEXT COLLATE "C" CHECK (abandon_cause IN ('OverLimit', 'Refused', 'CashChanged', 'ClosureEnded', 'Decided')),
    abandon_reason      TEXT,
    abandoned_at        TEXT COLLATE "C",
    -- For OverLimit: when the limit allows an amount again.
    retry_at            TEXT COLLATE "C",
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
    intent_id TEXT COLLATE "C" NOT NULL REFERENCES transfer (intent_id),
    position  INTEGER NOT NULL,
    status    TEXT COLLATE "C" NOT NULL,
    seen_at   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (intent_id, position)
);

CREATE TABLE audit_entry (
    position            BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    entry_id            TEXT COLLATE "C" NOT NULL UNIQUE,
    account_id          TEXT COLLATE "C" NOT NULL,
    confirmation_number TEXT COLLATE "C" NOT NULL,
    at                  TEXT COLLATE "C" NOT NULL,
    actor               TEXT NOT NULL,
    event               TEXT NOT NULL,
    detail              TEXT
);

CREATE INDEX audit_entry_of_account ON audit_entry (account_id, position);

CREATE TABLE closure (
    confirmation_number TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    account_id          TEXT COLLATE "C" NOT NULL,
    user_id             TEXT NOT NULL,
    instance_id         TEXT NOT NULL,
    phase               TEXT NOT NULL,
    started_at          TEXT COLLATE "C" NOT NULL,
    updated_at          TEXT COLLATE "C" NOT NULL,
    ended_at            TEXT COLLATE "C",
    withdrawn_cents     BIGINT NOT NULL,
    transfer_count      INTEGER NOT NULL,
    outcome             TEXT,
    ach_relationship_id TEXT COLLATE "C" NOT NULL,
    -- From then on no activity of the closure may sell, send money or close the account. It may still cancel orders and transfers.
    stopped_at          TEXT COLLATE "C",
    stopped_by          TEXT,
    stop_reason         TEXT,
    -- From then on the closure's cleanup acts for it. Its own instance does nothing, even if somebody restarts it.
    cleanup_at          TEXT COLLATE "C",
    -- Each is written before the request is sent: the first request to sell, by the broker's clock; the last request to sell or to cancel
    -- orders, and the last request to close, by our clock.
    sale_asked_at       TEXT COLLATE "C",
    liquidation_asked_at TEXT COLLATE "C",
    close_asked_at      TEXT COLLATE "C",
    CHECK ((stopped_at IS NULL) = (stopped_by IS NULL) AND (stopped_at IS NULL) = (stop_reason IS NULL))
);

CREATE INDEX closure_of_account ON closure (account_id, started_at);

CREATE INDEX closure_not_ended ON closure (updated_at) WHERE ended_at IS NULL;

CREATE TABLE customer (
    account_id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id             TEXT NOT NULL,
    status              TEXT NOT NULL,
    confirmation_number TEXT COLLATE "C",
    updated_at          TEXT COLLATE "C" NOT NULL
);

-- Every closure that has ever marked a customer's record, so that a repeated mark of an ended closure changes nothing.
CREATE TABLE customer_closure (
    account_id          TEXT COLLATE "C" NOT NULL,
    confirmation_number TEXT COLLATE "C" NOT NULL,
    status_before       TEXT NOT NULL,
    -- When this closure marked the record closed. It does so once, however often the mark is repeated.
    closed_at           TEXT,
    PRIMARY KEY (account_id, confirmation_number)
);

-- These records are permanent: the triggers reject a change or deletion by any release of this program and by a mistaken statement.
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0];
END
$$;

CREATE TRIGGER audit_entry_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
FOR EACH STATEMENT EXECUTE FUNCTION refuse('the audit log is append only');

CREATE TRIGGER transfer_status_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON transfer_status
FOR EACH STATEMENT EXECUTE FUNCTION refuse('the history of a transfer is append only');

CREATE TRIGGER transfer_is_kept BEFORE DELETE OR TRUNCATE ON transfer
FOR EACH STATEMENT EXECUTE FUNCTION refuse('the ledger keeps every transfer');

CREATE TRIGGER transfer_stays_bound BEFORE UPDATE OF broker_transfer_id ON transfer
FOR EACH ROW WHEN (OLD.broker_transfer_id IS NOT NULL AND NEW.broker_transfer_id IS DISTINCT FROM OLD.broker_transfer_id)
EXECUTE FUNCTION refuse('a bound transfer stays bound');
