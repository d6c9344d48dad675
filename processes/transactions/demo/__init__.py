"""Suppliers of the register, requests and purchases to try, only in demo mode."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select

from engine.sdk import DemoCase, DemoOffice, Session, Story, demo_data, demo_stories
from engine.values import local_date
from engine.values.later import opening
from processes.transactions.demo.auctions import for_sale, leased, sold_in_instalments
from processes.transactions.demo.frameworks import call_off
from processes.transactions.demo.outcomes import outcomes
from processes.transactions.demo.prequalifications import call_firms, score_firms
from processes.transactions.demo.tenders import Call, day_of, moment, publish, tender_of_request
from processes.transactions.records import Debarment, Firm, FirmGrade, PurchaseRequest

#: id, name, field and grade; all made up, their check digits agree
_FIRMS: Final = (
    ("10380284790", "شرکت کاغذ نمونه (نمایشی)", "کاغذ و لوازم", 2),
    ("10100456787", "خدمات شهری سبزراه (نمایشی)", "فضای سبز", 1),
    ("14007650912", "شرکت آبادگران هفت‌حوض (نمایشی)", "راه و باند", 2),
    ("10180344710", "راه‌سازان مهر توس (نمایشی)", "راه و باند", 3),
    ("10260288351", "ساختمانی پی‌افکن (نمایشی)", "ساختمان", 4),
)
_BARRED: Final = "10260288351"
_LINE: Final = "110304-7"  #: of the demonstration's budget
_BRIDGES: Final = "410207-7"
_NO_MONEY: Final = "در بودجهٔ امسال جایی ندارد؛ برای سال آینده پیشنهاد شود."


@demo_data
def load(session: Session, at: datetime) -> None:
    """Bring the suppliers in, once."""
    if session.scalar(select(Firm.id).where(Firm.is_demo).limit(1)) is not None:
        return
    today = local_date(at)
    for identifier, name, field, grade in _FIRMS:
        firm = Firm(
            identifier=identifier, name=name, entered_at=at, entered_by="proc_officer", is_demo=True
        )
        firm.grades.append(
            FirmGrade(
                field=field, grade=grade, certificate=f"گ/{identifier[-4:]}",
                valid_until=today + timedelta(days=400), entered_at=at, entered_by="proc_officer",
            )
        )  # fmt: skip
        if identifier == _BARRED:
            firm.debarments.append(
                Debarment(
                    reason="انجام ندادن تعهد قرارداد", letter_no="۱۴۰۵/۲۱۷",
                    since=today - timedelta(days=40), until=today + timedelta(days=140),
                    entered_at=at, entered_by="unit_head",
                )
            )  # fmt: skip
        session.add(firm)


@demo_stories
def stories(office: DemoOffice) -> list[Story]:
    """Return what happened to a few requests; nothing where they were told before."""
    uow = office.unit_of_work()
    with uow:
        if uow.session.scalar(select(PurchaseRequest.id).limit(1)) is not None:
            return []
    return [
        _request(office, "کود و سم بوستان‌ها", "GREEN", 1_800_000_000, 5, "reserve_credit"),
        _request(office, "نهال چنار", "TREES", 3_400_000_000, 4, "reserve_credit"),
        _request(office, "آبپاش سیار", "WATER", 24_000_000_000, 3, "approve_request"),
        _request(office, "چمن‌زن", "MOWERS", 950_000_000, 2, None),
        _request(office, "چراغ پارکی", "LAMPS", 5_900_000_000, 9, "reject"),
        _request(office, "نیمکت چوبی", "BENCHES", 1_250_000_000, 8, "reject"),
        _request(
            office,
            "پمپ آب بوستان",
            "PUMPS",
            2_600_000_000,
            4,
            "reserve_credit",
            emergency_letter="ف/۱۴۰۵/۳۳",
        ),
        _tender(office, "روکش معابر (نمایشی)", "ASPHALT", 21_000_000_000, 9),
        _tender(office, "بازسازی پل عابر (نمایشی)", "BRIDGE", 20_500_000_000, 6, is_draft=True),
        _called(office, "پل عابر میدان نمونه (نمایشی)", "FOOTBRIDGE", 5, call_firms),
        _called(office, "پل عابر بزرگراه نمونه (نمایشی)", "FOOTBRIDGES", 33, score_firms),
        leased(office, _ago),
        sold_in_instalments(office, _ago),
        for_sale(office, _ago),
        call_off(office, _LINE, _ago(office, 7), is_ordered=True),
        call_off(office, _LINE, _ago(office, 3), is_ordered=False),
        *outcomes(office),
    ]


def _request(
    office: DemoOffice,
    subject: str,
    group: str,
    estimate: int,
    days: int,
    done: str | None,
    **other: Any,
) -> Story:
    """Walk a request to what is done last; none: it waits for its approval."""
    yield _ago(office, days)
    case = office.start("purchase_request", "tech_office", subject=subject, category="GOODS")
    _enter(case, office, group, estimate, **other)
    if done is None:
        return
    yield _ago(office, days - 1)
    if done == "reject":
        case.answer("approve_request", "unit_head", "reject", note=_NO_MONEY)
        return
    case.answer("approve_request", "unit_head")
    if done == "reserve_credit":
        yield _ago(office, days - 2)
        case.answer("reserve_credit", "budget_officer", "reserve", line_code=_LINE)


def _tender(
    office: DemoOffice,
    subject: str,
    group: str,
    estimate: int,
    days: int,
    *,
    is_draft: bool = False,
) -> Story:
    """Walk a large request to its tender, and that to its notice, unless it stays a draft."""
    yield _ago(office, days)
    case = office.start("purchase_request", "tech_office", subject=subject, category="WORKS")
    _enter(case, office, group, estimate, quality_matters=True)
    yield _ago(office, days - 1)
    case.answer("approve_request", "unit_head")
    yield _ago(office, days - 2)
    case.answer("reserve_credit", "budget_officer", "reserve", line_code=_LINE)
    yield _ago(office, days - 3)
    tender = tender_of_request(office, case)
    if not is_draft:
        yield from publish(office, tender, _taking_bids(office))


def _taking_bids(office: DemoOffice) -> Call:
    """Return dates counted from the day the demonstration is loaded, so that bids are taken."""
    return Call(
        "روکش آسفالت بولوار نمونه (نمایشی)",
        "تراش و روکش آسفالت بولوار، با طرح ترافیکی و خط‌کشی",
        deadline_on=day_of(office, -18),
        opening_at=moment(day_of(office, -19), 9),
    )


def _called(
    office: DemoOffice,
    subject: str,
    group: str,
    days: int,
    go_on: Callable[[DemoOffice, DemoCase], Story],
) -> Story:
    """Walk a request whose firms are to be found first to its call."""
    yield _ago(office, days)
    case = office.start("purchase_request", "tech_office", subject=subject, category="WORKS")
    reason = "اجرای آن کار چند شرکت آزموده است"
    _enter(case, office, group, 22_000_000_000, limited_reason=reason, line_code=_BRIDGES)
    yield _ago(office, days - 1)
    case.answer("approve_request", "unit_head")
    yield _ago(office, days - 2)
    case.answer("reserve_credit", "budget_officer", "reserve", line_code=_BRIDGES)
    yield _ago(office, days - 3)
    yield from go_on(office, case)


def _enter(case: DemoCase, office: DemoOffice, group: str, estimate: int, **other: Any) -> None:
    needed: dict[str, Any] = {
        "purpose": "نگهداشت بوستان‌های منطقه",
        "item_group": group,
        "items": [{"description": "بستهٔ شش‌ماهه", "quantity": "10", "measure": "بسته"}],
        "estimate": estimate,
        "line_code": _LINE,
        "needed_by": (local_date(office.now) + timedelta(days=45)).isoformat(),
    }
    case.answer("enter_request", "tech_office", "submit", **(needed | other))


def _ago(office: DemoOffice, days: int) -> datetime:
    moment = opening(local_date(office.now) - timedelta(days=days)) + timedelta(minutes=70)
    return min(moment, office.now)
