"""Contracts, supplements and guarantees that the area of transactions tells of (ADR 45).

They are kept in the transaction of the telling, so that the first statement of a signed contract
needs no file, and a payment sees the guarantees as the register has them.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import count
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import Problem, RulesBroken
from engine.sdk import new_id
from engine.values import Percentage, Rial
from engine.values.contracting import (
    BillLine,
    ContractSupplemented,
    ContractSuspended,
    GuaranteeKept,
    WorksContracted,
)
from processes.contractor_statement.records import (
    Contract,
    ContractLine,
    Guarantee,
    GuaranteeKind,
    GuaranteeState,
    Supplement,
    contract_key,
)
from processes.contractor_statement.rules.advance import RecoveryMethod
from processes.contractor_statement.rules.lines import Coefficient, LineKind
from processes.contractor_statement.rules.social_security import MODES, SocialSecurityMode

#: What a bid does not say; the terms are amended by two people where the contract differs.
_INSURANCE: Final = SocialSecurityMode.A
_NOBODY: Final = "transactions"


def known_contract(session: Session, unit: str, contract_no: str) -> Contract | None:
    """Return a contract of a unit by its number, however that is written."""
    query = select(Contract).where(
        Contract.unit == unit, Contract.contract_key == contract_key(contract_no)
    )
    return session.scalar(query.with_for_update())


def keep_contracted(session: Session, fact: WorksContracted) -> Contract:
    """Keep a signed contract with its bill; prices are those of the bid, no coefficient applies.

    Raises:
        RulesBroken: ``CON-014``, a contract of this number is here.
    """
    if known_contract(session, fact.unit, fact.contract_no) is not None:
        told = {"contract_no": fact.contract_no, "unit": fact.unit}
        raise RulesBroken([Problem("CON-014", None, told)])
    contract = Contract(
        id=new_id(),
        contract_no=fact.contract_no,
        unit=fact.unit,
        contractor_id=fact.contractor_id,
        contractor_name=fact.contractor_name,
        subject=fact.subject,
        signed_on=fact.on,
        started_on=fact.starts_on,
        duration_days=fact.duration_days,
        initial_amount=fact.price,
        overhead_coefficient=Decimal(1),
        tender_coefficient=Decimal(1),
        mobilisation_amount=Rial.ZERO,
        advance_rate=fact.advance,
        advance_method=RecoveryMethod.PRORATA,
        retention_rate=Percentage("10"),
        insurance_mode=_INSURANCE,
        insurance_rate=MODES[_INSURANCE].held,
        adjustable=fact.base_quarter is not None,
        base_quarter=fact.base_quarter,
        imported_at=fact.at,
        imported_by=fact.by or _NOBODY,
        credit_area=None if fact.credit is None else fact.credit.area,
        credit_id=None if fact.credit is None else fact.credit.id,
    )
    contract.lines = [
        ContractLine(
            id=new_id(),
            position=position,
            code=code,
            chapter=code[:2],
            chapter_title="",
            title=each.title,
            unit=each.measure,
            unit_price=each.unit_price,
            contract_quantity=each.quantity,
            kind=LineKind.STAR,
            **{f"applies_{one.value}": False for one in Coefficient},
        )
        for position, (code, each) in enumerate(_coded(fact.bill), start=1)
    ]
    session.add(contract)
    session.flush()
    return contract


def _coded(bill: Iterable[BillLine]) -> list[tuple[str, BillLine]]:
    """Give each line a code of its own: that of the price list, else a number of the bill.

    A number is the place in the bill, or the next that is no line's code.
    """
    lines = list(bill)
    listed = {each.code for each in lines if each.code}
    taken: set[str] = set()
    coded = []
    for position, each in enumerate(lines, start=1):
        code = each.code
        if not code or code in taken:
            code = next(
                number
                for number in (f"{one:06d}" for one in count(position))
                if number not in listed | taken
            )
        taken.add(code)
        coded.append((code, each))
    return coded


def keep_supplemented(session: Session, fact: ContractSupplemented) -> None:
    """Keep a supplement of a contract that is here; of another nothing is kept."""
    contract = known_contract(session, fact.unit, fact.contract_no)
    if contract is None:
        return
    session.add(
        Supplement(
            contract_id=contract.id,
            supplement_no=fact.supplement_no,
            signed_on=fact.on,
            amount_change=fact.amount_change,
            days_added=fact.days_added,
            entered_at=fact.at,
            entered_by=fact.by,
        )
    )


def keep_suspended(session: Session, fact: ContractSuspended) -> None:
    """Keep that the complaints board holds a contract here back, or that it goes on."""
    contract = known_contract(session, fact.unit, fact.contract_no)
    if contract is not None:
        contract.suspended_for = fact.because


def keep_guarantee(session: Session, fact: GuaranteeKept) -> None:
    """Keep how a guarantee stands that concerns a contract here; payments look at it (R-STM-20).

    Raises:
        RulesBroken: ``GUA-001``, the issuer's number stands for another contract here.
    """
    contract = known_contract(session, fact.unit, fact.contract_no)
    if contract is None:
        return
    same = select(Guarantee).where(Guarantee.issuer == fact.issuer, Guarantee.number == fact.number)
    found = session.scalars(same.with_for_update()).all()
    kept = next((each for each in found if each.contract_id == contract.id), None)
    if any(not (each.is_shared and fact.is_shared) for each in found if each is not kept):
        raise RulesBroken([Problem("GUA-001", "number", {"number": fact.number})])
    if fact.is_shared and fact.amount == Rial.ZERO:
        if kept is not None:
            session.delete(kept)  # nothing of it stands for this contract any more
        return
    if kept is None:
        kept = Guarantee(
            contract_id=contract.id,
            kind=GuaranteeKind(fact.kind),
            issuer=fact.issuer,
            number=fact.number,
        )
        session.add(kept)
    kept.is_shared = fact.is_shared
    kept.amount, kept.valid_until = fact.amount, fact.valid_until
    kept.state = GuaranteeState(fact.state)
