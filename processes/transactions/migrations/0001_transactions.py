"""Firms with their grades and debarments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import Exact, Moment, Money

revision = "0001_transactions"
down_revision = None
branch_labels = ("transactions",)
depends_on = "0001_engine"


def upgrade() -> None:
    op.create_table(
        "tnd_firm",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("entered_at", Moment(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tnd_firm")),
        sa.UniqueConstraint("identifier", name=op.f("uq_tnd_firm_identifier")),
    )
    op.create_table(
        "tnd_firm_grade",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("entered_at", Moment(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["tnd_firm.id"], name=op.f("fk_tnd_firm_grade_firm_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tnd_firm_grade")),
        sa.UniqueConstraint("firm_id", "field", name=op.f("uq_tnd_firm_grade_firm_id_field")),
    )
    op.create_index(op.f("ix_tnd_firm_grade_firm_id"), "tnd_firm_grade", ["firm_id"], unique=False)
    op.create_table(
        "tnd_debarment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("letter_no", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("entered_at", Moment(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("lifted_on", sa.Date(), nullable=True),
        sa.Column("lifted_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["tnd_firm.id"], name=op.f("fk_tnd_debarment_firm_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tnd_debarment")),
    )
    op.create_index(op.f("ix_tnd_debarment_firm_id"), "tnd_debarment", ["firm_id"], unique=False)
    op.create_table(
        "tnd_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "DRAFT",
                "SUBMITTED",
                "APPROVED",
                "RESERVED",
                "ORDERED",
                "WITHDRAWN",
                "REJECTED",
                "CANCELLED",
                name="requeststate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column(
            "category",
            sa.Enum("GOODS", "WORKS", "SERVICES", name="category", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("item_group", sa.Text(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("needed_by", sa.Date(), nullable=True),
        sa.Column("estimate", Money(), nullable=False),
        sa.Column("estimated_on", sa.Date(), nullable=True),
        sa.Column("estimated_by", sa.Text(), nullable=True),
        sa.Column("line_code", sa.Text(), nullable=True),
        sa.Column("emergency_letter", sa.Text(), nullable=True),
        sa.Column("waiver_letter", sa.Text(), nullable=True),
        sa.Column("limited_reason", sa.Text(), nullable=True),
        sa.Column("quality_matters", sa.Boolean(), nullable=False),
        sa.Column("value", Money(), nullable=False),
        sa.Column("pack", sa.Text(), nullable=True),
        sa.Column(
            "purchase_class",
            sa.Enum("SMALL", "MEDIUM", "LARGE", name="purchaseclass", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("split_sum", Money(), nullable=True),
        sa.Column(
            "method",
            sa.Enum(
                "DIRECT",
                "QUOTATIONS",
                "LIMITED_TENDER",
                "TWO_STAGE_TENDER",
                "PUBLIC_TENDER",
                "AUCTION",
                "WAIVER",
                "URGENT_WAIVER",
                name="method",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("method_reason", sa.Text(), nullable=True),
        sa.Column("credit_year", sa.Integer(), nullable=True),
        sa.Column("reserved", Money(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("submitted_at", Moment(), nullable=True),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("approved_at", Moment(), nullable=True),
        sa.Column("reserved_by", sa.Text(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_tnd_request_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tnd_request")),
        sa.UniqueConstraint("instance_id", name=op.f("uq_tnd_request_instance_id")),
    )
    with op.batch_alter_table("tnd_request", schema=None) as batch_op:
        batch_op.create_index(
            "ix_tnd_request_group", ["unit", "item_group", "submitted_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_tnd_request_unit"), ["unit"], unique=False)

    op.create_table(
        "tnd_purchase",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("DIRECT", "QUOTATIONS", name="purchasekind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "OPEN",
                "INVITED",
                "CHOSEN",
                "ORDERED",
                "REDECIDED",
                "GIVEN_UP",
                name="purchasestate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("buyer", sa.Text(), nullable=False),
        sa.Column("deadline", Moment(), nullable=True),
        sa.Column("is_extended", sa.Boolean(), nullable=False),
        sa.Column("few_reason", sa.Text(), nullable=True),
        sa.Column("few_by", sa.Text(), nullable=True),
        sa.Column("market_check", sa.Text(), nullable=True),
        sa.Column("chosen_id", sa.Uuid(), nullable=True),
        sa.Column("choice_reason", sa.Text(), nullable=True),
        sa.Column("choice_note", sa.Text(), nullable=True),
        sa.Column("split_sum", Money(), nullable=True),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("approved_at", Moment(), nullable=True),
        sa.Column("order_no", sa.Text(), nullable=True),
        sa.Column("ordered_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"], ["tnd_request.id"], name=op.f("fk_tnd_purchase_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tnd_purchase")),
        sa.UniqueConstraint("instance_id", name=op.f("uq_tnd_purchase_instance_id")),
        sa.UniqueConstraint("order_no", name=op.f("uq_tnd_purchase_order_no")),
    )
    with op.batch_alter_table("tnd_purchase", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_tnd_purchase_request_id"), ["request_id"], unique=False
        )
        batch_op.create_index(
            "uq_tnd_purchase_live",
            ["request_id"],
            unique=True,
            sqlite_where=sa.text("state NOT IN ('REDECIDED', 'GIVEN_UP')"),
            postgresql_where=sa.text("state NOT IN ('REDECIDED', 'GIVEN_UP')"),
        )

    op.create_table(
        "tnd_request_item",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("quantity", Exact(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("delivery", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"], ["tnd_request.id"], name=op.f("fk_tnd_request_item_request_id")
        ),
        sa.PrimaryKeyConstraint("request_id", "position", name=op.f("pk_tnd_request_item")),
    )
    op.create_table(
        "tnd_invitation",
        sa.Column("purchase_id", sa.Uuid(), nullable=False),
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("invited_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["tnd_firm.id"], name=op.f("fk_tnd_invitation_firm_id")
        ),
        sa.ForeignKeyConstraint(
            ["purchase_id"], ["tnd_purchase.id"], name=op.f("fk_tnd_invitation_purchase_id")
        ),
        sa.PrimaryKeyConstraint("purchase_id", "firm_id", name=op.f("pk_tnd_invitation")),
    )
    op.create_table(
        "tnd_quotation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purchase_id", sa.Uuid(), nullable=False),
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("total", Money(), nullable=False),
        sa.Column("delivery_days", sa.Integer(), nullable=True),
        sa.Column("conditions", sa.Text(), nullable=True),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["tnd_firm.id"], name=op.f("fk_tnd_quotation_firm_id")
        ),
        sa.ForeignKeyConstraint(
            ["purchase_id"], ["tnd_purchase.id"], name=op.f("fk_tnd_quotation_purchase_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tnd_quotation")),
        sa.UniqueConstraint(
            "purchase_id", "firm_id", name=op.f("uq_tnd_quotation_purchase_id_firm_id")
        ),
    )
    with op.batch_alter_table("tnd_quotation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tnd_quotation_firm_id"), ["firm_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_tnd_quotation_purchase_id"), ["purchase_id"], unique=False
        )

    op.create_table(
        "tnd_item_price",
        sa.Column("quotation_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("unit_price", Money(), nullable=False),
        sa.ForeignKeyConstraint(
            ["quotation_id"], ["tnd_quotation.id"], name=op.f("fk_tnd_item_price_quotation_id")
        ),
        sa.PrimaryKeyConstraint("quotation_id", "position", name=op.f("pk_tnd_item_price")),
    )
