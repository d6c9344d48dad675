"""Passwords made by somebody else, accounts of programs, and for whom an exception was meant."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031_given_passwords"
down_revision = "0030_mobile"
branch_labels = None
depends_on = None

_OF_EXCEPTION = ("asked_for", "decided_for")
_OF_PERSON = ("password_given", "is_machine")


def upgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        for name in _OF_PERSON:
            batch_op.add_column(
                sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
            )
    with op.batch_alter_table("person", schema=None) as batch_op:
        for name in _OF_PERSON:
            batch_op.alter_column(name, server_default=None)
    with op.batch_alter_table("duty_exception", schema=None) as batch_op:
        for name in _OF_EXCEPTION:
            batch_op.add_column(sa.Column(name, sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("duty_exception", schema=None) as batch_op:
        for name in _OF_EXCEPTION:
            batch_op.drop_column(name)
    with op.batch_alter_table("person", schema=None) as batch_op:
        for name in _OF_PERSON:
            batch_op.drop_column(name)
