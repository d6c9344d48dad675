"""Cases are counted for the bridge, and found by what its filters ask."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041_tally"
down_revision = "0040_repair_requests"
branch_labels = None
depends_on = None

ENDED = sa.text("finished_at IS NOT NULL")
OPEN = sa.text("closed_at IS NULL")
FOUND_BY = {
    "ix_instance_definition": ("instance", ["definition_id", "started_at", "id"], None),
    "ix_instance_ended": ("instance", ["definition_id", "finished_at"], ENDED),
    "ix_instance_closed": ("instance", ["state", "started_at", "id"], ENDED),
    "ix_human_task_element": ("human_task", ["element_id", "instance_id"], OPEN),
}


def upgrade() -> None:
    op.create_table(
        "tally",
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("definition_id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["definition.id"], name=op.f("fk_tally_definition_id_definition")
        ),
        sa.PrimaryKeyConstraint(
            "what", "definition_id", "unit", "element_id", name=op.f("pk_tally")
        ),
    )
    op.create_table(
        "day_tally",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("definition_id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        *(
            sa.Column(each, sa.Integer(), nullable=False)
            for each in ("started", "finished", "cancelled", "stopped", "mended")
        ),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["definition.id"], name=op.f("fk_day_tally_definition_id_definition")
        ),
        sa.PrimaryKeyConstraint("day", "definition_id", "unit", name=op.f("pk_day_tally")),
    )
    for name, (table, columns, where) in FOUND_BY.items():
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name, (table, _, _) in FOUND_BY.items():
        op.drop_index(name, table_name=table)
    op.drop_table("day_tally")
    op.drop_table("tally")
