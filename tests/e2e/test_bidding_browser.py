"""A bidder in a real browser: the bid is sealed there, and nothing that is sent says its price."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import FilePayload, Page, expect
from sqlalchemy import select

from engine.model.person import Actor
from engine.queries.people import by_username
from engine.sdk import Database
from engine.values import JalaliDate, local_date, persian_digits
from processes.transactions.commands.registering import confirm
from processes.transactions.queries import sealing as rows
from processes.transactions.records import BidderRegistration
from processes.transactions.sealing.contents import unpack
from processes.transactions.sealing.envelope import Kind, begin, opened
from processes.transactions.sealing.forms import read_guarantee, read_price
from processes.transactions.sealing.opening import Released, agreed
from processes.transactions.tests.noticing import published, registered
from processes.transactions.tests.tendering import Tender
from tests.kit.browser import HALF, Window
from tests.kit.keyboard import press_at, reach
from tests.kit.papers import pdf
from tests.kit.server import LiveServer
from tests.kit.tapped import TappedWire

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("pages"), pytest.mark.timeout(300)]

NUMBER = "D07-1405-T-7042"
AT = f"/bidding/{NUMBER}"
SENT = 90_000  #: ms until three envelopes are sealed and taken, on a busy machine
#: unit prices, as they are typed; what they come to is told by no request
PRICES = ("۳۸٬۷۶۵٬۴۳۲", "9,876,543")
TOTAL = 38_765_432 * 21_505 // 10 + 9_876_543 * 40
#: what a company says of itself, in the order of the fields; made up, its check digits agree
COMPANY = {
    "identifier": "14000002005", "name": "راه‌سازان صفحه‌کلید", "registration_no": "۴۵۱۹",
    "economic_code": "411111111111", "iban": "790610000000700796858044",
    "postal_code": "1619735744", "address": "تهران، خیابان نمونه ۱۲",
    "representative": "نوید پیمانی", "representative_code": "0084575948",
    "mobile": "09123456789", "email": "keys@example.com",
    "new": "چتر زرد روی پله پنجم", "again": "چتر زرد روی پله پنجم",
}  # fmt: skip


@pytest.fixture
def tenders(server: LiveServer) -> Iterator[Callable[..., Tender]]:
    """Return what publishes a tender in the database of the running server."""
    database, at = Database(f"sqlite:///{server.home / 'divan.sqlite'}"), datetime.now(UTC)

    def actor(name: str) -> Actor:
        with database.reader() as session:
            found = by_username(session, name, at)
            assert found is not None
            return found

    def publish(number: str, lasts: timedelta, **values: Any) -> Tender:
        registered(database, at, "10380284790", "10100456787")
        return published(database, actor, at, number=number, deadline=at + lasts, **values)

    yield publish
    database.dispose()


@pytest.fixture
def wire(server: LiveServer) -> Iterator[TappedWire]:
    """The way of the bidder's browser to the server, where all it sends is written down."""
    tapped = TappedWire(server.port)
    yield tapped
    tapped.close()


def test_a_bid_is_sealed_in_the_browser_replaced_and_withdrawn(
    tenders: Callable[..., Tender],
    window: Callable[..., Window],
    server: LiveServer,
    wire: TappedWire,
    tmp_path: Path,
):
    tender = tenders(NUMBER, timedelta(days=3), title="آسفالت برای مرورگر")
    files = _papers(tmp_path)
    visitor = window("wide", "fa")
    page = visitor.open(f"/tender-notices/{NUMBER}")
    assert visitor.faults("notice-public", HALF["fa"]) == []
    visitor.open("/tender-notices?q=مرورگر")
    assert visitor.faults("notices", HALF["fa"]) == []
    _registers_by_keys(visitor, tender.database)

    bidder = window("wide", "fa")
    bidder.address = wire.address
    bidder.sign_in("bidder1")
    page = bidder.open(AT)

    page.locator("[data-seal]").click()
    expect(page.locator("[data-status]")).to_contain_text("نشان شده")
    expect(page.locator("#guarantee-number-problem")).to_be_visible()
    _fill(page, until=10, files=files)
    expect(page.locator("#files-C-problem")).to_be_hidden()
    expect(page.locator("[data-list=C]")).to_contain_text("کیلوبایت")
    page.locator("[data-seal]").click()
    expect(page.locator("#guarantee-valid_until-problem")).to_contain_text("پیش از پایان اعتبار")
    assert b"DVNSEAL1" not in wire.sent
    _fill(page, until=200, files={})
    expect(page.locator("[data-sum]")).to_contain_text(
        persian_digits(f"{TOTAL:,}".replace(",", "٬"))
    )
    assert bidder.faults("bid-workspace", HALF["fa"]) == []

    page.locator("[data-seal]").click()
    page.wait_for_url("**/receipts/1", timeout=SENT)
    assert bidder.faults("bid-receipt", HALF["fa"]) == []
    assert wire.sent.count(b"DVNSEAL1") == 3
    _says_no_price(wire.sent)
    guarantee, price = _opened(tender, server)
    assert read_guarantee(guarantee).found is not None
    found = read_price(price).found
    assert found is not None
    assert found.total.amount == TOTAL

    page = bidder.open(AT)
    expect(page.locator("#price-1")).to_have_value(PRICES[0])  # kept in this browser
    for kind in "ABC":
        page.locator(f"#files-{kind}").set_input_files(files[kind])
    page.locator("[data-seal]").click()
    page.wait_for_url("**/receipts/2", timeout=SENT)
    page = bidder.open(AT)
    page.locator("details.way summary").click()
    page.locator("details.way button.danger").click()
    expect(page.locator(".notice.done")).to_contain_text("پس گرفته شد")
    bidder.open("/bidding")
    assert bidder.faults("bids-own", HALF["fa"]) == []
    assert wire.sent.count(b"DVNSEAL1") == 6
    _says_no_price(wire.sent)


def _registers_by_keys(visitor: Window, database: Database) -> None:
    """Register a company with Tab and Enter alone: what is wrong, the answers, the papers."""
    page = visitor.open("/bidder-registration")
    press_at(page, "main button.primary")
    expect(page.locator(".notice.wrong")).to_be_focused()
    press_at(page, ".notice.wrong a[href='#identifier']")
    expect(page.locator("#identifier")).to_be_focused()
    for name, typed in COMPANY.items():
        reach(page, f"#{name}")
        page.keyboard.insert_text(typed)
    press_at(page, "main button.primary")
    page.wait_for_url("**/own/*")
    with database.reader() as session:  # the letter goes nowhere here: what its link does
        query = select(BidderRegistration.id)
        made = session.scalars(query.where(BidderRegistration.email == COMPANY["email"])).one()
    confirm(database.unit_of_work(), made, at=datetime.now(UTC))
    page.reload()
    for name in ("statute", "gazette", "introduction"):
        reach(page, f"#{name}")
        paper = FilePayload(name=f"{name}.pdf", mimeType="application/pdf", buffer=pdf())
        page.locator(f"#{name}").set_input_files(paper)  # the chooser is the browser's own
    assert visitor.faults("registration-papers", HALF["fa"]) == []
    press_at(page, "button[name=send]")
    expect(page.locator(".chip")).to_contain_text("نزد واحد خرید")
    visitor.complaints = [each for each in visitor.complaints if "422" not in each]


def test_a_clock_that_is_wrong_and_a_line_that_breaks_do_no_harm(
    tenders: Callable[..., Tender], window: Callable[..., Window], tmp_path: Path
):
    number = "D07-1405-T-7043"
    tenders(number, timedelta(minutes=30))
    bidder = window("narrow", "en")
    bidder.sign_in("bidder2", "en")
    bidder.page.clock.set_fixed_time(datetime.now(UTC) + timedelta(hours=1))
    page = bidder.open(f"/bidding/{number}")
    expect(page.locator("[data-clock]")).to_contain_text("0 days 00:2")
    press_at(page, "[data-seal]")  # with keys alone, back at the first thing that is missing
    expect(page.locator("#guarantee-number")).to_be_focused()
    expect(page.locator("#files-C-problem")).to_be_visible()
    _fill(page, until=200, files=_papers(tmp_path))
    broken: list[str] = []

    def lose_once(route: Any) -> None:
        if route.request.url in broken:
            route.fallback()
        else:
            broken.append(route.request.url)
            route.abort("connectionreset")

    page.route("**/envelopes/**", lose_once)
    press_at(page, "[data-seal]")
    page.wait_for_url("**/receipts/1", timeout=SENT)
    assert len(broken) == 3
    bidder.complaints[:] = [
        each for each in bidder.complaints
        if "/envelopes/" not in each and "ERR_CONNECTION_RESET" not in each
    ]  # fmt: skip
    assert bidder.faults("bid-receipt-en", HALF["en"]) == []


def _papers(folder: Path) -> dict[str, Path]:
    found = {kind: folder / f"paper-{kind}.pdf" for kind in "ABC"}
    for each in found.values():
        each.write_bytes(b"%PDF-1.7\n" + b"paper " * 300_000)
    return found


def _fill(page: Page, *, until: int, files: dict[str, Path]) -> None:
    day = persian_digits(str(JalaliDate.of(local_date(datetime.now(UTC)) + timedelta(days=until))))
    for name, text in (
        ("number", "۱۲۳/الف"), ("issuer", "بانک شهر"), ("amount", "۵٬۰۰۰٬۰۰۰٬۰۰۰"),
        ("valid_until", day),
    ):  # fmt: skip
        page.fill(f"#guarantee-{name}", text)
    for at_line, text in enumerate(PRICES, 1):
        page.fill(f"#price-{at_line}", text)
    for kind, path in files.items():
        page.locator(f"#files-{kind}").set_input_files(path)


def _says_no_price(sent: bytes) -> None:
    """Neither in digits of any script, grouped or not, nor in words."""
    numbers = (38_765_432, 9_876_543, TOTAL, 38_765_432 * 21_505 // 10, 9_876_543 * 40)
    words = "سی و هشت میلیون"
    told = [words, *PRICES]
    for each in numbers:
        told += [str(each), f"{each:,}", persian_digits(each), f"{each:,}".replace(",", "٬")]
        told += [persian_digits(f"{each:,}".replace(",", "٬"))]
    told += [quote(each) for each in told]
    assert len(sent) > 3 * 1_800_000, "the bodies were read"
    assert [each for each in told if each.encode() in sent] == []


def _opened(tender: Tender, server: LiveServer) -> tuple[bytes, bytes]:
    """Open the envelopes of guarantee and price as two members would."""
    found = []
    with tender.database.reader() as session:
        [bid] = rows.bids(session, tender.id)
        sealed = rows.tender(session, tender.id)
        for kind, name in ((Kind.GUARANTEE, "guarantee.json"), (Kind.PRICE, "price.json")):
            header, sha256 = rows.header_of(sealed, bid, kind), bid.envelope(kind).sha256
            content = (server.home / "documents" / sha256[:2] / sha256).read_bytes()
            begun = begin(io.BytesIO(content))
            released = [
                Released.read(_release(tender, each, kind, header, begun))
                for each in tender.members[:2]
            ]
            files: dict[str, io.BytesIO] = {}
            unpack(
                opened(io.BytesIO(content), header, agreed(released, 2)),
                lambda each, into=files: into.setdefault(each.name, io.BytesIO()),  # type: ignore[misc]
            )
            assert set(files) - {name}, "the scan lies beside it"
            found.append(files[name].getvalue())
    return found[0], found[1]


def _release(tender: Tender, name: str, kind: Kind, header: Any, begun: Any) -> dict[str, Any]:
    from processes.transactions.sealing import member  # noqa: PLC0415

    position = tender.members.index(name) + 1
    return member.release(tender.share(name, kind), position, header, begun).write()
