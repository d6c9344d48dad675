"""Samples of small purchases that the auditor looks at, with what was found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import Moment

revision = "0020_samples"
down_revision = "0019_notice_alerts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tnd_sample",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("drawn_at", Moment(), nullable=False),
        sa.Column("drawn_by", sa.Text(), nullable=False),
        sa.Column("conclusion", sa.Text(), nullable=True),
        sa.Column("reported_at", Moment(), nullable=True),
        sa.Column("reported_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_tnd_sample_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tnd_sample")),
        sa.UniqueConstraint("instance_id", name=op.f("uq_tnd_sample_instance_id")),
        sa.UniqueConstraint("number", name=op.f("uq_tnd_sample_number")),
        sa.UniqueConstraint("unit", "month", name=op.f("uq_tnd_sample_unit_month")),
    )
    op.create_table(
        "tnd_sample_item",
        sa.Column("sample_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("purchase_id", sa.Uuid(), nullable=False),
        sa.Column("finding", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["tnd_sample.id"], name=op.f("fk_tnd_sample_item_sample_id")
        ),
        sa.ForeignKeyConstraint(
            ["purchase_id"], ["tnd_purchase.id"], name=op.f("fk_tnd_sample_item_purchase_id")
        ),
        sa.PrimaryKeyConstraint("sample_id", "position", name=op.f("pk_tnd_sample_item")),
        sa.UniqueConstraint("purchase_id", name=op.f("uq_tnd_sample_item_purchase_id")),
    )
