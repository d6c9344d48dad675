"""Sessions that end when idle, second factors, accounts of an OpenID provider."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.model.base import Moment

revision = "0024_sign_in"
down_revision = "0023_kept_answers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM sign_in")  # everybody signs in once more: when they proved is not known
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seen_at", Moment(), nullable=False))
        batch_op.add_column(sa.Column("proved_at", Moment(), nullable=False))
        batch_op.add_column(sa.Column("method", sa.Text(), nullable=False))
        batch_op.add_column(sa.Column("address", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("browser", sa.Text(), nullable=True))
    op.create_table(
        "totp",
        _person(),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("begun_at", Moment(), nullable=False),
        sa.Column("confirmed_at", Moment(), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        _of_person("totp"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_totp")),
    )
    op.create_table(
        "passkey",
        sa.Column("credential_id", sa.Text(), nullable=False),
        _person(),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("added_at", Moment(), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
        _of_person("passkey"),
        sa.PrimaryKeyConstraint("credential_id", name=op.f("pk_passkey")),
    )
    op.create_index("ix_passkey_person_id", "passkey", ["person_id"])
    op.create_table(
        "recovery_code",
        _person(),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
        _of_person("recovery_code"),
        sa.PrimaryKeyConstraint("person_id", "code_hash", name=op.f("pk_recovery_code")),
    )
    op.create_table(
        "identity",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        _person(),
        sa.Column("added_at", Moment(), nullable=False),
        _of_person("identity"),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_identity")),
    )
    op.create_index("ix_identity_person_id", "identity", ["person_id"])


def downgrade() -> None:
    for table in ("identity", "recovery_code", "passkey", "totp"):
        op.drop_table(table)
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        for column in ("browser", "address", "method", "proved_at", "seen_at"):
            batch_op.drop_column(column)


def _person() -> sa.Column[object]:
    return sa.Column("person_id", sa.Uuid(), nullable=False)


def _of_person(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_person_id_person")
    return sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=name)
