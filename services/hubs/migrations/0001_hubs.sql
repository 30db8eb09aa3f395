-- Hubs, their bays and crew starts, the jobs they do, and what they know of vehicles.
-- Whatever must never be, the schema refuses: two vehicles on a bay, a vehicle on two bays, two open
-- jobs of a vehicle, a seal used twice. `schedule` is the purpose of work that looks at every hub.

CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE hub (
    hub_id        uuid       PRIMARY KEY,
    org           text       NOT NULL,
    name          text       NOT NULL CHECK (name <> ''),
    local_label   text       NOT NULL CHECK (local_label <> ''),
    system        text       NOT NULL,
    staff_by_hour smallint[] NOT NULL DEFAULT '{}' CHECK (cardinality(staff_by_hour) IN (0, 24)),
    version       bigint     NOT NULL CHECK (version > 0),
    CONSTRAINT hub_name_once UNIQUE (org, name),
    CONSTRAINT hub_of_org UNIQUE (org, hub_id)
);
COMMENT ON COLUMN hub.staff_by_hour IS 'Operatives on duty in each hour of London''s day, from midnight.';
ALTER TABLE hub ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub FORCE ROW LEVEL SECURITY;
CREATE POLICY hub_read ON hub FOR SELECT
    USING (org = ANY ((SELECT scope_read_orgs())::text[]) OR (SELECT scope_purpose()) = 'schedule');
CREATE POLICY hub_add ON hub FOR INSERT
    WITH CHECK (org = ANY ((SELECT scope_orgs())::text[]));
CREATE POLICY hub_change ON hub FOR UPDATE
    USING (org = ANY ((SELECT scope_orgs())::text[]) OR (SELECT scope_purpose()) = 'schedule');

CREATE TABLE bay (
    bay_id       uuid        PRIMARY KEY,
    org          text        NOT NULL,
    hub_id       uuid        NOT NULL,
    name         text        NOT NULL CHECK (name <> ''),
    capabilities text[]      NOT NULL CHECK (cardinality(capabilities) > 0),
    removed_at   timestamptz,
    FOREIGN KEY (org, hub_id) REFERENCES hub (org, hub_id),
    CONSTRAINT bay_of_hub UNIQUE (hub_id, bay_id),
    -- Deferred, so that two bays may change names.
    CONSTRAINT bay_name_once EXCLUDE (hub_id WITH =, name WITH =) WHERE (removed_at IS NULL)
        DEFERRABLE INITIALLY DEFERRED
);
COMMENT ON COLUMN bay.removed_at IS 'Set when the bay was taken away; its history stays.';
ALTER TABLE bay ENABLE ROW LEVEL SECURITY;
ALTER TABLE bay FORCE ROW LEVEL SECURITY;
CREATE POLICY bay_read ON bay FOR SELECT
    USING (org = ANY ((SELECT scope_read_orgs())::text[]) OR (SELECT scope_purpose()) = 'schedule');
CREATE POLICY bay_add ON bay FOR INSERT
    WITH CHECK (org = ANY ((SELECT scope_orgs())::text[]));
CREATE POLICY bay_change ON bay FOR UPDATE
    USING (org = ANY ((SELECT scope_orgs())::text[]));

CREATE TABLE crew_start (
    org                   text        NOT NULL,
    hub_id                uuid        NOT NULL,
    starts_at             timestamptz NOT NULL,
    vehicle_type          text        NOT NULL,
    required_capabilities text[]      NOT NULL,
    crews                 smallint    NOT NULL CHECK (crews BETWEEN 1 AND 200),
    PRIMARY KEY (hub_id, starts_at, vehicle_type, required_capabilities),
    FOREIGN KEY (org, hub_id) REFERENCES hub (org, hub_id)
);
ALTER TABLE crew_start ENABLE ROW LEVEL SECURITY;
ALTER TABLE crew_start FORCE ROW LEVEL SECURITY;
CREATE POLICY crew_start_read ON crew_start FOR SELECT
    USING (org = ANY ((SELECT scope_read_orgs())::text[]) OR (SELECT scope_purpose()) = 'schedule');
CREATE POLICY crew_start_add ON crew_start FOR INSERT
    WITH CHECK (org = ANY ((SELECT scope_orgs())::text[]));
CREATE POLICY crew_start_remove ON crew_start FOR DELETE
    USING (org = ANY ((SELECT scope_orgs())::text[]));

CREATE TABLE vehicle (
    vehicle_id   uuid        PRIMARY KEY,
    org          text        NOT NULL,
    fleet_number text        NOT NULL,
    vehicle_type text        NOT NULL,
    capabilities text[]      NOT NULL,
    home_hub_id  uuid        NOT NULL,
    at_hub_id    uuid,
    left_hub_id  uuid,
    state        text        NOT NULL,
    since        timestamptz NOT NULL
);
COMMENT ON TABLE vehicle IS 'What fleet''s events tell; rebuilt from them. Hubs it names may be unknown here.';
COMMENT ON COLUMN vehicle.left_hub_id IS 'Where a deployed vehicle started its shift.';
CREATE INDEX vehicle_ready ON vehicle (at_hub_id) WHERE state = 'MADE_READY';
CREATE INDEX vehicle_out ON vehicle (left_hub_id, since) WHERE left_hub_id IS NOT NULL;
ALTER TABLE vehicle ENABLE ROW LEVEL SECURITY;
ALTER TABLE vehicle FORCE ROW LEVEL SECURITY;
CREATE POLICY vehicle_read ON vehicle FOR SELECT
    USING (org = ANY ((SELECT scope_read_orgs())::text[]) OR (SELECT scope_purpose()) = 'schedule');
CREATE POLICY vehicle_add ON vehicle FOR INSERT
    WITH CHECK (org = ANY ((SELECT scope_orgs())::text[]));
CREATE POLICY vehicle_change ON vehicle FOR UPDATE
    USING (org = ANY ((SELECT scope_orgs())::text[]));

CREATE TABLE job (
    job_id          uuid        PRIMARY KEY,
    org             text        NOT NULL,
    hub_id          uuid        NOT NULL,
    vehicle_id      uuid        NOT NULL REFERENCES vehicle (vehicle_id),
    kind            text        NOT NULL,
    state           text        NOT NULL,
    queue_position  integer     NOT NULL CHECK (queue_position >= 0),
    priority_reason text,
    serves_start_at timestamptz,
    queued_at       timestamptz NOT NULL,
    promised_at     timestamptz,
    started_at      timestamptz CHECK (started_at >= queued_at),
    completed_at    timestamptz CHECK (completed_at >= started_at),
    bay_id          uuid,
    stop_reason     text,
    seal_number     text        CHECK (seal_number <> ''),
    worked          interval    NOT NULL CHECK (worked >= interval '0'),
    working_since   timestamptz,
    changed_at      timestamptz NOT NULL CHECK (changed_at >= queued_at),
    is_reopened     boolean     NOT NULL DEFAULT false,
    waits_until     timestamptz NOT NULL GENERATED ALWAYS AS (
        coalesce(started_at, CASE state WHEN 'CANCELLED' THEN changed_at END, 'infinity')
    ) STORED,
    version         bigint      NOT NULL CHECK (version > 0),
    changed_xid     xid8        NOT NULL DEFAULT pg_current_xact_id(),
    CHECK (state IN ('QUEUED', 'IN_PROGRESS', 'PAUSED', 'BLOCKED', 'COMPLETED', 'CANCELLED')),
    CHECK ((state = 'QUEUED') = (queue_position > 0)),
    CHECK ((state = 'IN_PROGRESS') = (working_since IS NOT NULL)),
    CHECK ((state IN ('PAUSED', 'BLOCKED')) = (stop_reason IS NOT NULL)),
    CHECK (state NOT IN ('IN_PROGRESS', 'PAUSED', 'COMPLETED') OR bay_id IS NOT NULL),
    CHECK ((state = 'COMPLETED') = (completed_at IS NOT NULL)),
    CHECK ((state = 'COMPLETED') = (seal_number IS NOT NULL)),
    FOREIGN KEY (org, hub_id) REFERENCES hub (org, hub_id),
    FOREIGN KEY (hub_id, bay_id) REFERENCES bay (hub_id, bay_id),
    CONSTRAINT job_seal_once UNIQUE (org, seal_number)
) WITH (fillfactor = 80);
COMMENT ON COLUMN job.changed_at IS 'When the job last changed its state, in the world.';
COMMENT ON COLUMN job.worked IS 'Time at work before working_since, pauses left out.';
COMMENT ON COLUMN job.waits_until IS 'Until when it waits for a bay, from queued_at; infinity: it still does.';
COMMENT ON COLUMN job.is_reopened IS 'The vehicle needed work again within 30 minutes; the job is not counted.';
CREATE UNIQUE INDEX job_one_open_per_vehicle ON job (vehicle_id)
    WHERE state IN ('QUEUED', 'IN_PROGRESS', 'PAUSED', 'BLOCKED');
CREATE INDEX job_open ON job (hub_id)
    WHERE state IN ('QUEUED', 'IN_PROGRESS', 'PAUSED', 'BLOCKED');
CREATE INDEX job_in_queue_order ON job (hub_id, queue_position, queued_at, job_id);
CREATE INDEX job_queued_at ON job (hub_id, queued_at);
CREATE INDEX job_waits ON job (hub_id, waits_until);
CREATE INDEX job_promised_at ON job (hub_id, promised_at) WHERE promised_at IS NOT NULL;
CREATE INDEX job_completed_at ON job (hub_id, completed_at) WHERE completed_at IS NOT NULL;
CREATE INDEX job_of_vehicle ON job (vehicle_id, completed_at) WHERE completed_at IS NOT NULL;
CREATE INDEX job_changed_xid ON job (changed_xid);
ALTER TABLE job ENABLE ROW LEVEL SECURITY;
ALTER TABLE job FORCE ROW LEVEL SECURITY;
CREATE POLICY job_read ON job FOR SELECT
    USING (org = ANY ((SELECT scope_read_orgs())::text[]) OR (SELECT scope_purpose()) = 'schedule');
CREATE POLICY job_add ON job FOR INSERT
    WITH CHECK (org = ANY ((SELECT scope_orgs())::text[]) OR (SELECT scope_purpose()) = 'schedule');
CREATE POLICY job_change ON job FOR UPDATE
    USING (org = ANY ((SELECT scope_orgs())::text[]) OR (SELECT scope_purpose()) = 'schedule');

CREATE TABLE bay_occupancy (
    bay_id     uuid      NOT NULL REFERENCES bay (bay_id),
    org        text      NOT NULL,
    hub_id     uuid      NOT NULL,
    job_id     uuid      NOT NULL REFERENCES job (job_id),
    vehicle_id uuid      NOT NULL,
    during     tstzrange NOT NULL CHECK (isempty(during) OR NOT lower_inf(during)),
    CONSTRAINT bay_holds_one_vehicle EXCLUDE USING gist (bay_id WITH =, during WITH &&),
    CONSTRAINT vehicle_on_one_bay EXCLUDE USING gist (vehicle_id WITH =, during WITH &&)
);
COMMENT ON TABLE bay_occupancy IS 'Which vehicle a bay held, from when to when; no upper bound: it still does.';
CREATE INDEX bay_occupancy_job ON bay_occupancy (job_id);
CREATE INDEX bay_occupancy_hub ON bay_occupancy USING gist (hub_id, during);
ALTER TABLE bay_occupancy ENABLE ROW LEVEL SECURITY;
ALTER TABLE bay_occupancy FORCE ROW LEVEL SECURITY;
CREATE POLICY bay_occupancy_read ON bay_occupancy FOR SELECT
    USING (org = ANY ((SELECT scope_read_orgs())::text[]) OR (SELECT scope_purpose()) = 'schedule');
CREATE POLICY bay_occupancy_add ON bay_occupancy FOR INSERT
    WITH CHECK (org = ANY ((SELECT scope_orgs())::text[]));
CREATE POLICY bay_occupancy_change ON bay_occupancy FOR UPDATE
    USING (org = ANY ((SELECT scope_orgs())::text[]));

CREATE TABLE work_span (
    org    text      NOT NULL,
    hub_id uuid      NOT NULL,
    job_id uuid      NOT NULL REFERENCES job (job_id),
    during tstzrange NOT NULL CHECK (isempty(during) OR NOT lower_inf(during)),
    CONSTRAINT job_worked_on_once EXCLUDE USING gist (job_id WITH =, during WITH &&)
);
COMMENT ON TABLE work_span IS 'When a job was at work, pauses left out; no upper bound: it still is.';
CREATE INDEX work_span_hub ON work_span USING gist (hub_id, during);
ALTER TABLE work_span ENABLE ROW LEVEL SECURITY;
ALTER TABLE work_span FORCE ROW LEVEL SECURITY;
CREATE POLICY work_span_read ON work_span FOR SELECT
    USING (org = ANY ((SELECT scope_read_orgs())::text[]) OR (SELECT scope_purpose()) = 'schedule');
CREATE POLICY work_span_add ON work_span FOR INSERT
    WITH CHECK (org = ANY ((SELECT scope_orgs())::text[]));
CREATE POLICY work_span_change ON work_span FOR UPDATE
    USING (org = ANY ((SELECT scope_orgs())::text[]));

CREATE TABLE passed_promise (
    org         text        NOT NULL,
    hub_id      uuid        NOT NULL,
    job_id      uuid        NOT NULL REFERENCES job (job_id),
    promised_at timestamptz NOT NULL,
    PRIMARY KEY (job_id, promised_at)
);
COMMENT ON TABLE passed_promise IS 'Promises that had passed when they were replaced or given up; the job tells whether they were kept.';
CREATE INDEX passed_promise_due ON passed_promise (hub_id, promised_at);
ALTER TABLE passed_promise ENABLE ROW LEVEL SECURITY;
ALTER TABLE passed_promise FORCE ROW LEVEL SECURITY;
CREATE POLICY passed_promise_read ON passed_promise FOR SELECT
    USING (org = ANY ((SELECT scope_read_orgs())::text[]) OR (SELECT scope_purpose()) = 'schedule');
CREATE POLICY passed_promise_add ON passed_promise FOR INSERT
    WITH CHECK (org = ANY ((SELECT scope_orgs())::text[]) OR (SELECT scope_purpose()) = 'schedule');

CREATE TABLE coverage_forecast (
    org            text        NOT NULL,
    hub_id         uuid        NOT NULL,
    starts_at      timestamptz NOT NULL,
    crews          integer     NOT NULL CHECK (crews > 0),
    vehicles_ready integer     NOT NULL CHECK (vehicles_ready >= 0),
    forecast_at    timestamptz NOT NULL,
    PRIMARY KEY (hub_id, starts_at),
    FOREIGN KEY (org, hub_id) REFERENCES hub (org, hub_id)
);
COMMENT ON TABLE coverage_forecast IS 'The last that was told of each start.';
ALTER TABLE coverage_forecast ENABLE ROW LEVEL SECURITY;
ALTER TABLE coverage_forecast FORCE ROW LEVEL SECURITY;
CREATE POLICY coverage_forecast_read ON coverage_forecast FOR SELECT
    USING (org = ANY ((SELECT scope_read_orgs())::text[]) OR (SELECT scope_purpose()) = 'schedule');
CREATE POLICY coverage_forecast_add ON coverage_forecast FOR INSERT
    WITH CHECK (org = ANY ((SELECT scope_orgs())::text[]) OR (SELECT scope_purpose()) = 'schedule');
CREATE POLICY coverage_forecast_change ON coverage_forecast FOR UPDATE
    USING (org = ANY ((SELECT scope_orgs())::text[]) OR (SELECT scope_purpose()) = 'schedule');
