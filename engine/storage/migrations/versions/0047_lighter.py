"""Indexes of cases lose what their order does not need: a case weighs less than before 0038."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0047_lighter"
down_revision = "0046_held_cases"
branch_labels = None
depends_on = None

_RUNNING = sa.text("state = 'running'")
_CANCELLED = sa.text("state = 'cancelled'")
_ENDED = sa.text("finished_at IS NOT NULL")
_HELD = sa.text("closed_at IS NULL AND holder IS NOT NULL")
_OPEN = sa.text("closed_at IS NULL")
#: of each index: its table, its columns before and now, and its rows
_LIGHTER = {
    "ix_instance_running": ("instance", ["id"], [], _RUNNING),
    "ix_instance_started": ("instance", ["started_at", "id"], ["started_at"], None),
    "ix_instance_process": (
        "instance",
        ["process_id", "started_at", "id"],
        ["process_id", "started_at"],
        None,
    ),
    "ix_instance_unit": ("instance", ["unit", "started_at", "id"], ["unit", "started_at"], None),
    "ix_instance_definition": (
        "instance",
        ["definition_id", "started_at", "id"],
        ["definition_id", "started_at"],
        None,
    ),
    "ix_instance_closed": ("instance", ["state", "started_at", "id"], ["started_at"], _ENDED),
    "ix_instance_cancelled": ("instance", [], ["started_at"], _CANCELLED),
    "ix_instance_running_since": ("instance", ["started_at", "id"], ["started_at"], _RUNNING),
    "ix_human_task_element": ("human_task", ["element_id", "instance_id"], ["element_id"], _OPEN),
    "ix_human_task_held": ("human_task", ["holder", "due_at", "id"], ["holder", "due_at"], _HELD),
}
_UNHELD = sa.text("closed_at IS NULL AND holder IS NULL")


def upgrade() -> None:
    _of_open(_UNHELD)
    for name, (table, before, now, where) in _LIGHTER.items():
        _replace(name, table, before, now, where)


def downgrade() -> None:
    _of_open(_OPEN)
    for name, (table, before, now, where) in _LIGHTER.items():
        _replace(name, table, now, before, where)


def _of_open(where: sa.TextClause) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_human_task_open", table_name="human_task")
        columns = ["desk", "due_at", "id"]
        op.create_index("ix_human_task_open", "human_task", columns, postgresql_where=where)


def _replace(
    name: str, table: str, old: list[str], new: list[str], where: sa.TextClause | None
) -> None:
    if old:
        op.drop_index(name, table_name=table)
    if new:
        op.create_index(name, table, new, sqlite_where=where, postgresql_where=where)
