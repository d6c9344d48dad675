"""Keep what secures a contract and its payments: guarantees, accounts, registrations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import Problem
from engine.sdk import Actor, Entered, UnitOfWork
from engine.values import iban, local_date
from processes.contractor_statement.commands.desks import FINANCE, contract_for
from processes.contractor_statement.commands.journal import tell
from processes.contractor_statement.records import (
    ClearanceCertificate,
    Guarantee,
    GuaranteeKind,
    PayeeAccount,
    VatRegistration,
)

#: A payee's new account waits this long before it is paid to (R-PAY-07).
ACCOUNT_HOLD = timedelta(hours=24)


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
    entered = Entered()
    number = entered.text("number", new.number)
    issuer = entered.text("issuer", new.issuer)
    amount = entered.money("amount", new.amount)
    until = entered.day("valid_until", new.valid_until)
    with uow:
        contract = contract_for(uow.session, contract_id, actor, FINANCE)
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
        facts = {
            "guarantee": number,
            "issuer": issuer,
            "kind": new.kind.value,
            "amount": str(amount.amount),
            "until": until.isoformat(),
        }
        tell(uow.session, contract, "guarantee_added", facts, actor=actor, at=at)
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
    entered = Entered()
    account = entered.value("iban", iban, new.iban, "")
    owner_id = entered.text("owner_id", new.owner_id).replace(" ", "")
    owner_name = entered.text("owner_name", new.owner_name)
    with uow:
        contract = contract_for(uow.session, contract_id, actor, FINANCE)
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
        valid_from = at + _hold(uow.session, contract.contractor_id)
        uow.session.add(
            PayeeAccount(
                party=contract.contractor_id,
                iban=account,
                owner_id=owner_id,
                owner_name=owner_name,
                verified_at=at,
                valid_from=valid_from,
            )
        )
        facts = {
            "payee": contract.contractor_id,
            "iban": account,
            "valid_from": valid_from.isoformat(),
        }
        tell(uow.session, contract, "payee_account_added", facts, actor=actor, at=at)
        uow.commit()


def _hold(session: Session, party: str) -> timedelta:
    """Only a change of account is held back; the first one has nothing to replace."""
    known = session.scalar(select(PayeeAccount.id).where(PayeeAccount.party == party).limit(1))
    return timedelta(0) if known is None else ACCOUNT_HOLD


def add_vat_registration(
    uow: UnitOfWork,
    contract_id: UUID,
    *,
    valid_from: str,
    valid_until: str,
    actor: Actor,
    at: datetime,
) -> None:
    """Keep the period in which the contractor is registered for VAT (R-STM-12).

    Raises:
        RulesBroken: ``CAL-001``, ``GEN-RANGE`` it ends before it begins.
    """
    entered = Entered()
    first = entered.day("valid_from", valid_from)
    last = entered.day("registered_until", valid_until)
    if last < first and not entered.problems:
        entered.problems.append(Problem("GEN-RANGE", "registered_until"))
    with uow:
        contract = contract_for(uow.session, contract_id, actor, FINANCE)
        entered.must_be_right()
        known = select(VatRegistration).where(
            VatRegistration.party == contract.contractor_id, VatRegistration.valid_from == first
        )
        row = uow.session.scalar(known) or VatRegistration(
            party=contract.contractor_id, valid_from=first
        )
        if row.valid_until != last:
            facts = {
                "party": contract.contractor_id,
                "valid_from": first.isoformat(),
                "before": None if row.valid_until is None else row.valid_until.isoformat(),
                "after": last.isoformat(),
            }
            tell(uow.session, contract, "vat_registration_kept", facts, actor=actor, at=at)
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
    at: datetime,
) -> None:
    """Keep the social-security clearance of a contract (R-STM-28).

    Raises:
        RulesBroken: ``GEN-REQUIRED``, ``CAL-001``.
    """
    entered = Entered()
    clearance_no = entered.text("clearance_no", number)
    issued = entered.day("issued_on", issued_on)
    with uow:
        contract = contract_for(uow.session, contract_id, actor, FINANCE)
        entered.must_be_right()
        uow.session.add(
            ClearanceCertificate(contract_id=contract.id, number=clearance_no, issued_on=issued)
        )
        facts = {"clearance": clearance_no, "issued_on": issued.isoformat()}
        tell(uow.session, contract, "clearance_added", facts, actor=actor, at=at)
        uow.commit()
