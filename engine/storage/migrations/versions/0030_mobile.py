"""Where a person gets short messages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030_mobile"
down_revision = "0029_uploads"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mobile", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("mobile")
