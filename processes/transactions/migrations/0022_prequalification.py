"""Pre-qualifications: calls, applicants with papers and marks, who scored."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import Exact, Moment

revision = "0022_prequalification"
down_revision = "0021_documents_taken"
branch_labels = None
depends_on = None

_LIVE = sa.text("state NOT IN ('UNSUCCESSFUL', 'CANCELLED')")


def upgrade() -> None:
    op.create_table(
        "tnd_prequalification",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("papers_asked", sa.Text(), nullable=True),
        sa.Column("minimum_score", Exact(), nullable=True),
        sa.Column("deadline", Moment(), nullable=True),
        sa.Column("call", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("published_at", Moment(), nullable=True),
        sa.Column("exception_reason", sa.Text(), nullable=True),
        sa.Column("exception_by", sa.Text(), nullable=True),
        sa.Column("listed_at", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"], ["tnd_request.id"], name=op.f("fk_tnd_prequalification_request_id")
        ),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_tnd_prequalification_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tnd_prequalification")),
        sa.UniqueConstraint("instance_id", name=op.f("uq_tnd_prequalification_instance_id")),
        sa.UniqueConstraint("number", name=op.f("uq_tnd_prequalification_number")),
    )
    op.create_index(
        op.f("ix_tnd_prequalification_request_id"), "tnd_prequalification", ["request_id"]
    )
    op.create_index(op.f("ix_tnd_prequalification_unit"), "tnd_prequalification", ["unit"])
    op.create_index(
        "uq_tnd_prequalification_live",
        "tnd_prequalification",
        ["request_id"],
        unique=True,
        sqlite_where=_LIVE,
        postgresql_where=_LIVE,
    )

    op.create_table(
        "tnd_applicant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("prequalification_id", sa.Uuid(), nullable=False),
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("submitted_at", Moment(), nullable=False),
        sa.Column("submitted_by", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("score", Exact(), nullable=True),
        sa.Column("passes", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["tnd_firm.id"], name=op.f("fk_tnd_applicant_firm_id")
        ),
        sa.ForeignKeyConstraint(
            ["prequalification_id"],
            ["tnd_prequalification.id"],
            name=op.f("fk_tnd_applicant_prequalification_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tnd_applicant")),
        sa.UniqueConstraint(
            "prequalification_id",
            "firm_id",
            name=op.f("uq_tnd_applicant_prequalification_id_firm_id"),
        ),
    )
    op.create_index(op.f("ix_tnd_applicant_firm_id"), "tnd_applicant", ["firm_id"])

    op.create_table(
        "tnd_prequalification_criterion",
        sa.Column("prequalification_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("weight", Exact(), nullable=False),
        sa.ForeignKeyConstraint(
            ["prequalification_id"],
            ["tnd_prequalification.id"],
            name=op.f("fk_tnd_prequalification_criterion_prequalification_id"),
        ),
        sa.PrimaryKeyConstraint(
            "prequalification_id", "position", name=op.f("pk_tnd_prequalification_criterion")
        ),
    )
    op.create_table(
        "tnd_prequalification_evaluator",
        sa.Column("prequalification_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("conflict", sa.Text(), nullable=True),
        sa.Column("finished_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["prequalification_id"],
            ["tnd_prequalification.id"],
            name=op.f("fk_tnd_prequalification_evaluator_prequalification_id"),
        ),
        sa.PrimaryKeyConstraint(
            "prequalification_id",
            "round",
            "position",
            name=op.f("pk_tnd_prequalification_evaluator"),
        ),
    )
    op.create_table(
        "tnd_applicant_mark",
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("criterion", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("evaluator", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", Exact(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["applicant_id"], ["tnd_applicant.id"], name=op.f("fk_tnd_applicant_mark_applicant_id")
        ),
        sa.PrimaryKeyConstraint(
            "applicant_id", "round", "criterion", "evaluator", name=op.f("pk_tnd_applicant_mark")
        ),
    )
    op.create_table(
        "tnd_applicant_paper",
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["applicant_id"], ["tnd_applicant.id"], name=op.f("fk_tnd_applicant_paper_applicant_id")
        ),
        sa.PrimaryKeyConstraint("applicant_id", "position", name=op.f("pk_tnd_applicant_paper")),
    )
    op.create_index(op.f("ix_tnd_applicant_paper_sha256"), "tnd_applicant_paper", ["sha256"])
