"""Auctions to try: a lease handed over, a shop sold in instalments, land that takes offers."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select

from engine.sdk import DemoCase, DemoOffice, Story
from engine.values import Rial, local_date
from processes.transactions.demo.commission import MEMBERS, Commission
from processes.transactions.demo.guarantees import in_force
from processes.transactions.records import PropertyAuction
from processes.transactions.rules.guarantee_register import Kind

#: a moment so many days ago
Ago = Callable[[DemoOffice, int], datetime]
_M: Final = 1_000_000
_KIOSK: Final = 900 * _M
_LAND: Final = 50_000 * _M
_SHOP: Final = 8_000 * _M
_OFFERS: Final = (
    ("10100456787", "خدمات شهری سبزراه (نمایشی)", 950 * _M),
    ("14007650912", "شرکت آبادگران هفت‌حوض (نمایشی)", 1_020 * _M),
    ("10180344710", "راه‌سازان مهر توس (نمایشی)", 860 * _M),
)
_SHOP_OFFERS: Final = (
    ("10380284790", "شرکت کاغذ نمونه (نمایشی)", 8_600 * _M),
    ("10100456787", "خدمات شهری سبزراه (نمایشی)", 8_250 * _M),
)


def leased(office: DemoOffice, ago: Ago) -> Story:
    """Lease a kiosk to who offered most on paper, up to handing it over."""
    case = yield from _prepared(office, ago, 40, "LEASE", "دکهٔ گل‌فروشی بوستان (نمایشی)", _KIOSK)
    yield ago(office, 36)
    case.answer(
        "publish_auction",
        "proc_officer",
        "submit",
        way="SEALED",
        lease_months=12,
        **_dates(office, 24),
    )
    yield ago(office, 11)
    rows = _offered(_OFFERS, 45 * _M, "س")
    case.answer("record_offers", "proc_officer", "submit", offers_typed=rows)
    yield ago(office, 10)
    case.answer("name_buyer", "commission1", "confirm", minute_no="م/۱۴۰۵/۲۱")
    yield ago(office, 6)
    paid = {"balance_receipt": "ب/۷۳۱", "received_on": _day(office), "received": 975 * _M}
    case.answer("receive_balance", "fin_expert", "paid", **paid)
    yield ago(office, 4)
    handed = {"deed_no": "اجاره/۱۲", "handed_over_on": _day(office)}
    case.answer("hand_over", "proc_officer", "submit", **handed)


def sold_in_instalments(office: DemoOffice, ago: Ago) -> Story:
    """Sell a shop in monthly instalments: the first is received, the second is late."""
    subject = "غرفهٔ بازار روز (نمایشی)"
    case = yield from _prepared(office, ago, 112, "SALE", subject, _SHOP)
    yield ago(office, 108)
    terms = {"payment": "INSTALMENTS", "instalment_count": 5, "interval_months": 1}
    case.answer(
        "publish_auction", "proc_officer", "submit", way="SEALED", **terms, **_dates(office, 20)
    )
    yield ago(office, 87)
    rows = _offered(_SHOP_OFFERS, 400 * _M, "غ")
    case.answer("record_offers", "proc_officer", "submit", offers_typed=rows)
    yield ago(office, 86)
    case.answer("name_buyer", "commission1", "confirm", minute_no="م/۱۴۰۵/۹")
    yield ago(office, 80)
    asked = case.variables
    held = in_force(
        office, Kind.PAYMENT, "ض/۴۴۰۷", str(asked["auction_no"]), Rial(int(asked["rest"])),
        date.fromisoformat(asked["guaranteed_until"]),
    )  # fmt: skip
    case.answer(
        "receive_balance", "fin_expert", "paid", received=int(asked["balance"]),
        received_on=_day(office), balance_receipt="ب/۵۱۸", guarantee_id=held,
    )  # fmt: skip
    yield ago(office, 78)
    handed = {"deed_no": "سند/۳۱", "handed_over_on": _day(office)}
    case.answer("hand_over", "proc_officer", "submit", **handed)
    yield ago(office, 45)
    case.answer(
        "receive_instalment", "fin_expert", "received", instalment_receipt="ق/۶۰۲",
        instalment_received=int(case.variables["instalment_amount"]), instalment_on=_day(office),
    )  # fmt: skip


def for_sale(office: DemoOffice, ago: Ago) -> Story:
    """Put land up for sale, and take offers that bidders seal here."""
    case = yield from _prepared(office, ago, 12, "SALE", "زمین خیابان بهار (نمایشی)", _LAND)
    case.answer("approve_sale_higher", "mayor")
    yield ago(office, 8)
    commission = {"members": list(MEMBERS), "threshold": 2}
    case.answer(
        "publish_auction", "proc_officer", "submit", way="ONLINE", **_dates(office, 26),
        **commission,
    )  # fmt: skip
    yield ago(office, 7)
    with office.unit_of_work() as uow:
        found = select(PropertyAuction.seal_id).where(
            PropertyAuction.instance_id == case.instance_id
        )
        seal = uow.session.scalars(found).one()
    assert seal is not None
    Commission(office, seal).make_key()
    case.answer("make_auction_key", "proc_officer", "publish")


def _prepared(
    office: DemoOffice, ago: Ago, days: int, kind: str, subject: str, base: int
) -> Generator[datetime, None, DemoCase]:
    """Walk a property to its approved base price, a step a day."""
    yield ago(office, days)
    case = office.start("property_auction", "proc_officer", subject=subject, kind=kind)
    about = {"description": "با سند رسمی و دسترسی از معبر", "title_no": f"۱۲/{days}"}
    case.answer("describe_property", "proc_officer", "submit", **about)
    yield ago(office, days - 1)
    case.answer("check_title", "legal", "clear", title_note="به نام شهرداری، بی رهن و بازداشت")
    yield ago(office, days - 2)
    valued: dict[str, Any] = {
        "valuer": "کارشناس رسمی (نمایشی)",
        "valuer_licence": "۱۲۳۴",
        "valuation_no": f"ن/{days}",
        "valued_on": _day(office),
        "base": base,
    }
    case.answer("value_property", "fin_expert", "submit", **valued)
    yield ago(office, days - 3)
    case.answer("approve_base", "unit_head")
    return case


def _offered(
    offers: Sequence[tuple[str, str, int]], deposit: int, series: str
) -> list[dict[str, Any]]:
    """Return offers as they are typed; each deposit has a receipt of a series."""
    return [
        {
            "identifier": who, "bidder": name, "amount": amount, "deposit": deposit,
            "receipt_no": f"{series}/{who[-4:]}",
        }
        for who, name, amount in offers
    ]  # fmt: skip


def _dates(office: DemoOffice, days: int) -> dict[str, str]:
    return {
        "notice": "شهرداری منطقه ۷ مال یادشده را به بالاترین پیشنهاد واگذار می‌کند (نمایشی).",
        "visit_from": _day(office, 1),
        "visit_until": _day(office, 10),
        "deadline_on": _day(office, days),
    }


def _day(office: DemoOffice, days: int = 0) -> str:
    return (local_date(office.at) + timedelta(days=days)).isoformat()
