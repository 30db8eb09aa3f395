-- Whose money there is, what it buys, and what trusts need.

CREATE TABLE envelope (
    id               uuid        PRIMARY KEY,
    holder           text        NOT NULL,
    holder_name      text        NOT NULL,
    holder_kind      text        NOT NULL
                     CHECK (holder_kind IN ('PROVIDER', 'SYSTEM', 'REGION', 'NATIONAL_PROGRAMME')),
    fund             text        NOT NULL
                     CHECK (fund IN ('OPERATIONAL', 'PDC', 'BROKERAGE', 'GRANT')),
    financial_year   integer     NOT NULL CHECK (financial_year BETWEEN 2000 AND 2200),
    allocation_pence bigint      NOT NULL CHECK (allocation_pence BETWEEN 0 AND 10000000000000),
    certainty        text        NOT NULL CHECK (certainty IN ('FIRM', 'INDICATIVE')),
    trusts           text[]      NOT NULL CHECK (cardinality(trusts) > 0),
    vehicle_types    text[]      NOT NULL,
    technologies     text[]      NOT NULL,
    source           text        NOT NULL,
    version          bigint      NOT NULL CHECK (version > 0),
    changed_at       timestamptz NOT NULL,
    CONSTRAINT envelope_of_holder_fund_year UNIQUE (financial_year, holder, fund),
    CONSTRAINT envelope_holder_of_year CHECK (
        fund <> 'OPERATIONAL'
        OR holder_kind = CASE WHEN financial_year >= 2026 THEN 'PROVIDER' ELSE 'SYSTEM' END
    )
);
COMMENT ON COLUMN envelope.financial_year IS 'Its starting year: 2026 is 2026/27.';
COMMENT ON COLUMN envelope.vehicle_types IS 'Types it may buy; empty: every type.';
COMMENT ON COLUMN envelope.technologies IS 'Technologies it may buy; empty: every technology.';
COMMENT ON CONSTRAINT envelope_holder_of_year ON envelope IS
    'Operational capital was held by systems to 2025/26 and is held by providers from 2026/27.';
ALTER TABLE envelope ENABLE ROW LEVEL SECURITY;
ALTER TABLE envelope FORCE ROW LEVEL SECURITY;
CREATE POLICY envelope_read ON envelope FOR SELECT
    USING (holder = ANY ((SELECT scope_read_orgs())::text[])
           OR trusts && (SELECT scope_read_orgs())::text[]);
CREATE POLICY envelope_allocate ON envelope FOR INSERT
    WITH CHECK (holder = ANY ((SELECT scope_orgs())::text[]));
CREATE POLICY envelope_revise ON envelope FOR UPDATE
    USING (holder = ANY ((SELECT scope_orgs())::text[]));

CREATE TABLE catalogue (
    holder     text        PRIMARY KEY,
    content    bytea       NOT NULL,
    version    bigint      NOT NULL CHECK (version > 0),
    changed_at timestamptz NOT NULL
);
COMMENT ON COLUMN catalogue.content IS
    'makeready.capital.v1.VehicleCatalogue: read and replaced whole, and never searched.';
ALTER TABLE catalogue ENABLE ROW LEVEL SECURITY;
ALTER TABLE catalogue FORCE ROW LEVEL SECURITY;
CREATE POLICY catalogue_read ON catalogue FOR SELECT
    USING (holder = ANY ((SELECT scope_read_orgs())::text[]));
CREATE POLICY catalogue_set ON catalogue FOR INSERT
    WITH CHECK (holder = ANY ((SELECT scope_orgs())::text[]));
CREATE POLICY catalogue_replace ON catalogue FOR UPDATE
    USING (holder = ANY ((SELECT scope_orgs())::text[]));

CREATE TABLE requirement (
    trust                 text    NOT NULL,
    vehicle_type          text    NOT NULL,
    from_financial_year   integer NOT NULL CHECK (from_financial_year BETWEEN 2000 AND 2200),
    required_available    integer NOT NULL CHECK (required_available >= 0),
    establishment_minimum integer NOT NULL CHECK (establishment_minimum >= 0),
    establishment_maximum integer NOT NULL,
    PRIMARY KEY (trust, vehicle_type, from_financial_year),
    CHECK (establishment_maximum >= establishment_minimum)
);
ALTER TABLE requirement ENABLE ROW LEVEL SECURITY;
ALTER TABLE requirement FORCE ROW LEVEL SECURITY;
CREATE POLICY requirement_read ON requirement FOR SELECT
    USING (trust = ANY ((SELECT scope_read_orgs())::text[]));
CREATE POLICY requirement_set ON requirement FOR INSERT
    WITH CHECK (trust = ANY ((SELECT scope_orgs())::text[]));
CREATE POLICY requirement_replace ON requirement FOR UPDATE
    USING (trust = ANY ((SELECT scope_orgs())::text[]));
