"""Registrations of bidders by themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import Moment

revision = "0013_registrations"
down_revision = "0012_reverse_auction"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tnd_bidder_registration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("registration_no", sa.Text(), nullable=True),
        sa.Column("economic_code", sa.Text(), nullable=True),
        sa.Column("iban", sa.Text(), nullable=False),
        sa.Column("postal_code", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("representative", sa.Text(), nullable=False),
        sa.Column("representative_code", sa.Text(), nullable=False),
        sa.Column("mobile", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("confirmed_at", Moment(), nullable=True),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("firm_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["tnd_firm.id"], name=op.f("fk_tnd_bidder_registration_firm_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit"], ["unit.code"], name=op.f("fk_tnd_bidder_registration_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tnd_bidder_registration")),
        sa.UniqueConstraint("number", name=op.f("uq_tnd_bidder_registration_number")),
    )
    op.create_index(
        op.f("ix_tnd_bidder_registration_identifier"), "tnd_bidder_registration", ["identifier"]
    )
