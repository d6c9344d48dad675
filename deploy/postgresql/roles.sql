-- The two roles and the database, once, as a superuser:
--   psql -v owner_password=… -v app_password=… -f roles.sql
-- divan_owner owns the tables and migrates (`divan migrate`, `divan roles divan_app`);
-- divan_app serves, and can neither change nor delete what happened.
\set ON_ERROR_STOP on
CREATE ROLE divan_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE divan_app LOGIN PASSWORD :'app_password';
CREATE DATABASE divan OWNER divan_owner;
\connect divan
ALTER SCHEMA public OWNER TO divan_owner;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON DATABASE divan FROM PUBLIC;
GRANT CONNECT ON DATABASE divan TO divan_app;
