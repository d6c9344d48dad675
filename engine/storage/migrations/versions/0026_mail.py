"""Where a person gets mail: an address confirmed by a letter sent to it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026_mail"
down_revision = "0025_talk"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("email", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("email")
