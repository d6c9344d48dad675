"""Evaluation: marks and scores of quality, opened prices, votes of the commission."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import Exact, Moment, Money

revision = "0009_evaluation"
down_revision = "0008_grades_asked"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tnd_evaluation",
        sa.Column("tender_id", sa.Uuid(), nullable=False),
        sa.Column("quality_closed_at", Moment(), nullable=True),
        sa.Column("quality_closed_by", sa.Text(), nullable=True),
        sa.Column("worked_out_at", Moment(), nullable=True),
        sa.Column("worked_out_by", sa.Text(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tnd_tender.id"], name=op.f("fk_tnd_evaluation_tender_id")
        ),
        sa.PrimaryKeyConstraint("tender_id", name=op.f("pk_tnd_evaluation")),
    )
    op.create_table(
        "tnd_evaluator",
        sa.Column("tender_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("is_head", sa.Boolean(), nullable=False),
        sa.Column("conflict", sa.Text(), nullable=True),
        sa.Column("finished_at", Moment(), nullable=True),
        sa.Column("asked_again", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tnd_tender.id"], name=op.f("fk_tnd_evaluator_tender_id")
        ),
        sa.PrimaryKeyConstraint("tender_id", "position", name=op.f("pk_tnd_evaluator")),
        sa.UniqueConstraint(
            "tender_id", "username", name=op.f("uq_tnd_evaluator_tender_id_username")
        ),
    )
    op.create_table(
        "tnd_quality_mark",
        sa.Column("bid_id", sa.Uuid(), nullable=False),
        sa.Column("criterion", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("evaluator", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("typed", sa.Text(), nullable=False),
        sa.Column("value", Exact(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bid_id"], ["tnd_seal_bid.id"], name=op.f("fk_tnd_quality_mark_bid_id")
        ),
        sa.PrimaryKeyConstraint(
            "bid_id", "criterion", "evaluator", name=op.f("pk_tnd_quality_mark")
        ),
    )
    op.create_table(
        "tnd_quality_score",
        sa.Column("bid_id", sa.Uuid(), nullable=False),
        sa.Column("value", Exact(), nullable=False),
        sa.Column("passes", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bid_id"], ["tnd_seal_bid.id"], name=op.f("fk_tnd_quality_score_bid_id")
        ),
        sa.PrimaryKeyConstraint("bid_id", name=op.f("pk_tnd_quality_score")),
    )
    op.create_table(
        "tnd_price",
        sa.Column("bid_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("total", Money(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("taken_by", sa.Text(), nullable=False),
        sa.Column("taken_at", Moment(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=True),
        sa.Column("corrected", Money(), nullable=True),
        sa.Column("standing", sa.String(length=40), nullable=True),
        sa.Column("justify_until", sa.Date(), nullable=True),
        sa.Column("justification", sa.Text(), nullable=True),
        sa.Column("justified_at", Moment(), nullable=True),
        sa.Column("justified_by", sa.Text(), nullable=True),
        sa.Column("decision", sa.String(length=40), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["bid_id"], ["tnd_seal_bid.id"], name=op.f("fk_tnd_price_bid_id")),
        sa.PrimaryKeyConstraint("bid_id", name=op.f("pk_tnd_price")),
    )
    op.create_table(
        "tnd_price_line",
        sa.Column("bid_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("quantity", Exact(), nullable=False),
        sa.Column("unit_price", Money(), nullable=False),
        sa.Column("total", Money(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bid_id"], ["tnd_price.bid_id"], name=op.f("fk_tnd_price_line_bid_id")
        ),
        sa.PrimaryKeyConstraint("bid_id", "position", name=op.f("pk_tnd_price_line")),
    )
    op.create_table(
        "tnd_commission_vote",
        sa.Column("seal_id", sa.Uuid(), nullable=False),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("is_for", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["seal_id", "position"],
            ["tnd_seal_member.tender_id", "tnd_seal_member.position"],
            name=op.f("fk_tnd_commission_vote_seal_id"),
        ),
        sa.PrimaryKeyConstraint(
            "seal_id", "matter", "position", name=op.f("pk_tnd_commission_vote")
        ),
    )
