"""Budget lines and bookings, orders, receipts, invoices, vouchers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import Exact, Moment, Money

revision = "0001_financial_documents"
down_revision = None
branch_labels = ("financial_documents",)
depends_on = "0001_engine"


def upgrade() -> None:
    op.create_table(
        "tolerance_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", Moment(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=True),
        sa.Column("confirmed_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tolerance_change")),
    )
    op.create_table(
        "verified_payee",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payee_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("iban", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("entered_at", Moment(), nullable=False),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("verified_at", Moment(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verified_payee")),
        sa.UniqueConstraint("payee_id", "iban", name=op.f("uq_verified_payee_payee_id_iban")),
    )
    op.create_table(
        "budget_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "credit_type",
            sa.Enum("CURRENT", "CAPITAL", name="credittype", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("approved", Money(), nullable=False),
        sa.Column("allocated", Money(), nullable=False),
        sa.Column("reserved", Money(), nullable=False),
        sa.Column("committed", Money(), nullable=False),
        sa.Column("paid", Money(), nullable=False),
        sa.Column("strict", sa.Boolean(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_budget_line_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_line")),
        sa.UniqueConstraint(
            "unit", "fiscal_year", "code", name=op.f("uq_budget_line_unit_fiscal_year_code")
        ),
    )
    op.create_table(
        "closed_year",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("closed_at", Moment(), nullable=False),
        sa.Column("closed_by", sa.Text(), nullable=False),
        sa.Column("reopened_at", Moment(), nullable=True),
        sa.Column("reopened_by", sa.Text(), nullable=True),
        sa.Column("reopened_because", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_closed_year_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_year")),
        sa.UniqueConstraint("unit", "fiscal_year", name=op.f("uq_closed_year_unit_fiscal_year")),
    )
    op.create_table(
        "purchase_order",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("GOODS", "SERVICE", name="orderkind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("payee_id", sa.Text(), nullable=False),
        sa.Column("payee_name", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("ordered_on", sa.Date(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("entered_at", Moment(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_purchase_order_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_order")),
        sa.UniqueConstraint("unit", "order_no", name=op.f("uq_purchase_order_unit_order_no")),
    )
    with op.batch_alter_table("purchase_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_purchase_order_payee_id"), ["payee_id"], unique=False)

    op.create_table(
        "budget_holding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("subject_number", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=True),
        sa.Column("amount", Money(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "RESERVED",
                "COMMITTED",
                "PAID",
                "RETURNED",
                "EXPIRED",
                "CARRIED",
                name="holdingstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reserved_at", Moment(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["line_id"], ["budget_line.id"], name=op.f("fk_budget_holding_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_holding")),
    )
    with op.batch_alter_table("budget_holding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_budget_holding_line_id"), ["line_id"], unique=False)
        batch_op.create_index("ix_budget_holding_subject", ["area", "subject_id"], unique=False)

    op.create_table(
        "goods_receipt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("receipt_no", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("received_by", sa.Text(), nullable=False),
        sa.Column("entered_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["purchase_order.id"], name=op.f("fk_goods_receipt_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goods_receipt")),
        sa.UniqueConstraint(
            "order_id", "receipt_no", name=op.f("uq_goods_receipt_order_id_receipt_no")
        ),
    )
    with op.batch_alter_table("goods_receipt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goods_receipt_order_id"), ["order_id"], unique=False)

    op.create_table(
        "purchase_order_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("quantity", Exact(), nullable=False),
        sa.Column("unit_price", Money(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["purchase_order.id"], name=op.f("fk_purchase_order_line_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_order_line")),
        sa.UniqueConstraint(
            "order_id", "position", name=op.f("uq_purchase_order_line_order_id_position")
        ),
    )
    op.create_table(
        "supplier_invoice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("payee_id", sa.Text(), nullable=False),
        sa.Column("payee_name", sa.Text(), nullable=False),
        sa.Column("invoice_no", sa.Text(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "ENTERED",
                "IN_VOUCHER",
                "PAID",
                "RETURNED",
                name="invoicestate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("entered_at", Moment(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["purchase_order.id"], name=op.f("fk_supplier_invoice_order_id")
        ),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_supplier_invoice_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_invoice")),
    )
    with op.batch_alter_table("supplier_invoice", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_supplier_invoice_order_id"), ["order_id"], unique=False
        )
        batch_op.create_index(
            "uq_supplier_invoice_number",
            ["payee_id", "invoice_no", "fiscal_year"],
            unique=True,
            sqlite_where=sa.text("state <> 'RETURNED'"),
            postgresql_where=sa.text("state <> 'RETURNED'"),
        )

    op.create_table(
        "budget_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("holding_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "RESERVE",
                "RELEASE",
                "EXPIRE",
                "COMMIT",
                "UNCOMMIT",
                "DROP",
                "CARRY_OUT",
                "CARRY_IN",
                "PAY",
                "REFUND",
                "APPROVE",
                "ALLOCATE",
                name="entrykind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("amount", Money(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["holding_id"], ["budget_holding.id"], name=op.f("fk_budget_entry_holding_id")
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["budget_line.id"], name=op.f("fk_budget_entry_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_entry")),
    )
    with op.batch_alter_table("budget_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_budget_entry_line_id"), ["line_id"], unique=False)

    op.create_table(
        "goods_receipt_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("order_line_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", Exact(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_line_id"],
            ["purchase_order_line.id"],
            name=op.f("fk_goods_receipt_line_order_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["receipt_id"], ["goods_receipt.id"], name=op.f("fk_goods_receipt_line_receipt_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goods_receipt_line")),
    )
    with op.batch_alter_table("goods_receipt_line", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_goods_receipt_line_order_line_id"), ["order_line_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_goods_receipt_line_receipt_id"), ["receipt_id"], unique=False
        )

    op.create_table(
        "order_supplement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_line_id", sa.Uuid(), nullable=False),
        sa.Column("supplement_no", sa.Text(), nullable=False),
        sa.Column("quantity", Exact(), nullable=False),
        sa.Column("unit_price", Money(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", Moment(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=True),
        sa.Column("confirmed_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_line_id"],
            ["purchase_order_line.id"],
            name=op.f("fk_order_supplement_order_line_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_supplement")),
    )
    with op.batch_alter_table("order_supplement", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_order_supplement_order_line_id"), ["order_line_id"], unique=False
        )

    op.create_table(
        "supplier_credit_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("note_no", sa.Text(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("amount", Money(), nullable=False),
        sa.Column("vat", Money(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("entered_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["supplier_invoice.id"], name=op.f("fk_supplier_credit_note_invoice_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_credit_note")),
    )
    with op.batch_alter_table("supplier_credit_note", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_supplier_credit_note_invoice_id"), ["invoice_id"], unique=False
        )

    op.create_table(
        "supplier_invoice_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("order_line_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("quantity", Exact(), nullable=False),
        sa.Column("unit_price", Money(), nullable=False),
        sa.Column("amount", Money(), nullable=False),
        sa.Column("vat", Money(), nullable=False),
        sa.Column("credited_quantity", Exact(), nullable=False),
        sa.Column("credited_price", Money(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invoice_id"],
            ["supplier_invoice.id"],
            name=op.f("fk_supplier_invoice_line_invoice_id"),
        ),
        sa.ForeignKeyConstraint(
            ["order_line_id"],
            ["purchase_order_line.id"],
            name=op.f("fk_supplier_invoice_line_order_line_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_invoice_line")),
    )
    with op.batch_alter_table("supplier_invoice_line", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_supplier_invoice_line_invoice_id"), ["invoice_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_supplier_invoice_line_order_line_id"), ["order_line_id"], unique=False
        )

    op.create_table(
        "voucher",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column(
            "document_type",
            sa.Enum(
                "EXPENSE",
                "INVOICE",
                "PAYROLL",
                "ADVANCE",
                "ON_ACCOUNT",
                "PETTY_CASH",
                name="documenttype",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "DRAFT",
                "SUBMITTED",
                "CHECKED",
                "CREDIT_OK",
                "APPROVED",
                "CONTROLLED",
                "ORDERED",
                "PAID",
                "POSTED",
                "RETURNED",
                "REJECTED",
                "REVERSED",
                name="voucherstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("budget_line_id", sa.Uuid(), nullable=True),
        sa.Column("invoice_id", sa.Uuid(), nullable=True),
        sa.Column("payee_id", sa.Text(), nullable=True),
        sa.Column("payee_name", sa.Text(), nullable=True),
        sa.Column("payee_iban", sa.Text(), nullable=True),
        sa.Column("gross", Money(), nullable=False),
        sa.Column("net", Money(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("attachments", sa.Integer(), nullable=False),
        sa.Column("commitment", Money(), nullable=False),
        sa.Column("settle_by", sa.Date(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("submitted_at", Moment(), nullable=True),
        sa.Column("prepared_by", sa.Text(), nullable=True),
        sa.Column("checked_by", sa.Text(), nullable=True),
        sa.Column("checked_at", Moment(), nullable=True),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("approved_at", Moment(), nullable=True),
        sa.Column("approved_as", sa.Text(), nullable=True),
        sa.Column("controlled_by", sa.Text(), nullable=True),
        sa.Column("controlled_at", Moment(), nullable=True),
        sa.Column("paid_by", sa.Text(), nullable=True),
        sa.Column("paid_at", Moment(), nullable=True),
        sa.Column("bank_reference", sa.Text(), nullable=True),
        sa.Column("posted_at", Moment(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["budget_line_id"], ["budget_line.id"], name=op.f("fk_voucher_budget_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["supplier_invoice.id"], name=op.f("fk_voucher_invoice_id")
        ),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_voucher_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher")),
        sa.UniqueConstraint(
            "unit", "fiscal_year", "number", name=op.f("uq_voucher_unit_fiscal_year_number")
        ),
    )
    with op.batch_alter_table("voucher", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_voucher_instance_id"), ["instance_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_voucher_invoice_id"), ["invoice_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_voucher_payee_id"), ["payee_id"], unique=False)

    op.create_table(
        "voucher_deduction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("voucher_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", Money(), nullable=False),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["voucher.id"], name=op.f("fk_voucher_deduction_voucher_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_deduction")),
    )
    with op.batch_alter_table("voucher_deduction", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_voucher_deduction_voucher_id"), ["voucher_id"], unique=False
        )

    op.create_table(
        "voucher_exception",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("voucher_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "TOLERANCE",
                "DUPLICATE",
                "SPLIT",
                "INSISTED",
                "REOPENED",
                name="exceptionkind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["voucher.id"], name=op.f("fk_voucher_exception_voucher_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_exception")),
    )
    with op.batch_alter_table("voucher_exception", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_voucher_exception_voucher_id"), ["voucher_id"], unique=False
        )
