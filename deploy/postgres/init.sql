-- Three databases, each with an owner (runs migrations) and an application (reads and writes rows),
-- and no grant across them. For an empty server: docker-entrypoint-initdb.d, or psql as superuser.
-- Passwords come from the environment: FLEET_OWNER_PASSWORD, FLEET_APP_PASSWORD and so on.
\set ON_ERROR_STOP on

\getenv fleet_owner_password FLEET_OWNER_PASSWORD
\getenv fleet_app_password FLEET_APP_PASSWORD
\getenv hubs_owner_password HUBS_OWNER_PASSWORD
\getenv hubs_app_password HUBS_APP_PASSWORD
\getenv capital_owner_password CAPITAL_OWNER_PASSWORD
\getenv capital_app_password CAPITAL_APP_PASSWORD

CREATE ROLE fleet_owner LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'fleet_owner_password';
CREATE ROLE fleet_app LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'fleet_app_password';
CREATE ROLE hubs_owner LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'hubs_owner_password';
CREATE ROLE hubs_app LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'hubs_app_password';
CREATE ROLE capital_owner LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'capital_owner_password';
CREATE ROLE capital_app LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'capital_app_password';

CREATE DATABASE fleet OWNER fleet_owner TEMPLATE template0;
CREATE DATABASE hubs OWNER hubs_owner TEMPLATE template0;
CREATE DATABASE capital OWNER capital_owner TEMPLATE template0;

REVOKE ALL ON DATABASE fleet, hubs, capital FROM PUBLIC;
GRANT CONNECT ON DATABASE fleet TO fleet_app;
GRANT CONNECT ON DATABASE hubs TO hubs_app;
GRANT CONNECT ON DATABASE capital TO capital_app;

\connect fleet
ALTER SCHEMA public OWNER TO fleet_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO fleet_app;
ALTER DEFAULT PRIVILEGES FOR ROLE fleet_owner
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO fleet_app;
ALTER DEFAULT PRIVILEGES FOR ROLE fleet_owner
GRANT USAGE ON SEQUENCES TO fleet_app;

\connect hubs
ALTER SCHEMA public OWNER TO hubs_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO hubs_app;
ALTER DEFAULT PRIVILEGES FOR ROLE hubs_owner
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO hubs_app;
ALTER DEFAULT PRIVILEGES FOR ROLE hubs_owner
GRANT USAGE ON SEQUENCES TO hubs_app;

\connect capital
ALTER SCHEMA public OWNER TO capital_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO capital_app;
ALTER DEFAULT PRIVILEGES FOR ROLE capital_owner
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO capital_app;
ALTER DEFAULT PRIVILEGES FOR ROLE capital_owner
GRANT USAGE ON SEQUENCES TO capital_app;
