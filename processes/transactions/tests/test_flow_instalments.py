"""The price of an auction in instalments: first part, guarantee, receipts, books (§3.13)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from hypothesis import given as for_all
from hypothesis import strategies as st
from sqlalchemy import BigInteger, func, select, type_coerce
from sqlalchemy.orm import Session

from engine.errors import RulesBroken
from engine.model.instance import InstanceState
from engine.sdk import working_calendar
from engine.values import JalaliDate, Percentage, Rial, WorkingCalendar, end_of_day, local_date
from engine.values.bookkeeping import AccountingEvent
from processes.accounting.commands.closing import close_month
from processes.accounting.records import LedgerLine
from processes.transactions.commands import guarantees
from processes.transactions.commands.rents import earn_rents
from processes.transactions.records import AuctionState
from processes.transactions.rules.instalments import (
    PaymentTerms,
    first_part,
    instalments,
    paid_by,
)
from processes.transactions.rules.leases import last_day, period_ends, rent_until
from processes.transactions.tests.test_auction_receipts import receipts, upgraded
from processes.transactions.tests.test_flow_auction import BN, A, Auction, B, M, prepared, told
from processes.transactions.tests.walking import Office
from tests.kit.languages import foreign_words
from tests.kit.walking import codes

AREA = "/areas/transactions"
#: a quarter at once, the rest in three parts every other month
TERMS: dict[str, Any] = {"payment": "INSTALMENTS", "instalment_count": 3, "interval_months": 2}


def guaranteed(office: Office, auction: Auction, amount: int, until: date, **other: str) -> str:
    """Put a guarantee of instalments in force for an auction; return its id."""
    today = local_date(office.clock())
    typed = {
        "kind": "PAYMENT",
        "form": "BANK",
        "number": f"{other}/{amount}/{until}/{auction.row.number}",
        "issuer": "بانک نمونه",
        "branch": "مرکزی",
        "amount": str(amount),
        "beneficiary": auction.row.unit,
        "concerns": auction.row.number,
        "since": str(JalaliDate.of(today)),
        "until": str(JalaliDate.of(until)),
        "required_amount": "1",
        "required_until": str(JalaliDate.of(today)),
        "reference": "ت/۱",
    } | other
    made: UUID = guarantees.receive(
        office.database.unit_of_work(),
        typed,
        actor=office.actor("proc_officer"),
        at=office.clock(),
    )
    expert = {"actor": office.actor("fin_expert"), "at": office.clock()}
    guarantees.verify(office.database.unit_of_work(), made, typed, **expert)
    guarantees.put_in_force(office.database.unit_of_work(), made, typed, **expert)
    return str(made)


def named(office: Office, kind: str = "SALE", **terms: Any) -> Auction:
    """Return an auction whose winner, with 55 thousand million rials, is to pay."""
    auction = prepared(office, kind=kind).publish(**(TERMS | terms)).until_deadline()
    return auction.offered((A, 51 * BN), (B, 55 * BN)).do("name_buyer", "confirm", minute_no="م/۷")


def instalment(auction: Auction, amount: int, receipt: str, on: str | None = None) -> Auction:
    """Let an instalment be received."""
    return auction.do(
        "receive_instalment",
        "received",
        instalment_received=amount,
        instalment_receipt=receipt,
        instalment_on=on or auction.today(),
    )


def test_the_first_part_is_paid_with_a_guarantee_of_all_that_is_left(office: Office):
    auction = named(office)
    first, rest = 13_750 * M, 41_250 * M  # a quarter of 55 thousand million, by the pack
    assert auction.variables["balance"] == first - 2_500 * M
    assert auction.variables["rest"] == rest
    pays_until = auction.row.pays_until
    assert pays_until is not None
    start = local_date(pays_until - timedelta(microseconds=1))
    with office.database.reader() as session:
        calendar = working_calendar(session, "D07")
    dues = [calendar.plus_months(start, each) for each in (2, 4, 6)]
    shown = auction.variables["schedule"]
    assert [each["due_on"]["fa"] for each in shown] == [JalaliDate.of(d).long() for d in dues]
    assert [each["amount"] for each in shown] == [rest // 3] * 3
    least = dues[-1] + timedelta(days=30)
    assert auction.variables["guaranteed_until"] == least.isoformat()

    with pytest.raises(RulesBroken) as refused:
        auction.paid(52_500 * M)
    assert codes(refused) == [("AUC-004", "received"), ("GEN-REQUIRED", "guarantee_id")]
    short = guaranteed(office, auction, rest - 1, least - timedelta(days=1))
    other = guaranteed(office, auction, rest, least, concerns="D07-1-M-1")
    good = guaranteed(office, auction, rest, least)
    for wrong, why in (
        (short, [("AUC-043", "guarantee_id"), ("AUC-044", "guarantee_id")]),
        (other, [("AUC-042", "guarantee_id")]),
    ):
        with pytest.raises(RulesBroken) as refused:
            auction.paid(first - 2_500 * M, guarantee_id=wrong)
        assert codes(refused) == why
    deposited = f"{auction.row.number}/1/{B[0]}"
    with pytest.raises(RulesBroken) as refused:
        auction.paid(first - 2_500 * M, guarantee_id=good, balance_receipt=deposited)
    assert codes(refused) == [("AUC-047", "balance_receipt")]


def test_each_instalment_is_received_once_early_or_several_together(office: Office, monkeypatch):
    auction = named(office)
    first, rest = 13_750 * M, 41_250 * M
    until = date.fromisoformat(auction.variables["guaranteed_until"])
    good = guaranteed(office, auction, rest, until)
    heard = office.heard(monkeypatch, AccountingEvent)
    auction.paid(first - 2_500 * M, guarantee_id=good)
    dues = [each.due_on for each in auction.row.instalments]
    assert auction.row.state is AuctionState.INSTALMENTS
    assert sorted(auction.waiting) == ["hand_over", "receive_instalment"]
    assert auction.waiting["receive_instalment"].due_at == end_of_day(dues[0])
    with pytest.raises(RulesBroken) as refused:
        office.cancel(auction)
    assert codes(refused) == [("GEN-409", None)]

    with pytest.raises(RulesBroken) as refused:
        instalment(auction, rest // 3 + 1, "ب/۱ ", auction.today(1))
    assert codes(refused) == [
        ("AUC-047", "instalment_receipt"),  # that of the first part, in other digits
        ("AUC-046", "instalment_received"),
        ("AUC-005", "instalment_on"),
    ]
    instalment(auction, rest // 3, "ق/۱")
    assert auction.waiting["receive_instalment"].due_at == end_of_day(dues[1])
    auction.do("hand_over", "submit", deed_no="س/۸", handed_over_on=auction.today())
    assert list(auction.waiting) == ["receive_instalment"], "two are open"
    with pytest.raises(RulesBroken) as refused:
        instalment(auction, rest // 3, "ق/1")
    assert codes(refused) == [("AUC-047", "instalment_receipt")], "paid twice"
    with pytest.raises(RulesBroken) as refused:
        released(office, good)
    assert codes(refused) == [("GUA-004", None)], "some are open"

    instalment(auction, rest // 3 * 2, "ق/۲")  # both together, before their days
    assert auction.instance.state is InstanceState.FINISHED
    assert [each.receipt_no for each in auction.row.instalments] == ["ق/۱", "ق/۲", "ق/۲"]
    assert told(heard) == [
        (
            "property_sold_in_instalments",
            {
                "price": 55 * BN, "deposit": 2_500 * M, "balance": first - 2_500 * M, "rest": rest,
            },
        ),
        ("auction_deposits_returned", {"deposit": 2_500 * M}),
        ("instalment_received", {"received": rest // 3}),
        ("instalment_received", {"received": rest // 3 * 2}),
    ]  # fmt: skip
    released(office, good)
    kept = receipts(office)
    assert len(kept) == 2 + 3, "deposits, the first part, and two receipts of three instalments"
    assert upgraded(office) == kept


def released(office: Office, guarantee: str) -> None:
    """Give the guarantee of instalments back, because they are paid."""
    shown = {"event": "INSTALMENTS_PAID", "reference": "ص/۱"}
    guarantees.release(
        office.database.unit_of_work(),
        UUID(guarantee),
        shown,
        actor=office.actor("fin_head"),
        at=office.clock(),
    )


def test_a_lease_is_paid_period_by_period_and_who_is_late_is_seen(
    office: Office, signed_in: Callable[[str], FlaskClient]
):
    auction = named(office, "LEASE", instalment_count=11, interval_months=1)
    rent = 55 * BN // 12
    assert auction.variables["balance"] == rent - 2_500 * M
    auction.not_paid()
    rent = 51 * BN // 12
    assert auction.variables["balance"] == rent - 2_500 * M
    assert auction.variables["rest"] == 51 * BN - rent
    until = date.fromisoformat(auction.variables["guaranteed_until"])
    good = guaranteed(office, auction, 51 * BN - rent, until)
    auction.paid(rent - 2_500 * M, guarantee_id=good)
    assert [each.amount.amount for each in auction.row.instalments] == [rent] * 11
    assert auction.row.state is AuctionState.INSTALMENTS

    office.clock.at = end_of_day(auction.row.instalments[1].due_on + timedelta(days=1))
    number, officer = auction.row.number, signed_in("proc_officer")
    head, elsewhere = signed_in("unit_head"), signed_in("unit_head15")
    assert "overdue=1" in officer.get(f"{AREA}/auctions").text
    for who, each in ((officer, "instalments?overdue=1"), (head, "instalments")):
        text = who.get(f"{AREA}/{each}").text
        assert text.count(number) == 2 * (2 if "overdue" in each else 11)
        assert text.count("chip overdue") == 2
        assert foreign_words(text, "fa") == []
    one = head.get(f"{AREA}/auctions/{number}/instalments")
    assert (one.status_code, one.text.count("chip overdue")) == (200, 2)
    assert "/guarantees/" in one.text
    assert number not in elsewhere.get(f"{AREA}/instalments").text
    assert elsewhere.get(f"{AREA}/auctions/{number}/instalments").status_code == 404
    notice = elsewhere.get(f"/auction-notices/{number}").text
    assert "ماهی یکی" in notice
    assert "۱۲ ماه از روز تحویل" in notice
    (listed,) = elsewhere.get("/auction-notices/auctions.json").get_json()["auctions"]
    terms = {"first_percent": None, "instalments": 11, "interval_months": 1}
    assert listed["payment"] == terms


def test_the_notice_says_how_the_price_is_paid(
    office: Office, signed_in: Callable[[str], FlaskClient]
):
    auction = prepared(office)
    cases: tuple[tuple[dict[str, Any], list[tuple[str, str]]], ...] = (
        (
            {"payment": "INSTALMENTS"},
            [("GEN-REQUIRED", "instalment_count"), ("GEN-REQUIRED", "interval_months")],
        ),
        (TERMS | {"instalment_count": 61}, [("AUC-040", "instalment_count")]),
        (TERMS | {"first_percent": "100"}, [("AUC-041", "first_percent")]),
    )
    for wrong, why in cases:
        with pytest.raises(RulesBroken) as refused:
            auction.publish(**wrong)
        assert codes(refused) == why
    auction.publish(**TERMS, first_percent="40")
    row = auction.row
    kept = (row.first_percent, row.instalment_count, row.interval_months)
    assert kept == (Decimal(40), 3, 2)
    notice = signed_in("bidder1").get(f"/auction-notices/{row.number}").text
    assert "۴۰٪" in notice
    assert "۳ قسط، هر ۲ ماه" in notice
    for words in ("شیوهٔ مزایده", "روزهای بازدید"):
        assert f"<dt>{words}</dt>" in notice, "not those of payments and of analytics"
    auction.until_deadline().offered()
    auction.publish()
    assert auction.row.instalment_count is None, "each notice has terms of its own"


@for_all(
    price=st.integers(min_value=1, max_value=10**15),
    deposited=st.integers(min_value=0, max_value=10**15),
    percent=st.none() | st.integers(min_value=0, max_value=99),
    count=st.integers(min_value=1, max_value=60),
    months=st.integers(min_value=1, max_value=12),
    start=st.dates(min_value=date(2020, 1, 1), max_value=date(2060, 1, 1)),
)
def test_the_parts_are_the_price_to_the_rial_on_working_days_in_their_order(
    price: int, deposited: int, percent: int | None, count: int, months: int, start: date
):
    terms = PaymentTerms(None if percent is None else Percentage(percent), count, months)
    deposit = Rial(min(price, deposited))
    first = first_part(Rial(price), deposit, terms)
    calendar = WorkingCalendar(frozenset({3, 4}))
    found = instalments(Rial(price) - first, terms, start, calendar)
    assert first + Rial.total(each.amount for each in found) == Rial(price)
    assert first >= deposit
    assert all(each.amount > Rial.ZERO for each in found)
    assert all(calendar.is_working(each.due_on) for each in found)
    assert [each.due_on for each in found] == sorted({each.due_on for each in found})
    if found:
        least = min(each.amount for each in found)
        assert found[-1].amount - least < Rial(count), "the last takes what does not divide"
    amounts = [each.amount for each in found]
    assert paid_by(amounts, Rial.total(amounts)) == len(found)


def test_rent_is_income_of_the_months_it_is_for_and_each_is_posted_once(
    office: Office, monkeypatch
):
    """Paid at once, in the month of the contract nothing of it is income; by its years all is."""
    auction = prepared(office, kind="LEASE").publish(lease_months=18).until_deadline()
    auction.offered((A, 51 * BN), (B, 55 * BN)).do("name_buyer", "confirm", minute_no="م/۷")
    heard = office.heard(monkeypatch, AccountingEvent)
    auction.paid(52_500 * M)
    assert told(heard)[0] == (
        "property_leased_for_term",
        {"price": 55 * BN, "deposit": 2_500 * M, "balance": 52_500 * M, "rest": 0},
    )
    earn_rents(office.database, office.clock() + timedelta(days=400))
    assert len(heard) == 2, "not handed over: no day of it is over"
    auction.do("hand_over", "submit", deed_no="س/۸", handed_over_on=auction.today())
    since = local_date(office.clock())
    last = JalaliDate.of(since).plus_months(18).gregorian() - timedelta(days=1)
    assert (auction.row.leased_from, auction.row.leased_until) == (since, last)

    heard.clear()
    ends = list(period_ends(since - timedelta(days=1), last, date.max))
    first = JalaliDate.of(ends[0])
    found = office.clock() + timedelta(days=40)
    close_month(
        office.database.unit_of_work(), "D07", first.year, first.month,
        actor=office.actor("fin_head"), at=found,
    )  # fmt: skip
    for days in (40, 40, 200, 700, 701):
        earn_rents(office.database, office.clock() + timedelta(days=days))
    kinds = [each.kind for each in heard if each.kind != "rent_earned"]
    assert kinds == []
    posted = [each for each in heard if each.on != ends[0]]  # refused: its month is closed
    assert [each.on for each in posted] == [local_date(found), *ends[1:]]
    heard[:] = posted
    assert sum(amount["rent"] for _, amount in told(heard)) == 55 * BN, "to the rial"
    year = JalaliDate.of(since).year
    end = JalaliDate(year, 12, 1).month_end().gregorian()
    of_year = sum(e.amounts["rent"].amount for e in heard if JalaliDate.of(e.on).year == year)
    assert of_year == rent_until(Rial(55 * BN), since, last, end).amount
    with office.database.reader() as session:
        assert balances(session)["2206"] == 0
        assert balances(session)["4104"] == -55 * BN
    assert auction.row.rent_earned == Rial(55 * BN)


def balances(session: Session) -> dict[str, int]:
    """Return what stands on each account, debit less credit; all together is nothing."""
    moved = func.sum(type_coerce(LedgerLine.debit - LedgerLine.credit, BigInteger))
    found = session.execute(select(LedgerLine.account, moved).group_by(LedgerLine.account))
    kept = {account: int(amount) for account, amount in found}
    assert sum(kept.values()) == 0, "the trial balance holds"
    return kept


@for_all(
    rent=st.integers(min_value=1, max_value=10**15),
    since=st.dates(min_value=date(2020, 1, 1), max_value=date(2060, 1, 1)),
    months=st.integers(min_value=1, max_value=120),
)
def test_rent_of_all_periods_is_the_rent_and_never_falls(rent: int, since: date, months: int):
    last = last_day(since, months)
    ends = list(period_ends(since - timedelta(days=1), last, date.max))
    earned = [rent_until(Rial(rent), since, last, each) for each in ends]
    assert ends[-1] == last
    assert ends == sorted(set(ends))
    assert earned[-1] == Rial(rent)
    assert earned == sorted(earned)
    assert all(Rial.ZERO <= each <= Rial(rent) for each in earned)
