"""A published tender with its key, made by hand, for the tests of a bidder's pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from engine.sdk import Database, new_id
from engine.values import Rial
from processes.transactions.records import (
    Category,
    Firm,
    Method,
    PurchaseRequest,
    RequestItem,
    RequestState,
    SealedTender,
    TenderInvitation,
    TenderState,
)
from processes.transactions.records import Tender as TenderRow
from processes.transactions.sealing.fingerprints import fingerprint
from processes.transactions.tests.tendering import Tender

#: far from now by every clock
FAR = datetime(2090, 1, 1, 9, tzinfo=UTC)
BIDDERS = ("10380284790", "10100456787", "14012345679")
QUANTITIES = (Decimal("2150.5"), Decimal(40))


def published(
    database: Database,
    actor: Any,
    at: datetime,
    *,
    number: str = "D07-1405-T-0042",
    deadline: datetime = FAR,
    method: Method = Method.PUBLIC_TENDER,
    title: str = "آسفالت معابر ناحیهٔ ۳",
    **values: Any,
) -> Tender:
    """Return the sealing of a tender whose notice is out: documents, dates, a key of members."""
    sealing = Tender(database, None, actor, at, number=number).ready()  # type: ignore[arg-type]
    with database.unit_of_work() as uow:
        moved = update(SealedTender).where(SealedTender.id == sealing.id).values(deadline=deadline)
        uow.session.execute(moved)
        sealed = uow.session.get_one(SealedTender, sealing.id)
        prints = " · ".join(f"{e.kind} {fingerprint(e.public)}" for e in sealed.keys)
        request = _request(at, title)
        uow.session.add(request)
        uow.session.flush()
        known: dict[str, Any] = {
            "guarantee": Rial(5_000_000_000), "validity_days": 90, "published_at": at,
            "questions_until": deadline - timedelta(days=1), "fingerprint": prints,
            "state": TenderState.PUBLISHED, "description": "روکش آسفالت گرم",
        }  # fmt: skip
        tender = TenderRow(
            id=new_id(), instance_id=new_id(), request_id=request.id, seal_id=sealing.id,
            unit="D07", number=number, method=method, title=title, estimate=Rial(100_000_000_000),
            deadline=deadline, opening_at=deadline + timedelta(hours=1), made_at=at,
            made_by="proc_officer", **(known | values),
        )  # fmt: skip
        uow.session.add(tender)
        uow.commit()
    return sealing


def _request(at: datetime, title: str) -> PurchaseRequest:
    request = PurchaseRequest(
        id=new_id(), instance_id=new_id(), unit="D07", fiscal_year=1405,
        state=RequestState.RESERVED, subject=title, category=Category.WORKS, created_at=at,
        requested_by="tech_office",
    )  # fmt: skip
    request.items = [
        RequestItem(position=at_line, description=each, quantity=quantity, measure="تن")
        for at_line, (each, quantity) in enumerate(
            zip(("آسفالت گرم", "قیر پیوندی"), QUANTITIES, strict=True), 1
        )
    ]
    return request


def registered(database: Database, at: datetime, *identifiers: str) -> dict[str, UUID]:
    """Keep firms in the register, those that are not there yet; their ids are returned."""

    with database.unit_of_work() as uow:
        found = {
            each: uow.session.scalar(select(Firm.id).where(Firm.identifier == each))
            for each in identifiers
        }
        for each, known in found.items():
            if known is None:
                firm = Firm(
                    id=new_id(), identifier=each, name=f"شرکت {each[-4:]}", entered_at=at,
                    entered_by="proc_officer",
                )  # fmt: skip
                uow.session.add(firm)
                found[each] = firm.id
        uow.commit()
        return {each: known for each, known in found.items() if known is not None}


def invite(database: Database, number: str, firm_id: UUID) -> None:
    """Invite a firm to a limited tender."""

    with database.unit_of_work() as uow:
        tender = uow.session.scalars(select(TenderRow).where(TenderRow.number == number)).one()
        uow.session.add(TenderInvitation(tender_id=tender.id, firm_id=firm_id))
        uow.commit()
