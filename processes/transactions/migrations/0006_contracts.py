"""Contracts with their bills and supplements, and complaints of bidders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import Exact, Moment, Money

revision = "0006_contracts"
down_revision = "0005_tenders"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tnd_complaint",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("tender_id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("bidder", sa.Text(), nullable=False),
        sa.Column("about", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("entered_at", Moment(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("paper", sa.Text(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("board_on", sa.Date(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("is_suspended", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tnd_tender.id"], name=op.f("fk_tnd_complaint_tender_id")
        ),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_tnd_complaint_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tnd_complaint")),
        sa.UniqueConstraint("instance_id", name=op.f("uq_tnd_complaint_instance_id")),
        sa.UniqueConstraint("number", name=op.f("uq_tnd_complaint_number")),
    )
    with op.batch_alter_table("tnd_complaint", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tnd_complaint_tender_id"), ["tender_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tnd_complaint_unit"), ["unit"], unique=False)

    op.create_table(
        "tnd_contract",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("ground", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("award_id", sa.Uuid(), nullable=True),
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("price", Money(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("duration_days", sa.Integer(), nullable=False),
        sa.Column("advance", Exact(), nullable=True),
        sa.Column("is_adjustable", sa.Boolean(), nullable=False),
        sa.Column("guarantee", Money(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("drafted_at", Moment(), nullable=False),
        sa.Column("drafted_by", sa.Text(), nullable=False),
        sa.Column("firm_signed_on", sa.Date(), nullable=True),
        sa.Column("firm_paper", sa.Text(), nullable=True),
        sa.Column("firm_recorded_by", sa.Text(), nullable=True),
        sa.Column("signed_at", Moment(), nullable=True),
        sa.Column("signed_by", sa.Text(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["award_id"], ["tnd_award.id"], name=op.f("fk_tnd_contract_award_id")
        ),
        sa.ForeignKeyConstraint(["firm_id"], ["tnd_firm.id"], name=op.f("fk_tnd_contract_firm_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["tnd_request.id"], name=op.f("fk_tnd_contract_request_id")
        ),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_tnd_contract_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tnd_contract")),
        sa.UniqueConstraint("award_id", name=op.f("uq_tnd_contract_award_id")),
        sa.UniqueConstraint("number", name=op.f("uq_tnd_contract_number")),
    )
    with op.batch_alter_table("tnd_contract", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tnd_contract_firm_id"), ["firm_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_tnd_contract_instance_id"), ["instance_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_tnd_contract_request_id"), ["request_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_tnd_contract_unit"), ["unit"], unique=False)

    op.create_table(
        "tnd_contract_item",
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("quantity", Exact(), nullable=False),
        sa.Column("unit_price", Money(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["tnd_contract.id"], name=op.f("fk_tnd_contract_item_contract_id")
        ),
        sa.PrimaryKeyConstraint("contract_id", "position", name=op.f("pk_tnd_contract_item")),
    )
    op.create_table(
        "tnd_contract_supplement",
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("amount_change", Money(), nullable=False),
        sa.Column("days_added", sa.Integer(), nullable=False),
        sa.Column("crosses_class", sa.Boolean(), nullable=False),
        sa.Column("approval", sa.Text(), nullable=True),
        sa.Column("proposed_at", Moment(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("signed_by", sa.Text(), nullable=True),
        sa.Column("refused_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["tnd_contract.id"],
            name=op.f("fk_tnd_contract_supplement_contract_id"),
        ),
        sa.PrimaryKeyConstraint("contract_id", "position", name=op.f("pk_tnd_contract_supplement")),
        sa.UniqueConstraint("instance_id", name=op.f("uq_tnd_contract_supplement_instance_id")),
        sa.UniqueConstraint("number", name=op.f("uq_tnd_contract_supplement_number")),
    )
