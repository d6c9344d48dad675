"""A two-stage tender in browsers: asked for, published, its bids sealed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import expect
from sqlalchemy import select

from engine.values import JalaliDate, local_date
from processes.transactions.records import Firm, PurchaseRequest, Tender
from processes.transactions.tests.tender_walk import BN, TenderWalk
from processes.transactions.tests.walking import LINE, Case, Office
from tests.e2e.town import Town
from tests.kit.answering import press
from tests.kit.papers import pdf

PATIENCE = 60_000  #: ms: a passphrase is stretched for seconds, on a busy machine for longer
PAPER = pdf("Paper")
#: who bids -> legal id, name, unit prices, marks of quality
OFFERS = {
    "bidder2": ("10100456787", "خدمات شهری سبزراه", ("۴٬۳۰۰٬۰۰۰", "۴٬۰۰۰٬۰۰۰"), None),
    "bidder3": ("14012345679", "راه‌سازان البرز", ("۴٬۰۰۰٬۰۰۰", "۵٬۰۰۰٬۰۰۰"), 80),
    "bidder4": ("10861234508", "پایا پیمان", ("3,500,000", "4,000,000"), 40),
    "contractor": ("14007650912", "آبادگران", ("۴٬۰۰۰٬۰۰۰", "۶٬۰۰۰٬۰۰۰"), 80),
}
MEMBERS = ("commission1", "commission2", "commission3")


def day(office: Office, days: int) -> str:
    """Return a day so many days from now, as people type it."""
    return str(JalaliDate.of(local_date(office.clock()) + timedelta(days=days)))


def instance(office: Office, row: Any) -> Any:
    """Return the case of the only row of a kind."""
    with office.database.reader() as session:
        return session.scalars(select(row.instance_id)).one()


def walk_path(walk: TenderWalk, page: str = "") -> str:
    """Return the address of one of the tender's pages."""
    return f"/areas/transactions/tenders/{walk.tender.number}{page}"


def words(who: str) -> str:
    """Return the passphrase of a member."""
    return f"correct horse of {who} باتری"


def requested(town: Town) -> Case:
    """The technical office asks, the head approves, the credit is reserved."""
    office = town.office
    office.more_credit(100 * BN)
    town.start("tech_office", "purchase_request", subject="روکش معابر ناحیهٔ ۲", category="WORKS")
    case = Case(office, instance(office, PurchaseRequest))
    town.answer(
        case, "enter_request", "submit",
        purpose="ایمنی معابر پیش از زمستان", item_group="ASPHALT",
        items__0__description="آسفالت توپکا", items__0__quantity="۴۰۰۰", items__0__measure="تن",
        items__0__code="150101",
        items__1__description="لکه‌گیری", items__1__quantity="۱۰۰۰",
        items__1__measure="متر مربع", items__1__code="150102",
        estimate="۲۴٬۰۰۰٬۰۰۰٬۰۰۰", line_code=LINE, needed_by=day(office, 200), quality_matters=True,
    )  # fmt: skip
    town.answer(case, "approve_request")
    town.answer(case, "reserve_credit", "reserve", line_code=LINE)
    assert case.state() == "RESERVED"
    return case


def published(town: Town, request: Case, folder: Path) -> TenderWalk:
    """Documents, two approvals, the key, the notice."""
    office = town.office
    town.start("proc_officer", "tender", request_id=str(request.request.id))
    walk = TenderWalk(office, instance(office, Tender), folder=folder, request=request)
    town.answer(
        walk, "draft_documents", "submit",
        tender_title="روکش معابر ناحیهٔ ۲", description="تراش و روکش، با خط‌کشی",
        documents_until=day(office, 5), questions_until=day(office, 10),
        deadline__date=day(office, 20), deadline__time="14:00",
        opening_at__date=day(office, 20), opening_at__time="16:00",
        opening_place="سالن جلسات منطقه", validity_days="90", advance="۲۰", is_adjustable=True,
        criteria__0__title="سابقه و توان", criteria__0__weight="40",
        criteria__1__title="روش اجرا", criteria__1__weight="60",
        minimum_score="60", impact="0.4", members=MEMBERS, threshold="2",
        instructions=PAPER,
    )  # fmt: skip
    town.answer(walk, "approve_specification")
    town.answer(walk, "approve_documents")
    _make_key(town, walk)
    town.answer(walk, "make_key", "done")
    town.answer(walk, "publish_notice", "publish")
    assert walk.state() == "PUBLISHED"
    town.look("tender", town.of("proc_officer", walk_path(walk)))
    return walk


def _make_key(town: Town, walk: TenderWalk) -> None:
    """Each member joins, deals and tries the own share."""
    pages = {who: town.of(who, walk_path(walk, "/ceremony"), own=True) for who in MEMBERS}
    for act in ("join", "deal", "rehearse"):
        for who, page in pages.items():
            page.locator(f"[data-act={act}]").wait_for(timeout=PATIENCE)
            if act != "deal":
                page.fill("#words", words(who))
            if act == "join":
                page.fill("#again", words(who))
                page.check("#understood")
            page.locator(f"[data-act={act}] button.primary").click()
            expect(page.locator(f"[data-act={act}]")).to_have_count(0, timeout=PATIENCE)
    prints = [each.locator("[data-fingerprint]").all_inner_texts() for each in pages.values()]
    assert prints[0] == prints[1] == prints[2]


def asked_and_changed(town: Town, walk: TenderWalk) -> None:
    """A bidder asks, everybody reads the answer and not who asked; the documents change once."""
    number = walk.tender.number
    page = town.of("bidder2", f"/tender-notices/{number}")
    page.fill("#question", "قیر را کارفرما می‌دهد؟")
    press(page.locator("form:has(#question) button.primary"))
    page = town.of("proc_officer", walk_path(walk))
    page.locator("#question-1 summary").click()
    page.fill("#question-1-answer", "خیر، با پیمانکار است.")
    press(page.locator("#question-1 button.primary"))
    page.locator("details:has(#rationale) > summary").click()
    page.fill("#rationale", "زمان گشایش با تعطیلی هم‌روز بود")
    page.fill("#deadline_day", day(town.office, 24))
    page.fill("#deadline_time", "14:00")
    town.look("amendment", page)
    press(page.locator("details:has(#rationale) button.primary"))
    town.office.run_jobs()
    page = town.visit(f"/tender-notices/{number}")
    expect(page.locator("main")).to_contain_text("خیر، با پیمانکار است.")
    expect(page.locator("main")).to_contain_text("زمان گشایش با تعطیلی هم‌روز بود")
    said = page.locator("main").inner_text()
    assert "10100456787" not in said
    assert "bidder2" not in said
    town.look("notice", page)
    town.look("notices", town.visit("/tender-notices"))


def bids_sent(town: Town, walk: TenderWalk, folder: Path) -> None:
    """Four bidders seal in browsers of their own, then the deadline passes."""
    papers = {kind: folder / f"paper-{kind}.pdf" for kind in "ABC"}
    for each in papers.values():
        each.write_bytes(PAPER)
    for who, (party, name, (first, second), _) in OFFERS.items():
        if not known(town.office, party):
            _enter_firm(town, party, name)
        page = town.of(who, f"/bidding/{walk.tender.number}", own=True)
        for field, text in (
            ("number", f"ض/{party[-3:]}"), ("issuer", "بانک شهر"), ("amount", "۱٬۲۰۰٬۰۰۰٬۰۰۰"),
            ("valid_until", day(town.office, 200)),
        ):  # fmt: skip
            page.fill(f"#guarantee-{field}", text)
        page.fill("#price-1", first)
        page.fill("#price-2", second)
        for kind, paper in papers.items():
            page.locator(f"#files-{kind}").set_input_files(paper)
        page.locator("[data-seal]").click()
        page.wait_for_url("**/receipts/1", timeout=PATIENCE)
    town.pass_time(walk.sealing.deadline - town.office.clock() + timedelta(minutes=1))
    town.pass_time(walk.tender.opening_at - town.office.clock())
    assert (walk.state(), list(walk.waiting)) == ("OPENING", ["hold_session"])


def known(office: Office, party: str) -> bool:
    """Tell whether a firm is in the register."""
    with office.database.reader() as session:
        return session.scalar(select(Firm.id).where(Firm.identifier == party)) is not None


def _enter_firm(town: Town, party: str, name: str) -> None:
    page = town.of("proc_officer", "/areas/transactions/firms")
    page.locator("details:has(#identifier) > summary").click()
    page.fill("#identifier", party)
    page.fill("#name", name)
    press(page.locator("details:has(#identifier) button.primary"))
    expect(page.locator("main")).to_contain_text(name)
