"""Walks a tender through the engine's commands, from the request to its bids and on.

Each method does one step as the people of the demonstration would and returns the walk; the keys
and the envelopes are those of `tendering`, with members and bidders in Python.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, Self

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from engine.commands import documents, tasks
from engine.commands.documents import Content
from engine.model.sign_in import Method
from engine.settings import DocumentSettings
from engine.storage.document_store import FolderStore
from engine.values import TEHRAN, Rial, local_date
from processes.transactions.records import Firm, PurchaseRequest, Tender
from processes.transactions.records.sealing import SealedBid
from processes.transactions.sealing.forms import PriceSheet
from processes.transactions.tests import tendering
from processes.transactions.tests.evaluating import COMMITTEE, Evaluated
from processes.transactions.tests.walking import Case, Office
from tests.kit.walking import WalkedCase

BN = 1_000_000_000
MEMBERS = ("commission1", "commission2", "commission3")
QUALITY: dict[str, Any] = {
    "criteria": [
        {"title": "سابقه و توان", "weight": "40"},
        {"title": "روش اجرا", "weight": "60"},
    ],
    "minimum_score": "60",
    "impact": "0.4",
}
FIELD = "راه و باند"


@dataclass
class Sealing(tendering.Tender):
    """The sealing of the walk's tender; its deadline is the one that is stored."""

    clock: Any = None  #: of the office: what is done late is done now

    @property
    def deadline(self) -> datetime:
        return self.seen().deadline

    @property
    def late(self) -> datetime:
        now: datetime = self.clock()
        return max(self.deadline + timedelta(seconds=1), now)


@dataclass
class TenderWalk(WalkedCase):
    """One tender being walked."""

    people = {
        "draft_documents": "proc_officer",
        "approve_specification": "tech_office",
        "approve_documents": "unit_head",
        "make_key": "proc_officer",
        "publish_notice": "proc_officer",
        "hold_session": "proc_officer",
        "score_quality": "tech_committee",
        "open_prices": "proc_officer",
        "check_prices": "fin_expert",
        "name_winners": "commission1",
    }

    folder: Path = field(default_factory=Path)  #: where documents and envelopes lie
    request: Any = None  #: the case of its request
    evaluated: Any = None  #: its bids, once there are some
    _sealing: Sealing | None = None

    @property
    def store(self) -> FolderStore:
        """Where documents and envelopes lie."""
        return FolderStore(self.folder)

    @property
    def tender(self) -> Tender:
        """The tender as stored now, with what hangs on it."""
        with self.office.database.reader() as session:
            query = select(Tender).where(Tender.instance_id == self.instance_id)
            every = (
                Tender.criteria, Tender.documents, Tender.amendments, Tender.invitations,
                Tender.questions, Tender.sealing,
            )  # fmt: skip
            loads = [selectinload(each) for each in every]
            request = selectinload(Tender.request).selectinload(PurchaseRequest.items)
            found: Tender = session.scalars(query.options(*loads, request)).one()
            session.expunge_all()
            return found

    def state(self) -> str:
        """Return where the tender stands."""
        return self.tender.state.value

    def day(self, days: int) -> str:
        """Return a day so many days from now, as a form sends it."""
        return (local_date(self.office.clock()) + timedelta(days=days)).isoformat()

    def moment(self, days: int, hour: int = 14) -> str:
        """Return a moment of a day so many days from now, as a form sends it."""
        on = local_date(self.office.clock()) + timedelta(days=days)
        return datetime.combine(on, time(hour), TEHRAN).isoformat()

    def dates(self, days: int = 20) -> dict[str, str]:
        """Return dates that give bidders so many days, the opening two hours after them."""
        return {
            "documents_until": self.day(5),
            "questions_until": self.day(10),
            "deadline": self.moment(days),
            "opening_at": self.moment(days, 16),
        }

    def hand_in(self, step: str, name: str, content: bytes = b"%PDF-1.7 documents") -> str:
        """Put a document into the case's file with a step, and return its id."""
        with self.store.receive(2**20) as incoming:
            incoming.write(content + name.encode())
            self.store.keep(incoming)
            made = Content(name, "pdf", incoming.size, incoming.sha256, scanned=False)
        task, who = self.waiting[step], self.office.actor(self.people[step])
        uow, at = self.office.database.unit_of_work(), self.office.clock()
        tasks.claim(uow, task.id, actor=who, at=at)
        [added] = documents.attach(
            self.office.database.unit_of_work(), self.instance_id, [made], actor=who,
            at=at, limits=DocumentSettings(), task_id=task.id,
        )  # fmt: skip
        return str(added)

    def draft(self, **other: Any) -> Self:
        """Send documents for approval: a public tender by price, unless told otherwise."""
        known: dict[str, Any] = {
            "tender_title": "آسفالت معابر",
            "description": "روکش آسفالت خیابان‌های ناحیهٔ دو",
            "opening_place": "سالن جلسات منطقه",
            "validity_days": 90,
            "advance": "20",
            "members": list(MEMBERS),
            "threshold": 2,
            **self.dates(),
        }
        if "instructions" not in other:
            known["instructions"] = [self.hand_in("draft_documents", "شرایط مناقصه.pdf")]
        return self.do("draft_documents", "submit", **(known | other))

    def approve(self) -> Self:
        """Approve specification and documents."""
        return self.do("approve_specification").do("approve_documents")

    @property
    def sealing(self) -> Sealing:
        """The sealing: its members deal, bidders seal, members open."""
        found = self.tender
        if self._sealing is None and found.seal_id is not None:
            office = self.office
            self._sealing = Sealing(
                office.database, self.store, office.actor, office.clock(), number=found.number,
                clock=office.clock,
            )  # fmt: skip
            self._sealing.id = found.seal_id
        assert self._sealing is not None
        return self._sealing

    def make_key(self) -> Self:
        """Let the members make the key."""
        self.sealing.joined().dealt().rehearsed()
        return self.do("make_key", "done")

    def publish(self, **other: Any) -> Self:
        """Publish the notice with the dates that were approved."""
        known = {each: self.variables[each] for each in self.dates()}
        return self.do("publish_notice", "publish", **(known | other))

    def published(self, **other: Any) -> Self:
        """Draft, approve, make the key and publish."""
        return self.draft(**other).approve().make_key().publish()

    def bid(self, party: str, price: int = 22 * BN, **files: Any) -> SealedBid:
        """Let a bidder send a sealed bid just now."""
        return self.sealing.submit(party, price=price, moment=self.office.clock(), **files)

    def bidding(self, offers: Mapping[str, int]) -> Self:
        """Let every bidder of the mapping, known to the register, send a price of its own."""
        self.evaluated = Evaluated(self.office, self.sealing, self.request)
        for party, price in offers.items():
            with self.office.database.reader() as session:
                known = session.scalar(select(Firm.id).where(Firm.identifier == party))
            if known is None:
                self.office.firm(f"شرکت {party}", party)
            sheet = PriceSheet((), Rial(price), "").write()
            sent = self.sealing.sealed(party, prices={"price.json": sheet})
            self.evaluated.bids[party] = self.sealing.submit(
                party, sent, moment=self.office.clock()
            )
        return self

    def vote_few(
        self, *votes: str, by: Sequence[str] = MEMBERS, of: Sequence[str] | None = None
    ) -> Self:
        """Let members of the commission vote on too few bids, each in the own inbox."""
        for name, member, vote in zip(by, of or by, votes, strict=False):
            task = next(
                each
                for each in self.instance.tasks
                if each.element_id == "decide_few" and not each.is_closed and each.holder == member
            )
            tasks.complete(
                self.office.database.unit_of_work(), task.id,
                {"outcome": vote, "few_reason": f"دلیل {name}"}, actor=self.office.actor(name),
                at=self.office.clock(), confirmed_by=Method.PASSWORD,
            )  # fmt: skip
        self.office.run_jobs()
        return self

    def hold_session(self) -> Self:
        """Open and accept A and B of every bid."""
        self.sealing.attended().begun()
        self.evaluated.accepted()
        return self.do("hold_session", "done")

    def score(self, marks: Mapping[str, int]) -> Self:
        """Let two evaluators give every bid the same mark for each criterion."""
        found = self.evaluated.named()
        count = len(self.tender.criteria)
        for who in COMMITTEE:
            found.mark(who, {party: [value] * count for party, value in marks.items()})
        found.finish().close()
        return self.do("score_quality", "done")

    def open_prices(self, *parties: str) -> Self:
        """Open the prices of these bidders, of all by default, and close the session."""
        self.evaluated.opened(*parties)
        return self.do("open_prices", "done")

    def check_prices(self) -> Self:
        """Take the prices of the files and work them out."""
        self.evaluated.taken().worked_out()
        return self.do("check_prices", "done")

    def name_winners(self) -> Self:
        """Let every member vote for what the rules propose."""
        self.evaluated.named_winners()
        return self.do("name_winners", "named")

    def until_deadline(self) -> Self:
        """Let the deadline pass, and the clock with it, to the announced hour of the opening."""
        hour = self.tender.opening_at
        assert hour is not None
        self.office.run_jobs(max(hour, self.sealing.deadline + timedelta(seconds=1)))
        return self


def walk(office: Office, request: Case, folder: Path, by: str = "proc_officer") -> TenderWalk:
    """Begin a tender of a request whose credit is reserved."""
    values = {"request_id": str(request.request.id)}
    return TenderWalk(office, office.begin("tender", by, values), folder=folder, request=request)


def a_request(office: Office, estimate: int = 24 * BN, **values: Any) -> Case:
    """Return a large request whose credit is reserved: it goes to a public tender."""
    return office.approved(estimate, **values)
