"""Bring a contract in from its spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.errors import Problem, RulesBroken
from engine.sdk import Actor, Unit, UnitOfWork, new_id
from engine.values import Rial
from processes.contractor_statement.commands.journal import tell
from processes.contractor_statement.importing import ContractFile, read_contract
from processes.contractor_statement.importing.bill import BillLine
from processes.contractor_statement.records import (
    AdvanceInstalment,
    Contract,
    ContractLine,
    PriceMinute,
    contract_key,
)
from processes.contractor_statement.rules.lines import Coefficient
from processes.contractor_statement.rules.social_security import MODES
from processes.contractor_statement.telling import tell_of_contract

#: Roles that may bring a contract in, each in its own unit.
IMPORTERS = ("TECH_OFFICE", "PROJECT_MANAGER", "FIN_EXPERT")

ContractSetup = Callable[[Session, Contract, datetime], None]


def import_contract(
    uow: UnitOfWork,
    content: bytes,
    *,
    actor: Actor,
    at: datetime,
    advance_paid: bool = True,
    setup: ContractSetup | None = None,
) -> UUID:
    """Bring a contract in from its spreadsheet; all of it or nothing.

    Args:
        advance_paid: the advance counts as paid in full before the first statement.
        setup: what a demonstration adds to the contract, in the same transaction.

    Raises:
        RulesBroken: everything that is wrong with the file; ``CON-012`` the unit does not
            exist, ``CON-013`` the actor may not bring contracts into it, ``CON-014`` it is
            already here.
    """
    file = read_contract(content)
    with uow:
        _check_place(uow.session, file, actor)
        contract = keep_contract(
            uow.session, file, by=actor.username, at=at, advance_paid=advance_paid
        )
        if setup is not None:
            setup(uow.session, contract, at)
        facts = {
            "contractor": contract.contractor_id,
            "amount": str(contract.initial_amount.amount),
            "lines": len(contract.lines),
            "advance_paid": advance_paid,
            "sha256": sha256(content).hexdigest(),
        }
        tell(uow.session, contract, "contract_imported", facts, actor=actor, at=at)
        uow.commit()
        return contract.id


def keep_contract(
    session: Session, file: ContractFile, *, by: str, at: datetime, advance_paid: bool = True
) -> Contract:
    """Store a contract with its lines inside somebody's transaction.

    Raises:
        RulesBroken: ``CON-014``, another import was first.
    """
    contract = _contract(file, by, at)
    _add_lines(contract, file.lines)
    session.add(contract)
    try:
        session.flush()
    except IntegrityError as known:
        raise RulesBroken([_already_here(file)]) from known
    if advance_paid:
        _pay_advance(session, contract, at)
    return contract


def _check_place(session: Session, file: ContractFile, actor: Actor) -> None:
    unit = file.header.unit
    if session.get(Unit, unit) is None:
        raise RulesBroken([Problem("CON-012", None, {"unit": unit})])
    if not any(actor.sits_at(f"{role}@{unit}") for role in IMPORTERS):
        raise RulesBroken([Problem("CON-013", None, {"unit": unit})])
    same = select(Contract.id).where(
        Contract.unit == unit, Contract.contract_key == contract_key(file.header.contract_no)
    )
    if session.scalar(same) is not None:
        raise RulesBroken([_already_here(file)])


def _already_here(file: ContractFile) -> Problem:
    params = {"contract_no": file.header.contract_no, "unit": file.header.unit}
    return Problem("CON-014", None, params)


def _contract(file: ContractFile, by: str, at: datetime) -> Contract:
    header = file.header
    return Contract(
        id=new_id(),
        contract_no=header.contract_no,
        unit=header.unit,
        contractor_id=header.contractor_id,
        contractor_name=header.contractor_name,
        subject=header.subject,
        signed_on=header.signed_on,
        started_on=header.started_on,
        duration_days=header.duration_days,
        initial_amount=header.initial_amount,
        price_list_year=header.price_list_year,
        discipline=header.discipline,
        overhead_coefficient=header.overhead,
        region_coefficient=header.region,
        floor_coefficient=header.floor,
        difficulty_coefficient=header.difficulty,
        tender_coefficient=header.tender,
        mobilisation_amount=header.mobilisation,
        advance_rate=header.advance_rate,
        advance_method=header.advance_method,
        retention_rate=header.retention_rate,
        insurance_mode=header.insurance_mode,
        insurance_rate=MODES[header.insurance_mode].held,
        adjustable=header.adjustable,
        base_quarter=header.base_quarter,
        imported_at=at,
        imported_by=by,
    )


def _add_lines(contract: Contract, lines: Sequence[BillLine]) -> None:
    minutes: dict[str, UUID] = {}
    for position, each in enumerate(lines, start=1):
        line = each.line
        contract.lines.append(
            ContractLine(
                id=new_id(),
                position=position,
                code=line.code,
                chapter=line.chapter_code,
                chapter_title=each.chapter_title,
                title=each.title,
                unit=each.unit,
                unit_price=line.unit_price,
                contract_quantity=line.contract_quantity,
                kind=line.kind,
                price_minute_id=_minute_id(contract, minutes, each.price_minute),
                **{f"applies_{c.value}": c in line.coefficients for c in Coefficient},
            )
        )


def _minute_id(contract: Contract, minutes: dict[str, UUID], minute_no: str | None) -> UUID | None:
    """Return the price minute of this number; the signed contract has approved it."""
    if minute_no is None:
        return None
    if minute_no not in minutes:
        minutes[minute_no] = new_id()
        contract.price_minutes.append(
            PriceMinute(id=minutes[minute_no], minute_no=minute_no, approved_on=contract.started_on)
        )
    return minutes[minute_no]


def _pay_advance(session: Session, contract: Contract, at: datetime) -> None:
    amount = contract.initial_amount.share(contract.advance_rate)
    if amount > Rial.ZERO:
        instalment = AdvanceInstalment(
            id=new_id(),
            contract_id=contract.id,
            amount=amount,
            gross_at_payment=Rial.ZERO,
            paid_on=contract.started_on,
        )
        session.add(instalment)
        record = ("advance", instalment.id, contract.contract_no)
        paid = {"advance": amount}
        tell_of_contract(session, contract, "advance_brought_in", record, paid, at)
