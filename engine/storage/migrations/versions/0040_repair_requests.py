"""Repairs of cases that a second person confirms; the journal is found by case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.model.base import Moment

revision = "0040_repair_requests"
down_revision = "0039_batches"
branch_labels = None
depends_on = None

_OF_CASE = sa.text("case_id IS NOT NULL")
_OPEN = sa.text("state = 'asked'")


def upgrade() -> None:
    op.create_table(
        "repair_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("repair", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_repair_request_instance_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repair_request")),
    )
    op.create_index("ix_repair_request_instance_id", "repair_request", ["instance_id"])
    op.create_index(
        "ix_repair_request_open",
        "repair_request",
        ["asked_at"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    with op.batch_alter_table("admin_event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("case_id", sa.Uuid(), nullable=True))
        batch_op.create_index(
            "ix_admin_event_case",
            ["case_id", "number"],
            sqlite_where=_OF_CASE,
            postgresql_where=_OF_CASE,
        )


def downgrade() -> None:
    with op.batch_alter_table("admin_event", schema=None) as batch_op:
        batch_op.drop_index("ix_admin_event_case")
        batch_op.drop_column("case_id")
    op.drop_table("repair_request")
