"""Legal holds, tombstones of purged cases, requests to erase, and acts of administrators erased."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.model.base import Moment

revision = "0050_retention"
down_revision = "0049_hooks"
branch_labels = None
depends_on = None

_HOLDS = sa.text("lifted_at IS NULL")
_WAITS = sa.text("state = 'asked'")


def upgrade() -> None:
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("instance_id", sa.Uuid, sa.ForeignKey("instance.id"), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("lifted_by", sa.Text),
        sa.Column("lifted_at", Moment()),
        sa.Column("lifted_reason", sa.Text),
    )
    op.create_index("ix_legal_hold_instance_id", "legal_hold", ["instance_id"])
    op.create_index(
        "ix_legal_hold_open",
        "legal_hold",
        ["instance_id"],
        unique=True,
        sqlite_where=_HOLDS,
        postgresql_where=_HOLDS,
    )
    op.create_table(
        "tombstone",
        sa.Column("instance_id", sa.Uuid, sa.ForeignKey("instance.id"), primary_key=True),
        sa.Column("purged_at", Moment(), nullable=False),
        sa.Column("asked_by", sa.Text, nullable=False),
        sa.Column("confirmed_by", sa.Text, nullable=False),
        sa.Column("record_class", sa.Text, nullable=False),
        sa.Column("kept_until", sa.Date, nullable=False),
        sa.Column("acts", sa.LargeBinary, nullable=False),
        sa.Column("documents", sa.Text, nullable=False),
    )
    op.create_table(
        "erasure_request",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("asked_by", sa.Text, nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("decided_by", sa.Text),
        sa.Column("decided_at", Moment()),
        sa.Column("note", sa.Text),
        sa.Column("batch_id", sa.Uuid, sa.ForeignKey("batch.id")),
    )
    op.create_index(
        "ix_erasure_request_open",
        "erasure_request",
        ["asked_at"],
        sqlite_where=_WAITS,
        postgresql_where=_WAITS,
    )
    with op.batch_alter_table("act") as table:
        table.add_column(sa.Column("erased_at", Moment()))
    with op.batch_alter_table("journal_admin") as table:
        table.alter_column("salt", existing_type=sa.LargeBinary, nullable=True)
        table.add_column(sa.Column("actor", sa.Text))
        table.add_column(sa.Column("facts", sa.Text))


def downgrade() -> None:
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM journal_admin WHERE salt IS NULL")):
        raise RuntimeError(
            "acts of administrators were erased since: the release before this one cannot prove its"
            " journal without them, so this database does not go back to it; restore a backup"
        )
    with op.batch_alter_table("journal_admin") as table:
        table.drop_column("facts")
        table.drop_column("actor")
        table.alter_column("salt", existing_type=sa.LargeBinary, nullable=False)
    with op.batch_alter_table("act") as table:
        table.drop_column("erased_at")
    for table_name in ("erasure_request", "tombstone", "legal_hold"):
        op.drop_table(table_name)
