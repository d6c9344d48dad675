"""Its session, its scores and prices, its winners, and a complaint."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import Page, expect
from sqlalchemy import select

from processes.transactions.records import SealedBid, TenderComplaint
from processes.transactions.tests.evaluating import COMMITTEE
from processes.transactions.tests.tender_walk import TenderWalk
from processes.transactions.tests.test_flow_complaint import Complaint
from processes.transactions.tests.walking import Office
from tests.e2e.tender_bidding import MEMBERS, OFFERS, PATIENCE, instance, walk_path, words
from tests.e2e.town import Town
from tests.kit.answering import press


def opened(town: Town, walk: TenderWalk) -> None:
    """The commission opens guarantees and technical documents and votes; one bid is rejected."""
    path = walk_path(walk, "/session")
    pages = _met(town, path)
    for kind in "AB":
        for who in OFFERS:
            _release(pages, kind)
            _vote(pages, against=(kind, who) == ("B", "bidder2"))
    watcher = town.of("bidder3", path, own=True)
    expect(watcher.locator("[data-live=bids]")).to_contain_text("روش اجرا ناقص است")
    town.look("session-watched", watcher)
    _minutes(town, pages, "minutes")
    town.answer(walk, "hold_session", "done")


def _met(town: Town, path: str) -> dict[str, Page]:
    """Every member answers the roll call of a sitting, and the secretary begins it."""
    pages = {who: town.of(who, path, own=True) for who in MEMBERS}
    for page in pages.values():
        page.locator("[data-live=act] button.primary").click()
        expect(page.locator("[data-live=act] form")).to_have_count(1)
    page = town.of("proc_officer", path)
    page.locator("form[action$='/begin'] button").click()
    expect(page.locator("form[action$='/begin']")).to_have_count(0)
    return pages


def _minutes(town: Town, pages: dict[str, Page], form: str) -> None:
    """The secretary has the minutes of a sitting printed, and the members sign them."""
    page = town.of("proc_officer", urlsplit(pages[MEMBERS[0]].url).path)
    page.locator(f"form[action$='/{form}'] button").click()
    expect(page.locator(f"form[action$='/{form}']")).to_have_count(0, timeout=PATIENCE)
    for page in pages.values():
        page.locator("form[action$='/sign'] button").click(timeout=PATIENCE)
        expect(page.locator("form[action$='/sign']")).to_have_count(0, timeout=PATIENCE)


def _release(pages: dict[str, Page], kind: str) -> None:
    """Two members release the envelope that is to be opened; a passphrase serves one kind."""
    turn = pages[MEMBERS[0]].locator(f"[data-release][data-kind={kind}]")
    bid = turn.get_attribute("data-bid", timeout=PATIENCE)
    for who in MEMBERS[:2]:
        page = pages[who]
        form = page.locator(f"[data-release][data-kind={kind}][data-bid='{bid}']")
        form.wait_for(timeout=PATIENCE)
        if page.locator("#words").is_visible():
            page.fill("#words", words(who))
        form.locator("button.primary").click()
        expect(form).to_have_count(0, timeout=PATIENCE)


def _vote(pages: dict[str, Page], *, against: bool) -> None:
    for page in pages.values():
        page.locator("[data-voting]").wait_for(timeout=PATIENCE)
        page.check("#vote-against" if against else "#vote-for")
        if against:
            page.fill("#reason", "روش اجرا ناقص است")
        page.locator("[data-voting] button.primary").click()
        expect(page.locator("[data-voting]")).to_have_count(0, timeout=PATIENCE)


def scored(town: Town, walk: TenderWalk) -> None:
    """Two evaluators mark what is left, each for themselves; one bid stays below the minimum."""
    path = walk_path(walk, "/evaluation")
    page = town.of("proc_officer", path)
    page.locator("summary").first.click()
    for each in COMMITTEE:
        page.check(f"input[name=evaluators][value={each}]")
    page.check(f"input[name=head][value={COMMITTEE[0]}]")
    press(page.locator("details button.primary").first)
    bids = {each.bidder: each.id for each in tendered(town.office)}
    for who in COMMITTEE:
        page = town.of(who, path)
        assert "80" not in page.locator("main").inner_text(), "nobody reads another's marks"
        for party, _, _, mark in OFFERS.values():
            if mark is not None:
                _mark(page, str(bids[party]), str(mark))
        expect(page.locator("[data-draft-status][data-draft-state=saved]")).to_be_visible()
        town.look("marks", page)
        press(page.locator("[data-marks] button.primary"))
        expect(page.locator("[data-marks]")).to_have_count(0)
    page = town.of(COMMITTEE[0], path)
    press(page.locator("form[action$='/closed'] button"))
    expect(page.locator("section:has([id^=score-]) .chip")).to_have_count(1)
    town.look("scores", page)
    town.answer(walk, "score_quality", "done")


def _mark(page: Page, bid: str, mark: str) -> None:
    """Type the marks and reasons of a bid; by Enter one comes from field to field."""
    for kind, text in (("mark", mark), ("why", "برنامهٔ زمانی و ماشین‌آلات")):
        page.locator(f"[data-{kind}][name*='{bid}']").first.focus()
        for _ in range(2):
            page.keyboard.type(text)
            page.keyboard.press("Enter")


def tendered(office: Office) -> list[SealedBid]:
    """Return the bids of the tender."""
    with office.database.reader() as session:
        return list(session.scalars(select(SealedBid)))


def priced(town: Town, walk: TenderWalk) -> None:
    """The second sitting opens two prices; they are corrected and found usual."""
    path = walk_path(walk, "/session")
    pages = _met(town, path)
    for _ in range(2):
        _release(pages, "C")
    _minutes(town, pages, "end")
    town.answer(walk, "open_prices", "done")
    for act in ("taken", "worked-out"):
        page = town.of("fin_expert", walk_path(walk, "/prices"))
        press(page.locator(f"form[action$='/prices/{act}'] button"))
    town.look("prices", page)
    town.answer(walk, "check_prices", "done")


def winners_named(town: Town, walk: TenderWalk) -> None:
    """Each member votes on what the rules propose; who is outvoted says why."""
    for who in MEMBERS:
        page = town.of(who, walk_path(walk, "/winners"))
        if who == "commission2":
            page.fill("#vote-reason", "The estimate is old")
        press(page.locator(f"button[value={'against' if who == 'commission2' else 'for'}]"))
    expect(page.locator("#named")).to_be_visible()
    town.look("winners", page)
    printed = page.request.get(f"{town.address}{walk_path(walk, '/evaluation.pdf')}")
    assert (printed.status, printed.body()[:5]) == (200, b"%PDF-")
    town.answer(walk, "name_winners", "named", by="commission1")
    assert walk.state() == "AWARDED"


def complained(town: Town, walk: TenderWalk) -> None:
    """Who was rejected complains; the buyer refuses, and so does the board."""
    town.start(
        "bidder2", "complaint", tender_id=str(walk.tender.id), about="AWARD",
        complaint_text="روش اجرای ما کامل بود",
    )  # fmt: skip
    case = Complaint(town.office, instance(town.office, TenderComplaint))
    town.answer(case, "answer_complaint", "reject", answer_text="برنامهٔ زمانی نداشت")
    town.answer(case, "decide_complaint", "reject", decision_text="شکایت وارد نیست")
    assert case.kept.outcome is not None
