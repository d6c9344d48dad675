"""Pre-qualifications to try: one takes papers for some days yet, of one the short list is made."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import select

from engine.sdk import Content, DemoCase, DemoOffice, Story
from engine.values import TEHRAN, local_date
from engine.values.later import opening
from processes.transactions.commands import applying
from processes.transactions.demo.tenders import PAPER
from processes.transactions.queries.prequalifying import prequalification_of_case
from processes.transactions.records import PurchaseRequest

_CRITERIA: Final = (("سابقهٔ کار مشابه", "50"), ("ماشین‌آلات و نیروی فنی", "50"))
_EVALUATORS: Final = ("tech_committee", "tech_committee2")
_PAPERS: Final = ("گواهی رتبه.pdf", "فهرست کارهای پنج سال.pdf")
_LARGEST: Final = 2**20  #: bytes of a firm's papers here
#: who applies, and what each evaluator gives it for each criterion, with the reason
_DESERVED: Final = {
    "contractor": (86, 82, "سه کار مشابه در پنج سال، با گواهی حسن انجام کار"),
    "bidder3": (78, 74, "دو کار مشابه؛ ماشین‌آلات از آن خود شرکت"),
    "bidder2": (69, 75, "یک کار مشابه و تیم فنی کامل"),
    "bidder4": (48, 55, "کار مشابهی نشان نداده است"),
}


def call_firms(office: DemoOffice, request: DemoCase) -> Story:
    """Call firms for a request of a limited tender; its papers are due in twelve days."""
    case = yield from _called(
        office, request, "شناسایی سازندگان پل عابر (نمایشی)",
        "شرکت‌هایی که سازهٔ فولادی پل عابر ساخته و نصب کرده‌اند",
        local_date(office.now) + timedelta(days=12),
    )  # fmt: skip
    _hand_in(office, case, ["bidder3"])


def score_firms(office: DemoOffice, request: DemoCase) -> Story:
    """Walk a call whose papers have come to its scores: the head has the short list to approve."""
    case = yield from _called(
        office, request, "شناسایی سازندگان پل عابر بزرگراه (نمایشی)",
        "شرکت‌هایی که پل عابر را بر بزرگراه پررفت‌وآمد ساخته‌اند",
        local_date(office.now) - timedelta(days=9),
    )  # fmt: skip
    yield office.at + timedelta(days=2)
    _hand_in(office, case, list(_DESERVED))
    yield opening(local_date(office.now) - timedelta(days=6)) + timedelta(hours=1)
    named = [{"username": each} for each in _EVALUATORS]
    case.answer("name_evaluators", "proc_officer", "submit", named=named)
    yield office.at + timedelta(hours=3)
    for place, name in enumerate(_EVALUATORS):
        case.answer("score_papers", name, "submit", marks=_marks(case, place))


def _called(
    office: DemoOffice, request: DemoCase, title: str, description: str, until: date
) -> Generator[datetime, None, DemoCase]:
    """Begin the pre-qualification of a request and have its call published."""
    with office.unit_of_work() as uow:
        found = select(PurchaseRequest.id).where(PurchaseRequest.instance_id == request.instance_id)
        chosen = str(uow.session.scalars(found).one())
    case = office.start("prequalification", "proc_officer", request_id=chosen)
    case.answer(
        "draft_call",
        "proc_officer",
        "submit",
        call_title=title,
        call_description=description,
        papers_asked="گواهی رتبه، فهرست کارهای پنج سال گذشته، فهرست ماشین‌آلات",
        deadline=datetime.combine(until, time(14), TEHRAN).isoformat(),
        criteria=[{"title": criterion, "weight": weight} for criterion, weight in _CRITERIA],
        minimum_score="60",
    )
    yield office.at + timedelta(hours=3)
    case.answer("approve_call", "unit_head")
    return case


def _hand_in(office: DemoOffice, case: DemoCase, bidders: Sequence[str]) -> None:
    """Let firms hand their papers in, one after the other."""
    with office.unit_of_work() as uow:
        number = prequalification_of_case(uow.session, case.instance_id).number
    with office.store.receive(_LARGEST) as incoming:
        incoming.write(PAPER)
        office.store.keep(incoming)
        papers = [
            Content(name, "pdf", incoming.size, incoming.sha256, scanned=False) for name in _PAPERS
        ]
    for each in bidders:
        applying.hand_in(
            office.unit_of_work(), number, papers, most=_LARGEST, sign=office.sign,
            actor=office.actor(each), at=office.at,
        )  # fmt: skip


def _marks(case: DemoCase, evaluator: int) -> list[dict[str, Any]]:
    """Return what an evaluator gives, firm by firm in the order they applied."""
    deserved = list(_DESERVED.values())
    lines: list[dict[str, Any]] = case.variables["marks"]
    return [
        {**each, "mark": str(of_firm[evaluator]), "mark_reason": of_firm[-1]}
        for each in lines
        for of_firm in [deserved[each["applicant_no"] - 1]]
    ]
