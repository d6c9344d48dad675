"""How a person wants the pages, beside the person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016_preferences"
down_revision = "0015_items"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("preferences", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("person", "preferences")
