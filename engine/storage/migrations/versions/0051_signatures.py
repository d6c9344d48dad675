"""Signatures, certificates of people, and the authority that issues them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.model.base import JsonText, Moment

revision = "0051_signatures"
down_revision = "0050_retention"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signing_authority",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("founded_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_authority")),
    )
    op.create_table(
        "signing_certificate",
        sa.Column("serial", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("issued_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.Column("revoked_by", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_signing_certificate")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_signing_certificate_person_id_person")
        ),
    )
    op.create_index(op.f("ix_signing_certificate_person_id"), "signing_certificate", ["person_id"])
    op.create_table(
        "signature",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("element_id", sa.String(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("document_number", sa.Integer(), nullable=True),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("national_code", sa.String(), nullable=True),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("issuer", sa.String(), nullable=True),
        sa.Column("serial", sa.String(), nullable=True),
        sa.Column("certificate", sa.LargeBinary(), nullable=True),
        sa.Column("algorithm", sa.String(), nullable=True),
        sa.Column("form", sa.String(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("cms", sa.LargeBinary(), nullable=True),
        sa.Column("signed_at", Moment(), nullable=False),
        sa.Column("stamped_at", Moment(), nullable=True),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("voided_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_signature_instance_id_instance")
        ),
        sa.UniqueConstraint("content_hash", name=op.f("uq_signature_content_hash")),
        sa.UniqueConstraint("instance_id", "number", name=op.f("uq_signature_instance_id_number")),
    )
    op.create_index(op.f("ix_signature_task_id"), "signature", ["task_id"])
    op.create_index(op.f("ix_signature_document_id"), "signature", ["document_id"])
    op.create_table(
        "signature_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("answer", JsonText(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature_request")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_signature_request_person_id_person")
        ),
    )
    op.create_index(op.f("ix_signature_request_task_id"), "signature_request", ["task_id"])


def downgrade() -> None:
    for table in ("signature_request", "signature", "signing_certificate", "signing_authority"):
        op.drop_table(table)
