"""The area's own acts outside a task: bring in a contract, note what stands around it.

One function is one transaction. Roles are held in the contract's unit; the amounts and
identifiers a person types are checked here, so that pages and command line agree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.errors import NotAtThisDesk, NotFound, Problem, RulesBroken
from engine.sdk import Actor, Unit, UnitOfWork, new_id
from engine.values import InvalidValue, JalaliDate, Rial, iban, local_date, normalise
from processes.contractor_statement.importing import ContractFile, read_contract
from processes.contractor_statement.importing.bill import BillLine
from processes.contractor_statement.records import (
    AdvanceInstalment,
    ClearanceCertificate,
    Contract,
    ContractLine,
    CreditKind,
    CreditLine,
    Guarantee,
    GuaranteeKind,
    PayeeAccount,
    PriceMinute,
    VatRegistration,
)
from processes.contractor_statement.rules.lines import Coefficient
from processes.contractor_statement.rules.social_security import MODES

#: Roles that may bring a contract in, each in its own unit.
IMPORTERS = ("TECH_OFFICE", "PROJECT_MANAGER", "FIN_EXPERT")
#: Roles that keep guarantees, accounts, registrations and clearances.
FINANCE = ("FIN_EXPERT", "FIN_HEAD")
#: Roles that keep credit lines.
CREDIT = ("BUDGET_OFFICER",)
#: A payee's new account waits this long before it is paid to (R-PAY-07).
ACCOUNT_HOLD = timedelta(hours=24)

_T = TypeVar("_T")
ContractSetup = Callable[[Session, Contract, datetime], None]


class ContractNotFound(NotFound):
    """No such contract, or not in a unit of the actor."""

    def __init__(self, contract_id: UUID) -> None:
        super().__init__(f"no contract {contract_id}")
        self.contract_id = contract_id


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
        _pay_advance(session, contract)
    return contract


def _check_place(session: Session, file: ContractFile, actor: Actor) -> None:
    unit = file.header.unit
    if session.get(Unit, unit) is None:
        raise RulesBroken([Problem("CON-012", None, {"unit": unit})])
    if not any(actor.sits_at(f"{role}@{unit}") for role in IMPORTERS):
        raise RulesBroken([Problem("CON-013", None, {"unit": unit})])
    same = select(Contract.id).where(
        Contract.unit == unit, Contract.contract_no == file.header.contract_no
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


def _pay_advance(session: Session, contract: Contract) -> None:
    amount = contract.initial_amount.share(contract.advance_rate)
    if amount > Rial.ZERO:
        session.add(
            AdvanceInstalment(
                contract_id=contract.id,
                amount=amount,
                gross_at_payment=Rial.ZERO,
                paid_on=contract.started_on,
            )
        )


@dataclass(frozen=True, slots=True)
class NewGuarantee:
    """A guarantee as somebody enters it."""

    kind: GuaranteeKind
    number: str
    issuer: str
    amount: str
    valid_until: str


def add_guarantee(
    uow: UnitOfWork, contract_id: UUID, new: NewGuarantee, *, actor: Actor, at: datetime
) -> None:
    """Keep a guarantee of a contract.

    Raises:
        RulesBroken: ``MON-001``, ``MON-002``, ``CAL-001``, ``GEN-REQUIRED``; ``GUA-001``
            the issuer's number is known; ``GUA-003`` it has already expired.
    """
    entered = _Entered()
    number = entered.text("number", new.number)
    issuer = entered.text("issuer", new.issuer)
    amount = entered.money("amount", new.amount)
    until = entered.day("valid_until", new.valid_until)
    with uow:
        contract = _contract_for(uow.session, contract_id, actor, FINANCE)
        same = select(Guarantee.id).where(Guarantee.issuer == issuer, Guarantee.number == number)
        if uow.session.scalar(same) is not None:
            entered.problems.append(Problem("GUA-001", "number", {"number": number}))
        if until < local_date(at) and not entered.problems:
            entered.problems.append(Problem("GUA-003", "valid_until"))
        entered.must_be_right()
        uow.session.add(
            Guarantee(
                contract_id=contract.id,
                kind=new.kind,
                number=number,
                issuer=issuer,
                amount=amount,
                valid_until=until,
            )
        )
        uow.commit()


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A payee's account as the owner inquiry of the bank describes it."""

    iban: str
    owner_id: str
    owner_name: str


def add_payee_account(
    uow: UnitOfWork, contract_id: UUID, new: NewAccount, *, actor: Actor, at: datetime
) -> None:
    """Keep an account of the contractor; it is paid to after the hold (R-PAY-07).

    Raises:
        RulesBroken: ``PAY-003`` not an IBAN, ``PAY-007`` its owner is not the contractor,
            ``PAY-008`` the account is known.
    """
    entered = _Entered()
    account = entered.value("iban", iban, new.iban, "")
    owner_id = entered.text("owner_id", new.owner_id).replace(" ", "")
    owner_name = entered.text("owner_name", new.owner_name)
    with uow:
        contract = _contract_for(uow.session, contract_id, actor, FINANCE)
        if owner_id and owner_id != contract.contractor_id:
            entered.problems.append(
                Problem("PAY-007", "owner_id", {"payee": contract.contractor_id})
            )
        known = select(PayeeAccount.id).where(
            PayeeAccount.party == contract.contractor_id, PayeeAccount.iban == account
        )
        if uow.session.scalar(known) is not None:
            entered.problems.append(Problem("PAY-008", "iban"))
        entered.must_be_right()
        uow.session.add(
            PayeeAccount(
                party=contract.contractor_id,
                iban=account,
                owner_id=owner_id,
                owner_name=owner_name,
                verified_at=at,
                valid_from=at + _hold(uow.session, contract.contractor_id),
            )
        )
        uow.commit()


def _hold(session: Session, party: str) -> timedelta:
    """Only a change of account is held back; the first one has nothing to replace."""
    known = session.scalar(select(PayeeAccount.id).where(PayeeAccount.party == party).limit(1))
    return timedelta(0) if known is None else ACCOUNT_HOLD


@dataclass(frozen=True, slots=True)
class NewCreditLine:
    """A budget line as somebody enters it."""

    code: str
    title: str
    kind: CreditKind
    approved: str
    allocated: str


def add_credit_line(
    uow: UnitOfWork, contract_id: UUID, new: NewCreditLine, *, actor: Actor, at: datetime
) -> None:
    """Keep a credit line of the contract's unit for this fiscal year (`domain.md` §2.5).

    Raises:
        RulesBroken: ``MON-001``, ``GEN-REQUIRED``; ``BUD-001`` more is allocated than
            approved; ``BUD-003`` the code is known this year.
    """
    entered = _Entered()
    code = entered.text("code", new.code)
    title = entered.text("title", new.title)
    approved = entered.money("approved", new.approved)
    allocated = entered.money("allocated", new.allocated)
    year = JalaliDate.of(local_date(at)).year
    with uow:
        contract = _contract_for(uow.session, contract_id, actor, CREDIT)
        if allocated > approved:
            entered.problems.append(Problem("BUD-001", "allocated"))
        same = select(CreditLine.id).where(
            CreditLine.unit == contract.unit,
            CreditLine.fiscal_year == year,
            CreditLine.code == code,
        )
        if uow.session.scalar(same) is not None:
            entered.problems.append(Problem("BUD-003", "code", {"code": code}))
        entered.must_be_right()
        uow.session.add(
            CreditLine(
                unit=contract.unit,
                fiscal_year=year,
                code=code,
                title=title,
                kind=new.kind,
                approved=approved,
                allocated=allocated,
            )
        )
        uow.commit()


def add_vat_registration(
    uow: UnitOfWork,
    contract_id: UUID,
    *,
    valid_from: str,
    valid_until: str,
    actor: Actor,
) -> None:
    """Keep the period in which the contractor is registered for VAT (R-STM-12).

    Raises:
        RulesBroken: ``CAL-001``, ``GEN-RANGE`` it ends before it begins.
    """
    entered = _Entered()
    first = entered.day("valid_from", valid_from)
    last = entered.day("valid_until", valid_until)
    if last < first and not entered.problems:
        entered.problems.append(Problem("GEN-RANGE", "valid_until"))
    with uow:
        contract = _contract_for(uow.session, contract_id, actor, FINANCE)
        entered.must_be_right()
        known = select(VatRegistration).where(
            VatRegistration.party == contract.contractor_id, VatRegistration.valid_from == first
        )
        row = uow.session.scalar(known) or VatRegistration(
            party=contract.contractor_id, valid_from=first
        )
        row.valid_until = last
        uow.session.add(row)
        uow.commit()


def add_clearance(
    uow: UnitOfWork,
    contract_id: UUID,
    *,
    number: str,
    issued_on: str,
    actor: Actor,
) -> None:
    """Keep the social-security clearance of a contract (R-STM-28).

    Raises:
        RulesBroken: ``GEN-REQUIRED``, ``CAL-001``.
    """
    entered = _Entered()
    clearance_no = entered.text("number", number)
    issued = entered.day("issued_on", issued_on)
    with uow:
        contract = _contract_for(uow.session, contract_id, actor, FINANCE)
        entered.must_be_right()
        uow.session.add(
            ClearanceCertificate(contract_id=contract.id, number=clearance_no, issued_on=issued)
        )
        uow.commit()


def _contract_for(
    session: Session, contract_id: UUID, actor: Actor, roles: Sequence[str]
) -> Contract:
    contract = session.get(Contract, contract_id)
    if contract is None:
        raise ContractNotFound(contract_id)
    if not any(actor.sits_at(f"{role}@{contract.unit}") for role in roles):
        raise NotAtThisDesk(f"{roles[0]}@{contract.unit}")
    return contract


class _Entered:
    """Reads what a person typed into a few fields, keeping every problem beside its field."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def text(self, field: str, typed: str) -> str:
        said = normalise(typed)[:200]
        if not said:
            self.problems.append(Problem("GEN-REQUIRED", field))
        return said

    def money(self, field: str, typed: str) -> Rial:
        return self.value(field, lambda text: Rial.from_text(text).positive(), typed, Rial.ZERO)

    def day(self, field: str, typed: str) -> date:
        return self.value(field, lambda text: JalaliDate.parse(text).gregorian(), typed, date.max)

    def value(self, field: str, read: Callable[[str], _T], typed: str, otherwise: _T) -> _T:
        if not typed.strip():
            self.problems.append(Problem("GEN-REQUIRED", field))
            return otherwise
        try:
            return read(typed)
        except InvalidValue as invalid:
            self.problems.append(Problem(invalid.code, field, dict(invalid.params)))
            return otherwise

    def must_be_right(self) -> None:
        """Raise every problem found, so that nothing is half kept."""
        if self.problems:
            raise RulesBroken(self.problems)
