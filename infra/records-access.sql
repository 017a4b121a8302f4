-- Lets an identity of the app into the records' database; run by the administrator, once for each identity (docs/deploy.md).
-- The tables belong to a role and not to the identity: another one (a new region) and the administrator can work with them too.
SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'records_owner') AS is_new \gset
\if :is_new
  CREATE ROLE records_owner NOLOGIN;
\endif
GRANT records_owner TO :"app", CURRENT_USER;
GRANT USAGE, CREATE ON SCHEMA public TO records_owner;
