"""An evaluation in browsers: two evaluators with keys alone, the prices, the commission's votes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import partial
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from engine.model.person import Actor
from engine.queries import people
from engine.sdk import new_id
from engine.storage.database import Database
from engine.storage.document_store import FolderStore
from engine.values import JalaliDate, Rial, local_date
from processes.financial_documents.records import BudgetLine
from processes.financial_documents.rules.budget import CreditType
from processes.transactions.queries import evaluation as rows
from processes.transactions.records import Category, PurchaseRequest, RequestState
from processes.transactions.rules.classes import PurchaseClass
from processes.transactions.tests.evaluating import BN, MEMBERS, Evaluated
from processes.transactions.tests.tendering import Tender
from processes.transactions.tests.walking import Office
from tests.kit.browser import HALF, Window
from tests.kit.keyboard import press_at, reach
from tests.kit.server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(600)]

NUMBER = "D07-1405-T-0777"
PATH = f"/areas/transactions/tenders/{NUMBER}"
OFFERS = {"14012345777": 88 * BN, "14012345778": 92 * BN, "14012345779": 60 * BN}


@pytest.fixture
def evaluated(server: LiveServer) -> Evaluated:
    """A tender of the running site whose envelopes A and B are accepted, named to nobody yet."""
    database = Database(f"sqlite:///{server.home / 'divan.sqlite'}")
    at = datetime.now().astimezone()
    office = Office(database, partial(_actor, database), _no_jobs, lambda: at)
    sealed = Tender(
        database, FolderStore(server.home / "documents"), office.actor, at, number=NUMBER
    )
    made = Evaluated(office, sealed.ready(), _request(database, at))
    made.row(
        criteria=[("تیم فنی", 40), ("روش اجرا", 60)],
        impact=Decimal("0.4"),
        minimum_score=Decimal(60),
    )
    return made.submit(OFFERS).accepted()


def _actor(database: Database, username: str) -> Actor:
    with database.reader() as session:
        found = people.by_username(session, username, datetime.now().astimezone())
        assert found is not None
        return found


def _no_jobs() -> int:
    return 0  # the running site has its own worker


def _request(database: Database, at: datetime) -> UUID:
    """A request on a line that has the credit for it."""
    year = JalaliDate.of(local_date(at)).year
    line = BudgetLine(
        unit="D07", fiscal_year=year, code="777-7", title="آسفالت معابر",
        credit_type=CreditType.CAPITAL, approved=Rial(500 * BN), allocated=Rial(500 * BN),
    )  # fmt: skip
    made = PurchaseRequest(
        id=new_id(), instance_id=new_id(), unit="D07", fiscal_year=year, number=7_777,
        state=RequestState.RESERVED, subject="آسفالت معابر", category=Category.WORKS,
        estimate=Rial(100 * BN), value=Rial(100 * BN), pack="TEH-MUN-1355",
        purchase_class=PurchaseClass.LARGE, credit_year=year, line_code=line.code,
        reserved=Rial(100 * BN), created_at=at, submitted_at=at, requested_by="tech_office",
    )  # fmt: skip
    with database.unit_of_work() as uow:
        uow.session.add_all((line, made))
        uow.commit()
        return made.id


def _mark(page: Page, values: list[str]) -> None:
    """Type the marks from one to the next by Enter, then the reasons, with keys alone."""
    reach(page, "[data-mark]")
    for kind, texts in (("data-mark", values), ("data-why", ["دلیل پیوست"] * len(values))):
        page.locator(f"[{kind}]").first.focus()
        for text in texts:
            page.keyboard.type(text)
            page.keyboard.press("Enter")
    expect(page.locator("[data-draft-status][data-draft-state=saved]")).to_be_visible()


def test_two_evaluators_and_the_commission_come_to_the_winners(
    evaluated: Evaluated, window: Callable[..., Window]
):
    def seat(who: str, page: str, locale: str = "fa", width: str = "wide") -> Window:
        opened = window(width, locale)
        opened.sign_in(who, locale)
        opened.open(f"{PATH}/{page}")
        return opened

    officer = seat("proc_officer", "evaluation").page
    officer.locator("summary").click()
    officer.check("input[name=evaluators][value=tech_committee]")
    officer.check("input[name=evaluators][value=tech_committee2]")
    officer.check("input[name=head][value=tech_committee]")
    officer.locator("details button.primary").click()
    expect(officer.locator(".computation li")).to_have_count(2)

    head, other = seat("tech_committee", "evaluation"), seat("tech_committee2", "evaluation", "en")
    for each, locale in ((head, "fa"), (other, "en")):
        assert each.faults(f"evaluation-grid-{locale}", HALF[locale]) == []
        each.resize("wide")
    _mark(other.page, ["70", "70", "190", "90", "55", "58"])
    third = other.page.locator("[data-mark]").nth(2)
    expect(third).to_have_attribute("aria-invalid", "true")
    expect(other.page.locator("[data-problem]:visible")).to_have_count(1)
    other.page.reload()
    expect(third).to_have_value("190")
    third.fill("90")
    press_at(other.page, "[data-marks] button.primary")
    expect(other.page.locator("[data-marks]")).to_have_count(0)
    assert "70" not in head.open(f"{PATH}/evaluation").locator("main").inner_text()
    _mark(head.page, ["70", "70", "90", "90", "59", "60"])
    head.page.locator("[data-marks] button.primary").click()
    expect(head.page.locator("[id^=score-]")).to_have_count(3)
    assert head.faults("evaluation-spread-fa", HALF["fa"]) == []
    head.resize("wide")
    head.page.get_by_role("button", name="بستن امتیازها").click()
    expect(head.page.get_by_text("زیر حداقل").first).to_be_visible()
    assert evaluated.asks(rows.quality_closed)

    evaluated.opened("14012345777", "14012345778")
    expert = seat("fin_expert", "prices", "en")
    for button in ("Take the prices from their envelopes", "Correct them and find what is usual"):
        expert.page.get_by_role("button", name=button).click()
    expect(expert.page.get_by_text("What is usual")).to_be_visible()
    assert expert.faults("evaluation-prices-en", HALF["en"]) == []
    assert evaluated.asks(rows.prices_checked)

    for member, locale in zip(MEMBERS, ("fa", "en", "fa"), strict=True):
        seated = seat(member, "winners", locale)
        dissents = member == MEMBERS[1]
        if dissents:
            reach(seated.page, "#vote-reason")
            seated.page.keyboard.type("The estimate is old")
        press_at(seated.page, f"button[value={'against' if dissents else 'for'}]")
        expect(seated.page.locator("main [role=status], main .notice").first).to_be_visible()
        assert seated.faults(f"evaluation-winners-{locale}-{member}", HALF[locale]) == []
    assert evaluated.awards() == [
        (1, "14012345778", 92 * BN, "PENDING"), (2, "14012345777", 88 * BN, "RESERVE"),
    ]  # fmt: skip
    printed = seated.page.request.get(f"{seated.address}{PATH}/evaluation.pdf")
    assert (printed.status, printed.body()[:5]) == (200, b"%PDF-")
