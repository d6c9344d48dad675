"""A made-up contract to try everything with, and what every contract needs in a demonstration.

Only called in demo mode. What it adds is marked ``is_demo`` and its names say so.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from importlib.resources import files
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.sdk import DemoOffice, Person, Representation, Story, demo_data, demo_stories
from engine.values import JalaliDate, Percentage, Rial, local_date
from processes.contractor_statement.commands import keep_contract
from processes.contractor_statement.importing import read_contract
from processes.contractor_statement.records import (
    Contract,
    CreditKind,
    CreditLine,
    Guarantee,
    GuaranteeKind,
    PayeeAccount,
    VatRegistration,
    contract_key,
)

#: Files a visitor may download and file himself, in this order.
SAMPLES: Final = ("contract.xlsx", *(f"statement-{no:02d}.xlsx" for no in range(1, 7)))
#: of the sample contract: said here too, so that its file need not be read at each start
CONTRACT_UNIT: Final = "D07"
CONTRACT_NO: Final = "1404-D07-0417"
ACCOUNT: Final = "IR790610000000700796858044"  #: made up; its check digits agree
#: of the contractors whom the simulated bank knows; as made up
ACCOUNTS: Final = {
    "14007650912": "IR450120000000000700700417",
    "10180344710": "IR550610000000101803447100",
    "10260288351": "IR940170000000102602883510",
}
CREDIT: Final = Rial(10**16)
_TWO_YEARS: Final = timedelta(days=730)
_PERFORMANCE_RATE: Final = Percentage("5")
_BANK: Final = "بانک نمونه (نمایشی)"


def sample(name: str) -> bytes | None:
    """Return one of the sample files, nothing when there is none of this name."""
    if name not in SAMPLES:
        return None
    return files(__package__).joinpath(name).read_bytes()


@demo_data
def load(session: Session, at: datetime) -> None:
    """Bring the sample contract in, once, and give every contract what it needs."""
    here = select(Contract.id).where(
        Contract.unit == CONTRACT_UNIT, Contract.contract_key == contract_key(CONTRACT_NO)
    )
    content = sample("contract.xlsx") if session.scalar(here) is None else None
    if content is not None:
        keep_contract(session, read_contract(content), by="demo", at=at)
    for contract in session.scalars(select(Contract)):
        demo_contract_setup(session, contract, at)


@demo_stories
def stories(office: DemoOffice) -> list[Story]:
    """Return what happened to more contracts, so that everybody finds work; once."""
    from processes.contractor_statement.demo.stories import (  # noqa: PLC0415 - seldom needed
        all_stories,
    )

    return all_stories(office)


def demo_contract_setup(session: Session, contract: Contract, at: datetime) -> None:
    """Give a contract a representative, guarantees, an account, VAT registration and credit.

    Nothing that somebody has already entered is doubled or changed.
    """
    on = local_date(at)
    _represent(session, contract.contractor_id)
    _guarantee(session, contract, GuaranteeKind.PERFORMANCE, _PERFORMANCE_RATE, on)
    _guarantee(session, contract, GuaranteeKind.ADVANCE, contract.advance_rate, on)
    _open_account(session, contract, at)
    _register_for_vat(session, contract.contractor_id, on)
    _give_credit(session, contract.unit, on)
    session.flush()


def _represent(session: Session, party: str) -> None:
    person = session.scalar(select(Person.id).where(Person.username == "contractor"))
    known = select(Representation.id).where(
        Representation.person_id == person,
        Representation.role == "CONTRACTOR",
        Representation.party == party,
    )
    if person is not None and session.scalar(known) is None:
        session.add(Representation(person_id=person, role="CONTRACTOR", party=party))


def _guarantee(
    session: Session, contract: Contract, kind: GuaranteeKind, rate: Percentage, on: date
) -> None:
    amount = contract.initial_amount.share(rate)
    known = select(Guarantee.id).where(Guarantee.contract_id == contract.id, Guarantee.kind == kind)
    if amount == Rial.ZERO or session.scalar(known) is not None:
        return
    session.add(
        Guarantee(
            contract_id=contract.id,
            kind=kind,
            number=f"DEMO-{contract.unit}-{contract.contract_no}-{kind.value}",
            issuer=_BANK,
            amount=amount,
            valid_until=on + _TWO_YEARS,
            is_demo=True,
        )
    )


def _open_account(session: Session, contract: Contract, at: datetime) -> None:
    party = contract.contractor_id
    if session.scalar(select(PayeeAccount.id).where(PayeeAccount.party == party)) is not None:
        return
    verified = at - _TWO_YEARS  # what was paid before the demonstration was loaded went there
    session.add(
        PayeeAccount(
            party=party,
            iban=ACCOUNTS.get(party, ACCOUNT),
            owner_id=party,
            owner_name=contract.contractor_name or "پیمانکار نمونه (نمایشی)",
            verified_at=verified,
            valid_from=verified,
            is_demo=True,
        )
    )


def _register_for_vat(session: Session, party: str, on: date) -> None:
    known = select(VatRegistration.id).where(VatRegistration.party == party)
    if session.scalar(known) is None:
        session.add(
            VatRegistration(
                party=party,
                valid_from=date(2008, 9, 22),
                valid_until=on + 3 * _TWO_YEARS,
                is_demo=True,
            )
        )


def _give_credit(session: Session, unit: str, on: date) -> None:
    year = JalaliDate.of(on).year
    known = select(CreditLine.id).where(
        CreditLine.unit == unit,
        CreditLine.fiscal_year == year,
        CreditLine.kind == CreditKind.CAPITAL,
    )
    if session.scalar(known) is None:
        session.add(
            CreditLine(
                unit=unit,
                fiscal_year=year,
                code=f"DEMO-{unit}",
                title="اعتبار عمرانی (نمایشی)",
                kind=CreditKind.CAPITAL,
                approved=CREDIT,
                allocated=CREDIT,
                is_demo=True,
            )
        )
