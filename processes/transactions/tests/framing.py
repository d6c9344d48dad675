"""A framework that its winners have signed, and call-offs from it being walked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from engine.values import Rial, local_date
from processes.transactions.queries.frameworks import room_of
from processes.transactions.records import (
    BillItem,
    Category,
    ContractState,
    Framework,
    FrameworkFirm,
    Ground,
    PublicContract,
    Tender,
)
from processes.transactions.rules.frameworks import CallOffChoice, Room
from processes.transactions.tests.awarded import BN, FIRST, Awarded, Signing, awarded
from processes.transactions.tests.walking import Buying, Case, Office

#: a line of the bill of `awarded`; the first winner's price of one, and the second's
ASPHALT: Final = {"description": "آسفالت توپکا", "measure": "تن", "code": "150101"}
PRICE: Final = 4_000_000
ONE, TWO = "راه‌سازان نمونه", "پی‌افکن نمونه"  #: by rank
THREE, FOUR = "سازه‌گستر نمونه", "بنیاد نمونه"  #: of a larger framework


@dataclass
class Framed:
    """A framework of 22 thousand million rials for asphalt and patches."""

    office: Office
    made: Awarded | None
    called: Any = None  #: the newest request that was called off
    category: str = "WORKS"  #: of what is asked for; works are certified by statements

    @property
    def framework(self) -> Framework:
        """The framework as stored now."""
        with self.office.database.reader() as session:
            found = session.scalars(select(Framework)).one()
            _ = [(each.contract.firm, each.contract.supplements) for each in found.firms]
            session.expunge_all()
            return found

    @property
    def names(self) -> tuple[str, ...]:
        """The suppliers' names, by rank."""
        return tuple(each.contract.firm.name for each in self.framework.firms)

    def room(self) -> Room:
        """Return what is taken of it now."""
        with self.office.database.reader() as session:
            return room_of(session, session.scalars(select(Framework)).one())

    def ask(self, tons: int, **other: Any) -> Case:
        """Ask for so many tons under the framework."""
        known: dict[str, Any] = {
            "framework_id": str(self.framework.id),
            "items": [{**ASPHALT, "quantity": str(tons)}],
            "item_group": "ASPHALT",
        }
        case = self.office.start(subject="آسفالت پاییز", category=self.category)
        return case.ask(tons * PRICE, **(known | other))

    def ready(self, tons: int, **other: Any) -> Case:
        """Ask, with the credit reserved."""
        case = self.ask(tons, **other).do("approve_request")
        return case.do("reserve_credit", "reserve", line_code=case.request.line_code)

    def call(self, tons: int, **other: Any) -> CallingOff:
        """Begin to call so many tons off."""
        case = self.called = self.ready(tons, **other)
        values = {"request_id": str(case.request.id)}
        begun = self.office.begin("framework_call_off", "proc_officer", values)
        return CallingOff(self.office, begun)


@dataclass
class CallingOff(Buying):
    """One call-off being walked."""

    people = {
        "ask_supplier": "proc_officer",
        "invite_offers": "proc_officer",
        "take_prices": "proc_officer",
        "approve_call_off": "fin_head",
    }

    def ordered(self) -> CallingOff:
        """Let the supplier accept, and the order be placed."""
        self.do("ask_supplier", "accept", delivery_days=10)
        self.do("approve_call_off", "approve")
        return self

    def compete(self, *prices: int | None) -> CallingOff:
        """Ask all suppliers, and record a price of each one's only item."""
        until = local_date(self.office.clock()) + timedelta(days=7)
        self.do("invite_offers", "submit", deadline_on=until.isoformat(), invitation="آسفالت")
        self.until_deadline()
        rows = [{"unit_price": each} for each in prices]
        self.do("take_prices", "submit", offers=rows, minute_no="ص/۱۲")
        return self


def signing(
    office: Office, choice: CallOffChoice, suppliers: int | None = None, **other: Any
) -> tuple[Framed, Signing]:
    """Begin the signing of a tender that is for a framework, with so many suppliers at most."""
    made = awarded(office, published=True, first=FIRST, **other)
    with office.database.unit_of_work() as uow:
        tender = uow.session.get_one(Tender, made.tender_id)
        tender.framework, tender.suppliers = choice, suppliers
        uow.commit()
    return Framed(office, made), made.signing()


def framed(
    office: Office, choice: CallOffChoice = CallOffChoice.RANK, names: Sequence[str] = (ONE, TWO)
) -> Framed:
    """Keep a framework as its signatures leave it, without the tender before them.

    Args:
        names: of its suppliers by rank, each dearer than the one before.
    """
    office.more_credit(100 * BN)
    at, today = office.clock(), local_date(office.clock())
    made = Framework(
        unit="D07", number="D07-1405-F-0099", subject="روکش معابر", category=Category.WORKS,
        choice=choice, concluded_at=at,
    )  # fmt: skip
    for rank, name in enumerate(names, 1):
        price = PRICE + 200_000 * (rank - 1)
        contract = PublicContract(
            unit="D07", number=f"D07-1405-C-009{rank}", ground=Ground.AWARD,
            firm_id=UUID(office.firm(name)), subject="روکش معابر", category=Category.WORKS,
            price=Rial(22 * BN), starts_on=today, duration_days=120, state=ContractState.SIGNED,
            drafted_at=at, drafted_by="proc_officer", signed_at=at, signed_by="unit_head",
        )  # fmt: skip
        line = {**ASPHALT, "quantity": 5_500, "unit_price": Rial(price)}
        contract.bill = [BillItem(position=1, **line)]
        made.firms.append(FrameworkFirm(rank=rank, contract=contract))
    office.add(made)
    return Framed(office, None)
