"""Of what was saved aside: the version it was made of, so that both can be put together."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037_merged"
down_revision = "0036_decided"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("draft_change", schema=None) as batch_op:
        batch_op.add_column(sa.Column("base", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("draft_change", schema=None) as batch_op:
        batch_op.drop_column("base")
