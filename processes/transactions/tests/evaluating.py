"""A tender whose bids are opened, evaluated and awarded, through the commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.model.document import DocumentVersion
from engine.model.person import Actor
from engine.sdk import new_id
from engine.values import Rial
from processes.transactions.commands import awarding, prices, scoring
from processes.transactions.commands.ballots import Ballot
from processes.transactions.queries import evaluation as rows
from processes.transactions.queries import winners as reading
from processes.transactions.records import (
    Firm,
    Method,
    OpenedPrice,
    SealedBid,
    TenderCriterion,
    TenderState,
)
from processes.transactions.records import (
    Tender as TenderRow,
)
from processes.transactions.sealing.envelope import Kind
from processes.transactions.sealing.forms import PriceSheet, read_price
from processes.transactions.tests.tendering import Tender
from processes.transactions.tests.walking import Office

BN = 10**9
COMMITTEE = ("tech_committee", "tech_committee2")
MEMBERS = ("commission1", "commission2", "commission3")


@dataclass
class Evaluated:
    """A tender with its bids: by legal id, price in rials."""

    office: Office
    sealed: Tender
    request_id: UUID
    bids: dict[str, SealedBid] = field(default_factory=dict)

    @property
    def number(self) -> str:
        return self.sealed.number

    def uow(self) -> Any:
        return self.sealed.uow()

    def who(self, name: str) -> Actor:
        return self.office.actor(name)

    @property
    def late(self) -> datetime:
        return self.sealed.late

    def row(self, **values: Any) -> TenderRow:
        """Make the tender's row, published."""
        criteria = values.pop("criteria", ())
        known: dict[str, Any] = {
            "id": new_id(),
            "instance_id": new_id(),
            "request_id": self.request_id,
            "seal_id": self.sealed.id,
            "unit": "D07",
            "number": self.number,
            "method": Method.PUBLIC_TENDER,
            "state": TenderState.PUBLISHED,
            "title": "آسفالت معابر",
            "estimate": Rial(100 * BN),
            "guarantee": Rial(5 * BN),
            "made_at": self.sealed.at,
            "made_by": "proc_officer",
            "deadline": self.sealed.deadline,
        }
        made = TenderRow(**(known | values))
        made.criteria = [
            TenderCriterion(position=at, title=title, weight=Decimal(weight))
            for at, (title, weight) in enumerate(criteria, 1)
        ]
        with self.uow() as uow:
            uow.session.add(made)
            uow.commit()
        return made

    def credit(self, amount: int) -> None:
        """Let the budget have reserved so much for the request; its lines have more than that."""
        self.office.more_credit(10 * amount)
        with self.uow() as uow:
            rows.tender_of(uow.session, self.number).request.reserved = Rial(amount)
            uow.commit()

    def filed(self) -> list[str]:
        """What was put into the file of the case as PDF."""
        with self.sealed.database.reader() as session:
            named = select(DocumentVersion.name).where(DocumentVersion.name.like("%.pdf"))
            return list(session.scalars(named))

    def is_known(self, party: str) -> bool:
        """Tell whether the register has a firm."""
        with self.sealed.database.reader() as session:
            return session.scalar(select(Firm.id).where(Firm.identifier == party)) is not None

    def submit(
        self, offers: Mapping[str, int], *, of_paper: bool = False, is_enough: bool = True
    ) -> Evaluated:
        """Every bidder of the mapping offers a price, in this order, and the session begins."""
        for party, price in offers.items():
            if party not in self.bids and not self.is_known(party):
                self.office.firm(f"شرکت {party}", party)
            sheet = PriceSheet((), Rial(price), "").write()
            name = "scan.pdf" if of_paper else "price.json"
            sent = self.sealed.sealed(party, prices={name: sheet})
            self.bids[party] = self.sealed.submit(party, sent)
        if is_enough:
            with self.uow() as uow:
                rows.tender_of(uow.session, self.number).come_to(TenderState.OPENING)
                uow.commit()
        self.sealed.attended().begun()
        return self

    def accepted(self) -> Evaluated:
        """Open and accept A and B of every bid."""
        for kind in (Kind.GUARANTEE, Kind.TECHNICAL):
            for bid in self.bids.values():
                self.sealed.open(bid, kind)
                self.sealed.decide(bid, kind)
        return self

    def named(self, head: str = COMMITTEE[0]) -> Evaluated:
        scoring.name_evaluators(
            self.uow(), self.number, COMMITTEE, head,
            actor=self.who("proc_officer"), at=self.late,
        )  # fmt: skip
        return self

    def mark(self, who: str, marks: Mapping[str, Sequence[int | str]]) -> list[str]:
        """Keep marks by bidder, one of each criterion; return the codes of what is wrong."""
        typed = {
            (self.bids[party].id, at): scoring.Typed(str(value), f"دلیل {value}")
            for party, values in marks.items()
            for at, value in enumerate(values, 1)
        }
        wrong = scoring.keep_marks(self.uow(), self.number, typed, actor=self.who(who))
        return [each.code for each in wrong]

    def finish(self, *names: str) -> Evaluated:
        for each in names or COMMITTEE:
            scoring.finish(self.uow(), self.number, actor=self.who(each), at=self.late)
        return self

    def close(self, who: str = COMMITTEE[0]) -> Evaluated:
        scoring.close_quality(self.uow(), self.number, actor=self.who(who), at=self.late)
        return self

    def scored(self, marks: Mapping[str, int]) -> Evaluated:
        """Both evaluators give every bid one mark, the same."""
        self.named()
        for who in COMMITTEE:
            self.mark(who, {party: [value] for party, value in marks.items()})
        return self.finish().close()

    def opened(self, *parties: str) -> Evaluated:
        """Open the prices of these bidders, of all by default, and end the session."""
        self.sealed.met_again()
        for each in parties or self.bids:
            self.sealed.open(self.bids[each], Kind.PRICE)
        self.sealed.end()
        return self

    def taken(self) -> Evaluated:
        """Take the prices of the files and work them out."""
        stated = {}
        for bid_id, sha256 in self.price_files().items():
            with self.sealed.store.open(sha256) as file:
                found = read_price(file.read()).found
            assert found is not None
            stated[bid_id] = found
        expert = self.who("fin_expert")
        prices.take_prices(self.uow(), self.number, stated, actor=expert, at=self.late)
        return self

    def price_files(self) -> dict[UUID, str]:
        """The file of the price of each bid that was opened."""
        with self.sealed.database.reader() as session:
            return {
                bid.id: each.sha256
                for bid in self.bids.values()
                for each in session.get_one(SealedBid, bid.id).envelope(Kind.PRICE).files
            }

    def worked_out(self) -> Evaluated:
        prices.work_out(self.uow(), self.number, actor=self.who("fin_expert"), at=self.late)
        return self

    def price(self, party: str) -> OpenedPrice:
        with self.sealed.database.reader() as session:
            found = session.get_one(OpenedPrice, self.bids[party].id)
            _ = found.lines, found.papers
            session.expunge_all()
            return found

    def proposal(self, at: datetime | None = None) -> reading.Proposal:
        with self.sealed.database.reader() as session:
            tender = rows.tender_of(session, self.number)
            return reading.proposal(session, tender, at or self.late)

    def vote(
        self,
        who: str,
        *,
        is_for: bool = True,
        reason: str = "",
        seen: str | None = None,
        at: datetime | None = None,
    ) -> bool | None:
        ballot = Ballot(is_for, reason, seen or self.proposal(at).seen)
        return awarding.vote_on_winners(
            self.uow(), self.number, ballot, actor=self.who(who), at=at or self.late
        )

    def vote_on_price(
        self, who: str, party: str, *, is_for: bool, reason: str = "تجزیه بها دیده شد",
        at: datetime | None = None,
    ) -> bool | None:  # fmt: skip
        ballot = Ballot(is_for, reason, reading.seen_of_price(self.price(party)))
        return awarding.vote_on_price(
            self.uow(), self.number, self.bids[party].id, ballot,
            actor=self.who(who), at=at or self.late,
        )  # fmt: skip

    def named_winners(self) -> Evaluated:
        for each in MEMBERS:
            self.vote(each)
        return self

    def awards(self) -> list[tuple[int, str, int, str]]:
        """Rank, bidder, price and state of the newest winners."""
        with self.sealed.database.reader() as session:
            tender = rows.tender_of(session, self.number)
            return [
                (each.rank, each.firm.identifier, each.price.amount, each.state.value)
                for each in reading.awards(session, tender)
            ]

    def asks(self, question: Any) -> bool:
        """Ask one of the three questions of the tender's tasks."""
        with self.sealed.database.reader() as session:
            return bool(question(session, rows.tender_of(session, self.number)))
