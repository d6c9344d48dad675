"""What other areas are told of contracts and of the guarantees of the register (ADR 45)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from engine.sdk import Session, announce
from engine.values import Percentage, Rial, local_date
from engine.values.contracting import BillLine, GuaranteeKept, WorksContracted
from engine.values.credit import Holder
from engine.values.facts import Basis
from processes.transactions.queries.called_off_works import contract_numbered, secured_call_offs
from processes.transactions.records import Guarantee, PublicContract
from processes.transactions.rules.guarantee_register import HELD, IN_FORCE, Kind

_AREA: Final = "transactions"
_NOT_YET: Final = HELD - frozenset(IN_FORCE)


def basis_of_contract(contract: PublicContract) -> Basis:
    """Return what other areas know a contract by."""
    return Basis(_AREA, "contract", contract.id, contract.number, contract.instance_id)


def works_contracted(
    contract: PublicContract, at: datetime, by: str, base_quarter: str | None
) -> WorksContracted:
    """Return what is told of a contract with a bill of works that is in force from now on."""
    assert contract.request_id is not None
    return WorksContracted(
        unit=contract.unit,
        basis=basis_of_contract(contract),
        at=at,
        by=by,
        contract_no=contract.number,
        contractor_id=contract.firm.identifier,
        contractor_name=contract.firm.name,
        subject=contract.subject,
        on=local_date(at),
        starts_on=contract.starts_on,
        duration_days=contract.duration_days,
        price=contract.price,
        advance=Percentage(str(contract.advance or 0)),
        base_quarter=base_quarter,
        bill=tuple(
            BillLine(e.code, e.description, e.measure, e.quantity, e.unit_price)
            for e in contract.bill
        ),
        credit=Holder(_AREA, contract.request_id),
    )


def tell_guarantee(session: Session, found: Guarantee, at: datetime, by: str) -> None:
    """Tell how a guarantee stands now, to who pays what it secures; not before it is in force.

    One of a framework's supplier is told for each call-off of works, with its share.
    """
    if found.state in _NOT_YET:
        return
    announce(session, _kept(found, found.concerns, found.amount, at, by))
    own = contract_numbered(session, found.unit, found.concerns)
    if own is not None and found.kind is Kind.PERFORMANCE:
        tell_shared(session, own, at, by)


def tell_shared(session: Session, own: PublicContract, at: datetime, by: str) -> None:
    """Tell what of the guarantees for a framework stands for each of its call-offs of works.

    Args:
        own: the supplier's contract of the framework; of any other nothing is told.
    """
    for each in secured_call_offs(session, own):
        for guarantee, share in each.by:
            told = _kept(guarantee, each.contract.number, share, at, by)
            announce(session, replace(told, is_shared=True))


def _kept(found: Guarantee, number: str, amount: Rial, at: datetime, by: str) -> GuaranteeKept:
    return GuaranteeKept(
        unit=found.unit,
        basis=Basis(_AREA, "guarantee", found.id, found.number),
        at=at,
        by=by,
        contract_no=number,
        kind=found.kind.value,
        issuer=found.issuer,
        number=found.number,
        amount=amount,
        valid_until=found.valid_until,
        state=found.state.value,
    )
