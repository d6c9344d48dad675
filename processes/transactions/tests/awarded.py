"""A tender whose winners are named, made by hand, and the signing of its contract walked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from engine.catalogue.bundle import Bundle
from engine.commands import deployments
from engine.model.instance import instance_table
from engine.sdk import new_id
from engine.values import JalaliDate, Rial, local_date
from processes.transactions.commands import guarantees
from processes.transactions.publication.events import Award as Told
from processes.transactions.publication.events import BidsOpened, Category, Decided, Method, Noticed
from processes.transactions.publication.publishing import publish
from processes.transactions.publication.purchases import party_of, process_of_request
from processes.transactions.records import (
    Award,
    AwardState,
    BidState,
    Firm,
    PublicContract,
    PurchaseRequest,
    SealedBid,
    SealedTender,
    SealingState,
    Tender,
    TenderState,
)
from processes.transactions.records import Method as Chosen
from processes.transactions.tests.walking import Case, Office
from tests.kit.walking import WalkedCase

BN: Final = 1_000_000_000
#: a firm with accounts in the demonstration, and one without
FIRST, SECOND = "14012345679", "10180344710"
#: more winners of a framework, none with an account
_MORE: Final = {"14003456782": "سازه‌گستر نمونه", "14004567893": "بنیاد نمونه"}
_CALLER: Final = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="urn:test">
  <process id="awarded" isExecutable="true">
    <laneSet id="lanes"><lane id="officer"><flowNodeRef>s</flowNodeRef>
      <flowNodeRef>call</flowNodeRef><flowNodeRef>e</flowNodeRef></lane></laneSet>
    <startEvent id="s"/><sequenceFlow id="f1" sourceRef="s" targetRef="call"/>
    <callActivity id="call"><extensionElements>
      <zeebe:calledElement processId="contract_signing" bindingType="latest"/>
      <zeebe:ioMapping><zeebe:output source="=signing_result" target="result"/></zeebe:ioMapping>
    </extensionElements></callActivity>
    <sequenceFlow id="f2" sourceRef="call" targetRef="e"/><endEvent id="e"/>
  </process>
</definitions>"""
_CONFIG: Final = """[area]
id = "awarded"
[awarded]
start_lanes = ["officer"]
[awarded.lanes]
officer = { role = "PROC_OFFICER", in = "case" }
"""


def day(on: date) -> str:
    """Return a day as people type it."""
    return str(JalaliDate.of(on))


@dataclass
class Awarded:
    """A tender of works at 88 thousand million rials, its second winner at 92."""

    office: Office
    request: Case
    tender_id: UUID
    firms: tuple[UUID, ...]

    @property
    def tender(self) -> Tender:
        """The tender as stored now."""
        with self.office.database.reader() as session:
            found = session.get_one(Tender, self.tender_id)
            session.expunge_all()
            return found

    def awards(self) -> list[tuple[int, str]]:
        """Return the winners with what became of them."""
        with self.office.database.reader() as session:
            query = select(Award).where(Award.tender_id == self.tender_id).order_by(Award.rank)
            return [(each.rank, each.state.value) for each in session.scalars(query)]

    def contract(self) -> PublicContract:
        """Return the newest contract."""
        with self.office.database.reader() as session:
            query = select(PublicContract).order_by(PublicContract.number.desc()).limit(1)
            found = session.scalars(query).one()
            _ = found.bill, found.supplements, found.firm
            session.expunge_all()
            return found

    def signing(self) -> Signing:
        """Begin the signing, as the tender's process does: by a call."""
        database, at = self.office.database, self.office.clock()
        bundle = Bundle({"awarded.bpmn": _CALLER.encode(), "process.toml": _CONFIG.encode()})
        deployments.deploy(database.unit_of_work(), bundle, at=at)
        caller = self.office.begin("awarded", "proc_officer", {"tender_id": str(self.tender_id)})
        with database.reader() as session:
            called = select(instance_table.c.id).where(instance_table.c.called_by == caller)
            return Signing(self.office, session.scalars(called).one(), awarded=self, caller=caller)


def awarded(
    office: Office,
    category: str = "WORKS",
    *,
    published: bool = False,
    first: str = FIRST,
    prices: tuple[int, ...] = (22 * BN, 23 * BN),
) -> Awarded:
    """Make a tender whose two winners are named, with what was published of it.

    Args:
        first: legal id of the first winner.
        prices: of the winners by rank, up to four.
    """
    items = [
        {"description": "آسفالت توپکا", "quantity": "4000", "measure": "تن", "code": "150101"},
        {"description": "لکه‌گیری", "quantity": "1000", "measure": "متر مربع", "code": "150102"},
    ]
    case = office.start(subject="روکش معابر", category=category)
    case.ask(24 * BN, items=items, item_group="ASPHALT").do("approve_request")
    case.do("reserve_credit", "reserve", line_code=case.request.line_code)
    at, firms, tender_id = office.clock(), [], new_id()
    named = {first: "راه‌سازان نمونه", SECOND: "پی‌افکن نمونه", **_MORE}
    winners = list(named)[: len(prices)]
    for identifier in winners:
        with office.database.reader() as session:
            known = session.scalar(select(Firm.id).where(Firm.identifier == identifier))
        firms.append(known or UUID(office.firm(named[identifier], identifier)))
    number = f"{case.request.unit}-1405-T-0042"
    seal = SealedTender(
        id=new_id(), unit=case.request.unit, number=number, title="روکش معابر", threshold=2,
        deadline=at - timedelta(days=20), state=SealingState.CLOSED, made_at=at, made_by="x",
    )  # fmt: skip
    office.add(seal)
    office.add(
        Tender(
            id=tender_id, instance_id=case.instance_id, request_id=case.request.id, seal_id=seal.id,
            unit=case.request.unit, number=number, method=Chosen.PUBLIC_TENDER,
            state=TenderState.AWARDED, title="روکش معابر", estimate=Rial(24 * BN), version=1,
            extensions=0, impact=0, is_international=False, is_adjustable=True,
            is_prequalified=False, guarantee=Rial(1 * BN), validity_days=60,
            deadline=at - timedelta(days=20), made_at=at, made_by="proc_officer",
        )
    )  # fmt: skip
    for rank, (firm, price) in enumerate(zip(firms, prices, strict=True), 1):
        bid = SealedBid(
            id=new_id(), tender_id=seal.id, bidder=winners[rank - 1], version=1,
            state=BidState.SEALED, submitted_at=at, submitted_by="x",
        )  # fmt: skip
        office.add(bid)
        office.add(
            Award(
                tender_id=tender_id, rank=rank, round=1, bid_id=bid.id, firm_id=firm,
                price=Rial(price), balanced=Rial(price), named_at=at, named_by="commission1",
                state=AwardState.PENDING if rank == 1 else AwardState.RESERVE,
            )
        )  # fmt: skip
    made = Awarded(office, case, tender_id, tuple(firms))
    if published:
        _publish(made)
    return made


def _publish(made: Awarded) -> None:
    office, at = made.office, made.office.clock()
    with office.database.unit_of_work() as uow:
        request = uow.session.get_one(PurchaseRequest, made.request.request.id)
        process, _ = process_of_request(uow.session, request)
        parties = tuple(party_of(uow.session.get_one(Firm, each)) for each in made.firms)
        for event in (
            Noticed(
                at=at, title="روکش معابر", description="", method=Method.PUBLIC,
                category=Category.WORKS, items=(), estimate=Rial(24 * BN),
            ),
            BidsOpened(at=at, tenderers=parties),
            Decided(at=at, award=Told(1, parties[0], Rial(22 * BN))),
        ):  # fmt: skip
            publish(uow.session, process, event)
        uow.commit()


@dataclass
class Signing(WalkedCase):
    """The signing of one contract being walked."""

    people = {
        "take_guarantee": "proc_officer",
        "draft_contract": "proc_officer",
        "record_firm": "proc_officer",
        "firm_signs": "bidder3",
        "read_award": "bidder3",
        "sign_contract": "unit_head",
        "confirm_refusal": "unit_head",
        "extend_validity": "proc_officer",
        "call_guarantee": "fin_head",
    }
    awarded: Any = None
    caller: Any = None

    @property
    def result(self) -> Any:
        """What the caller was given back."""
        with self.office.database.unit_of_work() as uow:
            return uow.cases.one(self.caller).variables.get("result")

    def guarantee(self, **other: Any) -> str:
        """Let the register take in and put in force what stands for the contract."""
        known: dict[str, Any] = {
            "kind": "PERFORMANCE",
            "concerns": str(self.variables["contract_no"]),
        }
        least = str(self.variables["guarantee_least"])
        return registered(self.office, **(known | {"amount": least} | other))

    def take(self, **other: Any) -> Signing:
        """Take the winner's guarantee."""
        return self.do("take_guarantee", "accept", guarantee_id=self.guarantee(**other))

    def draft(self, **other: Any) -> Signing:
        """Write the contract: it begins tomorrow and takes 120 days."""
        price = int(self.variables["awarded"])
        rest = (price - 4000 * 4_000_000) // 1000
        bill = [
            {**each, "quantity": str(each["quantity"]), "unit_price": cost}
            for each, cost in zip(self.variables["bill"], (4_000_000, rest), strict=True)
        ]
        known: dict[str, Any] = {
            "price": price,
            "starts_on": (local_date(self.office.clock()) + timedelta(days=1)).isoformat(),
            "duration_days": 120,
            "advance": "20",
            "is_adjustable": True,
            "bill": bill,
        }
        return self.do("draft_contract", "submit", **(known | other))

    def firm_signed(self) -> Signing:
        """Let the winner sign, on paper or here."""
        if "firm_signs" in self.waiting:
            return self.do("firm_signs", "signed")
        today = local_date(self.office.clock()).isoformat()
        return self.do("record_firm", "signed", firm_signed_on=today, firm_paper="ق/۱")

    def signed(self) -> Signing:
        """Walk to the signature of both."""
        return self.take().draft().firm_signed().do("sign_contract", "sign")


def registered(office: Office, *, in_force: bool = True, **other: Any) -> str:
    """Take a guarantee into the register, and put it in force; return its id."""
    today = local_date(office.clock())
    typed = {
        "kind": "PERFORMANCE", "form": "BANK", "number": f"گ-{new_id()}", "issuer": "بانک نمونه",
        "branch": "مرکزی", "amount": "1100000000", "beneficiary": "D07", "concerns": "?",
        "since": day(today - timedelta(days=1)), "until": day(today + timedelta(days=200)),
        "required_amount": "1", "required_until": day(today), "reference": "ت/۱",
    } | other  # fmt: skip
    if typed["kind"] == "BID" and "giver" not in typed:
        with office.database.reader() as session:
            first = select(Firm.identifier).join(Award).join(Tender).order_by(Award.round.desc())
            of_tender = first.where(Tender.number == typed["concerns"], Award.rank == 1)
            typed["giver"] = session.scalars(of_tender).first() or "10380284790"
    at, expert = office.clock(), office.actor("fin_expert")
    made = guarantees.receive(
        office.database.unit_of_work(), typed, actor=office.actor("proc_officer"), at=at
    )
    if in_force:
        guarantees.verify(office.database.unit_of_work(), made, typed, actor=expert, at=at)
        guarantees.put_in_force(office.database.unit_of_work(), made, {}, actor=expert, at=at)
    return str(made)


def called(office: Office, guarantee_id: str) -> str:
    """Let two people call a guarantee."""
    said = {"reason": "قرارداد را امضا نکرد", "reference": "ص/۱"}
    for each in ("fin_head", "unit_head"):
        guarantees.call(
            office.database.unit_of_work(), UUID(guarantee_id), said,
            actor=office.actor(each), at=office.clock(),
        )  # fmt: skip
    return guarantee_id
