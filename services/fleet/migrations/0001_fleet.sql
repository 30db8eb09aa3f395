-- The register of vehicles. Rows belong to the trust that runs the vehicle; nobody else sees them.
-- Days are London's; instants are UTC. An unset scope matches no row.

CREATE EXTENSION IF NOT EXISTS btree_gist;

-- A vehicle in its whole. Version counts its changes and makes its etag; changed_xid is the
-- transaction of the last one, which streams of changes resume from.
CREATE TABLE vehicle (
    vehicle_id          uuid        PRIMARY KEY,
    org                 text        NOT NULL CHECK (org ~ '^[A-Z0-9]{3,10}$'),
    fleet_number        text        NOT NULL COLLATE "C"
                                    CHECK (fleet_number ~ '^[A-Z0-9][A-Z0-9-]{0,19}$'),
    vrm                 text        NOT NULL CHECK (vrm ~ '^[A-Z0-9]{2,7}$'),
    vin                 text        NOT NULL CHECK (vin ~ '^[A-HJ-NPR-Z0-9]{17}$'),
    vehicle_type        text        NOT NULL CHECK (vehicle_type IN (
                                        'DCA', 'RRV', 'PTS', 'UCS', 'HART', 'SORT', 'MIV', 'BAR', 'CCV',
                                        'NEO', 'MHV', 'DTV', 'CMD', 'LOG', 'EVT', 'MCY', 'CYC', 'MOT4')),
    technology          text        NOT NULL CHECK (technology IN (
                                        'DIESEL', 'PETROL', 'HEV', 'PHEV', 'BEV', 'H2_REX')),
    capabilities        text[]      NOT NULL CHECK (capabilities <@ ARRAY[
                                        'BARIATRIC', 'FOUR_BY_FOUR', 'HIGH_DEPENDENCY', 'WHEELCHAIR',
                                        'LICENCE_B', 'LONG_RANGE']),
    ownership           text        NOT NULL CHECK (ownership IN (
                                        'OWNED', 'LEASED_IFRS16', 'LEASED_SHORT_TERM', 'HIRED', 'LOANED',
                                        'DONATED')),
    base_vehicle        text        NOT NULL CHECK (char_length(base_vehicle) <= 60),
    first_registered_on date        NOT NULL CHECK (isfinite(first_registered_on)),
    in_service_on       date        NOT NULL CHECK (in_service_on >= first_registered_on),
    mot_expires_on      date        NOT NULL CHECK (isfinite(mot_expires_on)),
    lifting_expires_on  date        CHECK (isfinite(lifting_expires_on)),
    tax_expires_on      date        NOT NULL CHECK (isfinite(tax_expires_on)),
    state               text        NOT NULL CHECK (state IN (
                                        'ORDERED', 'CHASSIS_RECEIVED', 'IN_CONVERSION', 'COMMISSIONING',
                                        'AWAITING_MAKE_READY', 'IN_MAKE_READY', 'MADE_READY', 'DEPLOYED',
                                        'RESERVE', 'OFF_ROAD', 'AWAITING_DISPOSAL', 'DISPOSED',
                                        'ON_LOAN_OUT', 'ON_LOAN_IN')),
    home_hub_id         uuid        NOT NULL,
    at_hub_id           uuid,
    seal_number         text        NOT NULL DEFAULT '' CHECK (char_length(seal_number) <= 100),
    odometer_miles      integer     NOT NULL CHECK (odometer_miles BETWEEN 0 AND 100000000),
    odometer_at         timestamptz CHECK (isfinite(odometer_at)),
    odometer_offset_miles integer   NOT NULL DEFAULT 0,
    state_since         timestamptz NOT NULL CHECK (isfinite(state_since)),
    last_change_at      timestamptz NOT NULL CHECK (isfinite(last_change_at)),
    changed_at          timestamptz NOT NULL CHECK (isfinite(changed_at)),
    version             bigint      NOT NULL CHECK (version > 0),
    changed_xid         xid8        NOT NULL DEFAULT pg_current_xact_id(),
    CONSTRAINT vehicle_vin UNIQUE (vin),
    CONSTRAINT vehicle_fleet_number UNIQUE (org, fleet_number),
    CONSTRAINT vehicle_last_change CHECK (last_change_at >= state_since),
    CONSTRAINT vehicle_odometer CHECK (odometer_at IS NOT NULL OR odometer_miles = 0),
    CONSTRAINT vehicle_seal CHECK (seal_number = '' OR state IN ('MADE_READY', 'DEPLOYED', 'RESERVE')),
    CONSTRAINT vehicle_with_crew CHECK (state NOT IN ('DEPLOYED', 'DISPOSED') OR at_hub_id IS NULL),
    CONSTRAINT vehicle_at_hub CHECK (
        state NOT IN ('AWAITING_MAKE_READY', 'IN_MAKE_READY', 'MADE_READY', 'RESERVE')
        OR at_hub_id IS NOT NULL)
) WITH (fillfactor = 80);
COMMENT ON CONSTRAINT vehicle_vin ON vehicle IS
    'For ever and across trusts: who registers a VIN learns that some trust has it, and no more.';
CREATE UNIQUE INDEX vehicle_vrm ON vehicle (vrm) WHERE state <> 'DISPOSED';
CREATE INDEX vehicle_changed ON vehicle (changed_xid);
ALTER TABLE vehicle ENABLE ROW LEVEL SECURITY;
ALTER TABLE vehicle FORCE ROW LEVEL SECURITY;
CREATE POLICY vehicle_read ON vehicle FOR SELECT
    USING (org = ANY ((SELECT scope_read_orgs())::text[]) OR (SELECT scope_purpose()) = 'schedule');
CREATE POLICY vehicle_open ON vehicle FOR INSERT
    WITH CHECK (org = ANY ((SELECT scope_orgs())::text[]));
CREATE POLICY vehicle_write ON vehicle FOR UPDATE
    USING (org = ANY ((SELECT scope_orgs())::text[]) OR (SELECT scope_purpose()) = 'schedule');

-- Which vehicle bore a registration mark when: marks move between vehicles.
CREATE TABLE vrm_history (
    vehicle_id uuid        NOT NULL REFERENCES vehicle,
    org        text        NOT NULL,
    vrm        text        NOT NULL,
    valid_from timestamptz NOT NULL CHECK (isfinite(valid_from)),
    valid_to   timestamptz CHECK (isfinite(valid_to)),
    PRIMARY KEY (vehicle_id, valid_from),
    CONSTRAINT vrm_history_forward CHECK (valid_to >= valid_from),
    CONSTRAINT vrm_history_one_bearer
        EXCLUDE USING gist (vrm WITH =, tstzrange(valid_from, valid_to) WITH &&)
);
ALTER TABLE vrm_history ENABLE ROW LEVEL SECURITY;
ALTER TABLE vrm_history FORCE ROW LEVEL SECURITY;
CREATE POLICY vrm_history_read ON vrm_history FOR SELECT
    USING (org = ANY ((SELECT scope_read_orgs())::text[]));
CREATE POLICY vrm_history_open ON vrm_history FOR INSERT
    WITH CHECK (org = ANY ((SELECT scope_orgs())::text[]));
CREATE POLICY vrm_history_close ON vrm_history FOR UPDATE
    USING (org = ANY ((SELECT scope_orgs())::text[]));

-- Every state a vehicle has been in, and what came too late to move it: bitemporal, append-only.
-- A row that is not applied is a correction: it says what the vehicle would have done then.
CREATE TABLE status_history (
    vehicle_id   uuid        NOT NULL REFERENCES vehicle,
    entry        bigint      GENERATED ALWAYS AS IDENTITY,
    org          text        NOT NULL,
    version      bigint      NOT NULL CHECK (version > 0),
    is_applied   boolean     NOT NULL,
    from_state   text,
    to_state     text        NOT NULL,
    reason       text        NOT NULL CHECK (reason <> ''),
    effective_at timestamptz NOT NULL CHECK (isfinite(effective_at)),
    recorded_at  timestamptz NOT NULL CHECK (isfinite(recorded_at)),
    actor        text        NOT NULL CHECK (actor <> ''),
    source       text        NOT NULL CHECK (source <> ''),
    event_id     uuid,
    PRIMARY KEY (vehicle_id, entry),
    CONSTRAINT status_history_moves CHECK (from_state IS DISTINCT FROM to_state OR NOT is_applied)
);
COMMENT ON COLUMN status_history.source IS 'request, schedule, or the service whose event it follows.';
CREATE UNIQUE INDEX status_history_version ON status_history (vehicle_id, version) WHERE is_applied;
ALTER TABLE status_history ENABLE ROW LEVEL SECURITY;
ALTER TABLE status_history FORCE ROW LEVEL SECURITY;
CREATE POLICY status_history_read ON status_history FOR SELECT
    USING (org = ANY ((SELECT scope_read_orgs())::text[]) OR (SELECT scope_purpose()) = 'schedule');
CREATE POLICY status_history_append ON status_history FOR INSERT
    WITH CHECK (org = ANY ((SELECT scope_orgs())::text[]) OR (SELECT scope_purpose()) = 'schedule');

-- Time off the road (VOR): of one cause only one episode is open.
CREATE TABLE vor_episode (
    episode_id       uuid        PRIMARY KEY,
    vehicle_id       uuid        NOT NULL REFERENCES vehicle,
    org              text        NOT NULL,
    cause            text        NOT NULL CHECK (cause IN (
                                     'SCHEDULED_SERVICE', 'MOT', 'LOLER', 'DEFECT_MECHANICAL',
                                     'DEFECT_ELECTRICAL', 'DEFECT_BODY', 'TYRE', 'BRAKES', 'EMISSIONS_DPF',
                                     'ACCIDENT_DAMAGE', 'CONVERSION_FAULT', 'STRETCHER_OR_LIFT',
                                     'EQUIPMENT_ICT', 'CONTAMINATION_DEEP_CLEAN', 'WARRANTY_DEALER',
                                     'AWAITING_PARTS', 'AWAITING_BAY', 'RECALL', 'CHARGING_FAULT',
                                     'LEGAL_HOLD', 'NO_KEYS', 'TAX_OR_INSURANCE', 'OTHER')),
    started_at       timestamptz NOT NULL CHECK (isfinite(started_at)),
    expected_back_at timestamptz CHECK (isfinite(expected_back_at)),
    ended_at         timestamptz CHECK (isfinite(ended_at)),
    note             text        NOT NULL DEFAULT '',
    CONSTRAINT vor_episode_expected CHECK (expected_back_at > started_at),
    CONSTRAINT vor_episode_forward CHECK (ended_at >= started_at)
);
CREATE UNIQUE INDEX vor_episode_open ON vor_episode (vehicle_id, cause) WHERE ended_at IS NULL;
CREATE INDEX vor_episode_vehicle ON vor_episode (vehicle_id, started_at);
ALTER TABLE vor_episode ENABLE ROW LEVEL SECURITY;
ALTER TABLE vor_episode FORCE ROW LEVEL SECURITY;
CREATE POLICY vor_episode_read ON vor_episode FOR SELECT
    USING (org = ANY ((SELECT scope_read_orgs())::text[]) OR (SELECT scope_purpose()) = 'schedule');
CREATE POLICY vor_episode_begin ON vor_episode FOR INSERT
    WITH CHECK (org = ANY ((SELECT scope_orgs())::text[]) OR (SELECT scope_purpose()) = 'schedule');
CREATE POLICY vor_episode_end ON vor_episode FOR UPDATE
    USING (org = ANY ((SELECT scope_orgs())::text[]));

-- Defects as crews report them; a dangerous one opens an episode besides.
CREATE TABLE defect (
    defect_id   bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    vehicle_id  uuid        NOT NULL REFERENCES vehicle,
    org         text        NOT NULL,
    cause       text        NOT NULL,
    severity    text        NOT NULL CHECK (severity IN ('MINOR', 'MAJOR', 'DANGEROUS')),
    note        text        NOT NULL CHECK (char_length(note) <= 500),
    reported_at timestamptz NOT NULL CHECK (isfinite(reported_at)),
    reported_by text        NOT NULL
);
CREATE INDEX defect_vehicle ON defect (vehicle_id, reported_at);
ALTER TABLE defect ENABLE ROW LEVEL SECURITY;
ALTER TABLE defect FORCE ROW LEVEL SECURITY;
CREATE POLICY defect_read ON defect FOR SELECT
    USING (org = ANY ((SELECT scope_read_orgs())::text[]));
CREATE POLICY defect_report ON defect FOR INSERT
    WITH CHECK (org = ANY ((SELECT scope_orgs())::text[]));

-- Every reading, believed or set aside; append-only.
CREATE TABLE odometer_reading (
    reading_id     bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    vehicle_id     uuid        NOT NULL REFERENCES vehicle,
    org            text        NOT NULL,
    shown_miles    integer     NOT NULL CHECK (shown_miles BETWEEN 0 AND 2000000),
    is_replacement boolean     NOT NULL,
    outcome        text        NOT NULL CHECK (outcome IN (
                                   'ACCEPTED', 'QUARANTINED_LOWER', 'QUARANTINED_JUMP', 'OLDER')),
    vehicle_miles  integer     NOT NULL CHECK (vehicle_miles >= 0),
    read_at        timestamptz NOT NULL CHECK (isfinite(read_at)),
    recorded_at    timestamptz NOT NULL CHECK (isfinite(recorded_at)),
    recorded_by    text        NOT NULL
);
COMMENT ON COLUMN odometer_reading.vehicle_miles IS 'The vehicle''s accepted miles after this reading was judged.';
CREATE INDEX odometer_reading_vehicle ON odometer_reading (vehicle_id, read_at);
ALTER TABLE odometer_reading ENABLE ROW LEVEL SECURITY;
ALTER TABLE odometer_reading FORCE ROW LEVEL SECURITY;
CREATE POLICY odometer_reading_read ON odometer_reading FOR SELECT
    USING (org = ANY ((SELECT scope_read_orgs())::text[]));
CREATE POLICY odometer_reading_append ON odometer_reading FOR INSERT
    WITH CHECK (org = ANY ((SELECT scope_orgs())::text[]));

-- How long vehicles of a type are to serve, from a day until the next policy's; append-only.
CREATE TABLE life_policy (
    life_policy_id         uuid    PRIMARY KEY,
    org                    text    NOT NULL,
    vehicle_type           text    NOT NULL,
    effective_from         date    NOT NULL CHECK (isfinite(effective_from)),
    target_age_months      integer NOT NULL CHECK (target_age_months BETWEEN 1 AND 300),
    maximum_age_months     integer CHECK (maximum_age_months BETWEEN target_age_months AND 360),
    target_miles           integer CHECK (target_miles BETWEEN 1 AND 2000000),
    planning_window_months integer NOT NULL CHECK (planning_window_months BETWEEN 0 AND 120),
    CONSTRAINT life_policy_day UNIQUE (org, vehicle_type, effective_from)
);
ALTER TABLE life_policy ENABLE ROW LEVEL SECURITY;
ALTER TABLE life_policy FORCE ROW LEVEL SECURITY;
CREATE POLICY life_policy_read ON life_policy FOR SELECT
    USING (org = ANY ((SELECT scope_read_orgs())::text[]) OR (SELECT scope_purpose()) = 'schedule');
CREATE POLICY life_policy_append ON life_policy FOR INSERT
    WITH CHECK (org = ANY ((SELECT scope_orgs())::text[]));

-- A vehicle's time in service. The policy it runs under is copied into it, so that who holds the
-- locked row knows all that its due day follows from.
CREATE TABLE replacement_cycle (
    vehicle_id             uuid        PRIMARY KEY REFERENCES vehicle,
    org                    text        NOT NULL,
    state                  text        NOT NULL CHECK (state IN ('RUNNING', 'DUE', 'SCHEDULED', 'CLOSED')),
    is_announced           boolean     NOT NULL,
    started_on             date        NOT NULL CHECK (isfinite(started_on)),
    target_age_months      integer     CHECK (target_age_months > 0),
    maximum_age_months     integer     CHECK (maximum_age_months >= target_age_months),
    target_miles           integer     CHECK (target_miles > 0),
    planning_window_months integer     CHECK (planning_window_months >= 0),
    due_on                 date        CHECK (due_on >= started_on AND isfinite(due_on)),
    due_because            text        CHECK (due_because IN ('AGE', 'MILES')),
    must_leave_on          date        CHECK (must_leave_on >= started_on AND isfinite(must_leave_on)),
    plan_id                uuid,
    financial_year         integer     CHECK (financial_year BETWEEN 2000 AND 2200),
    option                 text,
    envelope               text,
    changed_at             timestamptz NOT NULL CHECK (isfinite(changed_at)),
    CONSTRAINT replacement_cycle_policy CHECK (
        num_nulls(target_age_months, planning_window_months, due_on, due_because) IN (0, 4)),
    CONSTRAINT replacement_cycle_schedule CHECK (
        num_nulls(plan_id, financial_year, option, envelope) IN (0, 4)),
    CONSTRAINT replacement_cycle_due CHECK (state <> 'DUE' OR due_on IS NOT NULL AND is_announced),
    CONSTRAINT replacement_cycle_scheduled CHECK (state <> 'SCHEDULED' OR plan_id IS NOT NULL)
) WITH (fillfactor = 80);
CREATE INDEX replacement_cycle_by_due_day ON replacement_cycle
    (coalesce(due_on, 'infinity'::date), vehicle_id);
ALTER TABLE replacement_cycle ENABLE ROW LEVEL SECURITY;
ALTER TABLE replacement_cycle FORCE ROW LEVEL SECURITY;
CREATE POLICY replacement_cycle_read ON replacement_cycle FOR SELECT
    USING (org = ANY ((SELECT scope_read_orgs())::text[]) OR (SELECT scope_purpose()) = 'schedule');
CREATE POLICY replacement_cycle_start ON replacement_cycle FOR INSERT
    WITH CHECK (org = ANY ((SELECT scope_orgs())::text[]));
CREATE POLICY replacement_cycle_write ON replacement_cycle FOR UPDATE
    USING (org = ANY ((SELECT scope_orgs())::text[]) OR (SELECT scope_purpose()) = 'schedule');

-- Why a vehicle could go, and how it went. A vehicle takes the place of one other at most.
CREATE TABLE disposal (
    vehicle_id           uuid        PRIMARY KEY REFERENCES vehicle,
    org                  text        NOT NULL,
    replaced_by          uuid        REFERENCES vehicle,
    establishment_change text        CHECK (char_length(establishment_change) BETWEEN 1 AND 60),
    withdrawn_at         timestamptz NOT NULL CHECK (isfinite(withdrawn_at)),
    route                text        CHECK (route IN (
                                         'AUCTION', 'TRADE_SALE', 'LEASE_RETURN', 'SCRAPPED', 'DONATED',
                                         'WRITTEN_OFF')),
    proceeds_pence       bigint      CHECK (proceeds_pence BETWEEN 0 AND 100000000),
    disposed_at          timestamptz CHECK (disposed_at >= withdrawn_at AND isfinite(disposed_at)),
    CONSTRAINT disposal_one_successor_each UNIQUE (replaced_by),
    CONSTRAINT disposal_reason CHECK (num_nulls(replaced_by, establishment_change) = 1),
    CONSTRAINT disposal_other_vehicle CHECK (replaced_by <> vehicle_id),
    CONSTRAINT disposal_done CHECK (num_nulls(route, proceeds_pence, disposed_at) IN (0, 3))
);
ALTER TABLE disposal ENABLE ROW LEVEL SECURITY;
ALTER TABLE disposal FORCE ROW LEVEL SECURITY;
CREATE POLICY disposal_read ON disposal FOR SELECT
    USING (org = ANY ((SELECT scope_read_orgs())::text[]));
CREATE POLICY disposal_begin ON disposal FOR INSERT
    WITH CHECK (org = ANY ((SELECT scope_orgs())::text[]));
CREATE POLICY disposal_end ON disposal FOR UPDATE
    USING (org = ANY ((SELECT scope_orgs())::text[]));

-- Whose a hub is, learnt from the work it does. Hubs are the hubs service's; this is a projection.
CREATE TABLE hub (
    hub_id uuid PRIMARY KEY,
    org    text NOT NULL
);
ALTER TABLE hub ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub FORCE ROW LEVEL SECURITY;
CREATE POLICY hub_read ON hub FOR SELECT
    USING ((SELECT scope_purpose()) <> '');
COMMENT ON POLICY hub_read ON hub IS
    'Any caller with a scope may learn that a hub is another trust''s: a move there is refused for it.';
CREATE POLICY hub_learn ON hub FOR INSERT
    WITH CHECK (org = ANY ((SELECT scope_orgs())::text[]));

CREATE FUNCTION only_grows() RETURNS trigger
    LANGUAGE plpgsql AS
$$
BEGIN
    RAISE EXCEPTION '% only grows', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER status_history_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON status_history
    FOR EACH STATEMENT EXECUTE FUNCTION only_grows();
CREATE TRIGGER odometer_reading_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON odometer_reading
    FOR EACH STATEMENT EXECUTE FUNCTION only_grows();
CREATE TRIGGER life_policy_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON life_policy
    FOR EACH STATEMENT EXECUTE FUNCTION only_grows();
