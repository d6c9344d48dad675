"""Indexes over numbers of cases and over who closed a task leave out rows that have none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028_known_only"
down_revision = "0027_area_drafts"
branch_labels = None
depends_on = None

#: each index: its table, its columns, the column that must be there
INDEXES = {
    "ix_human_task_closed_by": ("human_task", ["closed_by", "closed_at"], "closed_by"),
    "ix_instance_business_key": ("instance", ["process_id", "business_key"], "business_key"),
}


def upgrade() -> None:
    for name, (table, columns, needed) in INDEXES.items():
        where = sa.text(f"{needed} IS NOT NULL")
        op.drop_index(name, table)
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name, (table, columns, _) in INDEXES.items():
        op.drop_index(name, table)
        op.create_index(name, table, columns)
