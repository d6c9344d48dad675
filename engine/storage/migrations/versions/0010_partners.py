"""Cases that speak with one another, and who threw a message."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.model.base import Moment

revision = "0010_partners"
down_revision = "0009_instance_migration"
branch_labels = None
depends_on = None

_SENDER = "fk_message_sender_id"  # by the convention of names


def upgrade() -> None:
    op.create_table(
        "partner",
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("met_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_partner_instance_id")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["instance.id"], name=op.f("fk_partner_partner_id")
        ),
        sa.PrimaryKeyConstraint("instance_id", "partner_id", name=op.f("pk_partner")),
    )
    with op.batch_alter_table("message") as message:
        message.add_column(sa.Column("sender_id", sa.Uuid(), nullable=True))
        message.create_foreign_key(_SENDER, "instance", ["sender_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("message") as message:
        message.drop_constraint(_SENDER, type_="foreignkey")
        message.drop_column("sender_id")
    op.drop_table("partner")
