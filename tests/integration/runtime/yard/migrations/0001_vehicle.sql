-- A table of vehicles, just large enough to read, write and watch.

CREATE TABLE vehicle (
    id          uuid    PRIMARY KEY DEFAULT gen_random_uuid(),
    org         text    NOT NULL,
    miles       integer NOT NULL DEFAULT 0,
    version     bigint  NOT NULL DEFAULT 1,
    changed_xid xid8    NOT NULL DEFAULT pg_current_xact_id()
);
ALTER TABLE vehicle ENABLE ROW LEVEL SECURITY;
ALTER TABLE vehicle FORCE ROW LEVEL SECURITY;
CREATE POLICY vehicle_read ON vehicle FOR SELECT
    USING (org = ANY ((SELECT scope_read_orgs())::text[]));
CREATE POLICY vehicle_insert ON vehicle FOR INSERT
    WITH CHECK (org = ANY ((SELECT scope_orgs())::text[]));
CREATE POLICY vehicle_update ON vehicle FOR UPDATE
    USING (org = ANY ((SELECT scope_orgs())::text[]));
CREATE POLICY vehicle_delete ON vehicle FOR DELETE
    USING (org = ANY ((SELECT scope_orgs())::text[]));
