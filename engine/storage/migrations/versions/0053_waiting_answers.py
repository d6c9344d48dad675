"""Answers that wait for a signature belong to a case, so that they go with it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0053_waiting_answers"
down_revision = "0052_told"
branch_labels = None
depends_on = None

_KEY = "fk_signature_request_instance_id_instance"
_INDEX = "ix_signature_request_instance_id"


def upgrade() -> None:
    op.execute("DELETE FROM signature_request")  # none waits longer than two hours
    with op.batch_alter_table("signature_request") as table:
        table.add_column(sa.Column("instance_id", sa.Uuid(), nullable=False))
        table.create_foreign_key(op.f(_KEY), "instance", ["instance_id"], ["id"])
    op.create_index(op.f(_INDEX), "signature_request", ["instance_id"])


def downgrade() -> None:
    op.drop_index(op.f(_INDEX), "signature_request")
    with op.batch_alter_table("signature_request") as table:
        table.drop_constraint(op.f(_KEY), type_="foreignkey")
        table.drop_column("instance_id")
