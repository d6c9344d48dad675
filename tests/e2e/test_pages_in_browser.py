"""Every main page in a real browser: both languages, two widths, no faults and no complaints."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import FloatRect, Page

from tests.kit.browser import HALF, Profiles, Window
from tests.kit.server import LiveServer
from tests.kit.statements import Statement

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("pages"), pytest.mark.timeout(300)]

WIDTHS = ("wide", "narrow")
LOCALES = ("fa", "en")
#: who looks at which page; `{…}` are addresses of the case under way
PAGES = {
    "inbox": ("supervisor", "/inbox"),
    "inbox-filters": ("supervisor", "/inbox?filters=1&due=week&sort=value:contractor"),
    "inbox-filters-wrong": ("supervisor", "/inbox?amount-from=many"),
    "inbox-columns": ("supervisor", "/inbox?columns=1"),
    "agenda": ("supervisor", "/inbox/calendar"),
    "snoozed": ("supervisor", "/inbox?view=snoozed"),
    "waiting": ("contractor", "/inbox?view=waiting"),
    "started": ("contractor", "/inbox?view=started"),
    "done": ("contractor", "/inbox?view=done"),
    "late": ("project_manager", "/inbox?view=late"),
    "start": ("contractor", "/start"),
    "start-form": ("contractor", "/start/interim_statement"),
    "task": ("supervisor", "{task}"),
    "task-file": ("supervisor", "{task}?tab=file"),
    "task-trail": ("supervisor", "{task}?tab=trail"),
    "task-map": ("supervisor", "{task}?tab=map"),
    "task-assign": ("supervisor", "{task}/assign"),
    "task-snooze": ("supervisor", "{task}/snooze"),
    "task-priority": ("supervisor", "{task}/priority"),
    "together": ("supervisor", "/inbox/together"),
    "case": ("contractor", "{case}"),
    "case-map": ("contractor", "{case}?tab=map"),
    "case-drawing": ("contractor", "{case}?tab=map&view=drawing"),
    "task-talk": ("supervisor", "{task}?tab=talk"),
    "case-talk": ("contractor", "{case}?tab=talk"),
    "notices": ("supervisor", "/notices"),
    "case-file": ("contractor", "{case}?tab=file"),
    "case-file-of-an-auditor": ("auditor", "{case}?tab=file"),
    "all-cases": ("auditor", "/monitoring/cases?process=interim_statement"),
    "all-cases-wrong": ("auditor", "/monitoring/cases?from=1405/13/01"),
    "analytics": ("auditor", "/monitoring/analytics?process=interim_statement"),
    "own_chart": ("auditor", "/monitoring/analytics/chart?process=interim_statement"),
    "watched-case": ("admin", "/monitoring{case}?tab=work"),
    "watched-case-past": ("auditor", "/monitoring{case}?tab=past"),
    "repair": ("admin", "/monitoring{case}/repair/move_tokens"),
    "webhooks": ("admin", "/monitoring/webhooks"),
    "connections": ("admin", "/monitoring/connections"),
    "paper": ("records", "/monitoring/paper"),
    "retention": ("records", "/monitoring/retention"),
    "retention-of-a-case": ("auditor", "/monitoring/retention{case}"),
    "overview": ("auditor", "/monitoring/overview?choose=1"),
    "incidents": ("auditor", "/monitoring/incidents"),
    "held-steps": ("admin", "/monitoring/definitions/interim_statement/1/workers"),
    "migrating": ("admin", "/monitoring/migrations?process=interim_statement&from=1&to=1"),
    "contracts": ("tech_office", "/areas/contractor_statement/"),
    "contract": ("tech_office", "{contract}"),
    "contract-lines": ("tech_office", "{contract}?tab=lines"),
    "contract-ledger": ("tech_office", "{contract}?tab=ledger"),
    "contract-statements": ("tech_office", "{contract}?tab=statements"),
    "contract-life": ("project_manager", "{contract}?tab=life"),
    "contract-terms": ("tech_office", "{contract}?tab=terms"),
    "contract-security": ("fin_expert", "{contract}?tab=security"),
    "access-log": ("auditor", "/access/log"),
    "account": ("records", "/account"),
    "proof": ("records", "/account/proof"),
    "indices": ("fin_expert", "/areas/contractor_statement/indices"),
    "purchases": ("proc_officer", "/areas/transactions/"),
    "tenders": ("proc_officer", "/areas/transactions/tenders"),
    "guarantees": ("proc_officer", "/areas/transactions/guarantees"),
    "tender-notices": ("bidder3", "/tender-notices"),
    "auction-notices": ("bidder3", "/auction-notices"),
    "own-bids": ("bidder3", "/bidding"),
    "auctions": ("proc_officer", "/areas/transactions/auctions"),
    "contracts-of-purchases": ("proc_officer", "/areas/transactions/contracts"),
    "prequalifications": ("proc_officer", "/areas/transactions/prequalifications"),
    "calls-for-papers": ("bidder1", "/prequalifications"),
    "frameworks": ("proc_officer", "/areas/transactions/frameworks"),
    "firms": ("proc_officer", "/areas/transactions/firms"),
    "reports-of-purchases": ("auditor", "/areas/transactions/reports"),
    "open-data": ("proc_officer", "/open-data"),
    "registering": ("bidder1", "/bidder-registration"),
    "kept-searches": ("bidder1", "/alerts"),
    "books": ("fin_head", "/areas/accounting/"),
    "journal-of-the-books": ("fin_head", "/areas/accounting/journal"),
    "months-of-the-books": ("fin_head", "/areas/accounting/months"),
    "entries-by-hand": ("fin_expert", "/areas/accounting/by-hand"),
    "payments": ("treasurer", "/areas/payments/"),
    "reconciliation": ("fin_expert", "/areas/payments/reconciliation"),
    "reports-of-payments": ("fin_head", "/areas/payments/reports"),
    "financial-documents": ("fin_head", "/areas/financial_documents/"),
    "orders-of-goods": ("fin_expert", "/areas/financial_documents/orders"),
    "payroll-lists": ("fin_expert", "/areas/financial_documents/payroll"),
    "payees": ("fin_expert", "/areas/financial_documents/payees"),
    "profile": ("supervisor", "/profile"),
    "substitutes": ("records", "/substitutes"),
    "substitute-form": ("unit_head", "/substitutes/new"),
    "exceptions": ("auditor", "/exceptions"),
    "people": ("admin", "/people"),
    "person": ("admin", "/people/central_tech"),
    "units": ("admin", "/units"),
    "who-holds-what": ("auditor", "/access?unit=D07"),
    "calendar": ("admin", "/calendars/D15"),
    "handbook": ("contractor", "/handbook/advance_payment"),
    "versions": ("analyst", "/studio/contractor_statement/compare"),
    "not-found": ("supervisor", "/tasks/0190d2a1-0000-7000-8000-000000000000"),
}


@pytest.fixture(scope="module")
def under_way(statement: Statement) -> dict[str, str]:
    """Addresses of a statement the supervisor has taken."""
    return statement._asdict()


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_sign_in_page_greets_in_both_languages(
    window: Callable[..., Window], width: str, locale: str
):
    visitor = window(width, locale)
    page = visitor.open("/sign-in")
    if page.locator("html").get_attribute("lang") != locale:
        page.locator(f"form[action$='/language'] button[value={locale}]").click()
        page.wait_for_selector(f"html[lang={locale}]")
    visitor.picture(f"sign-in-{locale}-{width}")
    assert page.locator("html").get_attribute("dir") == {"fa": "rtl", "en": "ltr"}[locale]
    assert page.locator("h1").inner_text().strip() == {"fa": "دیوان", "en": "Divan"}[locale]
    assert visitor.accessibility_faults() == []
    assert not visitor.scrolls_sideways()


def test_a_wrong_password_is_refused_in_the_visitors_language(window: Callable[..., Window]):
    visitor = window()
    page = visitor.open("/sign-in")
    page.fill("#username", "supervisor")
    page.fill("#password", "wrong")
    page.locator("form.fields button").click()
    page.wait_for_selector("[role=alert]")
    assert "/sign-in" in page.url
    assert visitor.accessibility_faults() == []
    visitor.complaints = [each for each in visitor.complaints if "422" not in each]


@pytest.fixture(scope="module")
def seat(profiles: Profiles, server: LiveServer) -> Iterator[Callable[[str, str], Window]]:
    """Return a function giving the window of somebody in a language, who stays signed in."""
    seats: dict[tuple[str, str], Window] = {}

    def of(username: str, locale: str) -> Window:
        if (username, locale) not in seats:
            seats[username, locale] = profiles.window(server.address, "wide", locale)
            seats[username, locale].sign_in(username, locale)
        return seats[username, locale]

    yield of
    for (_, locale), each in seats.items():
        profiles.close(each, locale)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("locale", LOCALES)
def test_a_page_has_no_faults_wide_or_narrow_light_or_dark(
    seat: Callable[[str, str], Window], under_way: dict[str, str], name: str, locale: str
):
    username, path = PAGES[name]
    visitor = seat(username, locale)
    visitor.complaints = []
    visitor.resize("wide")
    visitor.open(path.format(**under_way))
    assert visitor.page.locator("html").get_attribute("lang") == locale
    assert visitor.faults(f"{name}-{locale}", HALF[locale]) == []
    expected = {"not-found": "404", "all-cases-wrong": "422", "inbox-filters-wrong": "422"}.get(
        name
    )
    assert [each for each in visitor.complaints if not expected or expected not in each] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_a_narrow_screen_keeps_its_room_for_the_work(
    window: Callable[..., Window], under_way: dict[str, str], locale: str
):
    visitor = window("narrow", locale)
    visitor.sign_in("supervisor", locale)
    page = visitor.open(under_way["task"])
    visitor.picture(f"actions-{locale}-narrow")
    others = page.locator(".action-bar .others button")
    password, primary = _box(page, "#password"), _box(page, ".action-bar button.primary")
    assert password["y"] < primary["y"] + primary["height"]  # side by side
    assert primary["y"] < password["y"] + password["height"]
    assert _box(page, ".action-bar")["height"] < 844 / 9
    assert not others.first.is_visible()

    page.locator("#more").focus()
    page.keyboard.press("Space")

    assert others.first.is_visible()
    assert visitor.accessibility_faults() == []


def _box(page: Page, selector: str) -> FloatRect:
    box = page.locator(selector).bounding_box()
    assert box is not None, selector
    return box
