#!/bin/sh
# Run once by PostgreSQL's image over an empty volume: makes roles and database.
set -eu
psql -U "$POSTGRES_USER" -d postgres \
  -v owner_password="$(cat /run/secrets/owner_password)" \
  -v app_password="$(cat /run/secrets/app_password)" \
  -f /opt/roles.sql
