"""Sealed bids: a tender's key in shares, envelopes, what members released, what was opened."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import JsonText, Moment

revision = "0002_sealed_bids"
down_revision = "0001_transactions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tnd_seal_tender",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("deadline", Moment(), nullable=False),
        sa.Column(
            "state",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_tnd_seal_tender_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tnd_seal_tender")),
        sa.UniqueConstraint("case_id", name=op.f("uq_tnd_seal_tender_case_id")),
        sa.UniqueConstraint("number", name=op.f("uq_tnd_seal_tender_number")),
    )
    op.create_index(op.f("ix_tnd_seal_tender_unit"), "tnd_seal_tender", ["unit"], unique=False)

    op.create_table(
        "tnd_seal_bid",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tender_id", sa.Uuid(), nullable=False),
        sa.Column("bidder", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("submitted_at", Moment(), nullable=False),
        sa.Column("submitted_by", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("signature", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tnd_seal_tender.id"], name=op.f("fk_tnd_seal_bid_tender_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tnd_seal_bid")),
        sa.UniqueConstraint(
            "tender_id", "bidder", "version", name=op.f("uq_tnd_seal_bid_tender_id_bidder_version")
        ),
    )
    op.create_index(
        "uq_tnd_seal_bid_counts",
        "tnd_seal_bid",
        ["tender_id", "bidder"],
        unique=True,
        sqlite_where=sa.text("state = 'SEALED'"),
        postgresql_where=sa.text("state = 'SEALED'"),
    )

    op.create_table(
        "tnd_seal_dealing",
        sa.Column("tender_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("dealer", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", JsonText(), nullable=False),
        sa.Column("dealt_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tnd_seal_tender.id"], name=op.f("fk_tnd_seal_dealing_tender_id")
        ),
        sa.PrimaryKeyConstraint("tender_id", "kind", "dealer", name=op.f("pk_tnd_seal_dealing")),
    )
    op.create_table(
        "tnd_seal_key",
        sa.Column("tender_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("public", sa.Text(), nullable=False),
        sa.Column("shares", JsonText(), nullable=False),
        sa.Column("rehearsal", sa.Text(), nullable=False),
        sa.Column("rehearsal_hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tnd_seal_tender.id"], name=op.f("fk_tnd_seal_key_tender_id")
        ),
        sa.PrimaryKeyConstraint("tender_id", "kind", name=op.f("pk_tnd_seal_key")),
    )
    op.create_table(
        "tnd_seal_member",
        sa.Column("tender_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=True),
        sa.Column("wrapped", JsonText(), nullable=True),
        sa.Column("joined_at", Moment(), nullable=True),
        sa.Column("is_present", sa.Boolean(), nullable=False),
        sa.Column("conflict", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tnd_seal_tender.id"], name=op.f("fk_tnd_seal_member_tender_id")
        ),
        sa.PrimaryKeyConstraint("tender_id", "position", name=op.f("pk_tnd_seal_member")),
        sa.UniqueConstraint(
            "tender_id", "username", name=op.f("uq_tnd_seal_member_tender_id_username")
        ),
    )
    op.create_table(
        "tnd_seal_rehearsal",
        sa.Column("tender_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("member", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", JsonText(), nullable=False),
        sa.Column("released_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tnd_seal_tender.id"], name=op.f("fk_tnd_seal_rehearsal_tender_id")
        ),
        sa.PrimaryKeyConstraint("tender_id", "kind", "member", name=op.f("pk_tnd_seal_rehearsal")),
    )
    op.create_table(
        "tnd_seal_envelope",
        sa.Column("bid_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sent", sa.Text(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("opened_at", Moment(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("votes", JsonText(), nullable=True),
        sa.ForeignKeyConstraint(
            ["bid_id"], ["tnd_seal_bid.id"], name=op.f("fk_tnd_seal_envelope_bid_id")
        ),
        sa.PrimaryKeyConstraint("bid_id", "kind", name=op.f("pk_tnd_seal_envelope")),
    )
    op.create_index(
        op.f("ix_tnd_seal_envelope_sha256"), "tnd_seal_envelope", ["sha256"], unique=False
    )

    op.create_table(
        "tnd_seal_file",
        sa.Column("bid_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bid_id", "kind"],
            ["tnd_seal_envelope.bid_id", "tnd_seal_envelope.kind"],
            name=op.f("fk_tnd_seal_file_bid_id"),
        ),
        sa.PrimaryKeyConstraint("bid_id", "kind", "position", name=op.f("pk_tnd_seal_file")),
    )
    op.create_index(op.f("ix_tnd_seal_file_sha256"), "tnd_seal_file", ["sha256"], unique=False)

    op.create_table(
        "tnd_seal_release",
        sa.Column("bid_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("member", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", JsonText(), nullable=False),
        sa.Column("released_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bid_id", "kind"],
            ["tnd_seal_envelope.bid_id", "tnd_seal_envelope.kind"],
            name=op.f("fk_tnd_seal_release_bid_id"),
        ),
        sa.PrimaryKeyConstraint("bid_id", "kind", "member", name=op.f("pk_tnd_seal_release")),
    )
