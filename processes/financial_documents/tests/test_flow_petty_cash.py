"""Petty cash from a new float to its settlement (`domain.md` §2.7)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.commands import people
from engine.errors import DutiesNotSeparate, RulesBroken
from engine.sdk import Database
from engine.values import Rial, local_date
from processes.financial_documents import commands
from processes.financial_documents.records import (
    BudgetLine,
    ClaimState,
    FloatState,
    PettyCashClaim,
    PettyCashFloat,
)
from processes.financial_documents.tests.walking import PAPER, PAYEE, Case, Office
from tests.kit.walking import codes

M = 1_000_000
AMOUNTS = (12_400_000, 38_750_000, 99_900_000)
HOLDER = "proc_officer"


def receipts(on: date, *amounts: int, first: int = 1) -> list[dict[str, Any]]:
    """Receipts as the form sends them."""
    return [
        {
            "receipt_no": str(number),
            "seller": "ابزار پارس",
            "bought_on": on.isoformat(),
            "title": "ابزار",
            "amount": each,
        }
        for number, each in enumerate(amounts, first)
    ]


class Box:
    """A holder's petty cash, walked through its claims and vouchers."""

    def __init__(self, office: Office, line_id: str) -> None:
        self.office, self.line_id = office, line_id

    def ask(self, kind: str = "FLOAT", **values: Any) -> Case:
        return self.office.start(process="petty_cash", by=HOLDER, kind=kind, **values)

    def new(self, amount: int = 200 * M) -> Case:
        """Ask for a float and have it approved."""
        case = self.ask()
        case.do("enter_claim", "submit", by=HOLDER, amount=amount, payee_id=PAYEE)
        return self.approve(case)

    def claim(self, *amounts: int, cash: int, kind: str = "REFILL", first: int = 1) -> Case:
        """Claim receipts of the open float."""
        case = self.ask(kind, float_id=str(self.float().id))
        return self.send(case, *amounts, cash=cash, first=first)

    def send(self, case: Case, *amounts: int, cash: int, first: int = 1, **other: Any) -> Case:
        on = local_date(self.office.clock())
        known = {
            "receipts": receipts(on, *amounts, first=first),
            "cash_on_hand": cash,
            "attachments": [PAPER],
        }
        return case.do("enter_claim", "submit", by=HOLDER, **(known | other))

    def approve(self, case: Case) -> Case:
        return case.do("check_claim", by="fin_expert").do("approve_claim", by="fin_head")

    def voucher(self, case: Case) -> Case:
        """Prepare the voucher of an approved claim."""
        voucher = self.office.start("PETTY_CASH", claim_id=str(self.record(case).id))
        return voucher.prepare(self.line_id, payee_id="", gross=0)

    def pay(self, case: Case) -> Case:
        voucher = self.voucher(case).do("check").do("approve_fin_head").do("control")
        return voucher.do("pay", "paid", bank_reference="1405", paid_on="2026-08-02")

    def record(self, case: Case) -> PettyCashClaim:
        with self.office.database.reader() as session:
            found = select(PettyCashClaim).where(PettyCashClaim.instance_id == case.instance_id)
            claim = session.scalars(found).one()
            session.expunge_all()
            return claim

    def float(self) -> PettyCashFloat:
        with self.office.database.reader() as session:
            found = select(PettyCashFloat).order_by(PettyCashFloat.id.desc())
            cash = session.scalars(found).first()
            assert cash is not None
            session.expunge_all()
            return cash

    def line(self) -> BudgetLine:
        with self.office.database.reader() as session:
            line = session.get_one(BudgetLine, UUID(self.line_id))
            session.expunge_all()
            return line


@pytest.fixture
def box(office: Office, line_id: str) -> Box:
    return Box(office, line_id)


def test_who_buys_for_several_units_says_whose_float_it_is(office: Office, line_id: str):
    holder = office.actor(HOLDER).person_id
    people.grant(office.database.unit_of_work(), holder, "PROC_OFFICER", "D05")

    with pytest.raises(RulesBroken) as refused:
        Box(office, line_id).ask()

    assert codes(refused) == [("GEN-REQUIRED", "unit")]
    assert Box(office, line_id).ask(unit="D07").waiting


def test_a_float_is_paid_refilled_and_settled(box: Box):
    opened = box.new()
    assert opened.instance.end_id == "to_voucher"
    paid = box.pay(opened)
    assert (paid.instance.end_id, paid.voucher.gross) == ("posted", Rial(200 * M))
    assert box.record(opened).state is ClaimState.PAID
    assert (box.float().state, box.float().amount) == (FloatState.OPEN, Rial(200 * M))

    refill = box.claim(*AMOUNTS, cash=48_950_000)
    assert refill.variables["used_share"] == "75.5"
    assert refill.variables["claim_no"] == "D07-1405-T000002"
    voucher = box.pay(box.approve(refill))
    assert voucher.voucher.gross == Rial(151_050_000)
    assert box.float().refilled_on == local_date(box.office.clock())
    assert box.line().paid == Rial(351_050_000)

    settled = box.approve(box.claim(5 * M, cash=195 * M, kind="SETTLEMENT", first=9))
    assert settled.instance.end_id == "settled"
    assert box.record(settled).state is ClaimState.SETTLED
    assert box.float().state is FloatState.SETTLED
    # what was spent stays on the line, what came back does not
    assert box.line().paid == Rial(156_050_000)
    assert (opened.incidents, refill.incidents, settled.incidents) == ([], [], [])


def test_everything_wrong_with_a_claim_is_said_beside_its_field(box: Box):
    box.pay(box.new())
    case = box.ask("REFILL", float_id=str(box.float().id))
    with pytest.raises(RulesBroken) as refused:
        box.send(case, 1, 100 * M + 1, cash=7, attachments=[])
    assert codes(refused) == [
        ("PCH-002", "receipts/1/amount"),
        ("PCH-005", "receipts"),
        ("PCH-003", "cash_on_hand"),
        ("FIN-011", "attachments"),
    ]
    with pytest.raises(RulesBroken) as refused:
        box.send(case, *AMOUNTS, cash=48_950_001)
    assert codes(refused) == [("PCH-003", "cash_on_hand")]
    with pytest.raises(RulesBroken) as refused:
        box.send(case, cash=200 * M)
    assert codes(refused) == [("GEN-REQUIRED", "receipts")]
    with pytest.raises(RulesBroken) as refused:
        box.ask("SETTLEMENT", float_id=str(box.float().id))
    assert codes(refused) == [("PCH-012", "float_id")]
    with pytest.raises(RulesBroken) as refused:
        box.ask("REFILL")
    assert codes(refused) == [("PCH-010", "float_id")]


def test_a_receipt_of_another_claim_is_not_claimed_again(box: Box):
    box.pay(box.new())
    box.pay(box.approve(box.claim(*AMOUNTS, cash=48_950_000)))
    with pytest.raises(RulesBroken) as refused:
        box.claim(80 * M, 70 * M, cash=50 * M, first=3)
    assert codes(refused) == [("PCH-009", "receipts/0/receipt_no")]


def test_a_month_without_a_refill_is_enough_however_little_is_used(box: Box):
    box.pay(box.new())
    box.office.clock.pass_time(timedelta(days=30))
    case = box.claim(1 * M, cash=199 * M)
    assert set(case.waiting) == {"check_claim"}


def test_a_new_float_stays_below_the_ceiling_and_waits_for_old_claims(box: Box):
    case = box.ask()
    enter = {"by": HOLDER, "payee_id": PAYEE}
    with pytest.raises(RulesBroken) as refused:
        case.do("enter_claim", "submit", by=HOLDER, amount=200 * M + 1, payee_id="0")
    assert codes(refused) == [("PCH-001", "amount"), ("PAY-001", "payee_id")]
    case.do("enter_claim", "submit", amount=50 * M, **enter)
    box.office.clock.pass_time(timedelta(days=31))
    second = box.ask()
    with pytest.raises(RulesBroken) as refused:
        second.do("enter_claim", "submit", amount=160 * M, **enter)
    assert codes(refused) == [("PCH-001", "amount"), ("PCH-007", "amount")]


def test_the_next_year_takes_no_refill_and_a_year_with_open_floats_does_not_close(box: Box):
    box.pay(box.new())
    office = box.office
    office.clock.pass_time(timedelta(days=300))
    close = {"actor": office.actor("budget_officer"), "at": office.clock()}
    with pytest.raises(RulesBroken) as refused:
        commands.close_year(office.database.unit_of_work(), 1405, **close)
    assert codes(refused) == [("PCH-016", "year")]
    case = box.ask("REFILL", float_id=str(box.float().id))
    with pytest.raises(RulesBroken) as refused:
        box.send(case, *AMOUNTS, cash=48_950_000)
    assert ("PCH-011", "receipts") in codes(refused)


class TestVoucher:
    def test_a_claim_is_chosen_approved_and_paid_once(self, box: Box):
        with pytest.raises(RulesBroken) as refused:
            box.office.start("PETTY_CASH")
        assert codes(refused) == [("PCH-013", "claim_id")]
        case = box.new()
        box.voucher(case)
        with pytest.raises(RulesBroken) as refused:
            box.voucher(case)
        assert codes(refused) == [("PCH-014", "claim_id")]

    def test_a_withdrawn_voucher_lets_its_claim_go(self, box: Box):
        case = box.new()
        voucher = box.office.start("PETTY_CASH", claim_id=str(box.record(case).id))
        voucher.do("prepare", "withdraw", withdraw_note="اشتباه")
        assert box.record(case).state is ClaimState.APPROVED
        assert set(box.voucher(case).waiting) == {"check"}


def test_a_claim_comes_back_and_may_be_withdrawn(box: Box):
    case = box.ask().do("enter_claim", "submit", by=HOLDER, amount=50 * M, payee_id=PAYEE)
    case.do("check_claim", "return", by="fin_expert", return_reason="AMOUNT")
    assert case.variables["returned_by"] == "check_claim"
    case.do("enter_claim", "withdraw", by=HOLDER, withdraw_note="لازم نیست")
    assert case.instance.end_id == "withdrawn"
    assert box.float().state is FloatState.REFUSED


def test_holder_reviewer_and_approver_are_three(box: Box):
    box.office.give("fin_expert", like="fin_head")
    case = box.ask().do("enter_claim", "submit", by=HOLDER, amount=50 * M, payee_id=PAYEE)
    case.do("check_claim", by="fin_expert")
    with pytest.raises(DutiesNotSeparate):
        case.do("approve_claim", by="fin_expert")


def test_the_position_of_a_float_is_a_report(
    box: Box, signed_in: Callable[[str], FlaskClient], database: Database
):
    box.pay(box.new())
    box.claim(*AMOUNTS, cash=48_950_000)
    sent = signed_in("auditor").get("/areas/financial_documents/reports/petty_cash.csv").text
    assert "200000000,151050000,48950000" in sent


def test_the_page_of_a_claim_says_what_is_wrong_beside_each_receipt(
    box: Box, signed_in: Callable[[str], FlaskClient]
):
    box.pay(box.new())
    case = box.ask("REFILL", float_id=str(box.float().id))
    browser, url = signed_in(HOLDER), f"/tasks/{case.waiting['enter_claim'].id}"
    browser.post(f"{url}/claim")
    row = {"receipt_no": "۷", "seller": "ابزار پارس", "bought_on": "1405/05/10", "title": "میخ"}
    typed = {f"receipts/0/{part}": said for part, said in row.items()}
    sent = {"outcome": "submit", "receipts/rows": "1", "cash_on_hand": "99,999,998", **typed}
    page = browser.post(url, data=sent | {"receipts/0/amount": "۱۰۰٬۰۰۰٬۰۰۱"})
    assert page.status_code == 422
    assert re.search(r"رسید [1۱] از", page.text)
    assert "موجودی نقد باید" in page.text
