"""Its contract with the second winner, the first statement, and all of it as open data."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import expect
from sqlalchemy import select

from engine.model.instance import instance_table
from engine.values import local_date
from processes.contractor_statement.records import Contract
from processes.contractor_statement.records import Statement as StatementRow
from processes.contractor_statement.tests.walking import Case as Statement
from processes.contractor_statement.tests.walking import Office as Statements
from processes.contractor_statement.tests.walking import quantities
from processes.payments.demo import PAYEES
from processes.payments.records import Basis
from processes.payments.tests.outside import BankProcess
from processes.payments.tests.walking import Treasury
from processes.transactions.tests import cove
from processes.transactions.tests.awarded import Signing, registered
from processes.transactions.tests.awarded import called as called_by_two
from processes.transactions.tests.standard import errors_of
from processes.transactions.tests.tender_walk import BN, TenderWalk
from processes.transactions.tests.walking import Case
from tests.e2e.tender_bidding import day, instance
from tests.e2e.town import Town
from tests.kit.answering import decide, fill, press, take

WINNER = "شرکت آبادگران هفت‌حوض (نمایشی)"  #: the second, after the first did not sign


def signed_by_the_second(town: Town, walk: TenderWalk) -> None:
    """The winner does not sign and loses the guarantee; the second does, with a bill."""
    office = town.office
    town.pass_time(timedelta(days=25))
    with office.database.reader() as session:
        called = select(instance_table.c.id).where(instance_table.c.called_by == walk.instance_id)
        signing = Signing(office, session.scalars(called).one())
    town.answer(signing, "read_award", "seen")
    bid = registered(office, kind="BID", concerns=walk.tender.number, amount="1200000000")
    town.answer(signing, "take_guarantee", "refused", refuse_note="قیر گران شده است")
    town.answer(signing, "confirm_refusal", "confirm")
    town.answer(signing, "call_guarantee", "called", guarantee_id=called_by_two(office, bid))
    assert signing.variables["supplier_name"] == WINNER
    town.answer(signing, "read_award", "seen", by="contractor")
    number = str(signing.variables["contract_no"])
    guarantee = _taken_in(town, number, least=str(signing.variables["guarantee_least"]))
    town.answer(signing, "take_guarantee", "accept", guarantee_id=guarantee)
    town.answer(
        signing, "draft_contract", "submit", starts_on=day(office, 1), duration_days="120",
        bill__0__unit_price="۴٬۰۰۰٬۰۰۰", bill__1__unit_price="6,000,000",
    )  # fmt: skip
    town.answer(signing, "firm_signs", "signed", by="contractor")
    town.answer(signing, "sign_contract", "sign")
    assert walk.state() == "CONTRACTED"
    page = town.of("proc_officer", f"/areas/transactions/contracts/{number}")
    expect(page.locator("main")).to_contain_text("6,000,000")
    town.look("contract", page)


def _taken_in(town: Town, contract_no: str, least: str) -> str:
    """The guarantee of a contract comes into the register, is confirmed and put in force."""
    page = town.of("proc_officer", "/areas/transactions/guarantees")
    page.locator("details:has(#concerns) > summary").click()
    for field, text in (
        ("kind", "PERFORMANCE"), ("form", "BANK"), ("number", "ض/۹۹"), ("issuer", "بانک شهر"),
        ("branch", "مرکزی"), ("amount", least), ("beneficiary", "D07"),
        ("since", day(town.office, 0)), ("until", day(town.office, 300)),
        ("concerns", contract_no), ("required_amount", least),
        ("required_until", day(town.office, 160)),
    ):  # fmt: skip
        fill(page, field, text)
    town.look("guarantee", page)
    press(page.locator("details:has(#concerns) button.primary"))
    page.wait_for_url(re.compile("/guarantees/.+"))
    path = urlsplit(page.url).path
    page = town.of("fin_expert", path)
    page.locator("details:has(form[action$='/verified']) > summary").click()
    page.fill("#verified-reference", "ب/۱۲")
    page.fill("#verified-amount", least)
    page.fill("#verified-until", day(town.office, 300))
    press(page.locator("form[action$='/verified'] button.primary"))
    page.locator("details:has(form[action$='/active']) > summary").click()
    press(page.locator("form[action$='/active'] button.primary"))
    expect(page.locator("form[action$='/active']")).to_have_count(0)
    return path.rpartition("/")[2]


def filed_and_paid(town: Town, folder: Path) -> None:
    """A month later the contractor files the first statement; it is reviewed and paid."""
    office = town.office
    town.pass_time(timedelta(days=31))
    desks = Statements(office.database, office.actor, office.run_jobs, office.clock)
    with office.database.reader() as session:
        found = select(Contract.id).where(Contract.contract_no.like("D07-1405-C-%"))
        contract_id = str(session.scalars(found).one())
    town.start("contractor", "interim_statement", contract_id=contract_id)
    case = Statement(desks, instance(office, StatementRow))
    page = town.of("contractor", f"/tasks/{case.waiting['enter'].id}")
    take(page)
    for line, quantity in (("150101", "۱۰۰۰"), ("150102", "۲۵۰")):
        page.locator(f"tr:has(th:text-is('{line}')) [name$='/quantity']").fill(quantity)
    town.look("statement", page)
    decide(page, "submit")
    office.run_jobs()
    measured = quantities({"150101": 1000, "150102": 250})
    case.do("measure", lines=measured).do("check").review()
    case.sign()
    [ordered] = desks.orders(case)
    treasury = Treasury(office.database, office.actor, office.run_jobs, office.clock)
    with BankProcess(folder) as bank:
        for identifier, name, account in PAYEES:
            bank.open(account, identifier, name)
        bank.connect(office.database, office.clock())
        with office.database.reader() as session:
            basis = session.scalars(select(Basis.id).where(Basis.source_no == ordered.order_no))
            due = (local_date(office.clock()) + timedelta(days=7)).isoformat()
            order = treasury.order(str(basis.one()), due_on=due)
        paying = order.do("review").sign()
        town.pass_time(timedelta(hours=5))
    assert (paying.state, desks.statement(case).state.value) == ("CLEARED", "PAID")


def is_published(town: Town, request: Case) -> None:
    """All of it is open data, valid by the standard's schema."""
    ocid = f"ocds-xxxxxx-{request.request.request_no}"
    page = town.visit(f"/open-data/process/{ocid}")
    town.look("open-data", page)
    record = page.request.get(f"{town.address}/open-data/process/{ocid}/record.json").json()
    releases = page.request.get(f"{town.address}/open-data/releases.json").json()
    assert errors_of("record-package", record) == []
    assert errors_of("release-package", releases) == []
    if (checker := cove.command()) is not None:  # where it has to be there, test_ocds.py says so
        told = cove.checked(checker, {"record": record, "releases": releases})
        assert [faults for _, faults in told.values()] == [{}, {}]
    tags = [each["tag"][0] for each in releases["releases"] if each["ocid"] == ocid]
    assert tags == [
        "planning", "tender", "tenderAmendment", "tenderUpdate", "award", "awardUpdate",
        "awardUpdate", "contract", "implementation",
    ]  # fmt: skip
    [contract] = record["records"][0]["compiledRelease"]["contracts"]
    [paid] = contract["implementation"]["transactions"]
    assert (contract["value"]["amount"], paid["payee"]["name"]) == (22 * BN, WINNER)
