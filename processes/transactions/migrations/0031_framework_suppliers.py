"""With how many suppliers a tendered framework is signed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031_framework_suppliers"
down_revision = "0030_instalments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tnd_tender", sa.Column("suppliers", sa.Integer(), nullable=True))
