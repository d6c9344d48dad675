"""Entries of the books with their lines, and closed months."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import Moment, Money

revision = "0001_accounting"
down_revision = None
branch_labels = ("accounting",)
depends_on = "0001_engine"

_TABLES = ("ledger_entry", "ledger_line")
_STAYS = "what is in the books is never changed nor deleted"


def upgrade() -> None:
    op.create_table(
        "closed_month",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("closed_at", Moment(), nullable=False),
        sa.Column("closed_by", sa.Text(), nullable=False),
        sa.Column("reopened_at", Moment(), nullable=True),
        sa.Column("reopened_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_closed_month_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_month")),
    )
    op.create_index(
        "uq_closed_month_standing",
        "closed_month",
        ["unit", "year", "month"],
        unique=True,
        sqlite_where=sa.text("reopened_at IS NULL"),
        postgresql_where=sa.text("reopened_at IS NULL"),
    )
    op.create_table(
        "ledger_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("contract", sa.Text(), nullable=True),
        sa.Column("basis_area", sa.Text(), nullable=False),
        sa.Column("basis_kind", sa.Text(), nullable=False),
        sa.Column("basis_id", sa.Uuid(), nullable=False),
        sa.Column("basis_number", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=True),
        sa.Column("reverses_id", sa.Uuid(), nullable=True),
        sa.Column("total", Money(), nullable=False),
        sa.Column("posted_at", Moment(), nullable=False),
        sa.Column("posted_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["ledger_entry.id"], name=op.f("fk_ledger_entry_reverses_id")
        ),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_ledger_entry_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_ledger_entry_reverses_id")),
        sa.UniqueConstraint(
            "unit", "year", "number", name=op.f("uq_ledger_entry_unit_year_number")
        ),
    )
    op.create_index("ix_ledger_entry_basis_id_kind", "ledger_entry", ["basis_id", "kind"])
    op.create_table(
        "ledger_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("debit", Money(), nullable=False),
        sa.Column("credit", Money(), nullable=False),
        sa.Column("party", sa.Text(), nullable=True),
        sa.Column("budget_line", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "debit >= 0 AND credit >= 0 AND (debit = 0) <> (credit = 0)",
            name=op.f("ck_ledger_line_one_side"),
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entry.id"], name=op.f("fk_ledger_line_entry_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_line")),
        sa.UniqueConstraint("entry_id", "position", name=op.f("uq_ledger_line_entry_id_position")),
    )
    op.create_index(op.f("ix_ledger_line_account"), "ledger_line", ["account"])
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _guard_sqlite() -> None:
    """Refuse changes, and lines beyond the total that the entry says."""
    for table in _TABLES:
        for act in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_stays_{act} BEFORE {act} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{_STAYS}'); END"
            )
    op.execute(
        "CREATE TRIGGER ledger_line_adds_up AFTER INSERT ON ledger_line"
        " WHEN (SELECT max(sum(debit), sum(credit)) FROM ledger_line"
        "       WHERE entry_id = NEW.entry_id)"
        "    > (SELECT total FROM ledger_entry WHERE id = NEW.entry_id)"
        " BEGIN SELECT RAISE(ABORT, 'the lines of an entry are more than its total'); END"
    )


def _guard_postgresql() -> None:
    """Refuse changes, and at the commit entries whose lines do not add up."""
    op.execute(
        "CREATE FUNCTION ledger_stays() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN RAISE EXCEPTION '{_STAYS}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    for table in _TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION ledger_stays()"
        )
    op.execute(
        """CREATE FUNCTION ledger_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            entry uuid;
            debits numeric;
            credits numeric;
        BEGIN
            IF TG_TABLE_NAME = 'ledger_line' THEN entry := NEW.entry_id;
            ELSE entry := NEW.id;
            END IF;
            SELECT coalesce(sum(debit), 0), coalesce(sum(credit), 0) INTO debits, credits
                FROM ledger_line WHERE entry_id = entry;
            IF debits <> credits OR debits = 0
                OR debits <> (SELECT total FROM ledger_entry WHERE id = entry) THEN
                RAISE EXCEPTION 'entry % does not add up: % and %', entry, debits, credits
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        END $$"""
    )
    for table in _TABLES:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_adds_up AFTER INSERT ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_adds_up()"
        )
