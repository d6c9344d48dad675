"""Live rounds of an auction of property in a bidder's browser, and as the unit sees them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from engine.queries import people
from engine.sdk import new_id
from engine.storage.database import Database
from engine.values import Rial
from processes.transactions.commands import auction_rounds
from processes.transactions.records import (
    AuctionBidder,
    AuctionEvent,
    AuctionKind,
    AuctionRounds,
    AuctionState,
    PropertyAuction,
    ReverseEventKind,
)
from tests.kit.browser import HALF, Window
from tests.kit.server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

NUMBER = "D07-1405-M-0779"
PATH = f"/areas/transactions/auctions/{NUMBER}/rounds"
BN = 10**9
MINE, OTHER = "14012345679", "14077770009"  #: `bidder3` of the demonstration, and a firm


@pytest.fixture
def database(server: LiveServer) -> Database:
    """The running site's, with live rounds of two that have just begun."""
    found = Database(f"sqlite:///{server.home / 'divan.sqlite'}")
    at = datetime.now(UTC)
    end = at + timedelta(minutes=60)
    auction = PropertyAuction(
        id=new_id(), instance_id=new_id(), unit="D07", number=NUMBER, kind=AuctionKind.SALE,
        subject="زمین خیابان بهار", state=AuctionState.OPEN, base=Rial(50 * BN), round=1,
        is_repeated=False, is_live=True, deadline=at, created_at=at, created_by="proc_officer",
    )  # fmt: skip
    bidders = [
        AuctionBidder(
            auction_id=auction.id, round=1, identifier=identifier, name=name,
            deposit=Rial(5 * BN // 2), receipt_no="س/۱", confirmed_at=at,
            confirmed_by="fin_expert",
        )
        for identifier, name in ((MINE, "شرکت سوم"), (OTHER, "روشن‌گر"))
    ]  # fmt: skip
    rounds = AuctionRounds(
        auction_id=auction.id, round=1, opened_at=at, opened_by="proc_officer", first_end=end,
        ends_at=end, base=Rial(50 * BN), step_amount=Rial(BN // 2), last_minutes=3,
        most_extensions=10, extensions=0, events=1, last_at=at,
    )  # fmt: skip
    opened = AuctionEvent(
        auction_id=auction.id, round=1, number=1, kind=ReverseEventKind.OPENED, at=at, ends_at=end
    )
    with found.unit_of_work() as uow:
        for each in (auction, *bidders, rounds, opened):
            uow.session.add(each)
            uow.session.flush()
        uow.commit()
    return found


def _other_offers(database: Database, price: int) -> None:
    at = datetime.now(UTC)
    with database.reader() as session:
        known = people.by_username(session, "bidder1", at)
    assert known is not None
    who = replace(known, username="other", desks=frozenset({f"BIDDER@party:{OTHER}"}))
    auction_rounds.offer_price(database.unit_of_work(), NUMBER, str(price), actor=who, at=at)


def test_the_highest_offer_changes_while_the_page_is_open_and_nobody_is_named(
    database: Database, window: Callable[..., Window]
):
    bidder = window("wide", "fa")
    bidder.sign_in("bidder3", "fa")
    page = bidder.open("/bidding")
    page.get_by_role("link", name="زمین خیابان بهار").click()
    expect(page.locator("[data-left]")).to_contain_text("۰۰:۵")
    page.fill("#price", "۴۹٬۹۰۰٬۰۰۰٬۰۰۰")
    page.get_by_role("button", name="پیشنهاد می‌دهم").click()
    expect(page.locator("#price-problem")).to_be_visible()
    expect(page.locator("#price")).to_have_value("۴۹٬۹۰۰٬۰۰۰٬۰۰۰")
    page.fill("#price", "۵۰٬۰۰۰٬۰۰۰٬۰۰۰")
    page.keyboard.press("Enter")
    expect(page.locator("[data-shown=leads]")).to_have_text("بله")
    _other_offers(database, 51 * BN)
    expect(page.locator("[data-shown=highest]")).to_have_text("۵۱٬۰۰۰٬۰۰۰٬۰۰۰")
    expect(page.locator("[data-shown=leads]")).to_have_text("خیر")
    assert "روشن‌گر" not in page.locator("main").inner_text()
    bidder.complaints = [each for each in bidder.complaints if "422" not in each]
    assert bidder.faults("rounds-bidder-fa", HALF["fa"]) == []

    officer = window("wide", "en")
    officer.sign_in("proc_officer", "en")
    officer.open(PATH)
    expect(officer.page.get_by_role("region", name="Offers, the newest first")).to_be_visible()
    assert "51,000,000,000" in officer.page.locator("main").inner_text()
    assert officer.faults("rounds-officer-en", HALF["en"]) == []
