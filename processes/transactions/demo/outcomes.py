"""How tenders end: one whose contract is signed, one that is complained of, one to open today."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from engine.sdk import DemoCase, DemoOffice, Person, Representation, Story
from engine.values import Rial, local_date
from engine.values.later import opening
from processes.transactions.demo.bids import Bid, send
from processes.transactions.demo.commission import Commission
from processes.transactions.demo.guarantees import in_force
from processes.transactions.demo.judging import check_prices, name_winners, score
from processes.transactions.demo.tenders import Call, day_of, moment, publish, tender_of_request
from processes.transactions.records import Firm, FirmGrade, Tender
from processes.transactions.rules.guarantee_register import Kind as Guaranteed
from processes.transactions.sealing.envelope import Kind

_LINE: Final = "410102-7"  #: of the demonstration's budget: its capital
_SUPPLIES: Final = "110201-7"
_CONTRACTOR: Final = "contractor"
_CONTRACTOR_PARTY: Final = "14007650912"
#: of the accounts that bid and that the register does not know yet; made up
_FIRMS: Final = (
    ("14012345679", "راه و ساختمان البرزکوه (نمایشی)", 2),
    ("10861234508", "پایاپیمان شهر (نمایشی)", 3),
)
_ITEMS: Final = (
    {"description": "آسفالت توپکا", "quantity": "3000", "measure": "تن", "code": "150101"},
    {"description": "لکه‌گیری", "quantity": "1500", "measure": "متر مربع", "code": "150102"},
)
_QUANTITIES: Final = (3000, 1500)
_ESTIMATE: Final = 20_400_000_000
_MIDDAY: Final = timedelta(hours=4)


def outcomes(office: DemoOffice) -> list[Story]:
    """Return the stories; their bidders are let into the register first."""
    _let_in(office)
    return [_concluded(office), _complained(office), _opening_today(office)]


def _let_in(office: DemoOffice) -> None:
    """Keep two more firms, and let the contractor of the demonstration bid, too."""
    at = _ago(office, 120)
    with office.unit_of_work() as uow:
        for identifier, name, grade in _FIRMS:
            if uow.session.scalar(select(Firm.id).where(Firm.identifier == identifier)) is None:
                uow.session.add(_firm(identifier, name, grade, at))
        person = select(Person.id).where(Person.username == _CONTRACTOR)
        represents = Representation(
            person_id=uow.session.scalars(person).one(), role="BIDDER", party=_CONTRACTOR_PARTY
        )
        uow.session.merge(represents)
        uow.commit()


def _firm(identifier: str, name: str, grade: int, at: datetime) -> Firm:
    kept = FirmGrade(
        field="راه و باند", grade=grade, certificate=f"گ/{identifier[-4:]}",
        valid_until=local_date(at) + timedelta(days=700), entered_at=at, entered_by="proc_officer",
    )  # fmt: skip
    return Firm(
        identifier=identifier, name=name, entered_at=at, entered_by="proc_officer", is_demo=True,
        grades=[kept],
    )  # fmt: skip


def _concluded(office: DemoOffice) -> Story:
    """Walk a two-stage tender of three bidders to the contract with the best of them."""
    bids = (
        Bid(_CONTRACTOR, (4_600_000, 3_600_000), 88),
        Bid("bidder3", (4_650_000, 3_700_000), 79),
        Bid("bidder4", (4_100_000, 3_200_000), 46),
    )
    call = _call(
        office, 74, "لکه‌گیری و روکش معابر محلهٔ بهار (نمایشی)", "اجرا در شب، با طرح ترافیکی"
    )
    case, commission = yield from _bid_for(office, 98, "REPAVING", call, bids)
    number = commission.number
    yield from _opened(case, commission, call)
    yield _ago(office, 72)
    score(office, number, bids)
    case.answer("score_quality", "tech_committee", "done")
    yield _ago(office, 71)
    commission.meet()
    yield from _awarded(office, case, commission)
    yield _window_end(office, commission)
    yield from _signed(office, case.called(), bids[0])


def _complained(office: DemoOffice) -> Story:
    """Walk a tender by price to its award, of which the second complains; the board has it now."""
    bids = (
        Bid("bidder4", (4_300_000, 3_400_000)),
        Bid("bidder2", (4_400_000, 3_500_000)),
    )
    call = _call(
        office, 16, "روکش و لکه‌گیری خیابان گلستان (نمایشی)", "با تأمین قیر از سوی پیمانکار",
        rates_quality=False,
    )  # fmt: skip
    case, commission = yield from _bid_for(office, 40, "REPAVING2", call, bids)
    yield from _opened(case, commission, call)
    yield from _awarded(office, case, commission)
    yield _ago(office, 7) + _MIDDAY
    complaint = office.start(
        "complaint", "bidder2", tender_id=_tender_id(office, commission.seal), about="AWARD",
        complaint_text="ضمانت‌نامهٔ برنده پس از مهلت تسلیم اصلاح شده است؛ رسیدگی شود.",
    )  # fmt: skip
    yield _ago(office, 4) + _MIDDAY
    complaint.answer(
        "answer_complaint", "unit_head", "reject",
        answer_text="ضمانت‌نامه همان است که در پاکت الف گشوده شد؛ صورت‌جلسه پیوست پرونده است.",
    )  # fmt: skip


def _opening_today(office: DemoOffice) -> Story:
    """Walk a tender to the hour of its session: sealed bids wait for the commission."""
    bids = (
        Bid("bidder2", (4_450_000, 3_650_000)),
        Bid("bidder3", (4_600_000, 3_500_000)),
    )
    call = Call(
        "بهسازی و روکش معابر محلهٔ نیلوفر (نمایشی)", "با خط‌کشی و همسطح‌سازی دریچه‌ها",
        deadline_on=day_of(office, 1), opening_at=moment(day_of(office, 0), 8),
    )  # fmt: skip
    yield from _bid_for(office, 25, "REPAVING3", call, bids, _SUPPLIES)


def _call(office: DemoOffice, days: int, title: str, about: str, **other: Any) -> Call:
    """Return a call whose bids were due so many days ago, and opened two hours after."""
    on = day_of(office, days)
    return Call(title, about, deadline_on=on, opening_at=moment(on, 16), **other)


def _bid_for(
    office: DemoOffice, days: int, group: str, call: Call, bids: Sequence[Bid], line: str = _LINE
) -> Generator[datetime, None, tuple[DemoCase, Commission]]:
    """Walk a request to its tender, and that to the sealed bids of its bidders."""
    yield _ago(office, days)
    request = office.start("purchase_request", "tech_office", subject=call.title, category="WORKS")
    request.answer(
        "enter_request", "tech_office", "submit",
        purpose="ایمنی و روانی رفت‌وآمد", item_group=group, items=list(_ITEMS),
        estimate=_ESTIMATE, line_code=line, quality_matters=call.rates_quality,
        needed_by=(local_date(office.at) + timedelta(days=200)).isoformat(),
    )  # fmt: skip
    yield _ago(office, days - 1)
    request.answer("approve_request", "unit_head")
    yield _ago(office, days - 2)
    request.answer("reserve_credit", "budget_officer", "reserve", line_code=line)
    yield _ago(office, days - 3)
    case = tender_of_request(office, request)
    commission = yield from publish(office, case, call)
    for number, bid in enumerate(bids, 1):
        yield moment(call.deadline_on, 14) - timedelta(hours=20 // number)
        send(office, commission.seal, bid, _QUANTITIES)
    return case, commission


def _opened(case: DemoCase, commission: Commission, call: Call) -> Story:
    """Hold the session: guarantees and technical documents of all."""
    yield call.opening_at + timedelta(minutes=5)
    commission.meet()
    commission.open(Kind.GUARANTEE, Kind.TECHNICAL)
    if call.rates_quality:
        commission.write_minutes()
    case.answer("hold_session", "proc_officer", "done")


def _awarded(office: DemoOffice, case: DemoCase, commission: Commission) -> Story:
    """Open the prices, work them out and name the winners, a day after the other."""
    commission.open(Kind.PRICE)
    commission.end()
    commission.write_minutes()
    case.answer("open_prices", "proc_officer", "done")
    yield office.at + timedelta(hours=16)
    check_prices(office, commission.number)
    case.answer("check_prices", "fin_expert", "done")
    yield office.at + timedelta(hours=22)
    name_winners(office, commission.number)
    case.answer("name_winners", "commission1", "named")


def _window_end(office: DemoOffice, commission: Commission) -> datetime:
    """Return the moment after which nobody complains of an award any more."""
    with office.unit_of_work() as uow:
        found = select(Tender.complaints_until).where(Tender.seal_id == commission.seal)
        until = uow.session.scalars(found).one()
    assert until is not None
    return opening(local_date(until) + timedelta(days=1))


def _signed(office: DemoOffice, signing: DemoCase, bid: Bid) -> Story:
    """Let the winner give a guarantee and both sign, with a bill at the prices of the bid."""
    yield office.at + timedelta(days=1)
    signing.answer("read_award", bid.by, "seen")
    yield office.at + timedelta(days=2)
    guarantee = in_force(
        office, Guaranteed.PERFORMANCE, "ض/۹۹۱۲", str(signing.variables["contract_no"]),
        Rial(bid.total(_QUANTITIES).amount // 20), local_date(office.at) + timedelta(days=305),
    )  # fmt: skip
    signing.answer("take_guarantee", "proc_officer", "accept", guarantee_id=guarantee)
    yield office.at + timedelta(days=1)
    price = bid.total(_QUANTITIES).amount
    bill = [
        {**item, "unit_price": cost} for item, cost in zip(_ITEMS, bid.unit_prices, strict=True)
    ]
    signing.answer(
        "draft_contract", "proc_officer", "submit", price=price, duration_days=150, advance="20",
        starts_on=(local_date(office.at) + timedelta(days=5)).isoformat(), bill=bill,
        is_adjustable=True,
    )  # fmt: skip
    yield office.at + timedelta(days=1)
    signing.answer("firm_signs", bid.by, "signed")
    yield office.at + timedelta(hours=22)
    signing.answer("sign_contract", "unit_head", "sign")


def _tender_id(office: DemoOffice, seal: UUID) -> str:
    with office.unit_of_work() as uow:
        return str(uow.session.scalars(select(Tender.id).where(Tender.seal_id == seal)).one())


def _ago(office: DemoOffice, days: int) -> datetime:
    return opening(day_of(office, days)) + timedelta(minutes=70)
