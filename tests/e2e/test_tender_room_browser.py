"""A tender's commission before three browsers: from the ceremony of the key to the minutes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import partial

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from engine.model.person import Actor
from engine.queries import people
from engine.storage.database import Database
from engine.storage.document_store import FolderStore
from processes.transactions.queries import sealing as rows
from processes.transactions.records import SealingState
from processes.transactions.tests.tendering import Tender
from tests.kit.browser import HALF, Window, context_of
from tests.kit.keyboard import press_at, reach
from tests.kit.server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(600)]

MEMBERS = ("commission1", "commission2", "commission3")
NUMBER = "D07-1405-T-0901"
#: who has typed a passphrase for which round
TYPED: set[tuple[str, int]] = set()
#: of whom `bidder1` and `bidder2` bid
BIDDERS = ("10380284790", "10100456787")
#: what a browser says by itself of a form that was refused
REFUSED = "422 (UNPROCESSABLE ENTITY)"
#: in the language of the second member
ONE_OF_TWO = "1 of 2"
PATIENCE = 60_000  #: ms: a passphrase is stretched for seconds, on a busy machine for longer


@pytest.fixture
def tender(server: LiveServer) -> Tender:
    """A tender announced to its commission, on the running site."""
    database = Database(f"sqlite:///{server.home / 'divan.sqlite'}")
    made = Tender(
        database, FolderStore(server.home / "documents"), partial(_actor, database),
        datetime.now().astimezone(), number=NUMBER,
    )  # fmt: skip
    return made.announced()


def _actor(database: Database, username: str) -> Actor:
    with database.reader() as session:
        found = people.by_username(session, username, datetime.now().astimezone())
        assert found is not None
        return found


class Room:
    """Windows of several people on one site, with every request they sent."""

    def __init__(self, browser: Browser, address: str, stack: ExitStack) -> None:
        self._browser, self._address, self._stack = browser, address, stack
        self.windows: list[Window] = []
        self.sent: list[str] = []

    def enter(self, who: str, path: str, locale: str = "fa", width: str = "wide") -> Window:
        context = context_of(self._browser, width, locale)
        self._stack.callback(context.close)
        window = Window(context, self._address)
        window.page.on("request", self._keep)
        window.sign_in(who, locale)
        window.open(path)
        self.windows.append(window)
        return window

    def _keep(self, request: Request) -> None:
        self.sent.append(f"{request.url} {request.headers} {request.post_data or ''}")


@pytest.fixture
def room(chromium: Browser, server: LiveServer) -> Iterator[Room]:
    """Windows that are closed afterwards; nothing may have gone wrong in them."""
    with ExitStack() as stack:
        found = Room(chromium, server.address, stack)
        yield found
        told = [each for window in found.windows for each in window.complaints]
        assert [each for each in told if REFUSED not in each] == []


def _words(position: int) -> str:
    return f"correct horse {position} باتری"


def test_three_members_make_a_key_and_open_the_bids(tender: Tender, room: Room):
    path = f"/areas/transactions/tenders/{NUMBER}"
    windows = [
        room.enter(who, f"{path}/ceremony", locale)
        for who, locale in zip(MEMBERS, ("fa", "en", "fa"), strict=True)
    ]
    secretary = room.enter("proc_officer", f"{path}/ceremony", "en", "narrow")

    first = windows[0].page
    first.fill("#words", "کوتاه")
    first.locator("[data-act=join] button.primary").click()
    expect(first.locator("#words-problem")).to_be_visible()
    expect(first.locator("#again-problem")).to_be_visible()
    expect(first.locator("#understood-problem")).to_be_visible()
    assert windows[0].faults("ceremony-join-fa", HALF["fa"]) == []
    assert windows[1].faults("ceremony-join-en", HALF["en"]) == []
    windows[0].resize("wide")
    for position, window in enumerate(windows, 1):
        page = window.page
        page.fill("#words", _words(position))
        page.fill("#again", _words(position))
        page.check("#understood")
        if position == 1:
            _without_a_connection(window)
        page.focus("#understood")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("[data-act=join]")).to_have_count(0, timeout=PATIENCE)
    for window in windows:
        window.page.locator("[data-act=deal] button.primary").click(timeout=PATIENCE)
        expect(window.page.locator("[data-act=deal]")).to_have_count(0, timeout=PATIENCE)
    first.locator("[data-act=rehearse]").wait_for(timeout=PATIENCE)
    first.fill("#words", _words(2))
    first.locator("[data-act=rehearse] button.primary").click()
    expect(first.locator("#words-problem")).to_be_visible(timeout=PATIENCE)
    assert secretary.faults("ceremony-rehearse-en", HALF["en"]) == []
    for position, window in enumerate(windows, 1):
        window.page.fill("#words", _words(position))
        window.page.locator("[data-act=rehearse] button.primary").click()
        expect(window.page.locator("[data-act=rehearse]")).to_have_count(0, timeout=PATIENCE)
    prints = [each.page.locator("[data-fingerprint]").all_inner_texts() for each in windows]
    assert len(prints[0]) == 3
    assert prints[0] == prints[1] == prints[2]
    assert tender.seen().state is SealingState.READY
    assert windows[0].faults("ceremony-ready-fa", HALF["fa"]) == []

    _bids_come_in(tender)
    _open_and_vote(tender, room, windows, secretary)

    for position in (1, 2, 3):
        assert not [each for each in room.sent if _words(position)[:15] in each]
    assert not [each for each in room.sent if '"privateKey"' in each or "MIGHAgEA" in each]


def _without_a_connection(window: Window) -> None:
    """What was made and could not be sent is sent by the next press; nothing typed is gone."""
    page, complaints = window.page, len(window.complaints)
    window.context.set_offline(True)
    page.locator("[data-act=join] button.primary").click()
    expect(page.locator("[data-act=join] [data-said]")).to_contain_text("ارتباط", timeout=PATIENCE)
    window.context.set_offline(False)
    expect(page.locator("[data-connection]")).to_be_hidden(timeout=PATIENCE)
    assert page.input_value("#words") == _words(1)
    del window.complaints[complaints:]  # the browser's own, of what could not be loaded


def _bids_come_in(tender: Tender) -> None:
    """Two bidders seal; then the deadline passes."""
    tender.submit_facts(BIDDERS[0], 88_000_000_000)
    tender.submit_facts(BIDDERS[1], 92_000_000_000)
    with tender.database.unit_of_work() as uow:
        found = rows.tender(uow.session, tender.id, to_change=True)
        found.deadline = datetime.now().astimezone() - timedelta(minutes=1)
        uow.commit()


def _open_and_vote(tender: Tender, room: Room, windows: list[Window], secretary: Window) -> None:
    path = f"/areas/transactions/tenders/{NUMBER}/session"
    for window in windows:
        window.open(path)
        press_at(window.page, "[data-live=act] button.primary")
        expect(window.page.locator("[data-live=act] form")).to_have_count(1)
        expect(window.page.locator("[data-live=act]")).to_be_focused()
    assert windows[0].faults("session-roll-call-fa", HALF["fa"]) == []
    windows[0].resize("wide")
    secretary.open(path)
    secretary.page.locator("[data-live=act] button.primary").click()
    watcher = room.enter("bidder1", path, "en")
    pages = [each.page for each in windows]

    turns = [("A", None), ("A", None), ("B", None), ("B", "روش اجرا ناقص است"), ("C", None)]
    for kind, against in turns:
        _release(pages[:2], kind)
        if kind == "C":
            break
        pages[0].locator("[data-voting]").wait_for(timeout=PATIENCE)
        if against:
            assert windows[0].faults("session-open-fa", HALF["fa"]) == []
            windows[0].resize("wide")
        _vote(pages, against)
    secretary.page.locator("form[action$='/end'] button").click(timeout=PATIENCE)
    expect(secretary.page.locator("[data-live=minutes] a")).to_have_count(1, timeout=PATIENCE)
    for page in pages:
        page.locator("form[action$='/sign'] button").click(timeout=PATIENCE)
        expect(page.locator("form[action$='/sign']")).to_have_count(0, timeout=PATIENCE)
    assert windows[0].faults("session-over-fa", HALF["fa"]) == []
    expect(watcher.page.locator("[data-live=minutes] a")).to_have_count(1, timeout=PATIENCE)
    expect(watcher.page.locator("[data-live=bids]")).to_contain_text("88,000,000,000")
    expect(watcher.page.locator("[data-live=bids]")).to_contain_text("روش اجرا ناقص است")
    assert watcher.faults("session-watched-en", HALF["en"]) == []


def _release(pages: list[Page], kind: str) -> None:
    """Two members release the envelope; the passphrase is typed once for the round of a kind."""
    pages[1].locator(f"[data-release][data-kind={kind}]").wait_for(timeout=PATIENCE)
    if pages[1].locator("#words").is_visible():
        pages[1].fill("#words", "half")
    for position, page in enumerate(pages, 1):
        form = page.locator(f"[data-release][data-kind={kind}]")
        form.wait_for(timeout=PATIENCE)
        if position == 2:  # the other has released meanwhile, and what was typed here stays
            expect(page.locator("[data-live=progress]")).to_contain_text(ONE_OF_TWO)
            assert not page.locator("#words").is_visible() or page.input_value("#words") == "half"
        if page.locator("#words").is_visible():
            assert (kind, position) not in TYPED
            TYPED.add((kind, position))
            if (kind, position) == ("A", 1):
                page.fill("#words", _words(2))
                form.locator("button.primary").click()
                expect(page.locator("#words-problem")).to_be_visible(timeout=PATIENCE)
            page.fill("#words", _words(position))
        form.locator("button.primary").click()
        expect(form).to_have_count(0, timeout=PATIENCE)


def _vote(pages: list[Page], against: str | None) -> None:
    for page in pages:
        page.locator("[data-voting]").wait_for(timeout=PATIENCE)
        if against and page is pages[0]:  # refused without a reason, and the choice stays
            page.check("#vote-against")
            page.locator("[data-voting] button.primary").click()
            expect(page.locator("#reason-problem")).to_be_visible(timeout=PATIENCE)
            page.wait_for_timeout(3000)  # the page has asked anew
            expect(page.locator("#vote-against")).to_be_checked()
            expect(page.locator("#reason-problem")).to_be_visible()
        if page is pages[2]:  # with keys alone, and on from there
            _vote_by_keys(page, against)
            continue
        page.check("#vote-against" if against else "#vote-for")
        if against:
            page.fill("#reason", against)
        page.locator("[data-voting] button.primary").click()
        expect(page.locator("[data-voting]")).to_have_count(0, timeout=PATIENCE)


def _vote_by_keys(page: Page, against: str | None) -> None:
    press_at(page, "#vote-for, #vote-against", "Space")
    if against:
        page.keyboard.press("ArrowDown")
        reach(page, "#reason")
        page.keyboard.type(against)
    press_at(page, "[data-voting] button.primary")
    expect(page.locator("[data-voting]")).to_have_count(0, timeout=PATIENCE)
    expect(page.locator("[data-live=act]")).to_be_focused()
