"""Auctions of property: base, offers, the highest, who does not pay (R-TND-16, §3.13)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.commands import calendars
from engine.errors import RulesBroken
from engine.model.document import Document, DocumentVersion
from engine.model.instance import InstanceState
from engine.storage.calendar import UnitChange
from engine.values import JalaliDate, Rial, end_of_day, local_date
from engine.values.bookkeeping import AccountingEvent
from processes.transactions.queries.auctions import auction_list
from processes.transactions.records import (
    AuctionKind,
    AuctionState,
    OfferState,
    PropertyAuction,
)
from processes.transactions.tests.walking import Office
from tests.kit.walking import WalkedCase, codes

BN, M = 1_000_000_000, 1_000_000
A, B, C = ("10380284790", "شرکت الف"), ("10100456787", "شرکت ب"), ("14007650912", "شرکت پ")


@dataclass
class Auction(WalkedCase):
    """One auction being walked."""

    people = {
        "describe_property": "proc_officer",
        "check_title": "legal",
        "value_property": "fin_expert",
        "approve_base": "unit_head",
        "approve_sale_higher": "mayor",
        "publish_auction": "proc_officer",
        "make_auction_key": "proc_officer",
        "record_offers": "proc_officer",
        "name_buyer": "commission1",
        "receive_balance": "fin_expert",
        "receive_instalment": "fin_expert",
        "hand_over": "proc_officer",
    }

    @property
    def row(self) -> PropertyAuction:
        """The auction as stored now."""
        with self.office.database.reader() as session:
            query = select(PropertyAuction).where(PropertyAuction.instance_id == self.instance_id)
            found: PropertyAuction = session.scalars(query).one()
            _ = found.offers, found.instalments
            session.expunge_all()
            return found

    def today(self, days: int = 0) -> str:
        """Return a day from now as a form sends it."""
        return (local_date(self.office.clock()) + timedelta(days=days)).isoformat()

    def value(self, base: int, **other: Any) -> Auction:
        """Enter a base price."""
        known: dict[str, Any] = {
            "valuer": "کارشناس رسمی",
            "valuer_licence": "۱۲۳",
            "valuation_no": "ن/۹",
            "valued_on": self.today(),
            "base": base,
        }
        return self.do("value_property", "submit", **(known | other))

    def publish(self, way: str = "SEALED", **other: Any) -> Auction:
        """Publish the notice with a deadline in twenty days."""
        known: dict[str, Any] = {
            "way": way,
            "notice": "فروش ملک",
            "visit_from": self.today(1),
            "visit_until": self.today(10),
            "deadline_on": self.today(20),
            **({"lease_months": 12} if self.row.kind is AuctionKind.LEASE else {}),
        }
        return self.do("publish_auction", "submit", **(known | other))

    def until_deadline(self) -> Auction:
        """Let the deadline pass."""
        deadline = self.row.deadline
        assert deadline is not None
        self.office.run_jobs(deadline + timedelta(minutes=1))
        return self

    def offered(self, *offers: tuple[tuple[str, str], int]) -> Auction:
        """Record offers, each with its deposit of 5 % of the base."""
        row = self.row
        paid_for = f"{row.number}/{row.round}"  # what was deposited for an earlier one went back
        rows = [
            {**line(who, amount, 2_500 * M), "receipt_no": f"{paid_for}/{who[0]}"}
            for who, amount in offers
        ]
        return self.do("record_offers", "submit", offers_typed=rows)

    def not_paid(self) -> Auction:
        """Let the day of payment pass."""
        until = self.row.pays_until
        assert until is not None
        self.office.run_jobs(until + timedelta(minutes=1))
        return self

    def paid(self, amount: int, **other: Any) -> Auction:
        """Let the balance be received."""
        known: dict[str, Any] = {
            "balance_receipt": "ب/۱",
            "received_on": self.today(),
            "received": amount,
        }
        return self.do("receive_balance", "paid", **(known | other))


def line(who: tuple[str, str], amount: int, deposit: int | None = None) -> dict[str, Any]:
    """Return an offer as the form sends it."""
    receipt = None if deposit is None else f"س/{who[0]}"
    typed = {"identifier": who[0], "bidder": who[1], "amount": amount}
    return {**typed, "deposit": deposit, "receipt_no": receipt}


def prepared(office: Office, base: int = 50 * BN, kind: str = "SALE") -> Auction:
    """Return an auction whose base price is approved, as far as it has to be."""
    values = {"subject": "زمین خیابان بهار", "kind": kind}
    auction = Auction(office, office.begin("property_auction", "proc_officer", values))
    auction.do("describe_property", "submit", description="۴۰۰ متر", title_no="۱۲/۳۴")
    auction.do("check_title", "clear", title_note="به نام شهرداری، بی رهن و بازداشت")
    auction.value(base).do("approve_base", "approve")
    if "approve_sale_higher" in auction.waiting:
        auction.do("approve_sale_higher", "approve")
    return auction


def told(heard: list[AccountingEvent]) -> list[tuple[str, dict[str, int]]]:
    """Return what the books heard, kind and amounts."""
    return [
        (each.kind, {part: amount.amount for part, amount in each.amounts.items()})
        for each in heard
    ]


def test_the_highest_at_or_above_the_base_wins_pays_the_balance_and_has_it_handed_over(
    office: Office, monkeypatch
):
    """Base 50, offers 51.0, 55.0, 49.5: the last is rejected, deposits are 2.5 (§3.13)."""
    heard = office.heard(monkeypatch, AccountingEvent)
    auction = prepared(office).publish()
    assert auction.row.number.startswith("D07-")
    assert auction.waiting == {}, "nobody writes an offer down before the deadline"
    auction.until_deadline()
    assert auction.variables["deposit_due"] == 2_500 * M
    auction.offered((A, 51 * BN), (B, 55 * BN), (C, 49_500 * M))

    assert [(each["name"], each["state"]["fa"]) for each in auction.variables["ranked"]] == [
        ("شرکت ب", "برنده"), ("شرکت الف", "نفر دوم"), ("شرکت پ", "زیر پایه"),
    ]  # fmt: skip
    assert auction.variables["ranked"][0]["state"]["en"] == "winner"
    assert "wins with \u206655,000,000,000\u2069 rials" in auction.variables["rank_told"]["en"]
    auction.do("name_buyer", "confirm", minute_no="م/۷")
    assert (auction.variables["payer"], auction.variables["balance"]) == ("شرکت ب", 52_500 * M)
    assert auction.waiting["receive_balance"].due_at == end_of_day(office.working_day(10))
    with pytest.raises(RulesBroken) as refused:
        auction.paid(55 * BN)
    assert codes(refused) == [("AUC-004", "received")]
    auction.paid(52_500 * M)
    auction.do("hand_over", "submit", deed_no="س/۸", handed_over_on=auction.today())

    assert auction.row.state is AuctionState.HANDED_OVER
    assert auction.instance.state is InstanceState.FINISHED
    assert told(heard) == [
        ("auction_deposits_held", {"deposit": 7_500 * M}),
        ("auction_deposits_returned", {"deposit": 2_500 * M}),
        ("property_sold", {"price": 55 * BN, "deposit": 2_500 * M, "balance": 52_500 * M}),
        ("auction_deposits_returned", {"deposit": 2_500 * M}),
    ]
    with office.database.reader() as session:
        names = session.scalars(
            select(DocumentVersion.name)
            .join(Document)
            .where(Document.instance_id == auction.instance_id)
        ).all()
        shown = auction_list(session, office.actor("unit_head"), 1).rows
        elsewhere = auction_list(session, office.actor("unit_head15"), 1).rows
    assert [each for each in names if each.endswith(".pdf")] != [], "the minutes are in the file"
    assert ([each.subject for each in shown], elsewhere) == (["زمین خیابان بهار"], [])


def test_who_does_not_pay_loses_the_deposit_and_the_second_pays_the_own_price(
    office: Office, monkeypatch
):
    """Winner 55.0 defaults; the second pays 51.0 (§3.13)."""
    auction = prepared(office, kind="LEASE").publish().until_deadline()
    auction.offered((A, 51 * BN), (B, 55 * BN), (C, 49_500 * M))
    auction.do("name_buyer", "confirm", minute_no="م/۷")
    heard = office.heard(monkeypatch, AccountingEvent)

    auction.not_paid()

    assert (auction.variables["payer"], auction.variables["balance"]) == ("شرکت الف", 48_500 * M)
    assert list(auction.waiting) == ["receive_balance"]
    auction.paid(48_500 * M)
    assert told(heard) == [
        ("auction_deposit_kept", {"deposit": 2_500 * M}),
        (
            "property_leased_for_term",
            {"price": 51 * BN, "deposit": 2_500 * M, "balance": 48_500 * M, "rest": 0},
        ),
    ]
    assert [each.state for each in auction.row.offers] == [
        OfferState.PAID, OfferState.DEFAULTED, OfferState.OFFERED,
    ]  # fmt: skip


def test_nothing_is_sold_where_neither_of_the_two_pays(office: Office, monkeypatch):
    heard = office.heard(monkeypatch, AccountingEvent)
    auction = prepared(office).publish().until_deadline().offered((A, 51 * BN), (B, 55 * BN))
    auction.do("name_buyer", "confirm", minute_no="م/۷").not_paid().not_paid()

    assert auction.row.state is AuctionState.ENDED
    assert auction.instance.state is InstanceState.FINISHED
    kept = ("auction_deposit_kept", {"deposit": 2_500 * M})
    assert told(heard) == [("auction_deposits_held", {"deposit": 5_000 * M}), kept, kept]


def test_deposits_that_are_held_go_back_where_an_administrator_cancels(office: Office, monkeypatch):
    heard = office.heard(monkeypatch, AccountingEvent)
    auction = prepared(office).publish().until_deadline()
    auction.offered((A, 51 * BN), (B, 55 * BN), (C, 49_500 * M))
    office.cancel(auction)
    assert auction.row.state is AuctionState.ENDED
    assert told(heard)[1:] == [("auction_deposits_returned", {"deposit": 7_500 * M})]

    heard.clear()
    auction = prepared(office).publish().until_deadline().offered((A, 51 * BN), (B, 55 * BN))
    auction.do("name_buyer", "confirm", minute_no="م/۷").not_paid()
    office.cancel(auction)
    assert [kind for kind, _ in told(heard)] == [
        "auction_deposits_held", "auction_deposit_kept", "auction_deposits_returned",
    ]  # fmt: skip
    assert told(heard)[-1][1] == {"deposit": 2_500 * M}, "that of the second alone"

    heard.clear()
    auction = prepared(office).publish().until_deadline().offered((C, 49_500 * M))
    heard.clear()
    office.cancel(auction)
    assert told(heard) == [], "they went back when nobody reached the base price"


def test_an_auction_that_is_paid_is_not_cancelled(office: Office):
    auction = prepared(office).publish().until_deadline().offered((B, 55 * BN))
    auction.do("name_buyer", "confirm", minute_no="م/۷").paid(52_500 * M)
    with pytest.raises(RulesBroken) as refused:
        office.cancel(auction)
    assert codes(refused) == [("GEN-409", None)]


def test_without_an_offer_at_the_base_it_is_repeated_once_and_then_valued_anew(office: Office):
    auction = prepared(office).publish().until_deadline().offered((C, 49_500 * M))
    assert list(auction.waiting) == ["publish_auction"]

    auction.publish().until_deadline().do("record_offers", "submit", offers_typed=[])
    assert list(auction.waiting) == ["value_property"]

    auction.value(30 * BN).do("approve_base", "approve")
    auction.publish().until_deadline().offered((C, 30 * BN))
    assert list(auction.waiting) == ["name_buyer"], "the base price itself is enough"
    assert auction.row.round == 3


def test_a_live_auction_goes_up_by_the_step_and_counts_the_last_of_each_bidder(office: Office):
    auction = prepared(office).publish("LIVE").until_deadline()
    assert auction.variables["step_least"] == 500 * M
    rounds = [
        line(A, 50 * BN, 2_500 * M),
        line(B, 50_500 * M, 2_500 * M),
        line(A, 50_999 * M),
        line(B, 52 * BN),
    ]
    with pytest.raises(RulesBroken) as refused:
        auction.do("record_offers", "submit", offers_typed=rounds)
    assert codes(refused) == [("TND-035", "offers_typed/2/amount")]

    rounds[2] = {**line(A, 51 * BN), "deposit": 2_500 * M}
    with pytest.raises(RulesBroken) as refused:
        auction.do("record_offers", "submit", offers_typed=rounds)
    assert codes(refused) == [("AUC-007", "offers_typed/2/deposit")], "counted once"

    rounds[2] = line(A, 51 * BN) | {"receipt_no": rounds[1]["receipt_no"]}
    with pytest.raises(RulesBroken) as refused:
        auction.do("record_offers", "submit", offers_typed=rounds)
    assert codes(refused) == [("AUC-007", "offers_typed/2/receipt_no")], "another's"

    rounds[2] = line(A, 51 * BN)
    auction.do("record_offers", "submit", offers_typed=rounds)

    assert [(each["name"], each["amount"]) for each in auction.variables["ranked"]] == [
        ("شرکت ب", 52 * BN), ("شرکت الف", 51 * BN),
    ]  # fmt: skip


def test_everything_wrong_with_offers_is_said_beside_its_line(office: Office):
    auction = prepared(office).publish().until_deadline()
    of_another = line(A, 0, 1)["receipt_no"]
    rows = [
        line(A, 51 * BN, 2_499 * M),
        line(B, 0, 2_500 * M),
        line(B, 52 * BN, 2_500 * M),
        line(("10380284791", "رقم وارسی نادرست"), 53 * BN, 2_500 * M),
        {**line(C, 54 * BN, 55 * BN), "receipt_no": of_another},
    ]

    with pytest.raises(RulesBroken) as refused:
        auction.do("record_offers", "submit", offers_typed=rows)

    assert codes(refused) == [
        ("AUC-001", "offers_typed/0/deposit"),
        ("MON-002", "offers_typed/1/amount"),
        ("AUC-002", "offers_typed/2/identifier"),
        ("ID-002", "offers_typed/3/identifier"),
        ("AUC-006", "offers_typed/4/deposit"),
        ("AUC-007", "offers_typed/4/receipt_no"),
    ]


def test_a_valuation_holds_six_months_and_a_notice_has_its_least_time(office: Office):
    auction = prepared(office)
    too_soon = {"deadline_on": auction.today(5), "visit_until": auction.today(6)}
    with pytest.raises(RulesBroken) as refused:
        auction.publish(**too_soon)
    assert codes(refused) == [("TND-003", "deadline_on"), ("AUC-003", "visit_until")]

    closed = {local_date(office.clock()) + timedelta(days=each): True for each in range(1, 30)}
    change, admin = UnitChange("D07", closed, "تعطیل این واحد"), office.actor("admin")
    calendars.change(office.database.unit_of_work(), change, actor=admin, at=office.clock())
    with pytest.raises(RulesBroken) as refused:
        auction.publish()
    assert codes(refused) == [("TND-003", "deadline_on")], "the unit's own days off count"
    opened = UnitChange("D07", dict.fromkeys(closed))
    calendars.change(office.database.unit_of_work(), opened, actor=admin, at=office.clock())

    last = JalaliDate.of(local_date(office.clock())).plus_months(6).gregorian()
    late = {"deadline_on": (last + timedelta(days=1)).isoformat()}
    with pytest.raises(RulesBroken) as refused:
        auction.publish(**late)
    assert codes(refused) == [("TND-034", "deadline_on")]
    auction.publish(deadline_on=last.isoformat())
    assert auction.row.state is AuctionState.OPEN


def test_what_is_seized_is_not_sold_and_a_dear_one_needs_the_higher_authority(office: Office):
    values = {"subject": "ساختمان", "kind": "SALE"}
    seized = Auction(office, office.begin("property_auction", "proc_officer", values))
    seized.do("describe_property", "submit", description="سه طبقه", title_no="۱")
    seized.do("check_title", "blocked", title_note="در بازداشت دادگاه")
    assert seized.row.state is AuctionState.ENDED
    assert seized.instance.state is InstanceState.FINISHED

    dear = Auction(office, office.begin("property_auction", "proc_officer", values))
    dear.do("describe_property", "submit", description="سه طبقه", title_no="۱")
    dear.do("check_title", "clear", title_note="آزاد")
    with pytest.raises(RulesBroken) as refused:
        dear.value(0)
    assert codes(refused) == [("MON-002", "base")]
    dear.value(40 * BN).do("approve_base", "return", return_reason="VALUE")
    dear.value(40 * BN + 1).do("approve_base", "approve")
    dear.do("approve_sale_higher", "reject", higher_note="نگه داشته شود")
    assert dear.row.state is AuctionState.ENDED
    assert dear.row.base == Rial(40 * BN + 1)
