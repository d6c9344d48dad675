"""Paper that documents were scanned from, and who found the scans true."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.model.base import Moment

revision = "0055_originals"
down_revision = "0054_damaged_contents"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "paper_original",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("received_by", sa.String(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("received_from", sa.String(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("allowed_by", sa.String(), nullable=True),
        sa.Column("allowed_at", Moment(), nullable=True),
        sa.Column("ending", sa.String(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("minute_no", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_paper_original")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_paper_original_document_id_document")
        ),
    )
    op.create_table(
        "scan_certificate",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("certifier", sa.String(), nullable=False),
        sa.Column("national_code", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint(
            "document_id", "number", "certifier", name=op.f("pk_scan_certificate")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["paper_original.document_id"],
            name=op.f("fk_scan_certificate_document_id_paper_original"),
        ),
    )
