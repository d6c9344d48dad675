"""Transactions made up from a seed: every method, every outcome, as they would be announced."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from engine.values import Rial
from processes.transactions.publication.events import (
    Award,
    BidsOpened,
    Called,
    Cancelled,
    Category,
    Changed,
    Decided,
    Document,
    DocumentType,
    Event,
    Failed,
    Finished,
    Item,
    Method,
    Milestone,
    Noticed,
    Paid,
    Party,
    Planned,
    Process,
    Refused,
    Relation,
    ShortListed,
    Signed,
    Span,
    Supplemented,
    WindowEnded,
)
from processes.transactions.publication.releases import release

BUYER: Final = Party("D07", "شهرداری منطقه ۷")
OUTCOMES: Final = (
    "planned", "noticed", "changed", "cancelled", "no_bids", "cancelled_after_opening", "pending",
    "signed", "second_winner", "nobody_signs", "supplemented", "paid", "finished",
)  # fmt: skip
_BEGIN: Final = datetime(2025, 10, 1, 5, 30, tzinfo=UTC)


def generated(count: int, seed: int = 1404) -> Iterator[list[dict[str, Any]]]:
    """Give the releases of so many processes, each method with each outcome in turn."""
    chance = random.Random(seed)
    pairs = [(method, outcome) for method in Method for outcome in OUTCOMES]
    failed: list[str] = []
    for at in range(count):
        method, outcome = pairs[at % len(pairs)]
        process = made_up(at, method, failed)
        releases: list[dict[str, Any]] = []
        for event in _Story(chance, process, method).events(outcome):
            releases.append(release(process, event, releases))
        if outcome in ("no_bids", "nobody_signs"):
            failed.append(process.ocid)
        yield releases


def made_up(at: int, method: Method, failed: list[str]) -> Process:
    """Return a process that follows from one of those that failed, now and then."""
    related: tuple[Relation, ...] = ()
    if method in {Method.CALL_OFF, Method.MINI_COMPETITION}:
        related = (Relation("framework", "ocds-xxxxxx-1403-D07-T-0001", "قرارداد چارچوب"),)
    elif failed and at % 5 == 0:
        related = (Relation("unsuccessfulProcess", failed.pop(), "مناقصهٔ پیشین"),)
    return Process(f"1404-D07-T-{at + 1:04d}", "ocds-xxxxxx", BUYER, related)


class _Story:
    """What is announced of one process, moment by moment."""

    def __init__(self, chance: random.Random, process: Process, method: Method) -> None:
        self.chance = chance
        self.process = process
        self.method = method
        self.at = _BEGIN + timedelta(days=chance.randrange(200))
        self.firms = [
            Party.of_firm(f"1401234{each:04d}", f"شرکت نمونه {each}")
            for each in chance.sample(range(10_000), 6)
        ]

    def events(self, outcome: str) -> Iterator[Event]:
        yield self._planned()
        if outcome == "planned":
            return
        if self.method is Method.PREQUALIFIED:
            yield from self._qualified(outcome)
            if outcome == "no_bids":
                yield Failed(at=self._later(), reason="شرکتی شایسته نبود")
                return
        yield self._noticed()
        if outcome in ("changed", "finished"):
            yield self._changed()
        if outcome in ("noticed", "changed"):
            return
        if outcome == "cancelled":
            yield Cancelled(at=self._later(), reason="اعتبار به طرح دیگری رفت")
        elif outcome == "no_bids":
            yield Failed(at=self._later(), reason="پیشنهادی نرسید")
        else:
            yield from self._opened(outcome)

    def _qualified(self, outcome: str) -> Iterator[Event]:
        now = self._later()
        due = Milestone("Q1", "assessment", "مدارک", now + timedelta(days=12))
        yield Called(
            at=now,
            title="روکش آسفالت خیابان",
            description="فراخوان",
            category=Category.WORKS,
            items=(Item("1", "آسفالت", Decimal("2150.500"), "تن"),),
            papers=Span(now, due.due),
            deadline=due,
        )
        if outcome == "changed":
            again, span = replace(due, due=now + timedelta(days=30)), Span(now, due.due)
            yield Changed(
                at=self._later(), amendment="call-2", reason="x", bidding=span, milestones=(again,)
            )
        if outcome == "no_bids":
            return
        yield ShortListed(
            at=self._later(), firms=tuple(self.firms[:4]), deadline=replace(due, met=due.due)
        )

    def _opened(self, outcome: str) -> Iterator[Event]:
        if self.method.code != "direct":
            count = self.chance.randint(1, 6)
            yield BidsOpened(at=self._later(), tenderers=tuple(self.firms[:count]))
        if outcome == "cancelled_after_opening":
            yield Cancelled(at=self._later(), reason="قیمت‌ها نامتعارف بود")
            return
        first = Award(1, self.firms[0], self._amount(), (self._document("report"),))
        yield Decided(at=self._later(), award=first)
        if outcome == "pending":
            return
        yield WindowEnded(at=self._later(), award_no=1)
        if outcome in ("second_winner", "nobody_signs"):
            second = Award(2, self.firms[1], self._amount())
            yield Refused(at=self._later(), award_no=1, reason="امضا نکرد", successor=second)
        if outcome == "nobody_signs":
            yield Refused(at=self._later(), award_no=2, reason="امضا نکرد", successor=None)
            yield Failed(at=self._later(), reason="هیچ برنده‌ای امضا نکرد")
            return
        yield from self._signed(2 if outcome == "second_winner" else 1, outcome)

    def _signed(self, award: int, outcome: str) -> Iterator[Event]:
        contract, now = f"{self.process.number}-C1", self._later()
        span = Span(now, now + timedelta(days=365))
        yield Signed(
            at=now,
            contract_no=contract,
            award_no=award,
            title="قرارداد",
            value=self._amount(),
            period=span,
            documents=(self._document("contract"),),
        )
        if outcome in ("supplemented", "finished"):
            yield Supplemented(
                at=self._later(),
                contract_no=contract,
                amendment="1",
                reason="کار افزوده",
                value=self._amount(),
                period=Span(now, now + timedelta(days=400)) if self.chance.random() < 0.5 else None,
            )
        for number in range(self.chance.randint(1, 4) if outcome in ("paid", "finished") else 0):
            yield Paid(
                at=self._later(),
                contract_no=contract,
                transaction=f"{contract}/{number + 1}",
                amount=self._amount(),
                payee=self.firms[award - 1],
                source="https://example.org/statements",
                milestones=(self._milestone(number), self._milestone(number + 1, met=False)),
            )
        if outcome == "finished":
            documents = (self._document("audit"), self._document("completion"))
            yield Finished(at=self._later(), contract_no=contract, documents=documents)

    def _planned(self) -> Planned:
        return Planned(
            at=self._later(),
            rationale="بهسازی معابر",
            budget_id="1404-D07-10203",
            budget_description="عمران شهری",
            amount=self._amount(),
            project_id="P-17" if self.chance.random() < 0.5 else "",
        )

    def _noticed(self) -> Noticed:
        now = self._later()
        is_direct = self.method.code == "direct"
        return Noticed(
            at=now,
            title="روکش آسفالت خیابان",
            description="تهیه و اجرا",
            method=self.method,
            category=self.chance.choice(list(Category)),
            items=(
                Item("1", "آسفالت", Decimal("2150.500"), "تن"),
                Item("2", "جدول", Decimal(400), "متر"),
            ),
            estimate=self._amount() if self.chance.random() < 0.8 else None,
            weighs_quality=self.chance.random() < 0.5,
            method_reason="فوریت" if is_direct else "",
            bidding=None if is_direct else Span(now, now + timedelta(days=12)),
            enquiries=None if is_direct else Span(now, now + timedelta(days=5)),
            documents=(self._document("notice"), self._document("documents")),
            procuring_entity=Party("D07-P", "کمیسیون معاملات") if is_direct else None,
        )

    def _changed(self) -> Changed:
        now = self._later()
        return Changed(
            at=now,
            amendment="1",
            reason="اصلاح مشخصات",
            bidding=Span(now, now + timedelta(days=20)),
            documents=(self._document("documents"),),
        )

    def _milestone(self, number: int, *, met: bool = True) -> Milestone:
        due = _BEGIN + timedelta(days=300 + number)
        kind = self.chance.choice(("delivery", "payment"))
        return Milestone(f"m{number}", kind, "تحویل", due, due if met else None)

    def _document(self, name: str) -> Document:
        types = {
            "notice": DocumentType.NOTICE,
            "documents": DocumentType.BIDDING,
            "report": DocumentType.EVALUATION,
            "contract": DocumentType.CONTRACT,
            "audit": DocumentType.FINAL_AUDIT,
            "completion": DocumentType.COMPLETION,
        }
        url = f"https://example.org/{self.process.number}/{name}.pdf"
        return Document(name, types[name], name, url if self.chance.random() < 0.7 else "")

    def _amount(self) -> Rial:
        return Rial(self.chance.randrange(10**9, 10**12))

    def _later(self) -> datetime:
        self.at += timedelta(hours=self.chance.randint(0, 300))
        return self.at
