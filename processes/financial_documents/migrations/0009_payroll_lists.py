"""Payroll lists: many payees of one voucher."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import Moment, Money

revision = "0009_payroll_lists"
down_revision = "0008_orders_suspended"
branch_labels = None
depends_on = None

_PARTS = ("gross", "insurance", "tax", "other", "net")


def upgrade() -> None:
    op.create_table(
        "payroll_list",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("voucher_id", sa.Uuid(), nullable=True),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("entered_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name="fk_payroll_list_unit"),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name="fk_payroll_list_voucher_id"),
        sa.PrimaryKeyConstraint("id", name="pk_payroll_list"),
        sa.UniqueConstraint("unit", "title", name="uq_payroll_list_unit_title"),
    )
    op.create_index("ix_payroll_list_voucher_id", "payroll_list", ["voucher_id"])
    op.create_table(
        "payroll_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("payee_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("iban", sa.Text(), nullable=False),
        *(sa.Column(part, Money(), nullable=False) for part in _PARTS),
        sa.Column("order_no", sa.Text(), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("bank_reference", sa.Text(), nullable=True),
        sa.Column("returned_because", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["list_id"], ["payroll_list.id"], name="fk_payroll_line_list_id"),
        sa.PrimaryKeyConstraint("id", name="pk_payroll_line"),
        sa.UniqueConstraint("list_id", "position", name="uq_payroll_line_list_id_position"),
    )
    op.create_index("ix_payroll_line_list_id", "payroll_line", ["list_id"])
