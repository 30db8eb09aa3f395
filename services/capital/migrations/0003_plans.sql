-- Scenarios, the plans made of them, and what the plans in force say of vehicles.

CREATE TABLE scenario (
    id                   uuid        PRIMARY KEY,
    holder               text        NOT NULL,
    name                 text        NOT NULL,
    content_hash         text        NOT NULL CHECK (content_hash ~ '^[0-9a-f]{64}$'),
    trusts               text[]      NOT NULL CHECK (cardinality(trusts) > 0),
    asked_types          text[]      NOT NULL,
    vehicle_types        text[]      NOT NULL,
    first_financial_year integer     NOT NULL,
    years                integer     NOT NULL CHECK (years BETWEEN 1 AND 20),
    changes              text[]      NOT NULL,
    vehicles             integer     NOT NULL CHECK (vehicles > 0),
    problem              bytea       NOT NULL,
    frozen_at            timestamptz NOT NULL,
    created_by           text        NOT NULL
);
COMMENT ON COLUMN scenario.asked_types IS 'The types named by who asked; empty: every type.';
COMMENT ON COLUMN scenario.changes IS 'As services/capital/domain/change_codes.py writes them.';
COMMENT ON COLUMN scenario.problem IS 'makeready.capital.v1.RenewalProblem.';
CREATE INDEX scenario_newest ON scenario (holder, frozen_at DESC, id DESC);
ALTER TABLE scenario ENABLE ROW LEVEL SECURITY;
ALTER TABLE scenario FORCE ROW LEVEL SECURITY;
CREATE POLICY scenario_read ON scenario FOR SELECT
    USING (holder = ANY ((SELECT scope_read_orgs())::text[]));
CREATE POLICY scenario_freeze ON scenario FOR INSERT
    WITH CHECK (holder = ANY ((SELECT scope_orgs())::text[]));

CREATE TABLE scenario_vehicle (
    scenario_id    uuid   NOT NULL REFERENCES scenario,
    vehicle_id     uuid   NOT NULL,
    holder         text   NOT NULL,
    fleet_number   text   NOT NULL,
    trust          text   NOT NULL,
    vehicle_type   text   NOT NULL,
    technology     text   NOT NULL,
    in_service_on  date   NOT NULL,
    odometer_miles bigint NOT NULL,
    PRIMARY KEY (scenario_id, vehicle_id)
);
ALTER TABLE scenario_vehicle ENABLE ROW LEVEL SECURITY;
ALTER TABLE scenario_vehicle FORCE ROW LEVEL SECURITY;
CREATE POLICY scenario_vehicle_read ON scenario_vehicle FOR SELECT
    USING (holder = ANY ((SELECT scope_read_orgs())::text[]));
CREATE POLICY scenario_vehicle_freeze ON scenario_vehicle FOR INSERT
    WITH CHECK (holder = ANY ((SELECT scope_orgs())::text[]));

CREATE TABLE scenario_envelope (
    scenario_id uuid NOT NULL REFERENCES scenario,
    envelope_id uuid NOT NULL,
    holder      text NOT NULL,
    held_by     text NOT NULL,
    holder_kind text NOT NULL,
    fund        text NOT NULL,
    PRIMARY KEY (scenario_id, envelope_id)
);
COMMENT ON COLUMN scenario_envelope.holder IS 'The organisation that made the scenario.';
COMMENT ON COLUMN scenario_envelope.held_by IS 'Name of the body that holds the envelope.';
ALTER TABLE scenario_envelope ENABLE ROW LEVEL SECURITY;
ALTER TABLE scenario_envelope FORCE ROW LEVEL SECURITY;
CREATE POLICY scenario_envelope_read ON scenario_envelope FOR SELECT
    USING (holder = ANY ((SELECT scope_read_orgs())::text[]));
CREATE POLICY scenario_envelope_freeze ON scenario_envelope FOR INSERT
    WITH CHECK (holder = ANY ((SELECT scope_orgs())::text[]));

CREATE TABLE plan (
    id              uuid        PRIMARY KEY,
    scenario_id     uuid        NOT NULL REFERENCES scenario,
    holder          text        NOT NULL,
    trusts          text[]      NOT NULL,
    vehicles        integer     NOT NULL,
    seconds         integer     NOT NULL CHECK (seconds BETWEEN 1 AND 1800),
    gap_ppm         integer     NOT NULL CHECK (gap_ppm BETWEEN 0 AND 1000000),
    seed            integer     NOT NULL CHECK (seed >= 0),
    requested_by    text        NOT NULL,
    requested_at    timestamptz NOT NULL,
    state           text        NOT NULL CHECK (
        state IN ('QUEUED', 'SOLVING', 'SOLVED', 'INFEASIBLE', 'UNKNOWN', 'FAILED', 'CANCELLED',
                  'SUBMITTED', 'APPROVED', 'SUPERSEDED')
    ),
    attempt         integer     NOT NULL CHECK (attempt >= 0),
    excused         integer     NOT NULL DEFAULT 0 CHECK (excused BETWEEN 0 AND attempt),
    job_id          bigint      NOT NULL,
    phase           text        NOT NULL,
    incumbent_pence bigint,
    bound_pence     bigint,
    elapsed         interval    NOT NULL,
    outcome         text        CHECK (outcome IN ('optimal', 'feasible', 'infeasible', 'unknown')),
    content_hash    text        CHECK (content_hash ~ '^[0-9a-f]{64}$'),
    engine          text,
    took            interval,
    failure         text        NOT NULL,
    solved_at       timestamptz,
    submitted_by    text,
    approved_by     text,
    approved_at     timestamptz,
    version         bigint      NOT NULL CHECK (version > 0),
    step            bigint      NOT NULL DEFAULT 1,
    changed_xid     xid8        NOT NULL DEFAULT pg_current_xact_id(),
    CONSTRAINT plan_of_substance CHECK (
        state NOT IN ('SOLVED', 'SUBMITTED', 'APPROVED', 'SUPERSEDED') OR content_hash IS NOT NULL
    ),
    CONSTRAINT plan_of_two_people CHECK (
        approved_by IS NULL
        OR (approved_by <> requested_by AND approved_by <> submitted_by)
    )
) WITH (fillfactor = 70);
COMMENT ON COLUMN plan.attempt IS 'Solves begun. A worker writes only while it is the one it began.';
COMMENT ON COLUMN plan.excused IS 'Of these, ended because a worker was asked to stop.';
COMMENT ON COLUMN plan.job_id IS 'Its job in pgqueuer; the job is gone when the solve has ended.';
COMMENT ON COLUMN plan.version IS 'Counts its moves: its etag.';
COMMENT ON COLUMN plan.step IS 'Counts its changes, progress included: what a watcher sees once.';
CREATE INDEX plan_newest ON plan (holder, requested_at DESC, id DESC);
CREATE INDEX plan_of_scenario ON plan (scenario_id);
CREATE INDEX plan_unsolved ON plan (holder) WHERE state IN ('QUEUED', 'SOLVING');
CREATE INDEX plan_changed ON plan (changed_xid);
ALTER TABLE plan ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan FORCE ROW LEVEL SECURITY;
CREATE POLICY plan_read ON plan FOR SELECT
    USING (holder = ANY ((SELECT scope_read_orgs())::text[]));
CREATE POLICY plan_request ON plan FOR INSERT
    WITH CHECK (holder = ANY ((SELECT scope_orgs())::text[]));
CREATE POLICY plan_move ON plan FOR UPDATE
    USING (holder = ANY ((SELECT scope_orgs())::text[]));

CREATE TABLE plan_result (
    plan_id uuid  PRIMARY KEY REFERENCES plan,
    holder  text  NOT NULL,
    content bytea NOT NULL,
    summary bytea NOT NULL
);
COMMENT ON COLUMN plan_result.content IS 'makeready.capital.v1.RenewalPlan: what the hash is of.';
COMMENT ON COLUMN plan_result.summary IS
    'makeready.capital.v1.Plan: its levels, years, envelopes and cost, worked out from the content.';
ALTER TABLE plan_result ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_result FORCE ROW LEVEL SECURITY;
CREATE POLICY plan_result_read ON plan_result FOR SELECT
    USING (holder = ANY ((SELECT scope_read_orgs())::text[]));
CREATE POLICY plan_result_keep ON plan_result FOR INSERT
    WITH CHECK (holder = ANY ((SELECT scope_orgs())::text[]));

CREATE TABLE plan_line (
    plan_id        uuid    NOT NULL REFERENCES plan,
    trust          text    NOT NULL,
    fleet_number   text    NOT NULL,
    vehicle_id     uuid    NOT NULL,
    holder         text    NOT NULL,
    vehicle_type   text    NOT NULL,
    technology     text    NOT NULL,
    action         text    NOT NULL CHECK (action IN ('KEEP', 'REPLACE', 'DISPOSE')),
    financial_year integer NOT NULL,
    option_id      text    NOT NULL,
    envelope_id    uuid,
    reasons        text[]  NOT NULL,
    PRIMARY KEY (plan_id, trust, fleet_number, vehicle_id),
    CHECK ((action = 'KEEP') = (financial_year = 0))
);
COMMENT ON COLUMN plan_line.financial_year IS '0: kept.';
ALTER TABLE plan_line ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_line FORCE ROW LEVEL SECURITY;
CREATE POLICY plan_line_read ON plan_line FOR SELECT
    USING (holder = ANY ((SELECT scope_read_orgs())::text[]));
CREATE POLICY plan_line_keep ON plan_line FOR INSERT
    WITH CHECK (holder = ANY ((SELECT scope_orgs())::text[]));

CREATE TABLE plan_in_force (
    trust   text PRIMARY KEY,
    plan_id uuid NOT NULL REFERENCES plan,
    holder  text NOT NULL
);
COMMENT ON TABLE plan_in_force IS 'The approved plan of each trust: one, whoever made it.';
ALTER TABLE plan_in_force ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_in_force FORCE ROW LEVEL SECURITY;
CREATE POLICY plan_in_force_read ON plan_in_force FOR SELECT
    USING (trust = ANY ((SELECT scope_read_orgs())::text[]));
CREATE POLICY plan_in_force_set ON plan_in_force FOR INSERT
    WITH CHECK (trust = ANY ((SELECT scope_orgs())::text[]));
CREATE POLICY plan_in_force_replace ON plan_in_force FOR UPDATE
    USING (trust = ANY ((SELECT scope_orgs())::text[]));
CREATE POLICY plan_in_force_end ON plan_in_force FOR DELETE
    USING (trust = ANY ((SELECT scope_orgs())::text[]));

CREATE TABLE replacement_date (
    vehicle_id     uuid    PRIMARY KEY,
    trust          text    NOT NULL,
    plan_id        uuid    NOT NULL REFERENCES plan,
    financial_year integer NOT NULL CHECK (financial_year > 0)
);
COMMENT ON TABLE replacement_date IS 'The date of each vehicle that an approved plan gave one.';
CREATE INDEX replacement_date_of_trust ON replacement_date (trust);
ALTER TABLE replacement_date ENABLE ROW LEVEL SECURITY;
ALTER TABLE replacement_date FORCE ROW LEVEL SECURITY;
CREATE POLICY replacement_date_read ON replacement_date FOR SELECT
    USING (trust = ANY ((SELECT scope_read_orgs())::text[]));
CREATE POLICY replacement_date_set ON replacement_date FOR INSERT
    WITH CHECK (trust = ANY ((SELECT scope_orgs())::text[]));
CREATE POLICY replacement_date_move ON replacement_date FOR UPDATE
    USING (trust = ANY ((SELECT scope_orgs())::text[]));
CREATE POLICY replacement_date_lift ON replacement_date FOR DELETE
    USING (trust = ANY ((SELECT scope_orgs())::text[]));

CREATE FUNCTION refuse_change() RETURNS trigger
    LANGUAGE plpgsql AS
$$
BEGIN
    RAISE EXCEPTION '% of % is refused: it is immutable', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER plan_result_immutable BEFORE UPDATE OR DELETE ON plan_result
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER plan_line_immutable BEFORE UPDATE OR DELETE ON plan_line
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- What was put forward stays as it was read (domain rule 37): only who approved it, and that another
-- plan took its place, may still be written.
CREATE FUNCTION keep_as_submitted() RETURNS trigger
    LANGUAGE plpgsql AS
$$
BEGIN
    IF (NEW.scenario_id, NEW.holder, NEW.trusts, NEW.vehicles, NEW.seconds, NEW.gap_ppm, NEW.seed,
        NEW.requested_by, NEW.requested_at, NEW.outcome, NEW.content_hash, NEW.engine, NEW.took,
        NEW.solved_at, NEW.submitted_by)
       IS DISTINCT FROM
       (OLD.scenario_id, OLD.holder, OLD.trusts, OLD.vehicles, OLD.seconds, OLD.gap_ppm, OLD.seed,
        OLD.requested_by, OLD.requested_at, OLD.outcome, OLD.content_hash, OLD.engine, OLD.took,
        OLD.solved_at, OLD.submitted_by)
       OR NEW.state NOT IN ('SUBMITTED', 'APPROVED', 'SUPERSEDED')
    THEN
        RAISE EXCEPTION 'a plan put forward does not change'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER plan_as_submitted BEFORE UPDATE ON plan
    FOR EACH ROW WHEN (OLD.state IN ('SUBMITTED', 'APPROVED', 'SUPERSEDED'))
    EXECUTE FUNCTION keep_as_submitted();
CREATE TRIGGER plan_kept BEFORE DELETE ON plan
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE FUNCTION refuse_lines_of_submitted() RETURNS trigger
    LANGUAGE plpgsql AS
$$
BEGIN
    IF EXISTS (
        SELECT FROM plan
         WHERE id IN (SELECT plan_id FROM added)
           AND state IN ('SUBMITTED', 'APPROVED', 'SUPERSEDED')
    ) THEN
        RAISE EXCEPTION 'a plan put forward gets no further lines'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER plan_line_complete AFTER INSERT ON plan_line
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_lines_of_submitted();
