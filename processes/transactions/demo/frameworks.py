"""A framework agreement to try, with one order from it and a request that waits to be called off.

Its tender was held before Divan: the contracts of its three suppliers stand as their signatures
left them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select

from engine.sdk import DemoCase, DemoOffice, Session, Story, next_number
from engine.values import JalaliDate, Rial, local_date
from processes.transactions.records import (
    BillItem,
    Category,
    ContractState,
    Firm,
    Framework,
    FrameworkFirm,
    Ground,
    PublicContract,
    PurchaseRequest,
)
from processes.transactions.rules.frameworks import CallOffChoice

_UNIT: Final = "D07"
_SUBJECT: Final = "گل و نهال بوستان‌ها (نمایشی)"
_CEILING: Final = 21_000_000_000
#: code, description, unit, quantity that was tendered, and the price of each supplier
_BILL: Final = (
    ("گ-۱", "گل فصلی", "بوته", 100_000, (60_000, 62_000, 63_500)),
    ("ن-۱", "نهال چنار", "اصله", 6_000, (2_500_000, 2_550_000, 2_580_000)),
)
#: of the demonstration's register, by rank
_SUPPLIERS: Final = ("10100456787", "14007650912", "10180344710")


def call_off(office: DemoOffice, line: str, begin: datetime, *, is_ordered: bool) -> Story:
    """Walk a request under the framework to its order, or until it waits for its supplier."""
    yield begin
    with office.unit_of_work() as uow:
        framework = str(_framework(uow.session, office.at).id)
        uow.commit()
    what = "گل‌کاری پاییزه" if is_ordered else "نهال‌کاری میدان"
    code, description, measure, quantity, cost = (
        ("گ-۱", "گل فصلی", "بوته", "20000", 1_200_000_000)
        if is_ordered
        else ("ن-۱", "نهال چنار", "اصله", "400", 1_000_000_000)
    )
    case = office.start("purchase_request", "tech_office", subject=what, category="GOODS")
    typed: dict[str, Any] = {
        "framework_id": framework,
        "purpose": "نگهداشت بوستان‌های منطقه",
        "item_group": "FLOWERS",
        "items": [
            {"code": code, "description": description, "quantity": quantity, "measure": measure}
        ],
        "estimate": cost,
        "line_code": line,
        "needed_by": (local_date(office.now) + timedelta(days=30)).isoformat(),
    }
    case.answer("enter_request", "tech_office", "submit", **typed)
    yield office.at + timedelta(hours=20)
    case.answer("approve_request", "unit_head")
    yield office.at + timedelta(hours=4)
    case.answer("reserve_credit", "budget_officer", "reserve", line_code=line)
    yield office.at + timedelta(hours=2)
    order = office.start("framework_call_off", "proc_officer", request_id=_id_of(office, case))
    if is_ordered:
        yield office.at + timedelta(hours=1)
        order.answer("ask_supplier", "proc_officer", "accept", delivery_days=15)
        yield office.at + timedelta(hours=1)
        order.answer("approve_call_off", "fin_head", "approve")


def _id_of(office: DemoOffice, case: DemoCase) -> str:
    with office.unit_of_work() as uow:
        found = select(PurchaseRequest.id).where(PurchaseRequest.instance_id == case.instance_id)
        return str(uow.session.scalars(found).one())


def _framework(session: Session, at: datetime) -> Framework:
    """Return the framework; it is kept when the first story asks for it."""
    known = session.scalar(select(Framework).where(Framework.is_demo))
    if known is not None:
        return known
    today = local_date(at)
    year = JalaliDate.of(today).year
    made = Framework(
        unit=_UNIT,
        number=f"{_UNIT}-{year}-F-{next_number(session, f'framework/{_UNIT}/{year}'):04d}",
        subject=_SUBJECT,
        category=Category.GOODS,
        choice=CallOffChoice.RANK,
        concluded_at=at,
        is_demo=True,
    )
    for rank, identifier in enumerate(_SUPPLIERS, 1):
        firm = session.scalars(select(Firm).where(Firm.identifier == identifier)).one()
        number = next_number(session, f"contract/{_UNIT}/{year}")
        contract = PublicContract(
            unit=_UNIT,
            number=f"{_UNIT}-{year}-C-{number:04d}",
            ground=Ground.AWARD,
            firm_id=firm.id,
            subject=_SUBJECT,
            category=Category.GOODS,
            price=Rial(_CEILING),
            starts_on=today,
            duration_days=365,
            state=ContractState.SIGNED,
            drafted_at=at,
            drafted_by="proc_officer",
            firm_signed_on=today,
            signed_at=at,
            signed_by="unit_head",
            is_demo=True,
        )
        contract.bill = [
            BillItem(
                position=position,
                code=code,
                description=description,
                measure=measure,
                quantity=quantity,
                unit_price=Rial(prices[rank - 1]),
            )
            for position, (code, description, measure, quantity, prices) in enumerate(_BILL, 1)
        ]
        made.firms.append(FrameworkFirm(rank=rank, contract=contract))
    session.add(made)
    session.flush()
    return made
