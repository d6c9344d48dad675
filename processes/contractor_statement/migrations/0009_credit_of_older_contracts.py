"""Whose commitment pays the contracts that were signed before a contract named it.

The area of transactions, where a site has it, knows which request a contract was bought for. A
contract that it does not know has none: each of its statements reserves for itself.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009_credit_of_older_contracts"
down_revision = "0008_suspended_for"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if not sa.inspect(op.get_bind()).has_table("tnd_contract"):
        return
    contract = sa.table("contract", *map(sa.column, ("unit", "contract_no", "credit_area")))
    contract.append_column(sa.column("credit_id", sa.Uuid()))
    signed = sa.table("tnd_contract", *map(sa.column, ("unit", "number")))
    signed.append_column(sa.column("request_id", sa.Uuid()))
    bought_for = sa.select(signed.c.request_id).where(
        signed.c.unit == contract.c.unit,
        signed.c.number == contract.c.contract_no,
        signed.c.request_id.is_not(None),
    )
    op.execute(
        contract.update()
        .where(contract.c.credit_id.is_(None), bought_for.exists())
        .values(credit_area="transactions", credit_id=bought_for.scalar_subquery())
    )
