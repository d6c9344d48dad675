"""Open tasks carry what lists sort, filter and search by, each in an index of its own."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from engine.catalogue.bundle import Bundle
from engine.model.base import JsonText, Sortable
from engine.model.listing import PLACES, listing
from engine.values import sortable_text

revision = "0020_listing"
down_revision = "0019_documents"
branch_labels = None
depends_on = None

_TOGETHER = 1_000  #: rows written at once
_UNHELD = "closed_at IS NULL AND holder IS NULL"
_HELD = sa.text("closed_at IS NULL AND holder IS NOT NULL")
#: columns of each index after the desk, and the column that must be there
_ORDERS = {
    "new": (["id"], None),
    "priority": (["priority", "id"], None),
    "amount": (["amount", "id"], "amount"),
    **{each: ([each, "id"], each) for each in PLACES},
    "sought": (["sought", "id"], None),
}
_OPEN = """
SELECT t.id, t.name, i.title, i.business_key, i.variables, d.process_id, d.bundle_id
FROM human_task t
JOIN instance i ON i.id = t.instance_id
JOIN definition d ON d.id = i.definition_id
WHERE t.closed_at IS NULL
"""


def upgrade() -> None:
    for each in ("amount", *PLACES, "sought"):
        op.add_column("human_task", sa.Column(each, Sortable))
    _list_open_tasks()
    for name, (columns, needed) in _ORDERS.items():
        where = sa.text(f"{_UNHELD} AND {needed} IS NOT NULL" if needed else _UNHELD)
        _index(f"ix_human_task_{name}", ["desk", *columns], where)
    op.drop_index("ix_human_task_holder", "human_task")
    _index("ix_human_task_held", ["holder", "due_at", "id"], _HELD)


def downgrade() -> None:
    op.drop_index("ix_human_task_held", "human_task")
    op.create_index("ix_human_task_holder", "human_task", ["holder"])
    for name in _ORDERS:
        op.drop_index(f"ix_human_task_{name}", "human_task")
    for each in ("sought", *reversed(PLACES), "amount"):
        op.drop_column("human_task", each)


def _index(name: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, "human_task", columns, sqlite_where=where, postgresql_where=where)


def _list_open_tasks() -> None:
    connection = op.get_bind()
    bundles: dict[str, Bundle] = {}
    rows: list[dict[str, Any]] = []
    for task in connection.execute(sa.text(_OPEN).columns(id=sa.Uuid, variables=JsonText)).all():
        bundle = bundles.get(task.bundle_id)
        if bundle is None:
            bundle = bundles[task.bundle_id] = _bundle(connection, task.bundle_id)
        config = bundle.process(task.process_id)
        known = task.variables or {}
        business = {key: known[key] for key in config.columns if known.get(key) is not None}
        case = (task.title, task.business_key, business)
        found_by = listing(*case, config.columns, config.amount)
        values = dict(zip(PLACES, found_by.values, strict=True))
        sought = f"{found_by.sought} {sortable_text(task.name)}"
        rows.append({"of": task.id, "amount": found_by.amount, **values, "sought": sought})
    changes = ", ".join(f"{each} = :{each}" for each in ("amount", *PLACES, "sought"))
    change = sa.text(f"UPDATE human_task SET {changes} WHERE id = :of")  # noqa: S608 - names
    for at in range(0, len(rows), _TOGETHER):
        connection.execute(
            change.bindparams(sa.bindparam("of", type_=sa.Uuid)), rows[at : at + _TOGETHER]
        )


def _bundle(connection: sa.Connection, bundle_id: str) -> Bundle:
    found = sa.text("SELECT content FROM bundle WHERE id = :of")
    return Bundle.unpack(bytes(connection.execute(found, {"of": bundle_id}).scalar_one()))
