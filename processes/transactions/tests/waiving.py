"""Walks a purchase whose tender is waived: reasons, board, negotiation, a contract of works."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from engine.commands import tasks
from engine.model.instance import HumanTask
from engine.model.sign_in import Method as SignIn
from engine.values import local_date
from processes.transactions.records import PublicContract, Waiver
from processes.transactions.tests.awarded import registered
from processes.transactions.tests.walking import Buying, Case, Office, offer, priced

BN = 1_000_000_000
BOARD = ("waiver1", "waiver2", "waiver3")


def waived(office: Office, estimate: int = 30 * BN, **other: Any) -> tuple[Case, Buying]:
    """Return a request whose tender is to be waived, and its purchase with its reasons given."""
    request = office.approved(estimate, **({"waiver_letter": "۱۲/۵"} | other))
    buying = office.buy("waiver", request)
    return request, buying.do(
        "give_reasons",
        "submit",
        waiver_reason="SOLE_SOURCE",
        no_competition="تنها سازندهٔ این قطعه است، و نام رقیب آزموده را داریم",
        public_reason="انحصار ساخت",
    )


def convened(buying: Buying, board: Sequence[str] = BOARD) -> Buying:
    """Let the legal office speak and the buyer convene the board."""
    if "legal_view" in buying.waiting:
        buying.do("legal_view", "agree", legal_opinion="مانعی نیست")
    return buying.do("convene", "submit", **session(buying, board))


def session(buying: Buying, board: Sequence[str]) -> dict[str, Any]:
    """Return a session as the form sends it."""
    return {
        "session_no": "ه/۱۴",
        "session_on": local_date(buying.office.clock()).isoformat(),
        "session_place": "تالار شهرداری",
        "invited_members": [{"username": each} for each in board],
    }


def vote(buying: Buying, *votes: str, by: Sequence[str] = BOARD) -> Buying:
    """Let each member vote from the own inbox; the worker then counts."""
    for member, cast in zip(by, votes, strict=True):
        cast_one(buying, member, cast, by=member)
    buying.office.run_jobs()
    return buying


def cast_one(buying: Buying, member: str, cast: str, *, by: str) -> None:
    """Answer the task that lies with a member."""
    office, task = buying.office, task_of(buying, member)
    answer = {"outcome": cast, "vote_reason": f"دلیل {member}"}
    uow, who = office.database.unit_of_work(), office.actor(by)
    tasks.complete(uow, task.id, answer, actor=who, at=office.clock(), confirmed_by=SignIn.PASSWORD)


def task_of(buying: Buying, member: str) -> HumanTask:
    """Return the vote that lies in a member's inbox."""
    return next(
        each
        for each in buying.instance.tasks
        if each.element_id == "vote" and not each.is_closed and each.holder == member
    )


def negotiated(buying: Buying, firm: str, total: int, **other: Any) -> Buying:
    """Negotiate with one firm."""
    known: dict[str, Any] = {
        "quotations": [offer(firm, total)],
        "supplier_id": firm,
        "prices": priced(total),
        "negotiated_on": local_date(buying.office.clock()).isoformat(),
        "price_basis": "EXPERT",
        "negotiation": "بها پنج درصد پایین آمد",
    }
    return buying.do("negotiate", "submit", **(known | other))


def waiver_of(office: Office, buying: Buying) -> Waiver:
    """Return the waiver as stored now, with its votes."""
    with office.database.reader() as found:
        query = select(Waiver).where(Waiver.purchase_id == buying.purchase.id)
        row: Waiver = found.scalars(query).one()
        _ = row.votes
        found.expunge_all()
        return row


BILL = [
    {"description": "آسفالت توپکا", "quantity": "4000", "measure": "تن", "code": "150101"},
    {"description": "لکه‌گیری", "quantity": "1000", "measure": "متر مربع", "code": "150102"},
]
PRICES = (5_000_000, 8_000_000)  #: 28 thousand million in all
UNIT_PRICES = [{"unit_price": each} for each in PRICES]


def of_works(office: Office, firm: str, **other: Any) -> tuple[Case, Buying]:
    """Return works whose tender is waived for a firm, its price approved."""
    case = office.start(subject="ایمن‌سازی پل", category="WORKS")
    case.ask(30 * BN, items=BILL, item_group="BRIDGE", **({"waiver_letter": "۱۲/۵"} | other))
    request = case.do("approve_request")
    request.do("reserve_credit", "reserve", line_code=case.request.line_code)
    buying = office.buy("waiver", request)
    buying.do(
        "give_reasons", "submit", waiver_reason="SOLE_SOURCE", no_competition="دارندهٔ پروانهٔ روش",
        public_reason="انحصار روش",
    )  # fmt: skip
    if "legal_view" in buying.waiting:
        vote(convened(buying), "for", "for", "for")
    return request, negotiated(buying, firm, 28 * BN, prices=UNIT_PRICES).do("approve_negotiated")


def guaranteed(buying: Buying) -> Buying:
    """Take what the register holds in force of the firm's performance."""
    number, least = buying.variables["contract_no"], buying.variables["guarantee_least"]
    kept = registered(buying.office, concerns=str(number), amount=str(least))
    return buying.do("take_guarantee", "accept", guarantee_id=kept)


def drafted(buying: Buying, **other: Any) -> Buying:
    """Write the contract by the negotiated bill: it begins tomorrow and takes 120 days."""
    starts = (local_date(buying.office.clock()) + timedelta(days=1)).isoformat()
    bill = [{**each, "quantity": str(each["quantity"])} for each in buying.variables["bill"]]
    known: dict[str, Any] = {
        "price": 28 * BN,
        "starts_on": starts,
        "duration_days": 120,
        "is_adjustable": True,
        "bill": bill,
    }
    return buying.do("draft_contract", "submit", **(known | other))


def contract_of(office: Office) -> PublicContract:
    """Return the newest contract, with its bill."""
    with office.database.reader() as session:
        query = select(PublicContract).order_by(PublicContract.number.desc()).limit(1)
        found = session.scalars(query).one()
        _ = found.bill
        session.expunge_all()
        return found


def firm_signed(buying: Buying) -> Buying:
    """Let the firm sign, on paper or here."""
    if "firm_signs" in buying.waiting:
        return buying.do("firm_signs", "signed")
    today = local_date(buying.office.clock()).isoformat()
    return buying.do("record_firm", "signed", firm_signed_on=today, firm_paper="ق/۱")
