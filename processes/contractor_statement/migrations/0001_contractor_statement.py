"""Contracts, statements and the money around them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import Exact, JsonText, Moment, Money

revision = "0001_contractor_statement"
down_revision = None
branch_labels = ("contractor_statement",)
depends_on = "0001_engine"


def upgrade() -> None:
    op.create_table(
        "payee_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("iban", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("owner_name", sa.Text(), nullable=False),
        sa.Column("verified_at", Moment(), nullable=True),
        sa.Column("valid_from", Moment(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payee_account")),
        sa.UniqueConstraint("party", "iban", name=op.f("uq_payee_account_party_iban")),
    )
    op.create_index(op.f("ix_payee_account_party"), "payee_account", ["party"], unique=False)
    op.create_table(
        "price_index",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("discipline", sa.Text(), nullable=False),
        sa.Column("chapter", sa.Text(), nullable=False),
        sa.Column("quarter", sa.Text(), nullable=False),
        sa.Column("value", Exact(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_index")),
        sa.UniqueConstraint(
            "discipline",
            "chapter",
            "quarter",
            "provisional",
            name=op.f("uq_price_index_discipline_chapter_quarter_provisional"),
        ),
    )
    op.create_table(
        "vat_registration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vat_registration")),
        sa.UniqueConstraint(
            "party", "valid_from", name=op.f("uq_vat_registration_party_valid_from")
        ),
    )
    op.create_table(
        "contract",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_no", sa.Text(), nullable=False),
        sa.Column("contract_key", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("contractor_id", sa.Text(), nullable=False),
        sa.Column("contractor_name", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "SIGNED",
                "MOBILISING",
                "RUNNING",
                "SUSPENDED",
                "PROVISIONALLY_ACCEPTED",
                "FINALLY_ACCEPTED",
                "SETTLED",
                "TERMINATED",
                name="contractstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("duration_days", sa.Integer(), nullable=False),
        sa.Column("provisional_acceptance_on", sa.Date(), nullable=True),
        sa.Column("final_acceptance_on", sa.Date(), nullable=True),
        sa.Column("initial_amount", Money(), nullable=False),
        sa.Column("price_list_year", sa.Integer(), nullable=True),
        sa.Column("discipline", sa.Text(), nullable=True),
        sa.Column("overhead_coefficient", Exact(), nullable=False),
        sa.Column("region_coefficient", Exact(), nullable=False),
        sa.Column("floor_coefficient", Exact(), nullable=False),
        sa.Column("difficulty_coefficient", Exact(), nullable=False),
        sa.Column("tender_coefficient", Exact(), nullable=False),
        sa.Column("mobilisation_amount", Money(), nullable=False),
        sa.Column("advance_rate", Exact(), nullable=False),
        sa.Column(
            "advance_method",
            sa.Enum(
                "PRORATA", "FIDIC", "WINDOW", name="recoverymethod", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("recovery_start", Exact(), nullable=True),
        sa.Column("recovery_end", Exact(), nullable=True),
        sa.Column("recovery_rate", Exact(), nullable=True),
        sa.Column("retention_rate", Exact(), nullable=False),
        sa.Column(
            "first_release",
            sa.Enum(
                "FINAL_STATEMENT_APPROVED",
                "FINAL_ACCEPTANCE",
                "PROVISIONAL_ACCEPTANCE",
                "DEFECTS_PERIOD_ENDED",
                name="retentionevent",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "second_release",
            sa.Enum(
                "FINAL_STATEMENT_APPROVED",
                "FINAL_ACCEPTANCE",
                "PROVISIONAL_ACCEPTANCE",
                "DEFECTS_PERIOD_ENDED",
                name="retentionevent",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reduced_retention_rate", Exact(), nullable=True),
        sa.Column("reduced_retention_from", Exact(), nullable=True),
        sa.Column("retention_limit", Exact(), nullable=True),
        sa.Column(
            "insurance_mode",
            sa.Enum(
                "A",
                "B",
                "C",
                "CONSULTANCY",
                name="socialsecuritymode",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("insurance_rate", Exact(), nullable=False),
        sa.Column("variation_limit", Exact(), nullable=False),
        sa.Column("adjustable", sa.Boolean(), nullable=False),
        sa.Column("base_quarter", sa.Text(), nullable=True),
        sa.Column("adjustment_factor", Exact(), nullable=False),
        sa.Column("has_consultant", sa.Boolean(), nullable=False),
        sa.Column("imported_at", Moment(), nullable=False),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_contract_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract")),
        sa.UniqueConstraint("unit", "contract_key", name=op.f("uq_contract_unit_contract_key")),
    )
    op.create_index(op.f("ix_contract_contractor_id"), "contract", ["contractor_id"], unique=False)
    op.create_table(
        "credit_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("CURRENT", "CAPITAL", name="creditkind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("approved", Money(), nullable=False),
        sa.Column("allocated", Money(), nullable=False),
        sa.Column("reserved", Money(), nullable=False),
        sa.Column("committed", Money(), nullable=False),
        sa.Column("paid", Money(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_credit_line_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_line")),
        sa.UniqueConstraint(
            "unit", "fiscal_year", "code", name=op.f("uq_credit_line_unit_fiscal_year_code")
        ),
    )
    op.create_table(
        "clearance_certificate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("premium", Money(), nullable=True),
        sa.Column("paid_by_contractor", Money(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_clearance_certificate_contract_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clearance_certificate")),
    )
    op.create_index(
        op.f("ix_clearance_certificate_contract_id"),
        "clearance_certificate",
        ["contract_id"],
        unique=False,
    )
    op.create_table(
        "guarantee",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "PERFORMANCE",
                "ADVANCE",
                "RETENTION",
                "BID",
                name="guaranteekind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("amount", Money(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "RECEIVED",
                "VERIFIED",
                "ACTIVE",
                "EXTENDED",
                "REDUCED",
                "RELEASED",
                "CALLED",
                "EXPIRED",
                name="guaranteestate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_guarantee_contract_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guarantee")),
        sa.UniqueConstraint("issuer", "number", name=op.f("uq_guarantee_issuer_number")),
    )
    op.create_index(op.f("ix_guarantee_contract_id"), "guarantee", ["contract_id"], unique=False)
    op.create_table(
        "price_minute",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("minute_no", sa.Text(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_price_minute_contract_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_minute")),
        sa.UniqueConstraint(
            "contract_id", "minute_no", name=op.f("uq_price_minute_contract_id_minute_no")
        ),
    )
    op.create_index(
        op.f("ix_price_minute_contract_id"), "price_minute", ["contract_id"], unique=False
    )
    op.create_table(
        "statement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "INTERIM",
                "ADVANCE",
                "ADJUSTMENT",
                "FINAL",
                "RETENTION_RELEASE",
                name="statementkind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "DRAFT",
                "SUBMITTED",
                "SUPERVISOR_REVIEW",
                "CONSULTANT_REVIEW",
                "OWNER_REVIEW",
                "FINANCE_REVIEW",
                "APPROVED",
                "PAYMENT_ORDERED",
                "PAID",
                "RETURNED",
                "REJECTED",
                "WITHDRAWN",
                "SUPERSEDED",
                "ON_ACCOUNT_PAID",
                name="statementstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=True),
        sa.Column("period_to", sa.Date(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("submitted_at", Moment(), nullable=True),
        sa.Column("supervised_at", Moment(), nullable=True),
        sa.Column("consulted_at", Moment(), nullable=True),
        sa.Column("approved_at", Moment(), nullable=True),
        sa.Column("cutoff", sa.Date(), nullable=True),
        sa.Column("mobilisation_progress", Exact(), nullable=True),
        sa.Column("mobilisation_progress_supervisor", Exact(), nullable=True),
        sa.Column("mobilisation_progress_consultant", Exact(), nullable=True),
        sa.Column("mobilisation_progress_owner", Exact(), nullable=True),
        sa.Column("site_materials", Money(), nullable=True),
        sa.Column("site_materials_supervisor", Money(), nullable=True),
        sa.Column("site_materials_consultant", Money(), nullable=True),
        sa.Column("site_materials_owner", Money(), nullable=True),
        sa.Column("penalty", Money(), nullable=False),
        sa.Column("penalty_minute_no", sa.Text(), nullable=True),
        sa.Column("based_on_id", sa.Uuid(), nullable=True),
        sa.Column("previous_id", sa.Uuid(), nullable=True),
        sa.Column("lines_total", Money(), nullable=True),
        sa.Column("works", Money(), nullable=True),
        sa.Column("mobilisation", Money(), nullable=True),
        sa.Column("gross", Money(), nullable=True),
        sa.Column("period_amount", Money(), nullable=True),
        sa.Column("net", Money(), nullable=True),
        sa.Column("payable", Money(), nullable=True),
        sa.Column("claimed_lines_total", Money(), nullable=True),
        sa.Column("claimed_gross", Money(), nullable=True),
        sa.Column("figures", JsonText(), nullable=True),
        sa.ForeignKeyConstraint(
            ["based_on_id"], ["statement.id"], name=op.f("fk_statement_based_on_id")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_statement_contract_id")
        ),
        sa.ForeignKeyConstraint(
            ["previous_id"], ["statement.id"], name=op.f("fk_statement_previous_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
        sa.UniqueConstraint("instance_id", name=op.f("uq_statement_instance_id")),
    )
    op.create_index(
        "uq_statement_number",
        "statement",
        ["contract_id", "kind", "no"],
        unique=True,
        sqlite_where=sa.text("state NOT IN ('REJECTED', 'WITHDRAWN', 'SUPERSEDED')"),
        postgresql_where=sa.text("state NOT IN ('REJECTED', 'WITHDRAWN', 'SUPERSEDED')"),
    )
    op.create_table(
        "supplement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("supplement_no", sa.Text(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("amount_change", Money(), nullable=False),
        sa.Column("days_added", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_supplement_contract_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplement")),
        sa.UniqueConstraint(
            "contract_id", "supplement_no", name=op.f("uq_supplement_contract_id_supplement_no")
        ),
    )
    op.create_table(
        "advance_instalment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=True),
        sa.Column("amount", Money(), nullable=False),
        sa.Column("gross_at_payment", Money(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_advance_instalment_contract_id")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_advance_instalment_statement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advance_instalment")),
    )
    op.create_index(
        op.f("ix_advance_instalment_contract_id"),
        "advance_instalment",
        ["contract_id"],
        unique=False,
    )
    op.create_table(
        "contract_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("chapter", sa.Text(), nullable=False),
        sa.Column("chapter_title", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("unit_price", Money(), nullable=False),
        sa.Column("contract_quantity", Exact(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("LIST", "STAR", "NEW", "LUMP", name="linekind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("applies_overhead", sa.Boolean(), nullable=False),
        sa.Column("applies_region", sa.Boolean(), nullable=False),
        sa.Column("applies_floor", sa.Boolean(), nullable=False),
        sa.Column("applies_difficulty", sa.Boolean(), nullable=False),
        sa.Column("applies_tender", sa.Boolean(), nullable=False),
        sa.Column("price_minute_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_contract_line_contract_id")
        ),
        sa.ForeignKeyConstraint(
            ["price_minute_id"], ["price_minute.id"], name=op.f("fk_contract_line_price_minute_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_line")),
        sa.UniqueConstraint("contract_id", "code", name=op.f("uq_contract_line_contract_id_code")),
    )
    op.create_table(
        "credit_reservation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("credit_line_id", sa.Uuid(), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("amount", Money(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "RESERVED",
                "COMMITTED",
                "PAID",
                "RETURNED",
                name="reservationstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reserved_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["credit_line_id"],
            ["credit_line.id"],
            name=op.f("fk_credit_reservation_credit_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_credit_reservation_statement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_reservation")),
    )
    op.create_index(
        op.f("ix_credit_reservation_credit_line_id"),
        "credit_reservation",
        ["credit_line_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_credit_reservation_statement_id"),
        "credit_reservation",
        ["statement_id"],
        unique=False,
    )
    op.create_table(
        "debt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("arose_from_id", sa.Uuid(), nullable=True),
        sa.Column("settled_by_id", sa.Uuid(), nullable=True),
        sa.Column("amount", Money(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["arose_from_id"], ["statement.id"], name=op.f("fk_debt_arose_from_id")
        ),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_debt_contract_id")),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["statement.id"], name=op.f("fk_debt_settled_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debt")),
    )
    op.create_index(op.f("ix_debt_contract_id"), "debt", ["contract_id"], unique=False)
    op.create_table(
        "deduction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "type",
            sa.Enum(
                "RETENTION",
                "ADVANCE",
                "SSI",
                "TAX",
                "PENALTY",
                "OTHER_DEBT",
                "ON_ACCOUNT",
                "CARRIED",
                "VAT",
                "RELEASE",
                name="deductiontype",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("basis", Money(), nullable=True),
        sa.Column("rate", Exact(), nullable=True),
        sa.Column("amount", Money(), nullable=False),
        sa.Column("cumulative", Money(), nullable=True),
        sa.Column("legal_ref", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_deduction_statement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deduction")),
    )
    op.create_index(op.f("ix_deduction_statement_id"), "deduction", ["statement_id"], unique=False)
    op.create_table(
        "objection",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("filed_at", Moment(), nullable=False),
        sa.Column("filed_by", sa.Text(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_objection_statement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
    )
    op.create_index(op.f("ix_objection_statement_id"), "objection", ["statement_id"], unique=False)
    op.create_table(
        "payment_order",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("instrument", sa.Text(), nullable=False),
        sa.Column("payee_id", sa.Text(), nullable=False),
        sa.Column("payee_name", sa.Text(), nullable=False),
        sa.Column("payee_iban", sa.Text(), nullable=False),
        sa.Column("amount", Money(), nullable=False),
        sa.Column("amount_in_words", sa.Text(), nullable=False),
        sa.Column("purpose_code", sa.Text(), nullable=False),
        sa.Column("credit_line_id", sa.Uuid(), nullable=True),
        sa.Column("debit_account", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("issued_at", Moment(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "ISSUED",
                "SENT",
                "PAID",
                "CANCELLED",
                name="paymentorderstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["credit_line_id"], ["credit_line.id"], name=op.f("fk_payment_order_credit_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_payment_order_statement_id")
        ),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_payment_order_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_order")),
        sa.UniqueConstraint("order_no", name=op.f("uq_payment_order_order_no")),
    )
    op.create_index(
        op.f("ix_payment_order_statement_id"), "payment_order", ["statement_id"], unique=False
    )
    op.create_table(
        "retention_release",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=True),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("amount", Money(), nullable=False),
        sa.Column("released_at", Moment(), nullable=False),
        sa.Column("against_guarantee_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["against_guarantee_id"],
            ["guarantee.id"],
            name=op.f("fk_retention_release_against_guarantee_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_retention_release_contract_id")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_retention_release_statement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_release")),
        sa.UniqueConstraint(
            "contract_id", "part", name=op.f("uq_retention_release_contract_id_part")
        ),
    )
    op.create_table(
        "statement_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("contract_line_id", sa.Uuid(), nullable=False),
        sa.Column("claimed", Exact(), nullable=True),
        sa.Column("supervisor", Exact(), nullable=True),
        sa.Column("consultant", Exact(), nullable=True),
        sa.Column("owner", Exact(), nullable=True),
        sa.Column("reason_claimed", sa.Text(), nullable=True),
        sa.Column("reason_supervisor", sa.Text(), nullable=True),
        sa.Column("reason_consultant", sa.Text(), nullable=True),
        sa.Column("reason_owner", sa.Text(), nullable=True),
        sa.Column("note_claimed", sa.Text(), nullable=True),
        sa.Column("note_supervisor", sa.Text(), nullable=True),
        sa.Column("note_consultant", sa.Text(), nullable=True),
        sa.Column("note_owner", sa.Text(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("disputed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_line_id"],
            ["contract_line.id"],
            name=op.f("fk_statement_line_contract_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_statement_line_statement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_line")),
        sa.UniqueConstraint(
            "statement_id",
            "contract_line_id",
            name=op.f("uq_statement_line_statement_id_contract_line_id"),
        ),
    )
    op.create_index(
        op.f("ix_statement_line_contract_line_id"),
        "statement_line",
        ["contract_line_id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_statement_line_contract_line_id"), table_name="statement_line")
    op.drop_table("statement_line")
    op.drop_table("retention_release")
    op.drop_index(op.f("ix_payment_order_statement_id"), table_name="payment_order")
    op.drop_table("payment_order")
    op.drop_index(op.f("ix_objection_statement_id"), table_name="objection")
    op.drop_table("objection")
    op.drop_index(op.f("ix_deduction_statement_id"), table_name="deduction")
    op.drop_table("deduction")
    op.drop_index(op.f("ix_debt_contract_id"), table_name="debt")
    op.drop_table("debt")
    op.drop_index(op.f("ix_credit_reservation_statement_id"), table_name="credit_reservation")
    op.drop_index(op.f("ix_credit_reservation_credit_line_id"), table_name="credit_reservation")
    op.drop_table("credit_reservation")
    op.drop_table("contract_line")
    op.drop_index(op.f("ix_advance_instalment_contract_id"), table_name="advance_instalment")
    op.drop_table("advance_instalment")
    op.drop_table("supplement")
    op.drop_index(
        "uq_statement_number",
        table_name="statement",
        sqlite_where=sa.text("state NOT IN ('REJECTED', 'WITHDRAWN', 'SUPERSEDED')"),
        postgresql_where=sa.text("state NOT IN ('REJECTED', 'WITHDRAWN', 'SUPERSEDED')"),
    )
    op.drop_table("statement")
    op.drop_index(op.f("ix_price_minute_contract_id"), table_name="price_minute")
    op.drop_table("price_minute")
    op.drop_index(op.f("ix_guarantee_contract_id"), table_name="guarantee")
    op.drop_table("guarantee")
    op.drop_index(op.f("ix_clearance_certificate_contract_id"), table_name="clearance_certificate")
    op.drop_table("clearance_certificate")
    op.drop_table("credit_line")
    op.drop_index(op.f("ix_contract_contractor_id"), table_name="contract")
    op.drop_table("contract")
    op.drop_table("vat_registration")
    op.drop_table("price_index")
    op.drop_index(op.f("ix_payee_account_party"), table_name="payee_account")
    op.drop_table("payee_account")
