"""Payees, what is to be paid, orders and their signatures, what the bank said."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import Moment, Money

revision = "0001_payments"
down_revision = None
branch_labels = ("payments",)
depends_on = "0001_engine"


def upgrade() -> None:
    op.create_table(
        "pay_payee",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_payee")),
        sa.UniqueConstraint("identifier", name=op.f("uq_pay_payee_identifier")),
    )
    op.create_table(
        "pay_payee_iban",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payee_id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=True),
        sa.Column("iban", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=True),
        sa.Column("owner_name", sa.Text(), nullable=True),
        sa.Column("proposed_at", Moment(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("approved_at", Moment(), nullable=True),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("valid_from", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["payee_id"], ["pay_payee.id"], name=op.f("fk_pay_payee_iban_payee_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_payee_iban")),
        sa.UniqueConstraint("instance_id", name=op.f("uq_pay_payee_iban_instance_id")),
    )
    op.create_index(
        op.f("ix_pay_payee_iban_payee_id"), "pay_payee_iban", ["payee_id"], unique=False
    )
    op.create_table(
        "pay_debit_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("iban", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_pay_debit_account_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_debit_account")),
        sa.UniqueConstraint("iban", name=op.f("uq_pay_debit_account_iban")),
    )
    op.create_index(op.f("ix_pay_debit_account_unit"), "pay_debit_account", ["unit"], unique=False)
    op.create_table(
        "pay_basis",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("source_no", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=True),
        sa.Column("record_id", sa.Uuid(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("payee_id", sa.Uuid(), nullable=False),
        sa.Column("gross", Money(), nullable=False),
        sa.Column("vat", Money(), nullable=False),
        sa.Column("net", Money(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("entered_at", Moment(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["payee_id"], ["pay_payee.id"], name=op.f("fk_pay_basis_payee_id")),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_pay_basis_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_basis")),
        sa.UniqueConstraint(
            "kind", "reference", "source_no", name=op.f("uq_pay_basis_kind_reference_source_no")
        ),
    )
    op.create_index(op.f("ix_pay_basis_unit"), "pay_basis", ["unit"], unique=False)
    op.create_table(
        "pay_basis_leg",
        sa.Column("basis_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", Money(), nullable=False),
        sa.ForeignKeyConstraint(
            ["basis_id"], ["pay_basis.id"], name=op.f("fk_pay_basis_leg_basis_id")
        ),
        sa.PrimaryKeyConstraint("basis_id", "position", name=op.f("pk_pay_basis_leg")),
    )
    op.create_table(
        "pay_order",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("basis_id", sa.Uuid(), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("instrument", sa.String(length=40), nullable=False),
        sa.Column("debit_iban", sa.Text(), nullable=False),
        sa.Column("payee_id", sa.Text(), nullable=False),
        sa.Column("payee_name", sa.Text(), nullable=False),
        sa.Column("payee_iban", sa.Text(), nullable=False),
        sa.Column("amount", Money(), nullable=False),
        sa.Column("amount_in_words", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("payment_id", sa.Text(), nullable=False),
        sa.Column("bill_id", sa.Text(), nullable=False),
        sa.Column("sayad_id", sa.Text(), nullable=True),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("book_on", sa.Date(), nullable=True),
        sa.Column("voucher_hash", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("bank_ref", sa.Text(), nullable=True),
        sa.Column("bank_status", sa.Text(), nullable=True),
        sa.Column("status_reason", sa.Text(), nullable=True),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("sent_at", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["basis_id"], ["pay_basis.id"], name=op.f("fk_pay_order_basis_id")),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["pay_order.id"], name=op.f("fk_pay_order_replaces_id")
        ),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_pay_order_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_order")),
        sa.UniqueConstraint("instance_id", name=op.f("uq_pay_order_instance_id")),
        sa.UniqueConstraint("order_no", name=op.f("uq_pay_order_order_no")),
        sa.UniqueConstraint("sayad_id", name=op.f("uq_pay_order_sayad_id")),
    )
    op.create_index("ix_pay_order_unit_state", "pay_order", ["unit", "state"], unique=False)
    op.create_index(
        "uq_pay_order_live",
        "pay_order",
        ["basis_id"],
        unique=True,
        sqlite_where=sa.text(
            "state NOT IN ('DECLINED', 'CANCELLED', 'RETURNED_BY_PAYEE', 'REJECTED')"
        ),
        postgresql_where=sa.text(
            "state NOT IN ('DECLINED', 'CANCELLED', 'RETURNED_BY_PAYEE', 'REJECTED')"
        ),
    )
    op.create_table(
        "pay_signature",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("group_code", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("national_code", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("signed_at", Moment(), nullable=False),
        sa.Column("voided_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["pay_order.id"], name=op.f("fk_pay_signature_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_signature")),
    )
    op.create_index(op.f("ix_pay_signature_order_id"), "pay_signature", ["order_id"], unique=False)
    op.create_index(
        "uq_pay_signature_group",
        "pay_signature",
        ["order_id", "group_code"],
        unique=True,
        sqlite_where=sa.text("voided_at IS NULL"),
        postgresql_where=sa.text("voided_at IS NULL"),
    )
    op.create_index(
        "uq_pay_signature_person",
        "pay_signature",
        ["order_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("voided_at IS NULL"),
        postgresql_where=sa.text("voided_at IS NULL"),
    )
    op.create_table(
        "pay_bank_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("taken_at", Moment(), nullable=False),
        sa.Column("taken_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_bank_file")),
        sa.UniqueConstraint("kind", "message_id", name=op.f("uq_pay_bank_file_kind_message_id")),
    )
    op.create_table(
        "pay_bank_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("iban", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("amount", Money(), nullable=True),
        sa.Column("end_to_end_id", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("taken_at", Moment(), nullable=False),
        sa.Column("explained_at", Moment(), nullable=True),
        sa.Column("explained_by", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["pay_order.id"], name=op.f("fk_pay_bank_line_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_bank_line")),
        sa.UniqueConstraint("iban", "reference", name=op.f("uq_pay_bank_line_iban_reference")),
    )
    op.create_index(op.f("ix_pay_bank_line_order_id"), "pay_bank_line", ["order_id"], unique=False)
    op.create_index("ix_pay_bank_line_unit_state", "pay_bank_line", ["unit", "state"], unique=False)
