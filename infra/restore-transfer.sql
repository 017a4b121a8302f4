-- Puts back a transfer of the broker that a restored database has lost, or does not know to exist; docs/disaster-recovery.md says when and how.
INSERT INTO transfer (intent_id, account_id, confirmation_number, sequence, amount_cents, ach_relationship_id, not_before, created_at, state)
VALUES (:'number' || '/' || :'sequence', :'account', :'number', :'sequence', :'cents', :'bank', :'created', :'created', 'Intended')
ON CONFLICT (intent_id) DO NOTHING;
UPDATE transfer SET state = 'Bound', broker_transfer_id = :'broker', broker_created_at = :'created', status = :'status', status_seen_at = :'created',
                    claimant = NULL, claimed_until = NULL
WHERE intent_id = :'number' || '/' || :'sequence' AND broker_transfer_id IS NULL;
INSERT INTO transfer_status (intent_id, position, status, seen_at)
SELECT :'number' || '/' || :'sequence', count(*) + 1, :'status', :'created' FROM transfer_status WHERE intent_id = :'number' || '/' || :'sequence';
INSERT INTO audit_entry (entry_id, account_id, confirmation_number, at, actor, event, detail)
VALUES (:'number' || '/' || :'sequence' || '/restored', :'account', :'number', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"0Z"'), :'actor', 'TransferRestored', :'number' || '/' || :'sequence');
