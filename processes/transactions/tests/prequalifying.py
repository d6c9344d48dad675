"""A pre-qualification being walked: its call, papers, marks and short list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Self

from engine.commands import tasks
from engine.model.sign_in import Method
from engine.sdk import Content
from engine.values import TEHRAN, local_date
from processes.transactions.commands import applying
from processes.transactions.queries.prequalifying import prequalification_of_case
from processes.transactions.records import Prequalification
from processes.transactions.tests import tendering
from processes.transactions.tests.tender_walk import BN
from processes.transactions.tests.tendering import SITE_KEY
from processes.transactions.tests.walking import Case, Office
from tests.kit.walking import WalkedCase

#: bidder3 of the demonstration acts for the first
FIRMS = {
    "14012345679": "نمونه ب",
    "10861234508": "بهساز",
    "10861234509": "پیشرو",
    "10861234510": "آوند",
}
A, B, C, D = FIRMS
CRITERIA = [{"title": "سابقه", "weight": "40"}, {"title": "ماشین‌آلات", "weight": "60"}]
EVALUATORS = ("tech_committee", "tech_committee2")


@dataclass
class Walk(WalkedCase):
    """One pre-qualification being walked."""

    people = {
        "draft_call": "proc_officer",
        "approve_call": "unit_head",
        "name_evaluators": "proc_officer",
        "approve_list": "unit_head",
        "decide_shortfall": "unit_head",
    }

    request: Any = None  #: the case of its request

    @property
    def found(self) -> Prequalification:
        """It as stored now, with what hangs on it."""
        with self.office.database.unit_of_work() as uow:
            found = prequalification_of_case(uow.session, self.instance_id)
            _ = [(each.firm, each.papers) for each in found.applicants], found.criteria
            _ = found.scoring
            uow.session.expunge_all()
            return found

    def state(self) -> str:
        return self.found.state.value

    def call(self, days: int = 15, **other: Any) -> Self:
        on = local_date(self.office.clock()) + timedelta(days=days)
        known = {
            "call_title": "روکش آسفالت", "call_description": "شناسایی شرکت‌ها",
            "papers_asked": "گواهی رتبه و فهرست ماشین‌آلات", "criteria": CRITERIA,
            "minimum_score": "60",
            "deadline": datetime.combine(on, time(14), TEHRAN).isoformat(),
        }  # fmt: skip
        return self.do("draft_call", "submit", **(known | other))

    def called(self, **other: Any) -> Self:
        return self.call(**other).do("approve_call", "approve").ran()

    def ran(self) -> Self:
        self.office.run_jobs(self.office.clock())
        return self

    def hand_in(self, *parties: str, at: datetime | None = None) -> Self:
        for each in parties:
            papers = [Content("گواهی.pdf", "pdf", 20, "ab" * 32, scanned=False)]
            applying.hand_in(
                self.office.database.unit_of_work(), self.found.number, papers, most=100,
                sign=SITE_KEY.sign, actor=self.bidder(each), at=at or self.office.clock(),
            )  # fmt: skip
        return self

    def bidder(self, party: str) -> Any:
        office = self.office
        return tendering.Tender.bidder(_Of(office.actor), party)  # type: ignore[arg-type]

    def until_deadline(self) -> Self:
        deadline = self.found.deadline
        assert deadline is not None
        self.office.run_jobs(deadline + timedelta(seconds=2))
        return self

    def named(self, *names: str) -> Self:
        return self.do(
            "name_evaluators", "submit", named=[{"username": each} for each in names or EVALUATORS]
        )

    def marks(self, by_firm: dict[str, int]) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.variables["marks"]
        return [
            {**each, "mark": str(by_firm[each["firm"]]), "mark_reason": "بر پایهٔ مدارک"}
            for each in rows
        ]

    def scored(self, by_firm: dict[str, int], *names: str) -> Self:
        """Let evaluators give a firm the same mark for each criterion."""
        for each in names or EVALUATORS:
            self.answer_marks(each, outcome="submit", marks=self.marks(by_firm))
        return self.ran()

    def answer_marks(self, member: str, *, by: str | None = None, **answer: Any) -> None:
        """Answer the task that lies with an evaluator."""
        office = self.office
        task = next(
            each
            for each in self.instance.tasks
            if each.element_id == "score_papers" and not each.is_closed and each.holder == member
        )
        tasks.complete(
            office.database.unit_of_work(), task.id, answer, actor=office.actor(by or member),
            at=office.clock(), confirmed_by=Method.PASSWORD,
        )  # fmt: skip


@dataclass
class _Of:
    actor: Any


def a_request(office: Office) -> Case:
    return office.approved(24 * BN, limited_reason="تنها چند شرکت ماشین‌آلات دارند")


def begin(office: Office) -> Walk:
    """Begin a pre-qualification, with the firms in the register and two evaluators."""
    for identifier, name in FIRMS.items():
        office.firm(name, identifier)
    request = a_request(office)
    values = {"request_id": str(request.request.id)}
    return Walk(office, office.begin("prequalification", "proc_officer", values), request=request)
