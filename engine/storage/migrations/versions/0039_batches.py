"""Batches: one act over many cases, with how far it has come and what stood against it.

Single jobs that took cases to another version are gone: those that still waited are not done,
their cases stay in the version they are in.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.model.base import JsonText, Moment

revision = "0039_batches"
down_revision = "0038_feed"
branch_labels = None
depends_on = None

_WAITING = sa.text("state = 'waiting'")
_FAILED = sa.text("state = 'failed'")


def upgrade() -> None:
    op.create_table(
        "batch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("facts", JsonText(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("process_id", sa.Text(), nullable=True),
        sa.Column("of_batch", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["of_batch"], ["batch.id"], name=op.f("fk_batch_of_batch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
    )
    op.create_index("ix_batch_asked_at", "batch", ["asked_at"])
    op.create_table(
        "batch_item",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_batch_item_batch_id")),
        sa.PrimaryKeyConstraint("batch_id", "number", name=op.f("pk_batch_item")),
    )
    op.create_index(
        "ix_batch_item_waiting",
        "batch_item",
        ["batch_id", "number"],
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
    op.create_index(
        "ix_batch_item_failed",
        "batch_item",
        ["batch_id", "fingerprint"],
        sqlite_where=_FAILED,
        postgresql_where=_FAILED,
    )
    op.execute("DELETE FROM incident WHERE job_id IN (SELECT id FROM job WHERE kind = 'migration')")
    op.execute("DELETE FROM job WHERE kind = 'migration'")


def downgrade() -> None:
    op.execute("DELETE FROM job WHERE kind = 'batch'")
    op.drop_table("batch_item")
    op.drop_table("batch")
