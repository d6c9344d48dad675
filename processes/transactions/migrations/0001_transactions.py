"""Firms with their grades and debarments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import Moment

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
