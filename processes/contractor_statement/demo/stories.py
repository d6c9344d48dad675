"""What happened to the demonstration's contracts before somebody looks at it.

Every reviewer finds a statement that is overdue, one that is due today and one that has
time. Days count back from the day it is loaded, so that this holds on any day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from itertools import count, takewhile
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import select

from engine.sdk import DemoCase, DemoOffice, Session, Story, desk_of, working_calendar
from engine.values import JalaliDate, WorkingCalendar, local_date
from engine.values.later import opening
from processes.contractor_statement.demo import CONTRACT_UNIT, works
from processes.contractor_statement.records import ContractLine, CreditKind, CreditLine

#: the way of a statement, each step with who does it
_WAY: Final[Mapping[str, str]] = {
    "enter": "contractor",
    "measure": "supervisor",
    "check": "consultant",
    "technical_review": "tech_office",
    "review_deductions": "fin_expert",
    "check_credit": "budget_officer",
    "sign_voucher": "fin_head",
    "approve": "unit_head",
    "control": "treasurer",
}


_THE_DAY_AFTER: Final = 2  #: working days until what was put off is looked at again
_STARTED: Final = timedelta(days=105)  #: since the sites were handed over
_EXACT: Final = Decimal("0.001")  #: quantities have three decimals
_PROTOCOL: Final = ("صورت‌جلسهٔ بازدید.pdf", "site-visit.pdf")
_CORE: Final = ("عکس مغزه.png", "core.png")


class _Days:
    """Counts days back from the day the demonstration is loaded."""

    def __init__(self, now: datetime, calendar: WorkingCalendar, number: int) -> None:
        self.now = now
        self.calendar = calendar
        self._late = timedelta(minutes=35 + 13 * (number % 7))  #: not all begin at eight
        self._last: datetime | None = None

    @classmethod
    def of(cls, office: DemoOffice, number: int = 0) -> _Days:
        """Return the days of the story of a number, by the calendar as it is now."""
        uow = office.unit_of_work()
        with uow:
            return cls(office.now, working_calendar(uow.session), number)

    def ago(self, days: int) -> datetime:
        """Return a moment of a day that has passed, after the ones that were asked for before."""
        moment = opening(self._day(days)) + self._late
        if self._last is not None and moment <= self._last:
            moment = self._last + timedelta(minutes=40)
        self._last = min(moment, self.now)
        return self._last

    def since(self, due: int, ends: Callable[[date], date]) -> int:
        """Return how many days ago a period began that ends ``due`` days from today.

        None ends on a holiday: what is over ended before it, what is to come ends after it.
        """
        last = self._day(-due)
        if due > 0:
            last = self.calendar.roll(last)
        return next(each for each in count() if ends(self._day(each)) <= last)

    def next_working(self) -> datetime:
        """Return when the office opens after the next working day."""
        day = self.calendar.plus_working_days(self._day(0), _THE_DAY_AFTER)
        return opening(day, self.calendar)

    def _day(self, days_ago: int) -> date:
        return local_date(self.now) - timedelta(days=days_ago)


_Rest: TypeAlias = Callable[[DemoCase, _Days], Story]


@dataclass(frozen=True, slots=True)
class _Told:
    """How far a statement of a contract has come."""

    contract: str
    stands_at: str | None  #: the step; ``None``: it was paid
    due: int = 0  #: days from today until that step's deadline
    attached: tuple[str, str] | None = None  #: to the claim: its name, and that of our file
    rest: _Rest | None = None  #: what happened there besides


def _returned_to_contractor(case: DemoCase, days: _Days) -> Story:
    yield days.ago(3)
    case.answer(
        "measure",
        "supervisor",
        "return",
        return_to="enter",
        return_reason="NO_EVIDENCE",
        return_note="برگ متره و صورت‌جلسهٔ کف‌پوش پیوست نیست؛ لطفاً تکمیل و دوباره ارسال کنید.",
        return_lines="210407",
    )


def _returned_to_finance(case: DemoCase, days: _Days) -> Story:
    yield days.ago(1)
    case.answer(
        "control",
        "treasurer",
        "return",
        return_to="review_deductions",
        return_reason="ARITH",
        return_note="جریمهٔ تأخیر با صورت‌جلسهٔ شمارهٔ ۱۲ نمی‌خواند.",
    )


def _talked_about(case: DemoCase, days: _Days) -> Story:
    yield days.ago(1)
    case.say("@unit_head کسور این دوره با پیمان تطبیق داده شد؛ آمادهٔ تصویب است.", "fin_head")
    yield days.ago(0)
    case.say("@fin_expert لطفاً مبنای جریمه را هم در همین‌جا بنویسید.", "unit_head")


def _photographed(case: DemoCase, days: _Days) -> Story:
    yield days.ago(2)
    name, file = _CORE
    case.attach("measure", "supervisor", name, _content(file))
    case.say("عکس مغزهٔ کیلومتر ۰+۴۲۰ پیوست شد؛ ضخامت لایه‌ها درست است.", "supervisor")


def _delegated(case: DemoCase, days: _Days) -> Story:
    yield days.ago(0)
    note = "لطفاً مقادیر آرماتور را با نقشهٔ کارگاهی مقایسه کنید."
    case.delegate("measure", "supervisor", "project_manager", note)


def _put_off(case: DemoCase, days: _Days) -> Story:
    yield days.ago(0)
    case.snooze("review_deductions", "fin_expert", days.next_working())


def _begun(case: DemoCase, days: _Days) -> Story:
    yield days.ago(1)
    case.claim("review_deductions", "fin_expert")
    case.claim("technical_review", "tech_office")


#: one after another for each contract; the next begins when the one before left the consultant
_STATEMENTS: Final = (
    _Told("0501", None, -50, attached=_PROTOCOL),
    _Told("0501", "check", -3),
    _Told("0502", "approve", -3),
    _Told("0502", "measure", -3),
    _Told("0503", "control", 0),
    _Told("0503", "control", 5),
    _Told("0504", "approve", 0, rest=_talked_about),
    _Told("0504", "measure", 0, rest=_returned_to_contractor),
    _Told("0505", "sign_voucher", -3),
    _Told("0505", "technical_review", 5, rest=_put_off),
    _Told("0505", "measure", 4),
    _Told("0506", "technical_review", -3),
    _Told("0506", "sign_voucher", 5),
    _Told("0506", "measure", 4, rest=_delegated),
    _Told("0507", "sign_voucher", 0),
    _Told("0508", "technical_review", 0, attached=_PROTOCOL, rest=_begun),
    _Told("0508", "check", 8),
    _Told("0509", "control", 5, rest=_returned_to_finance),
    _Told("0510", "check", 0),
    _Told("0511", "enter", -3),
    _Told("0512", "control", -3),
    _Told("0512", "approve", 5),
    _Told("0512", "enter", 27),
    _Told("0513", "enter", 0),
    _Told("0507", "measure", 0, attached=_PROTOCOL, rest=_photographed),
)


def all_stories(office: DemoOffice) -> list[Story]:
    """Return what is told: a story for each statement, and how people sort their lists.

    Nothing is told again where the contracts are.
    """
    uow = office.unit_of_work()
    with uow:
        if works.are_here(uow.session):
            return []
        at = office.now - _STARTED
        contracts = works.bring_in(uow.session, local_date(at), at)
        uow.commit()
    numbers = Counter[str]()
    stories: list[Story] = []
    for told in _STATEMENTS:
        numbers[told.contract] += 1
        no, contract_id = numbers[told.contract], contracts[told.contract]
        stories.append(_statement(office, told, contract_id, no, len(stories)))
    return [*stories, _filters(office)]


def _statement(office: DemoOffice, told: _Told, contract_id: UUID, no: int, number: int) -> Story:
    """Walk one statement, the contract's ``no``-th, to the step where it stands."""
    days = _Days.of(office, number)
    answered = _plan(days, told)
    yield days.ago(answered["start"])
    case = office.start("interim_statement", "contractor", contract_id=str(contract_id))
    for step in takewhile(lambda each: each != told.stands_at, _WAY):
        yield days.ago(answered[step])
        if step == "enter" and told.attached is not None:
            name, file = told.attached
            case.attach(step, "contractor", name, _content(file))
        outcome = "submit" if step == "enter" else "approve"
        case.answer(step, _WAY[step], outcome, **_said(office, contract_id, step, no))
    if told.rest is not None:
        yield from told.rest(case, days)


def _plan(days: _Days, told: _Told) -> dict[str, int]:
    """Return how many days ago each step was answered, so that the open one is due as told."""
    calendar = days.calendar
    if told.stands_at == "enter":
        return {"start": days.since(told.due, lambda day: calendar.plus_months(day, 1))}
    if told.stands_at == "measure":
        filed = days.since(told.due, lambda day: calendar.plus_days(day, 5))
        return {"start": filed + 1, "enter": filed}
    ten_days_ago = days.since(told.due, lambda day: calendar.plus_days(day, 10))
    if told.stands_at == "check":
        filed = ten_days_ago
        return {"start": filed + 1, "enter": filed, "measure": filed - max(1, filed // 3)}
    checked = ten_days_ago
    rest = list(_WAY)[3:]
    return {
        "start": checked + 4,
        "enter": checked + 4,
        "measure": checked + 2,
        "check": checked,
        **{each: checked - no * min(checked, 10) // 7 for no, each in enumerate(rest, 1)},
    }


def _said(office: DemoOffice, contract_id: UUID, step: str, no: int) -> dict[str, Any]:
    """Return what is answered at a step besides the outcome."""
    uow = office.unit_of_work()
    with uow:
        match step:
            case "enter":
                return {
                    "mobilisation_progress": Decimal(no) / 4,
                    "site_materials": 250_000_000 * no,
                    "lines": _claimed(uow.session, contract_id, no),
                }
            case "measure":
                claimed = _claimed(uow.session, contract_id, no)
                return {"lines": dict([_corrected(*next(iter(claimed.items())))])}
            case "review_deductions":
                return {"penalty": 85_000_000, "penalty_minute_no": "ت/۱۲"}
            case "check_credit":
                return {"credit_line_id": str(_credit_line(uow.session, office.at))}
            case _:
                return {}


def _claimed(session: Session, contract_id: UUID, no: int) -> dict[str, dict[str, Any]]:
    """Return cumulative quantities: a fifth of the contract's each time, not the same of each."""
    bill = session.scalars(
        select(ContractLine)
        .where(ContractLine.contract_id == contract_id)
        .order_by(ContractLine.position)
    )
    shares = ((20 * no + 3 * number) for number, _ in enumerate(range(9)))
    return {
        line.code: {"quantity": (line.contract_quantity * share / 100).quantize(_EXACT)}
        for line, share in zip(bill, shares, strict=False)
    }


def _corrected(code: str, line: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    quantity = (line["quantity"] * Decimal("0.96")).quantize(_EXACT)
    note = "برابر صورت‌جلسهٔ بازدید"
    return code, {"quantity": quantity, "reason": "MEASURE", "note": note}


def _credit_line(session: Session, at: datetime) -> UUID:
    year = JalaliDate.of(local_date(at)).year
    found = select(CreditLine.id).where(
        CreditLine.unit == CONTRACT_UNIT,
        CreditLine.fiscal_year == year,
        CreditLine.kind == CreditKind.CAPITAL,
    )
    return session.scalars(found.limit(1)).one()


def _content(file: str) -> bytes:
    return files(__package__).joinpath(file).read_bytes()


def _filters(office: DemoOffice) -> Story:
    yield _Days.of(office).ago(2)
    office.keep_filter("دیرکردها", "due=overdue", "fin_head")
    office.keep_filter("کارهای امروز", "due=today", "supervisor")
    office.keep_filter("کارهای پی‌افکن", "q=پی‌افکن", "fin_expert")
    treasurers = desk_of("TREASURER", CONTRACT_UNIT)
    office.keep_filter("بالای سی میلیارد ریال", "amount-from=30000000000", "unit_head", treasurers)
