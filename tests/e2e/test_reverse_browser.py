"""A reverse auction in a bidder's browser: the clock of the server, and the rank as it changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from engine.queries import people
from engine.sdk import new_id
from engine.storage.database import Database
from engine.values import Rial
from processes.transactions.commands import reversing
from processes.transactions.records import (
    Category,
    Firm,
    Method,
    PurchaseRequest,
    RequestState,
    ReverseAuction,
    ReverseBidder,
    ReverseEvent,
    ReverseEventKind,
    SealedTender,
    SealingState,
    Tender,
    TenderState,
)
from tests.kit.browser import HALF, Window
from tests.kit.server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

NUMBER = "D07-1405-T-0778"
PATH = f"/areas/transactions/tenders/{NUMBER}/reverse"
BN = 10**9
MINE, OTHER = "14012345679", "14012345900"  #: `bidder3` of the demonstration, and a firm


@pytest.fixture
def database(server: LiveServer) -> Database:
    """The running site's, with an auction of two that has just begun."""
    found = Database(f"sqlite:///{server.home / 'divan.sqlite'}")
    at = datetime.now(UTC)
    end = at + timedelta(minutes=60)
    request = PurchaseRequest(
        id=new_id(), instance_id=new_id(), unit="D07", fiscal_year=1405, number=7_778,
        state=RequestState.RESERVED, subject="قیر", category=Category.GOODS,
        created_at=at, requested_by="tech_office",
    )  # fmt: skip
    sealed = SealedTender(
        id=new_id(), unit="D07", number=NUMBER, title="قیر", threshold=2, deadline=at,
        state=SealingState.CLOSED, made_at=at, made_by="proc_officer",
    )  # fmt: skip
    tender = Tender(
        id=new_id(), instance_id=new_id(), request_id=request.id, seal_id=sealed.id, unit="D07",
        number=NUMBER, method=Method.PUBLIC_TENDER, state=TenderState.OPENING, title="قیر",
        estimate=Rial(100 * BN), made_at=at, made_by="proc_officer",
    )  # fmt: skip
    auction = ReverseAuction(
        tender_id=tender.id, opened_at=at, first_end=end, ends_at=end, start=Rial(100 * BN),
        step=Decimal("0.5"), last_minutes=3, most_extensions=10, lowest=Rial(100 * BN),
        step_amount=Rial(BN // 2), extensions=0, events=1, last_at=at,
        bidders=[ReverseBidder(bidder=MINE), ReverseBidder(bidder=OTHER)],
    )  # fmt: skip
    opened = ReverseEvent(
        tender_id=tender.id, number=1, kind=ReverseEventKind.OPENED, at=at, ends_at=end
    )
    firm = Firm(identifier=OTHER, name="قیران", entered_at=at, entered_by="proc_officer")
    with found.unit_of_work() as uow:
        for each in (request, sealed, tender, auction, opened, firm):
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
    reversing.offer(database.unit_of_work(), NUMBER, str(price), actor=who, at=at)


def test_the_rank_changes_while_the_page_is_open_and_no_other_price_is_shown(
    database: Database, window: Callable[..., Window]
):
    bidder = window("wide", "fa")
    bidder.sign_in("bidder3", "fa")
    page = bidder.open(PATH)
    expect(page.locator("[data-left]")).to_contain_text("۰۰:۵")
    page.fill("#price", "۹۹٬۹۰۰٬۰۰۰٬۰۰۰")
    page.get_by_role("button", name="پیشنهاد می‌دهم").click()
    expect(page.locator("#price-problem")).to_be_visible()
    expect(page.locator("#price")).to_have_value("۹۹٬۹۰۰٬۰۰۰٬۰۰۰")
    page.fill("#price", "99000000000")
    expect(page.locator("[data-read-back]")).to_have_text("۹۹٬۰۰۰٬۰۰۰٬۰۰۰ · نود و نه میلیارد ریال")
    page.fill("#price", "۹۹٬۰۰۰٬۰۰۰٬۰۰۰")
    page.keyboard.press("Enter")
    expect(page.locator("[data-rank]")).to_have_text("۱")
    _other_offers(database, 98 * BN)
    expect(page.locator("[data-rank]")).to_have_text("۲")
    assert "۹۸" not in page.locator("main").inner_text()
    bidder.complaints = [each for each in bidder.complaints if "422" not in each]
    assert bidder.faults("reverse-bidder-fa", HALF["fa"]) == []

    officer = window("wide", "en")
    officer.sign_in("proc_officer", "en")
    officer.open(PATH)
    expect(officer.page.locator("tbody tr")).to_have_count(2)
    assert "98,000,000,000" in officer.page.locator("tbody").inner_text()
    assert officer.faults("reverse-officer-en", HALF["en"]) == []
