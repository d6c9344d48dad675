"""A pre-qualification to try: firms are called, and papers are taken for some days yet."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy import select

from engine.sdk import DemoCase, DemoOffice, Story
from engine.values import TEHRAN, local_date
from processes.transactions.records import PurchaseRequest

_CRITERIA: Final = (("سابقهٔ کار مشابه", "50"), ("ماشین‌آلات و نیروی فنی", "50"))


def call_firms(office: DemoOffice, request: DemoCase) -> Story:
    """Call firms for a request of a limited tender; its papers are due in twelve days."""
    with office.unit_of_work() as uow:
        found = select(PurchaseRequest.id).where(PurchaseRequest.instance_id == request.instance_id)
        chosen = str(uow.session.scalars(found).one())
    case = office.start("prequalification", "proc_officer", request_id=chosen)
    until = local_date(office.now) + timedelta(days=12)
    case.answer(
        "draft_call",
        "proc_officer",
        "submit",
        call_title="شناسایی سازندگان پل عابر (نمایشی)",
        call_description="شرکت‌هایی که سازهٔ فولادی پل عابر ساخته و نصب کرده‌اند",
        papers_asked="گواهی رتبه، فهرست کارهای پنج سال گذشته، فهرست ماشین‌آلات",
        deadline=datetime.combine(until, time(14), TEHRAN).isoformat(),
        criteria=[{"title": title, "weight": weight} for title, weight in _CRITERIA],
        minimum_score="60",
    )
    yield office.at + timedelta(hours=3)
    case.answer("approve_call", "unit_head")
