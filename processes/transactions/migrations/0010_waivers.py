"""Waivers of a tender: reasons, the board's sessions and votes, the report of an emergency."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import Moment

revision = "0010_waivers"
down_revision = "0009_evaluation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tnd_waiver",
        sa.Column("purchase_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("no_competition", sa.Text(), nullable=True),
        sa.Column("public_reason", sa.Text(), nullable=True),
        sa.Column("reasoned_by", sa.Text(), nullable=True),
        sa.Column("legal_result", sa.Text(), nullable=True),
        sa.Column("legal_opinion", sa.Text(), nullable=True),
        sa.Column("legal_by", sa.Text(), nullable=True),
        sa.Column("session", sa.Integer(), nullable=False),
        sa.Column("session_no", sa.Text(), nullable=True),
        sa.Column("session_on", sa.Date(), nullable=True),
        sa.Column("session_place", sa.Text(), nullable=True),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("higher_by", sa.Text(), nullable=True),
        sa.Column("higher_at", Moment(), nullable=True),
        sa.Column("higher_note", sa.Text(), nullable=True),
        sa.Column("price_basis", sa.Text(), nullable=True),
        sa.Column("negotiation", sa.Text(), nullable=True),
        sa.Column("negotiated_on", sa.Date(), nullable=True),
        sa.Column("report_due", Moment(), nullable=True),
        sa.Column("report", sa.Text(), nullable=True),
        sa.Column("reported_at", Moment(), nullable=True),
        sa.Column("reported_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["purchase_id"], ["tnd_purchase.id"], name=op.f("fk_tnd_waiver_purchase_id")
        ),
        sa.PrimaryKeyConstraint("purchase_id", name=op.f("pk_tnd_waiver")),
    )
    op.create_index(op.f("ix_tnd_waiver_state"), "tnd_waiver", ["state"])
    op.create_table(
        "tnd_waiver_vote",
        sa.Column("purchase_id", sa.Uuid(), nullable=False),
        sa.Column("session", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("vote", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("voted_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["purchase_id"], ["tnd_waiver.purchase_id"], name=op.f("fk_tnd_waiver_vote_purchase_id")
        ),
        sa.PrimaryKeyConstraint(
            "purchase_id", "session", "position", name=op.f("pk_tnd_waiver_vote")
        ),
    )
