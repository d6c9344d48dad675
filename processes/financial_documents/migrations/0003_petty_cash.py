"""Petty cash: floats, claims and their receipts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import Moment, Money

revision = "0003_petty_cash"
down_revision = "0002_year_closed_again"
branch_labels = None
depends_on = None

_CLAIM_STATES = (
    "DRAFT",
    "SUBMITTED",
    "RETURNED",
    "CHECKED",
    "APPROVED",
    "IN_VOUCHER",
    "PAID",
    "SETTLED",
    "REJECTED",
)


def upgrade() -> None:
    op.create_table(
        "petty_cash_float",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("payee_id", sa.Text(), nullable=True),
        sa.Column("amount", Money(), nullable=False),
        sa.Column(
            "state", _codes("floatstate", "ASKED", "OPEN", "SETTLED", "REFUSED"), nullable=False
        ),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("refilled_on", sa.Date(), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_petty_cash_float_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petty_cash_float")),
    )
    op.create_index(op.f("ix_petty_cash_float_holder"), "petty_cash_float", ["holder"])
    op.create_table(
        "petty_cash_claim",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=True),
        sa.Column("float_id", sa.Uuid(), nullable=False),
        sa.Column("voucher_id", sa.Uuid(), nullable=True),
        sa.Column("kind", _codes("claimkind", "FLOAT", "REFILL", "SETTLEMENT"), nullable=False),
        sa.Column("state", _codes("claimstate", *_CLAIM_STATES), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("amount", Money(), nullable=False),
        sa.Column("cash_on_hand", Money(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("submitted_at", Moment(), nullable=True),
        sa.Column("checked_by", sa.Text(), nullable=True),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("approved_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["float_id"], ["petty_cash_float.id"], name=op.f("fk_petty_cash_claim_float_id")
        ),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["voucher.id"], name=op.f("fk_petty_cash_claim_voucher_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petty_cash_claim")),
    )
    for column in ("instance_id", "float_id", "voucher_id"):
        op.create_index(op.f(f"ix_petty_cash_claim_{column}"), "petty_cash_claim", [column])
    op.create_table(
        "petty_cash_receipt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("receipt_no", sa.Text(), nullable=False),
        sa.Column("seller", sa.Text(), nullable=False),
        sa.Column("bought_on", sa.Date(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("amount", Money(), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["petty_cash_claim.id"], name=op.f("fk_petty_cash_receipt_claim_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petty_cash_receipt")),
    )
    op.create_index(op.f("ix_petty_cash_receipt_claim_id"), "petty_cash_receipt", ["claim_id"])


def _codes(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=40)
