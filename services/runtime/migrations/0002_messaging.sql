-- What this service has heard of the others, how far it has come, what it could not apply; and the
-- state of its relay and its schedules. Nothing here is seen outside the purpose it serves.

CREATE TABLE inbox (
    consumer    text        NOT NULL,
    event_id    uuid        NOT NULL,
    digest      bytea       NOT NULL CHECK (octet_length(digest) = 16),
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, event_id)
);
COMMENT ON TABLE inbox IS
    'Events taken in. Pruned by age: what comes again after that is still dropped, by its version.';
COMMENT ON COLUMN inbox.digest IS 'BLAKE2b of the payload: the same id with other bytes is a fault.';
CREATE INDEX inbox_age ON inbox USING brin (received_at);
ALTER TABLE inbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE inbox FORCE ROW LEVEL SECURITY;
CREATE POLICY inbox_consume ON inbox
    USING ((SELECT scope_purpose()) = 'consume');
CREATE POLICY inbox_age_read ON inbox FOR SELECT
    USING ((SELECT scope_purpose()) = 'schedule');
CREATE POLICY inbox_prune ON inbox FOR DELETE
    USING ((SELECT scope_purpose()) = 'schedule');

CREATE TABLE inbox_position (
    consumer      text        NOT NULL,
    topic         text        NOT NULL,
    key           text        NOT NULL,
    partition     integer     NOT NULL CHECK (partition >= 0),
    version       bigint      NOT NULL CHECK (version >= 0),
    parked_reason text,
    parked_at     timestamptz,
    PRIMARY KEY (consumer, topic, key),
    CHECK ((parked_reason IS NULL) = (parked_at IS NULL))
) WITH (fillfactor = 70);
COMMENT ON COLUMN inbox_position.version IS 'The last version applied; 0 while there is none.';
COMMENT ON COLUMN inbox_position.parked_reason IS
    'Why the events after `version` wait in parked_event; NULL: they do not.';
CREATE INDEX inbox_position_parked ON inbox_position (consumer, topic, partition)
    WHERE parked_reason IS NOT NULL;
ALTER TABLE inbox_position ENABLE ROW LEVEL SECURITY;
ALTER TABLE inbox_position FORCE ROW LEVEL SECURITY;
CREATE POLICY inbox_position_consume ON inbox_position
    USING ((SELECT scope_purpose()) = 'consume');

CREATE TABLE consumer_offset (
    consumer    text        NOT NULL,
    topic       text        NOT NULL,
    partition   integer     NOT NULL CHECK (partition >= 0),
    next_offset bigint      NOT NULL CHECK (next_offset >= 0),
    moved_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, topic, partition)
) WITH (fillfactor = 50);
COMMENT ON TABLE consumer_offset IS
    'The truth about progress. Every batch moves its row from where its reader stood, or is dropped.';
ALTER TABLE consumer_offset ENABLE ROW LEVEL SECURITY;
ALTER TABLE consumer_offset FORCE ROW LEVEL SECURITY;
CREATE POLICY consumer_offset_consume ON consumer_offset
    USING ((SELECT scope_purpose()) = 'consume');

CREATE TABLE consumer_attempt (
    consumer    text        NOT NULL,
    topic       text        NOT NULL,
    partition   integer     NOT NULL CHECK (partition >= 0),
    next_offset bigint      NOT NULL CHECK (next_offset >= 0),
    alone       boolean     NOT NULL,
    attempts    integer     NOT NULL CHECK (attempts > 0),
    last_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, topic, partition)
) WITH (fillfactor = 50);
COMMENT ON TABLE consumer_attempt IS
    'Where a process was about to begin; still there when the next one stands at the same offset, the last one died of it.';
COMMENT ON COLUMN consumer_attempt.alone IS 'The record was tried by itself, not in a batch.';
ALTER TABLE consumer_attempt ENABLE ROW LEVEL SECURITY;
ALTER TABLE consumer_attempt FORCE ROW LEVEL SECURITY;
CREATE POLICY consumer_attempt_consume ON consumer_attempt
    USING ((SELECT scope_purpose()) = 'consume');

CREATE TABLE parked_event (
    consumer      text        NOT NULL,
    topic         text        NOT NULL,
    key           text        NOT NULL,
    version       bigint      NOT NULL CHECK (version > 0),
    event_id      uuid        NOT NULL,
    partition     integer     NOT NULL CHECK (partition >= 0),
    kafka_offset  bigint      NOT NULL CHECK (kafka_offset >= 0),
    recorded_at   timestamptz NOT NULL,
    type          text        NOT NULL,
    org           text        NOT NULL,
    traceparent   text        NOT NULL,
    header_names  text[]      NOT NULL,
    header_values bytea[]     NOT NULL,
    value         bytea       NOT NULL,
    reason        text        NOT NULL,
    detail        text        NOT NULL,
    attempts      integer     NOT NULL DEFAULT 1 CHECK (attempts > 0),
    first_at      timestamptz NOT NULL DEFAULT now(),
    last_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, topic, key, version, event_id)
);
COMMENT ON TABLE parked_event IS
    'Events that wait, as they came, in the order in which they will be applied.';
ALTER TABLE parked_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE parked_event FORCE ROW LEVEL SECURITY;
CREATE POLICY parked_event_consume ON parked_event
    USING ((SELECT scope_purpose()) = 'consume');

CREATE TABLE dead_event (
    consumer      text        NOT NULL,
    topic         text        NOT NULL,
    partition     integer     NOT NULL CHECK (partition >= 0),
    kafka_offset  bigint      NOT NULL CHECK (kafka_offset >= 0),
    recorded_at   timestamptz NOT NULL,
    key           bytea,
    event_id      uuid,
    type          text,
    header_names  text[]      NOT NULL,
    header_values bytea[]     NOT NULL,
    value         bytea,
    reason        text        NOT NULL,
    status        text        NOT NULL,
    detail        text        NOT NULL,
    traceparent   text        NOT NULL,
    died_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, topic, partition, kafka_offset)
);
COMMENT ON TABLE dead_event IS
    'Records that were never applied and never will be, byte for byte; those an operator discarded too.';
COMMENT ON COLUMN dead_event.value IS 'NULL when not even the record could be taken apart.';
CREATE INDEX dead_event_age ON dead_event (died_at);
ALTER TABLE dead_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE dead_event FORCE ROW LEVEL SECURITY;
CREATE POLICY dead_event_consume ON dead_event
    USING ((SELECT scope_purpose()) = 'consume');

CREATE TABLE parked_decision (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    consumer   text        NOT NULL,
    topic      text        NOT NULL,
    key        text        NOT NULL,
    verdict    text        NOT NULL CHECK (verdict IN ('retry', 'discard')),
    operator   text        NOT NULL CHECK (operator <> ''),
    reason     text        NOT NULL,
    versions   int8range   NOT NULL,
    decided_at timestamptz NOT NULL DEFAULT now(),
    CHECK (verdict = 'retry' OR reason <> '')
);
COMMENT ON TABLE parked_decision IS 'What operators decided about parked events; never changed.';
ALTER TABLE parked_decision ENABLE ROW LEVEL SECURITY;
ALTER TABLE parked_decision FORCE ROW LEVEL SECURITY;
CREATE POLICY parked_decision_read ON parked_decision FOR SELECT
    USING ((SELECT scope_purpose()) = 'consume');
CREATE POLICY parked_decision_write ON parked_decision FOR INSERT
    WITH CHECK ((SELECT scope_purpose()) = 'consume');

CREATE TABLE relay_leader (
    singleton boolean     PRIMARY KEY DEFAULT true CHECK (singleton),
    fence     bigint      NOT NULL CHECK (fence > 0),
    led_since timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN relay_leader.fence IS 'Grows with every new leader, and is in the header of every event it sends.';
ALTER TABLE relay_leader ENABLE ROW LEVEL SECURITY;
ALTER TABLE relay_leader FORCE ROW LEVEL SECURITY;
CREATE POLICY relay_leader_relay ON relay_leader
    USING ((SELECT scope_purpose()) = 'relay');

CREATE TABLE relay_attempt (
    outbox_id bigint      PRIMARY KEY,
    topic     text        NOT NULL,
    key       text        NOT NULL,
    attempts  integer     NOT NULL CHECK (attempts > 0),
    error     text        NOT NULL,
    last_at   timestamptz NOT NULL DEFAULT now(),
    parked_at timestamptz
);
COMMENT ON TABLE relay_attempt IS
    'Events the broker refused, though it was well. No foreign key: it would cost a look-up for every event sent.';
COMMENT ON COLUMN relay_attempt.parked_at IS
    'Set once the event was refused too often: it and the later ones of its key wait for an operator.';
ALTER TABLE relay_attempt ENABLE ROW LEVEL SECURITY;
ALTER TABLE relay_attempt FORCE ROW LEVEL SECURITY;
CREATE POLICY relay_attempt_relay ON relay_attempt
    USING ((SELECT scope_purpose()) = 'relay');

CREATE TABLE schedule_state (
    name        text        PRIMARY KEY,
    last_run_at timestamptz NOT NULL
);
ALTER TABLE schedule_state ENABLE ROW LEVEL SECURITY;
ALTER TABLE schedule_state FORCE ROW LEVEL SECURITY;
CREATE POLICY schedule_state_schedule ON schedule_state
    USING ((SELECT scope_purpose()) = 'schedule');
