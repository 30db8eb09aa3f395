-- What a test's service makes of the events it reads: one row per effect, in the order of effects.
CREATE TABLE effect (
    id       bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id uuid    NOT NULL,
    key      text    NOT NULL,
    org      text    NOT NULL,
    version  bigint  NOT NULL,
    miles    integer NOT NULL,
    seen_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
ALTER TABLE effect ENABLE ROW LEVEL SECURITY;
ALTER TABLE effect FORCE ROW LEVEL SECURITY;
CREATE POLICY effect_read ON effect FOR SELECT
    USING (org = ANY ((SELECT scope_read_orgs())::text[]));
CREATE POLICY effect_write ON effect FOR INSERT
    WITH CHECK (org = ANY ((SELECT scope_orgs())::text[]));
