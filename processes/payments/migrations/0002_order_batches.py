"""Batches of orders: several signed and sent as one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import Moment

revision = "0002_order_batches"
down_revision = "0001_payments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pay_batch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_no", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("debit_iban", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name="fk_pay_batch_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_pay_batch"),
        sa.UniqueConstraint("batch_no", name="uq_pay_batch_batch_no"),
        sa.UniqueConstraint("instance_id", name="uq_pay_batch_instance_id"),
    )
    op.create_index("ix_pay_batch_unit", "pay_batch", ["unit"])
    with op.batch_alter_table("pay_order") as order:
        order.alter_column("instance_id", existing_type=sa.Uuid(), nullable=True)
        order.add_column(sa.Column("batch_id", sa.Uuid(), nullable=True))
        order.create_foreign_key("fk_pay_order_batch_id", "pay_batch", ["batch_id"], ["id"])
        order.create_index("ix_pay_order_batch_id", ["batch_id"])
