-- What hubs really get through: hours as measured, hours to be measured, and what follows from them.
-- Only the schedule measures; acts and events say which hours they touched.

CREATE TABLE hub_hour (
    org                    text        NOT NULL,
    hub_id                 uuid        NOT NULL,
    hour                   timestamptz NOT NULL,
    arrivals               integer     NOT NULL CHECK (arrivals >= 0),
    completions            jsonb       NOT NULL,
    bay_minutes_offered    integer     NOT NULL CHECK (bay_minutes_offered >= 0),
    bay_minutes_used       integer     NOT NULL CHECK (bay_minutes_used >= 0),
    staff_minutes_offered  integer     NOT NULL CHECK (staff_minutes_offered >= 0),
    staff_minutes_used     integer     NOT NULL CHECK (staff_minutes_used >= 0),
    queue_length           integer     NOT NULL CHECK (queue_length >= 0),
    turnaround_p50_minutes integer     NOT NULL CHECK (turnaround_p50_minutes >= 0),
    turnaround_p80_minutes integer     NOT NULL CHECK (turnaround_p80_minutes >= turnaround_p50_minutes),
    promises_due           integer     NOT NULL CHECK (promises_due >= 0),
    promises_kept          integer     NOT NULL CHECK (promises_kept BETWEEN 0 AND promises_due),
    revision               integer     NOT NULL CHECK (revision > 0),
    PRIMARY KEY (hub_id, hour),
    FOREIGN KEY (org, hub_id) REFERENCES hub (org, hub_id)
);
COMMENT ON COLUMN hub_hour.completions IS 'Jobs done by kind: {"FULL": 3}.';
ALTER TABLE hub_hour ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub_hour FORCE ROW LEVEL SECURITY;
CREATE POLICY hub_hour_read ON hub_hour FOR SELECT
    USING (org = ANY ((SELECT scope_read_orgs())::text[]) OR (SELECT scope_purpose()) = 'schedule');
CREATE POLICY hub_hour_add ON hub_hour FOR INSERT
    WITH CHECK ((SELECT scope_purpose()) = 'schedule');
CREATE POLICY hub_hour_change ON hub_hour FOR UPDATE
    USING ((SELECT scope_purpose()) = 'schedule');

CREATE TABLE hub_measure (
    hub_id                    uuid        PRIMARY KEY,
    org                       text        NOT NULL,
    measured_until            timestamptz NOT NULL,
    vehicles_per_week         integer     NOT NULL DEFAULT 0 CHECK (vehicles_per_week >= 0),
    free_bay_minutes_per_week integer     NOT NULL DEFAULT 0 CHECK (free_bay_minutes_per_week >= 0),
    bay_minutes_per_vehicle   integer     NOT NULL DEFAULT 0 CHECK (bay_minutes_per_vehicle >= 0),
    jobs_measured             integer     NOT NULL DEFAULT 0 CHECK (jobs_measured >= 0),
    FOREIGN KEY (org, hub_id) REFERENCES hub (org, hub_id)
);
COMMENT ON COLUMN hub_measure.measured_until IS 'Every hour before this one has been measured, if it was touched at all.';
ALTER TABLE hub_measure ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub_measure FORCE ROW LEVEL SECURITY;
CREATE POLICY hub_measure_read ON hub_measure FOR SELECT
    USING (org = ANY ((SELECT scope_read_orgs())::text[]) OR (SELECT scope_purpose()) = 'schedule');
CREATE POLICY hub_measure_add ON hub_measure FOR INSERT
    WITH CHECK (org = ANY ((SELECT scope_orgs())::text[]));
CREATE POLICY hub_measure_change ON hub_measure FOR UPDATE
    USING ((SELECT scope_purpose()) = 'schedule');

CREATE TABLE touched_hour (
    org        text        NOT NULL,
    hub_id     uuid        NOT NULL,
    hour       timestamptz NOT NULL,
    touched_at timestamptz NOT NULL,
    PRIMARY KEY (hub_id, hour),
    FOREIGN KEY (org, hub_id) REFERENCES hub (org, hub_id)
);
COMMENT ON TABLE touched_hour IS 'Hours something was recorded of since they were last measured, and when.';
CREATE INDEX touched_hour_due ON touched_hour (hour);
ALTER TABLE touched_hour ENABLE ROW LEVEL SECURITY;
ALTER TABLE touched_hour FORCE ROW LEVEL SECURITY;
CREATE POLICY touched_hour_read ON touched_hour FOR SELECT
    USING (org = ANY ((SELECT scope_read_orgs())::text[]) OR (SELECT scope_purpose()) = 'schedule');
CREATE POLICY touched_hour_add ON touched_hour FOR INSERT
    WITH CHECK (org = ANY ((SELECT scope_orgs())::text[]) OR (SELECT scope_purpose()) = 'schedule');
CREATE POLICY touched_hour_change ON touched_hour FOR UPDATE
    USING (org = ANY ((SELECT scope_orgs())::text[]) OR (SELECT scope_purpose()) = 'schedule');
CREATE POLICY touched_hour_remove ON touched_hour FOR DELETE
    USING ((SELECT scope_purpose()) = 'schedule');

CREATE TABLE measured_work (
    org            text    NOT NULL,
    hub_id         uuid    NOT NULL,
    kind           text    NOT NULL,
    jobs           integer NOT NULL CHECK (jobs > 0),
    median_minutes integer NOT NULL CHECK (median_minutes > 0),
    PRIMARY KEY (hub_id, kind),
    FOREIGN KEY (org, hub_id) REFERENCES hub (org, hub_id)
);
COMMENT ON TABLE measured_work IS 'What each kind of job took at a hub, of late.';
ALTER TABLE measured_work ENABLE ROW LEVEL SECURITY;
ALTER TABLE measured_work FORCE ROW LEVEL SECURITY;
CREATE POLICY measured_work_read ON measured_work FOR SELECT
    USING (org = ANY ((SELECT scope_read_orgs())::text[]) OR (SELECT scope_purpose()) = 'schedule');
CREATE POLICY measured_work_add ON measured_work FOR INSERT
    WITH CHECK ((SELECT scope_purpose()) = 'schedule');
CREATE POLICY measured_work_change ON measured_work FOR UPDATE
    USING ((SELECT scope_purpose()) = 'schedule');
