"""Framework agreements: what a tender is for, its contracts' suppliers, requests called off."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import Moment

revision = "0024_frameworks"
down_revision = "0023_auction_offers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tnd_framework",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("choice", sa.String(length=40), nullable=False),
        sa.Column("concluded_at", Moment(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_tnd_framework_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tnd_framework")),
        sa.UniqueConstraint("number", name=op.f("uq_tnd_framework_number")),
    )
    with op.batch_alter_table("tnd_framework", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tnd_framework_unit"), ["unit"], unique=False)
    op.create_table(
        "tnd_framework_firm",
        sa.Column("framework_id", sa.Uuid(), nullable=False),
        sa.Column("rank", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["framework_id"],
            ["tnd_framework.id"],
            name=op.f("fk_tnd_framework_firm_framework_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["tnd_contract.id"], name=op.f("fk_tnd_framework_firm_contract_id")
        ),
        sa.PrimaryKeyConstraint("framework_id", "rank", name=op.f("pk_tnd_framework_firm")),
        sa.UniqueConstraint("contract_id", name=op.f("uq_tnd_framework_firm_contract_id")),
    )
    with op.batch_alter_table("tnd_request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("framework_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_tnd_request_framework_id"), "tnd_framework", ["framework_id"], ["id"]
        )
        batch_op.create_index(
            batch_op.f("ix_tnd_request_framework_id"), ["framework_id"], unique=False
        )
    with op.batch_alter_table("tnd_tender", schema=None) as batch_op:
        batch_op.add_column(sa.Column("framework", sa.String(length=40), nullable=True))
