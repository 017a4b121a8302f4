-- Puts back a transfer of the broker that the ledger has lost, does not know to exist, or has not seen for long; docs/disaster-recovery.md says when and how.
\set intent :number '/' :sequence
SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"0Z"') AS now \gset

BEGIN;
INSERT INTO transfer (intent_id, account_id, confirmation_number, sequence, amount_cents, ach_relationship_id, not_before, created_at, state)
VALUES (:'intent', :'account', :'number', :'sequence', :'cents', :'bank', :'created', :'created', 'Intended')
ON CONFLICT (intent_id) DO NOTHING;

UPDATE transfer SET state = 'Bound', broker_transfer_id = :'broker', broker_created_at = :'created', claimant = NULL, claimed_until = NULL
WHERE intent_id = :'intent' AND broker_transfer_id IS NULL;

UPDATE transfer SET status = :'status', status_seen_at = :'now' WHERE intent_id = :'intent' AND broker_transfer_id = :'broker';

INSERT INTO transfer_status (intent_id, position, status, seen_at)
SELECT :'intent', count(*) + 1, :'status', :'now' FROM transfer_status WHERE intent_id = :'intent';

INSERT INTO audit_entry (entry_id, account_id, confirmation_number, at, actor, event, detail)
VALUES (:'intent' || '/restored/' || :'now', :'account', :'number', :'now', :'actor', 'TransferRestored', :'intent');
COMMIT;
