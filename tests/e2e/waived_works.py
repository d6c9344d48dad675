"""Works whose tender is waived, in browsers: reasons, three votes, a price, a signed contract."""

from __future__ import annotations

from playwright.sync_api import expect

from processes.transactions.records import Purchase, PurchaseRequest
from processes.transactions.tests.awarded import registered
from processes.transactions.tests.tender_walk import BN
from processes.transactions.tests.waiving import BOARD, task_of
from processes.transactions.tests.walking import LINE, Buying, Case
from tests.e2e.tender_bidding import day, instance
from tests.e2e.town import Town
from tests.kit.answering import decide, fill

FIRM, NAME = "14012345679", "راه‌سازان البرز"


def asked_to_be_waived(town: Town) -> Buying:
    """The technical office asks, and says why nobody else can do it."""
    office = town.office
    town.start("tech_office", "purchase_request", subject="ایمن‌سازی پل", category="WORKS")
    request = Case(office, instance(office, PurchaseRequest))
    town.answer(
        request, "enter_request", "submit",
        purpose="پیش از زمستان", item_group="BRIDGE", items__0__description="تزریق رزین",
        items__0__quantity="۱۰۰۰", items__0__measure="متر", items__0__code="150101",
        estimate="۲۴٬۰۰۰٬۰۰۰٬۰۰۰", line_code=LINE, needed_by=day(office, 200),
        waiver_letter="۱۲/۵",
    )  # fmt: skip
    town.answer(request, "approve_request")
    town.answer(request, "reserve_credit", "reserve", line_code=LINE)
    town.start("proc_officer", "waiver", request_id=str(request.request.id))
    waiver = Buying(office, instance(office, Purchase))
    town.answer(
        waiver, "give_reasons", "submit", waiver_reason="SOLE_SOURCE",
        no_competition="تنها دارندهٔ پروانهٔ این روش است", public_reason="انحصار روش",
    )  # fmt: skip
    return waiver


def decided(town: Town, waiver: Buying) -> None:
    """The legal office agrees; each member votes in the own browser, one of them against."""
    town.answer(waiver, "legal_view", "agree", legal_opinion="مانعی نیست")
    members = {f"invited_members__{at}__username": each for at, each in enumerate(BOARD)}
    town.answer(
        waiver, "convene", "submit", session_no="ه/۱۴", session_on=day(town.office, 0),
        session_place="تالار شهرداری", **members,
    )  # fmt: skip
    for member, vote in zip(BOARD, ("for", "against", "for"), strict=True):
        page = town.of(member, f"/tasks/{task_of(waiver, member).id}", own=True)
        fill(page, "vote_reason", f"دلیل {member}")
        town.look("waiver-vote", page)
        decide(page, vote)
    town.office.run_jobs()


def contracted(town: Town, waiver: Buying) -> None:
    """The price is negotiated and approved; both sign, here and in the firm's own browser."""
    office = town.office
    firm = office.firm(NAME, FIRM)
    town.answer(
        waiver, "negotiate", "submit",
        quotations__0__firm_id=firm, quotations__0__total="۲۲٬۰۰۰٬۰۰۰٬۰۰۰", supplier_id=firm,
        prices__0__unit_price="۲۲٬۰۰۰٬۰۰۰", negotiated_on=day(office, 0), price_basis="EXPERT",
        negotiation="بها هشت درصد پایین آمد",
    )  # fmt: skip
    town.answer(waiver, "approve_negotiated")
    number = str(waiver.variables["contract_no"])
    kept = registered(office, concerns=number, amount=str(22 * BN // 20))
    town.answer(waiver, "take_guarantee", "accept", guarantee_id=kept)
    town.answer(
        waiver, "draft_contract", "submit",
        starts_on=day(office, 1), duration_days="120", is_adjustable=True,
    )  # fmt: skip
    town.answer(waiver, "firm_signs", "signed")
    town.answer(waiver, "sign_contract", "sign")
    page = town.of("proc_officer", f"/areas/transactions/contracts/{number}")
    expect(page.locator("main")).to_contain_text("Waiver")
    expect(page.locator("main")).to_contain_text(NAME)
    town.look("waived-contract", page)
    page = town.visit(f"/open-data/process/ocds-xxxxxx-{waiver.request.request_no}")
    expect(page.locator("main")).to_contain_text(number)
