"""Keep what changes a contract after it is signed: supplements, new prices, debts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import Problem
from engine.sdk import Actor, Entered, UnitOfWork, new_id
from engine.values import InvalidValue, JalaliDate, Rial, integer_from, local_date
from processes.contractor_statement.commands.desks import (
    ACCEPTANCE,
    FINANCE,
    contract_for,
    contract_to_change,
)
from processes.contractor_statement.commands.journal import tell
from processes.contractor_statement.importing import cells
from processes.contractor_statement.records import (
    Contract,
    ContractLine,
    Debt,
    PriceMinute,
    Supplement,
)
from processes.contractor_statement.rules.lines import APPLIES, Coefficient, LineKind
from processes.contractor_statement.telling import tell_of_contract

#: The most days a supplement adds or takes: ten years.
MOST_DAYS: Final = 3_650

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class NewSupplement:
    """A supplement as somebody enters it; blank amount or days change nothing of it."""

    supplement_no: str
    signed_on: str
    amount_change: str
    days_added: str


def add_supplement(
    uow: UnitOfWork, contract_id: UUID, new: NewSupplement, *, actor: Actor, at: datetime
) -> None:
    """Keep a supplement (الحاقیه): an agreed change of amount or time (R-STM-16).

    Raises:
        RulesBroken: ``GEN-REQUIRED``, ``CAL-001``, ``MON-001``, ``NUM-002``, ``GEN-RANGE``;
            ``CON-022``, ``CON-023`` signed before the contract's start or in the future;
            ``CON-028`` the number is known; ``CON-029`` it changes nothing.
    """
    entered = Entered()
    number = entered.text("supplement_no", new.supplement_no)
    signed_on = entered.day("supplement_on", new.signed_on)
    amount = _optional(entered, "amount_change", Rial.from_text, new.amount_change, Rial.ZERO)
    days = _optional(entered, "days_added", _days, new.days_added, 0)
    with uow:
        contract = contract_for(uow.session, contract_id, actor, ACCEPTANCE)
        same = select(Supplement.id).where(
            Supplement.contract_id == contract.id, Supplement.supplement_no == number
        )
        if uow.session.scalar(same) is not None:
            entered.problems.append(Problem("CON-028", "supplement_no", {"number": number}))
        if not entered.problems and amount == Rial.ZERO and days == 0:
            entered.problems.append(Problem("CON-029", "amount_change"))
        entered.problems += _not_then(contract, "supplement_on", signed_on, at)
        entered.must_be_right()
        uow.session.add(
            Supplement(
                contract_id=contract.id,
                supplement_no=number,
                signed_on=signed_on,
                amount_change=amount,
                days_added=days,
                entered_at=at,
                entered_by=actor.username,
            )
        )
        facts = {
            "supplement": number,
            "signed_on": signed_on.isoformat(),
            "amount_change": str(amount.amount),
            "days_added": days,
        }
        tell(uow.session, contract, "supplement_added", facts, actor=actor, at=at)
        uow.commit()


def _optional(
    entered: Entered, field: str, read: Callable[[str], _T], typed: str, otherwise: _T
) -> _T:
    return entered.value(field, read, typed, otherwise) if typed.strip() else otherwise


def _days(text: str) -> int:
    days = integer_from(text)
    if abs(days) > MOST_DAYS:
        raise InvalidValue("GEN-RANGE", "too many days")
    return days


def _not_then(contract: Contract, field: str, on: date, at: datetime) -> list[Problem]:
    """Return why a paper of a contract was not made on that day; an unreadable day is told."""
    if on == date.max:
        return []
    if on > local_date(at):
        return [Problem("CON-023", field)]
    if on < contract.started_on:
        return [Problem("CON-022", field, {"bound": str(JalaliDate.of(contract.started_on))})]
    return []


@dataclass(frozen=True, slots=True)
class NewPrice:
    """A line with a new price and its minute as somebody enters them."""

    minute_no: str
    approved_on: str
    code: str
    title: str
    unit: str
    unit_price: str
    quantity: str


def add_new_price(
    uow: UnitOfWork, contract_id: UUID, new: NewPrice, *, actor: Actor, at: datetime
) -> None:
    """Keep the approved minute of a new price and add its line to the bill (R-STM-17).

    One minute may agree on several lines: its number and day are then the same.

    Raises:
        RulesBroken: ``GEN-REQUIRED``, ``CAL-001``, ``CON-010``, ``MON-001``, ``MON-002``,
            ``NUM-001``, ``STM-004``, ``STM-005``, ``CON-005``; ``CON-022``, ``CON-023``
            approved before the contract's start or in the future; ``CON-030`` the line is
            known; ``CON-031`` the minute was approved on another day.
    """
    entered = Entered()
    minute_no = entered.text("price_minute_no", new.minute_no)
    approved_on = entered.day("approved_on", new.approved_on)
    code = entered.value("line_code", cells.row_code, new.code, "")
    title = entered.text("line_title", new.title)
    unit = entered.text("line_unit", new.unit)
    price = entered.money("line_price", new.unit_price)
    quantity = entered.value("line_quantity", cells.quantity, new.quantity, Decimal(0))
    with uow:
        contract = contract_to_change(uow.session, contract_id, actor, ACCEPTANCE)
        if any(each.code == code for each in contract.lines):
            entered.problems.append(Problem("CON-030", "line_code", {"line": code}))
        entered.problems += _not_then(contract, "approved_on", approved_on, at)
        minute = _minute(uow.session, contract, minute_no, approved_on, entered)
        entered.must_be_right()
        if minute is None:
            minute = PriceMinute(id=new_id(), minute_no=minute_no, approved_on=approved_on)
            minute.entered_at, minute.entered_by = at, actor.username
            contract.price_minutes.append(minute)
            uow.session.flush()
        line = _line(uow.session, contract, code, title)
        line.unit, line.unit_price, line.contract_quantity = unit, price, quantity
        line.price_minute_id = minute.id
        contract.lines.append(line)
        facts = {
            "line": code,
            "minute": minute_no,
            "approved_on": approved_on.isoformat(),
            "unit_price": str(price.amount),
            "measure": unit,
            "quantity": str(quantity),
        }
        tell(uow.session, contract, "new_price_added", facts, actor=actor, at=at)
        uow.commit()


def _minute(
    session: Session, contract: Contract, number: str, approved_on: date, entered: Entered
) -> PriceMinute | None:
    query = select(PriceMinute).where(
        PriceMinute.contract_id == contract.id, PriceMinute.minute_no == number
    )
    found = session.scalar(query)
    approved = None if found is None else found.approved_on
    if approved is not None and approved != approved_on:
        day = str(JalaliDate.of(approved))
        entered.problems.append(Problem("CON-031", "approved_on", {"day": day}))
    return found


def _line(session: Session, contract: Contract, code: str, title: str) -> ContractLine:
    """Return a new line of the chapter its code names, behind all others."""
    last = select(func.max(ContractLine.position)).where(ContractLine.contract_id == contract.id)
    chapter = code[:2]
    known = (each.chapter_title for each in contract.lines if each.chapter == chapter)
    return ContractLine(
        id=new_id(),
        position=(session.scalar(last) or 0) + 1,
        code=code,
        chapter=chapter,
        chapter_title=next(known, chapter),
        title=title,
        kind=LineKind.NEW,
        **{f"applies_{c.value}": c in APPLIES[LineKind.NEW] for c in Coefficient},
    )


def add_debt(
    uow: UnitOfWork,
    contract_id: UUID,
    *,
    amount: str,
    reference: str,
    actor: Actor,
    at: datetime,
) -> None:
    """Keep a debt of the contractor from elsewhere; the next payment nets it (R-STM-13).

    Raises:
        RulesBroken: ``GEN-REQUIRED``, ``MON-001``, ``MON-002``.
    """
    entered = Entered()
    owed = entered.money("debt_amount", amount)
    paper = entered.text("debt_reference", reference)
    with uow:
        contract = contract_for(uow.session, contract_id, actor, FINANCE)
        entered.must_be_right()
        debt = Debt(
            id=new_id(),
            contract_id=contract.id,
            source="OTHER",
            amount=owed,
            reference=paper,
            entered_at=at,
            entered_by=actor.username,
        )
        uow.session.add(debt)
        record = ("debt", debt.id, paper)
        tell_of_contract(uow.session, contract, "debt_entered", record, {"debt": owed}, at)
        facts = {"amount": str(owed.amount), "reference": paper}
        tell(uow.session, contract, "debt_added", facts, actor=actor, at=at)
        uow.commit()
