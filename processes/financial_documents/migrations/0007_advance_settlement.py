"""Advances: what stands behind one, and how it is settled or recovered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import Moment, Money, new_id
from engine.values import Rial

revision = "0007_advance_settlement"
down_revision = "0006_tolerance_roles"
branch_labels = None
depends_on = None

_AMOUNTS = ("given", "recovered", "documented", "cash_back", "excess")


def upgrade() -> None:
    with op.batch_alter_table("voucher") as table:
        table.add_column(sa.Column("security_kind", sa.String(length=40), nullable=True))
        table.add_column(sa.Column("security_no", sa.Text(), nullable=True))
        table.add_column(sa.Column("security_amount", Money(), nullable=True))
        table.add_column(sa.Column("security_until", sa.Date(), nullable=True))
    op.create_table(
        "advance_settlement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=True),
        sa.Column("voucher_id", sa.Uuid(), nullable=False),
        sa.Column("excess_voucher_id", sa.Uuid(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("payee_id", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("settle_by", sa.Date(), nullable=False),
        sa.Column("given", Money(), nullable=False),
        sa.Column("recovered", Money(), nullable=False),
        sa.Column("documented", Money(), nullable=False),
        sa.Column("cash_back", Money(), nullable=False),
        sa.Column("excess", Money(), nullable=False),
        sa.Column("cash_reference", sa.Text(), nullable=True),
        sa.Column("cash_on", sa.Date(), nullable=True),
        sa.Column("deduct_since", sa.Date(), nullable=True),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("prepared_by", sa.Text(), nullable=True),
        sa.Column("confirmed_by", sa.Text(), nullable=True),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name="fk_advance_settlement_unit"),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["voucher.id"], name="fk_advance_settlement_voucher_id"
        ),
        sa.ForeignKeyConstraint(
            ["excess_voucher_id"], ["voucher.id"], name="fk_advance_settlement_excess_voucher_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_advance_settlement"),
        sa.UniqueConstraint("voucher_id", name="uq_advance_settlement_voucher_id"),
    )
    for column in ("instance_id", "excess_voucher_id", "payee_id"):
        op.create_index(f"ix_advance_settlement_{column}", "advance_settlement", [column])
    _bring_older_in()
    op.create_table(
        "advance_paper",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("settlement_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("paper_no", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("amount", Money(), nullable=False),
        sa.ForeignKeyConstraint(
            ["settlement_id"], ["advance_settlement.id"], name="fk_advance_paper_settlement_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_advance_paper"),
    )
    op.create_index("ix_advance_paper_settlement_id", "advance_paper", ["settlement_id"])
    op.create_table(
        "advance_recovery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("settlement_id", sa.Uuid(), nullable=False),
        sa.Column("voucher_id", sa.Uuid(), nullable=False),
        sa.Column("amount", Money(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["settlement_id"], ["advance_settlement.id"], name="fk_advance_recovery_settlement_id"
        ),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["voucher.id"], name="fk_advance_recovery_voucher_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_advance_recovery"),
    )
    for column in ("settlement_id", "voucher_id"):
        op.create_index(f"ix_advance_recovery_{column}", "advance_recovery", [column])


def _bring_older_in() -> None:
    """Open the settlement of what was paid before; the head of finance lets its case begin."""
    connection = op.get_bind()
    paid = sa.text(
        "SELECT id, unit, payee_id, settle_by, gross, posted_at FROM voucher "
        "WHERE document_type IN ('ADVANCE', 'ON_ACCOUNT') AND state = 'POSTED' "
        "AND settle_by IS NOT NULL"
    ).columns(id=sa.Uuid(), settle_by=sa.Date(), gross=Money(), posted_at=Moment())
    kept = sa.table(
        "advance_settlement",
        sa.column("id", sa.Uuid()),
        sa.column("voucher_id", sa.Uuid()),
        sa.column("unit"),
        sa.column("payee_id"),
        sa.column("state"),
        sa.column("settle_by", sa.Date()),
        *(sa.column(name, Money()) for name in _AMOUNTS),
        sa.column("opened_at", Moment()),
    )
    nothing = dict.fromkeys(_AMOUNTS, Rial.ZERO)
    for each in connection.execute(paid).all():
        connection.execute(
            kept.insert().values(
                **(nothing | {"given": each.gross}),
                id=new_id(),
                voucher_id=each.id,
                unit=each.unit,
                payee_id=each.payee_id,
                state="OPEN",
                settle_by=each.settle_by,
                opened_at=each.posted_at,
            )
        )
