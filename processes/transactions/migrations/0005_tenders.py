"""Tenders with their documents, dates, questions and winners."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import Exact, JsonText, Moment, Money

revision = "0005_tenders"
down_revision = "0004_guarantees"
branch_labels = None
depends_on = None

_LIVE = sa.text("state NOT IN ('UNSUCCESSFUL', 'CANCELLED')")


def upgrade() -> None:
    op.create_table(
        "tnd_tender",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("seal_id", sa.Uuid(), nullable=True),
        sa.Column("earlier_id", sa.Uuid(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("estimate", Money(), nullable=False),
        sa.Column("is_international", sa.Boolean(), nullable=False),
        sa.Column("guarantee", Money(), nullable=False),
        sa.Column("validity_days", sa.Integer(), nullable=True),
        sa.Column("advance", Exact(), nullable=True),
        sa.Column("is_adjustable", sa.Boolean(), nullable=False),
        sa.Column("impact", Exact(), nullable=False),
        sa.Column("minimum_score", Exact(), nullable=True),
        sa.Column("is_prequalified", sa.Boolean(), nullable=False),
        sa.Column("list_reason", sa.Text(), nullable=True),
        sa.Column("documents_until", sa.Date(), nullable=True),
        sa.Column("questions_until", Moment(), nullable=True),
        sa.Column("deadline", Moment(), nullable=True),
        sa.Column("opening_at", Moment(), nullable=True),
        sa.Column("opening_place", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("published_at", Moment(), nullable=True),
        sa.Column("opened_at", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("extensions", sa.Integer(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["earlier_id"], ["tnd_tender.id"], name=op.f("fk_tnd_tender_earlier_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["tnd_request.id"], name=op.f("fk_tnd_tender_request_id")
        ),
        sa.ForeignKeyConstraint(
            ["seal_id"], ["tnd_seal_tender.id"], name=op.f("fk_tnd_tender_seal_id")
        ),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_tnd_tender_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tnd_tender")),
        sa.UniqueConstraint("instance_id", name=op.f("uq_tnd_tender_instance_id")),
        sa.UniqueConstraint("number", name=op.f("uq_tnd_tender_number")),
        sa.UniqueConstraint("seal_id", name=op.f("uq_tnd_tender_seal_id")),
    )
    op.create_index("ix_tnd_tender_open", "tnd_tender", ["state", "deadline"])
    op.create_index(op.f("ix_tnd_tender_request_id"), "tnd_tender", ["request_id"])
    op.create_index(op.f("ix_tnd_tender_unit"), "tnd_tender", ["unit"])
    op.create_index(
        "uq_tnd_tender_live",
        "tnd_tender",
        ["request_id"],
        unique=True,
        sqlite_where=_LIVE,
        postgresql_where=_LIVE,
    )

    op.create_table(
        "tnd_award",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tender_id", sa.Uuid(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("bid_id", sa.Uuid(), nullable=False),
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("price", Money(), nullable=False),
        sa.Column("balanced", Money(), nullable=False),
        sa.Column("score", Exact(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("named_at", Moment(), nullable=False),
        sa.Column("named_by", sa.Text(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["bid_id"], ["tnd_seal_bid.id"], name=op.f("fk_tnd_award_bid_id")),
        sa.ForeignKeyConstraint(["firm_id"], ["tnd_firm.id"], name=op.f("fk_tnd_award_firm_id")),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tnd_tender.id"], name=op.f("fk_tnd_award_tender_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tnd_award")),
        sa.UniqueConstraint(
            "tender_id", "rank", "round", name=op.f("uq_tnd_award_tender_id_rank_round")
        ),
    )
    op.create_index(op.f("ix_tnd_award_tender_id"), "tnd_award", ["tender_id"])

    op.create_table(
        "tnd_tender_amendment",
        sa.Column("tender_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rationale", sa.Text(), nullable=False),
        sa.Column("changes", JsonText(), nullable=False),
        sa.Column("deadline_before", Moment(), nullable=False),
        sa.Column("deadline_after", Moment(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tnd_tender.id"], name=op.f("fk_tnd_tender_amendment_tender_id")
        ),
        sa.PrimaryKeyConstraint("tender_id", "version", name=op.f("pk_tnd_tender_amendment")),
    )
    op.create_table(
        "tnd_tender_criterion",
        sa.Column("tender_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("weight", Exact(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tnd_tender.id"], name=op.f("fk_tnd_tender_criterion_tender_id")
        ),
        sa.PrimaryKeyConstraint("tender_id", "position", name=op.f("pk_tnd_tender_criterion")),
    )
    op.create_table(
        "tnd_tender_document",
        sa.Column("tender_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("added_at", Moment(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tnd_tender.id"], name=op.f("fk_tnd_tender_document_tender_id")
        ),
        sa.PrimaryKeyConstraint("tender_id", "position", name=op.f("pk_tnd_tender_document")),
    )
    op.create_index(op.f("ix_tnd_tender_document_sha256"), "tnd_tender_document", ["sha256"])

    op.create_table(
        "tnd_tender_invitation",
        sa.Column("tender_id", sa.Uuid(), nullable=False),
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["tnd_firm.id"], name=op.f("fk_tnd_tender_invitation_firm_id")
        ),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tnd_tender.id"], name=op.f("fk_tnd_tender_invitation_tender_id")
        ),
        sa.PrimaryKeyConstraint("tender_id", "firm_id", name=op.f("pk_tnd_tender_invitation")),
    )
    op.create_table(
        "tnd_tender_question",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tender_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("bidder", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tnd_tender.id"], name=op.f("fk_tnd_tender_question_tender_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tnd_tender_question")),
        sa.UniqueConstraint(
            "tender_id", "number", name=op.f("uq_tnd_tender_question_tender_id_number")
        ),
    )
    op.create_index(op.f("ix_tnd_tender_question_tender_id"), "tnd_tender_question", ["tender_id"])
