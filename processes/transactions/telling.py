"""What the register of guarantees tells the other areas (ADR 45)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from engine.sdk import Session, announce
from engine.values.contracting import GuaranteeKept
from engine.values.facts import Basis
from processes.transactions.records import Guarantee
from processes.transactions.rules.guarantee_register import HELD, IN_FORCE

_AREA: Final = "transactions"
_NOT_YET: Final = HELD - frozenset(IN_FORCE)


def tell_guarantee(session: Session, found: Guarantee, at: datetime, by: str) -> None:
    """Tell how a guarantee stands now, to who pays what it secures; not before it is in force."""
    if found.state in _NOT_YET:
        return
    announce(
        session,
        GuaranteeKept(
            unit=found.unit,
            basis=Basis(_AREA, "guarantee", found.id, found.number),
            at=at,
            by=by,
            contract_no=found.concerns,
            kind=found.kind.value,
            issuer=found.issuer,
            number=found.number,
            amount=found.amount,
            valid_until=found.valid_until,
            state=found.state.value,
        ),
    )
