"""Addresses to which the contractor of a contract is written."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import Moment

revision = "0004_notice_addresses"
down_revision = "0003_contract_amendments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice_address",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("entered_at", Moment(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("replaced_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_notice_address_contract_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_address")),
    )
    op.create_index(op.f("ix_notice_address_contract_id"), "notice_address", ["contract_id"])
