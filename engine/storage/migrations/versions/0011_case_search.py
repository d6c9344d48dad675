"""Cases are found among many: by a part of their number or title, a business value, a date."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011_case_search"
down_revision = "0010_partners"
branch_labels = None
depends_on = None

RUNNING = sa.text("state = 'running'")
ORDERED = {
    "ix_instance_started": (["started_at", "id"], None),
    "ix_instance_process": (["process_id", "started_at", "id"], None),
    "ix_instance_unit": (["unit", "started_at", "id"], None),
    "ix_instance_running_since": (["started_at", "id"], RUNNING),
}
#: The runs of three letters in a text. In PL/pgSQL, which keeps its plan: an SQL function is
#: planned anew for each row. It names its schema's functions, so that a restore finds them.
GRAMS = """
CREATE FUNCTION divan_grams(VARIADIC given text[]) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    each text;
    grams text[] := '{}';
BEGIN
    FOREACH each IN ARRAY given LOOP
        each := pg_catalog.lower(each);
        FOR n IN 1 .. coalesce(pg_catalog.length(each), 0) - 2 LOOP
            grams := grams || pg_catalog.substr(each, n, 3);
        END LOOP;
    END LOOP;
    RETURN grams;
END
$$
"""


def upgrade() -> None:
    op.add_column("instance", sa.Column("business", sa.Text, nullable=False, server_default="{}"))
    for name, (columns, where) in ORDERED.items():
        op.create_index(name, "instance", columns, sqlite_where=where, postgresql_where=where)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(GRAMS)
        for name, told in (
            ("ix_instance_grams", "divan_grams(business_key, title)"),
            ("ix_instance_business", "(business::jsonb) jsonb_path_ops"),
        ):
            op.execute(f"CREATE INDEX {name} ON instance USING gin ({told})")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_instance_business", table_name="instance")
        op.drop_index("ix_instance_grams", table_name="instance")
        op.execute("DROP FUNCTION divan_grams(text[])")
    for name in ORDERED:
        op.drop_index(name, table_name="instance")
    with op.batch_alter_table("instance") as table:
        table.drop_column("business")
