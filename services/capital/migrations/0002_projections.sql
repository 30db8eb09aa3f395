-- The fleet and the hubs as their events told them. Written by events alone; rebuilt from them.

CREATE TABLE known_vehicle (
    id              uuid        PRIMARY KEY,
    trust           text        NOT NULL,
    fleet_number    text        NOT NULL,
    vehicle_type    text        NOT NULL,
    technology      text        NOT NULL,
    standing        text        NOT NULL CHECK (
        standing IN ('PRE_SERVICE', 'IN_SERVICE', 'OFF_ROAD', 'LENT', 'BORROWED', 'LEAVING', 'GONE')
    ),
    in_service_on   date        NOT NULL,
    odometer_miles  bigint      NOT NULL CHECK (odometer_miles >= 0),
    off_road_since  timestamptz,
    off_road        interval    NOT NULL,
    disposed_on     date,
    CHECK ((standing = 'OFF_ROAD') = (off_road_since IS NOT NULL))
) WITH (fillfactor = 70);
COMMENT ON COLUMN known_vehicle.off_road IS 'Time off the road in the spells that ended.';
CREATE INDEX known_vehicle_serving ON known_vehicle (trust, vehicle_type)
    WHERE standing IN ('IN_SERVICE', 'OFF_ROAD', 'LENT');
ALTER TABLE known_vehicle ENABLE ROW LEVEL SECURITY;
ALTER TABLE known_vehicle FORCE ROW LEVEL SECURITY;
CREATE POLICY known_vehicle_read ON known_vehicle FOR SELECT
    USING (trust = ANY ((SELECT scope_read_orgs())::text[]));
CREATE POLICY known_vehicle_tell ON known_vehicle FOR INSERT
    WITH CHECK (trust = ANY ((SELECT scope_orgs())::text[])
                AND (SELECT scope_purpose()) = 'consume');
CREATE POLICY known_vehicle_retell ON known_vehicle FOR UPDATE
    USING (trust = ANY ((SELECT scope_orgs())::text[])
           AND (SELECT scope_purpose()) = 'consume');

CREATE TABLE known_cycle (
    vehicle_id         uuid    PRIMARY KEY,
    trust              text    NOT NULL,
    vehicle_type       text    NOT NULL,
    technology         text    NOT NULL,
    state              text    NOT NULL CHECK (state IN ('RUNNING', 'DUE', 'SCHEDULED', 'CLOSED')),
    started_on         date    NOT NULL,
    due_on             date,
    must_leave_on      date,
    target_age_months  integer CHECK (target_age_months >= 0),
    maximum_age_months integer CHECK (maximum_age_months >= 0)
);
COMMENT ON COLUMN known_cycle.target_age_months IS
    'The life policy as the cycle shows it; NULL: miles set the date, or no policy holds.';
CREATE INDEX known_cycle_open ON known_cycle (trust, vehicle_type) WHERE state <> 'CLOSED';
ALTER TABLE known_cycle ENABLE ROW LEVEL SECURITY;
ALTER TABLE known_cycle FORCE ROW LEVEL SECURITY;
CREATE POLICY known_cycle_read ON known_cycle FOR SELECT
    USING (trust = ANY ((SELECT scope_read_orgs())::text[]));
CREATE POLICY known_cycle_tell ON known_cycle FOR INSERT
    WITH CHECK (trust = ANY ((SELECT scope_orgs())::text[])
                AND (SELECT scope_purpose()) = 'consume');
CREATE POLICY known_cycle_retell ON known_cycle FOR UPDATE
    USING (trust = ANY ((SELECT scope_orgs())::text[])
           AND (SELECT scope_purpose()) = 'consume');

CREATE TABLE hub_hour (
    hub_id                 uuid        NOT NULL,
    hour                   timestamptz NOT NULL CHECK (hour = date_trunc('hour', hour, 'UTC')),
    trust                  text        NOT NULL,
    revision               integer     NOT NULL,
    arrivals               integer     NOT NULL,
    jobs_completed         integer     NOT NULL,
    bay_minutes_offered    integer     NOT NULL,
    bay_minutes_used       integer     NOT NULL,
    staff_minutes_offered  integer     NOT NULL,
    staff_minutes_used     integer     NOT NULL,
    queue_length           integer     NOT NULL,
    turnaround_p80_minutes integer     NOT NULL,
    PRIMARY KEY (hub_id, hour)
);
CREATE INDEX hub_hour_of_trust ON hub_hour (trust);
ALTER TABLE hub_hour ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub_hour FORCE ROW LEVEL SECURITY;
CREATE POLICY hub_hour_read ON hub_hour FOR SELECT
    USING (trust = ANY ((SELECT scope_read_orgs())::text[]));
CREATE POLICY hub_hour_tell ON hub_hour FOR INSERT
    WITH CHECK (trust = ANY ((SELECT scope_orgs())::text[])
                AND (SELECT scope_purpose()) = 'consume');
CREATE POLICY hub_hour_retell ON hub_hour FOR UPDATE
    USING (trust = ANY ((SELECT scope_orgs())::text[])
           AND (SELECT scope_purpose()) = 'consume');

CREATE TABLE hub_capacity (
    hub_id            uuid    PRIMARY KEY,
    trust             text    NOT NULL,
    vehicles_per_week integer NOT NULL CHECK (vehicles_per_week >= 0),
    jobs_measured     integer NOT NULL
);
COMMENT ON COLUMN hub_capacity.jobs_measured IS '0: it rests on the standard time.';
CREATE INDEX hub_capacity_of_trust ON hub_capacity (trust);
ALTER TABLE hub_capacity ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub_capacity FORCE ROW LEVEL SECURITY;
CREATE POLICY hub_capacity_read ON hub_capacity FOR SELECT
    USING (trust = ANY ((SELECT scope_read_orgs())::text[]));
CREATE POLICY hub_capacity_tell ON hub_capacity FOR INSERT
    WITH CHECK (trust = ANY ((SELECT scope_orgs())::text[])
                AND (SELECT scope_purpose()) = 'consume');
CREATE POLICY hub_capacity_retell ON hub_capacity FOR UPDATE
    USING (trust = ANY ((SELECT scope_orgs())::text[])
           AND (SELECT scope_purpose()) = 'consume');

CREATE TABLE freshness (
    trust          text        NOT NULL,
    topic          text        NOT NULL,
    events_applied bigint      NOT NULL CHECK (events_applied > 0),
    fresh_at       timestamptz NOT NULL,
    PRIMARY KEY (trust, topic)
) WITH (fillfactor = 50);
COMMENT ON TABLE freshness IS 'How much of what happened is known, and since when.';
ALTER TABLE freshness ENABLE ROW LEVEL SECURITY;
ALTER TABLE freshness FORCE ROW LEVEL SECURITY;
CREATE POLICY freshness_read ON freshness FOR SELECT
    USING (trust = ANY ((SELECT scope_read_orgs())::text[]));
CREATE POLICY freshness_tell ON freshness FOR INSERT
    WITH CHECK (trust = ANY ((SELECT scope_orgs())::text[])
                AND (SELECT scope_purpose()) = 'consume');
CREATE POLICY freshness_retell ON freshness FOR UPDATE
    USING (trust = ANY ((SELECT scope_orgs())::text[])
           AND (SELECT scope_purpose()) = 'consume');
