-- The caller's scope as SQL, the log of answered requests, and the outbox.
-- Everything a transaction may see or do follows from four settings, made by services/runtime/db.py
-- for that transaction alone. Unset settings match no row.

CREATE FUNCTION scope_orgs() RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN string_to_array(current_setting('app.orgs', true), ',');
COMMENT ON FUNCTION scope_orgs() IS 'ODS codes the transaction may act for.';

CREATE FUNCTION scope_read_orgs() RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN string_to_array(current_setting('app.read_orgs', true), ',');
COMMENT ON FUNCTION scope_read_orgs() IS 'ODS codes the transaction may read; holds those of scope_orgs().';

CREATE FUNCTION scope_purpose() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce(current_setting('app.purpose', true), '');
COMMENT ON FUNCTION scope_purpose() IS 'request, consume, relay, schedule, queue, or empty outside a scope.';

CREATE FUNCTION scope_subject() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN NULLIF(current_setting('app.subject', true), '');
COMMENT ON FUNCTION scope_subject() IS 'The caller named by the token; NULL outside a scope.';

CREATE TABLE request_log (
    subject     text        NOT NULL,
    method      text        NOT NULL,
    request_id  uuid        NOT NULL,
    fingerprint bytea       NOT NULL CHECK (octet_length(fingerprint) = 32),
    reply       bytea       NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (subject, method, request_id)
);
CREATE INDEX request_log_age ON request_log USING brin (created_at);
ALTER TABLE request_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE request_log FORCE ROW LEVEL SECURITY;
CREATE POLICY request_log_read ON request_log FOR SELECT
    USING (subject = (SELECT scope_subject()) OR (SELECT scope_purpose()) = 'schedule');
CREATE POLICY request_log_write ON request_log FOR INSERT
    WITH CHECK (subject = (SELECT scope_subject()));
CREATE POLICY request_log_prune ON request_log FOR DELETE
    USING ((SELECT scope_purpose()) = 'schedule');

CREATE TABLE outbox_stream (
    topic   text   NOT NULL,
    key     text   NOT NULL,
    org     text   NOT NULL,
    version bigint NOT NULL CHECK (version > 0),
    PRIMARY KEY (topic, key)
) WITH (fillfactor = 70);
COMMENT ON TABLE outbox_stream IS
    'The last version of every key. Its row is locked before an outbox id is drawn, so that ids of one key follow its commits.';
ALTER TABLE outbox_stream ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox_stream FORCE ROW LEVEL SECURITY;
-- A schedule works on every organisation's rows, and so may announce for each.
CREATE POLICY outbox_stream_read ON outbox_stream FOR SELECT
    USING (org = ANY ((SELECT scope_orgs())::text[]) OR (SELECT scope_purpose()) = 'schedule');
CREATE POLICY outbox_stream_open ON outbox_stream FOR INSERT
    WITH CHECK (org = ANY ((SELECT scope_orgs())::text[]) OR (SELECT scope_purpose()) = 'schedule');
CREATE POLICY outbox_stream_advance ON outbox_stream FOR UPDATE
    USING (org = ANY ((SELECT scope_orgs())::text[]) OR (SELECT scope_purpose()) = 'schedule');

CREATE TABLE outbox (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id    uuid        NOT NULL,
    topic       text        NOT NULL,
    key         text        NOT NULL,
    org         text        NOT NULL,
    version     bigint      NOT NULL,
    type        text        NOT NULL,
    payload     bytea       NOT NULL CHECK (octet_length(payload) <= 900000),
    traceparent text        NOT NULL DEFAULT '',
    occurred_at timestamptz NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (topic, key, version)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000); -- rows live for milliseconds
COMMENT ON COLUMN outbox.payload IS 'Protobuf; bounded 10 % under the 1 MB a topic takes.';
ALTER TABLE outbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox FORCE ROW LEVEL SECURITY;
CREATE POLICY outbox_publish ON outbox FOR INSERT
    WITH CHECK (org = ANY ((SELECT scope_orgs())::text[]) OR (SELECT scope_purpose()) = 'schedule');
CREATE POLICY outbox_relay ON outbox FOR SELECT
    USING ((SELECT scope_purpose()) = 'relay');
CREATE POLICY outbox_sent ON outbox FOR DELETE
    USING ((SELECT scope_purpose()) = 'relay');

CREATE FUNCTION begin_write(caller text, rpc text, key uuid) RETURNS void
    LANGUAGE plpgsql AS
$$
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended(caller || ' ' || rpc || ' ' || key, 0)) THEN
        RAISE EXCEPTION 'request in progress' USING ERRCODE = 'MR001';
    END IF;
    -- A statement of its own, so that it sees what the last holder of the lock committed.
    IF EXISTS (
        SELECT FROM request_log
         WHERE subject = caller AND method = rpc AND request_id = key
    ) THEN
        RAISE EXCEPTION 'request answered' USING ERRCODE = 'MR002';
    END IF;
END
$$;
COMMENT ON FUNCTION begin_write(text, text, uuid) IS
    'Reserve a request key until the transaction ends: MR001 while another holds it, MR002 when it has its reply.';
