"""Tenders to try, from their request to their notice: the way that every one of them comes."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import select

from engine.sdk import DemoCase, DemoOffice, documents_of
from engine.values import TEHRAN, local_date
from processes.transactions.demo.commission import MEMBERS, Commission
from processes.transactions.records import PurchaseRequest, Tender

PAPER: Final = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""
_QUALITY: Final[dict[str, Any]] = {
    "criteria": [
        {"title": "سابقه و توان اجرا", "weight": "40"},
        {"title": "روش و برنامهٔ اجرا", "weight": "60"},
    ],
    "minimum_score": "60",
    "impact": "0.2",
}


@dataclass(frozen=True, slots=True)
class Call:
    """What a tender calls for, and until when."""

    title: str
    description: str
    deadline_on: date
    opening_at: datetime
    rates_quality: bool = True  #: a two-stage tender

    @property
    def dates(self) -> dict[str, str]:
        """As the documents and the notice say them; bids are taken until 14:00 of the last day."""
        return {
            "documents_until": (self.deadline_on - timedelta(days=17)).isoformat(),
            "questions_until": (self.deadline_on - timedelta(days=9)).isoformat(),
            "deadline": moment(self.deadline_on, 14).isoformat(),
            "opening_at": self.opening_at.isoformat(),
        }

    def documents(self, papers: Sequence[str]) -> dict[str, Any]:
        """Return what is sent for approval."""
        return {
            "tender_title": self.title,
            "description": self.description,
            "opening_place": "سالن جلسات شهرداری منطقه ۷",
            "validity_days": 90,
            "advance": "20",
            "is_adjustable": True,
            "members": list(MEMBERS),
            "threshold": 2,
            "instructions": list(papers),
            **(_QUALITY if self.rates_quality else {}),
            **self.dates,
        }


def moment(on: date, hour: int) -> datetime:
    """Return an hour of a day in Tehran."""
    return datetime.combine(on, time(hour), TEHRAN)


def day_of(office: DemoOffice, days: int) -> date:
    """Return the day so many days before the demonstration is loaded, or after it."""
    return local_date(office.now) - timedelta(days=days)


def tender_of_request(office: DemoOffice, request: DemoCase) -> DemoCase:
    """Begin the tender of a request whose credit is reserved."""
    with office.unit_of_work() as uow:
        found = select(PurchaseRequest.id).where(PurchaseRequest.instance_id == request.instance_id)
        chosen = str(uow.session.scalars(found).one())
    return office.start("tender", "proc_officer", request_id=chosen)


def publish(
    office: DemoOffice, case: DemoCase, call: Call
) -> Generator[datetime, None, Commission]:
    """Write, approve, seal and publish a tender, a day after the other; return who opens it."""
    case.attach("draft_documents", "proc_officer", "شرایط مناقصه.pdf", PAPER)
    with office.unit_of_work() as uow:
        papers = [str(each) for each in documents_of(uow.session, case.instance_id)]
    case.answer("draft_documents", "proc_officer", "submit", **call.documents(papers))
    yield office.at + timedelta(hours=3)
    case.answer("approve_specification", "tech_office")
    yield office.at + timedelta(hours=2)
    case.answer("approve_documents", "unit_head")
    yield office.at + timedelta(hours=20)
    with office.unit_of_work() as uow:
        found = select(Tender.seal_id).where(Tender.instance_id == case.instance_id)
        seal = uow.session.scalars(found).one()
    assert seal is not None
    commission = Commission(office, seal)
    commission.make_key()
    case.answer("make_key", "proc_officer", "done")
    yield office.at + timedelta(hours=1)
    case.answer("publish_notice", "proc_officer", "publish", **call.dates)
    return commission
