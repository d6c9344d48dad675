"""Advances from their payment to their settlement, or to their recovery (`domain.md` §2.8)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from engine.errors import DutiesNotSeparate, NotFound, RulesBroken
from engine.values import Rial, local_date
from processes.financial_documents import commands
from processes.financial_documents.records import (
    AdvanceSettlement,
    BudgetLine,
    SettlementState,
)
from processes.financial_documents.tests.walking import PAPER, PEOPLE, Case, Office
from tests.kit.walking import codes

M = 1_000_000
GIVEN = 300 * M


class Advances:
    """Advances of one payee, paid and settled."""

    def __init__(self, office: Office, line_id: str) -> None:
        self.office, self.line_id = office, line_id
        self.before = {each: self._balance(each) for each in ("1201", "1301", "5101", "1101")}

    def day(self, days: int = 0) -> str:
        return (local_date(self.office.clock()) + timedelta(days=days)).isoformat()

    def prepare(self, kind: str = "ADVANCE", **other: Any) -> Case:
        """Prepare an advance that is to be settled within 60 days."""
        known = {
            "gross": GIVEN,
            "settle_by": self.day(60),
            "security_kind": "GUARANTEE",
            "security_no": "ض-۱",
            "security_amount": GIVEN,
            "security_until": self.day(90),
        }
        return self.office.start(kind).prepare(self.line_id, **(known | other))

    def pay(self, case: Case) -> Case:
        """Take a prepared voucher through to the books."""
        case.do("check")
        case.do(next(each for each in case.waiting if each.startswith("approve")))
        case.do("control")
        return case.do("pay", "paid", bank_reference="1405", paid_on=self.day())

    def settlement(self, voucher: Case) -> Case:
        """Return the case that settles an advance."""
        record = self.record(voucher)
        assert record.instance_id is not None
        return Settling(self.office, record.instance_id)

    def record(self, voucher: Case) -> AdvanceSettlement:
        with self.office.database.reader() as session:
            found = select(AdvanceSettlement).where(
                AdvanceSettlement.voucher_id == voucher.voucher.id
            )
            record = session.scalars(found).one()
            session.expunge_all()
            return record

    def given(self) -> Case:
        """Pay an advance; return its voucher."""
        return self.pay(self.prepare())

    def papers(self, *amounts: int, first: int = 1) -> dict[str, Any]:
        return {
            "papers": [
                {
                    "paper_no": str(number),
                    "issuer": "هتل نمونه",
                    "dated": self.day(),
                    "title": "اقامت",
                    "amount": each,
                }
                for number, each in enumerate(amounts, first)
            ],
            "attachments": [PAPER],
        }

    def line(self) -> BudgetLine:
        with self.office.database.reader() as session:
            line = session.get_one(BudgetLine, UUID(self.line_id))
            session.expunge_all()
            return line

    def booked(self, account: str) -> int:
        """Return what was booked on an account since the start, debit less credit."""
        return self._balance(account) - self.before[account]

    def _balance(self, account: str) -> int:
        query = text("select sum(debit) - sum(credit) from ledger_line where account = :account")
        with self.office.database.reader() as session:
            return int(session.scalar(query, {"account": account}) or 0)


class Settling(Case):
    """The case that settles an advance."""

    people = {
        **PEOPLE,
        "enter_settlement": "fin_expert",
        "confirm_return": "treasurer",
        "approve_settlement": "fin_head",
        "decide_overdue": "fin_head",
    }


@pytest.fixture
def advances(office: Office, line_id: str) -> Advances:
    return Advances(office, line_id)


def refused_to_settle(case: Case, **values: Any) -> list[tuple[str, str | None]]:
    with pytest.raises(RulesBroken) as refused:
        case.do("enter_settlement", "submit", **values)
    return codes(refused)


@pytest.mark.both_databases
def test_documents_and_cash_back_settle_an_advance_to_the_rial(advances: Advances):
    voucher = advances.given()
    case = advances.settlement(voucher)
    assert (set(case.waiting), case.instance.unit) == ({"enter_settlement"}, "D07")
    assert case.variables["amount"] == GIVEN
    assert (advances.line().paid, advances.booked("1201")) == (Rial(GIVEN), GIVEN)

    papers = advances.papers(212_400_000, 48_650_001)
    assert refused_to_settle(case, **papers, cash_back=38_949_998) == [("ADV-001", "cash_back")]
    case.do("enter_settlement", "submit", **papers, cash_back=38_949_999)
    assert case.variables["settlement_no"] == "D07-1405-A000001"
    assert set(case.waiting) == {"confirm_return"}
    case.do("confirm_return", cash_reference="ف-۷", cash_on=advances.day())
    case.do("approve_settlement")

    assert case.instance.end_id == "settled"
    assert advances.record(voucher).state is SettlementState.SETTLED
    # what was spent stays on the line, what came back does not
    assert advances.line().paid == Rial(261_050_001)
    assert (advances.booked("1201"), advances.booked("5101")) == (0, 261_050_001)
    assert (voucher.incidents, case.incidents) == ([], [])

    reverse(advances, voucher)
    assert (advances.line().paid, advances.booked("1201")) == (Rial(GIVEN), GIVEN)
    assert (advances.booked("5101"), advances.booked("1101")) == (0, 0)
    again = advances.settlement(voucher)
    assert (again.instance_id != case.instance_id, set(again.waiting)) == (
        True,
        {"enter_settlement"},
    )
    again.do("enter_settlement", "submit", **advances.papers(GIVEN), cash_back=0)
    again.do("approve_settlement")
    assert (advances.booked("1201"), advances.booked("5101")) == (0, GIVEN)


def reverse(advances: Advances, voucher: Case, by: str = "unit_head", because: str = "خطا") -> None:
    """Reverse the settlement of an advance, and let the worker run."""
    office = advances.office
    who = {"actor": office.actor(by), "at": office.clock()}
    chosen = str(advances.record(voucher).id)
    commands.reverse_settlement(office.database.unit_of_work(), chosen, because, **who)
    office.run_jobs()


def test_who_had_a_hand_in_a_settlement_does_not_reverse_it(advances: Advances):
    voucher = advances.given()
    with pytest.raises(RulesBroken) as refused:
        reverse(advances, voucher, because="")
    assert codes(refused) == [("GEN-REQUIRED", "because"), ("ADV-014", "settlement_id")]
    case = advances.settlement(voucher)
    case.do("enter_settlement", "submit", **advances.papers(GIVEN), cash_back=0)
    case.do("approve_settlement")
    with pytest.raises(NotFound):
        reverse(advances, voucher, by="fin_head")
    advances.office.give("fin_head", like="unit_head")
    with pytest.raises(RulesBroken) as refused:
        reverse(advances, voucher, by="fin_head")
    assert codes(refused) == [("ADV-015", "because")]


def test_documents_above_the_advance_make_a_voucher_of_their_own(advances: Advances):
    voucher = advances.given()
    case = advances.settlement(voucher)
    papers = advances.papers(312_000_000)
    assert refused_to_settle(case, **papers, cash_back=1) == [("ADV-002", "cash_back")]
    case.do("enter_settlement", "submit", **papers, cash_back=0).do("approve_settlement")
    assert case.instance.end_id == "to_voucher"
    with pytest.raises(RulesBroken) as refused:
        advances.office.start("SETTLEMENT")
    assert codes(refused) == [("ADV-010", "settlement_id")]

    chosen = {"settlement_id": str(advances.record(voucher).id)}
    first = advances.office.start("SETTLEMENT", **chosen)
    with pytest.raises(RulesBroken) as refused:
        advances.office.start("SETTLEMENT", **chosen)
    assert codes(refused) == [("ADV-011", "settlement_id")]
    first.do("prepare", "withdraw", withdraw_note="اشتباه")
    excess = advances.office.start("SETTLEMENT", **chosen)
    excess.prepare(advances.line_id, payee_id="", gross=0)
    assert excess.voucher.gross == Rial(12_000_000)
    advances.pay(excess)
    assert advances.record(voucher).state is SettlementState.PAID
    assert advances.booked("5101") == 312_000_000


def test_the_tax_in_documents_is_posted_as_tax_in_proportion_above_the_advance(advances: Advances):
    """330 million with 30 million tax, against an advance of 300 million."""
    voucher = advances.given()
    case = advances.settlement(voucher)
    papers = advances.papers(330_000_000)
    papers["papers"][0]["vat"] = 30_000_002
    assert refused_to_settle(case, **papers, cash_back=0) == [("ADV-017", "papers/0/vat")]
    papers["papers"][0]["vat"] = 30_000_000
    case.do("enter_settlement", "submit", **papers, cash_back=0).do("approve_settlement")
    assert (advances.booked("5101"), advances.booked("1301")) == (272_727_273, 27_272_727)
    assert advances.booked("1201") == 0

    chosen = {"settlement_id": str(advances.record(voucher).id)}
    excess = advances.office.start("SETTLEMENT", **chosen)
    advances.pay(excess.prepare(advances.line_id, payee_id="", gross=0))
    assert (advances.booked("5101"), advances.booked("1301")) == (300 * M, 30 * M)


def test_everything_wrong_with_a_settlement_is_said_beside_its_field(advances: Advances):
    case = advances.settlement(advances.given())
    papers = advances.papers(100 * M, 0)["papers"]
    papers[1]["paper_no"] = "1"
    papers[0]["dated"] = advances.day(-1)
    papers[1]["dated"] = advances.day(1)
    assert refused_to_settle(case, papers=papers, cash_back=7) == [
        ("ADV-003", "papers/0/dated"),
        ("ADV-004", "papers/1/paper_no"),
        ("ADV-003", "papers/1/dated"),
        ("MON-002", "papers/1/amount"),
        ("ADV-001", "cash_back"),
        ("FIN-011", "attachments"),
    ]


def test_a_document_settles_one_advance_only(advances: Advances):
    case = advances.settlement(advances.given())
    case.do("enter_settlement", "submit", **advances.papers(GIVEN), cash_back=0)
    case.do("approve_settlement", "return", return_reason="DUP")
    case.do("enter_settlement", "submit", **advances.papers(GIVEN), cash_back=0)
    case.do("approve_settlement")
    other = advances.settlement(advances.given())
    assert refused_to_settle(other, **advances.papers(GIVEN), cash_back=0) == [
        ("ADV-004", "papers/0/paper_no")
    ]


class TestASecondAdvance:
    def test_is_refused_for_the_same_purpose_while_one_is_open(self, advances: Advances):
        first = advances.given()
        with pytest.raises(RulesBroken) as refused:
            advances.prepare(basis="نامهٔ دیگر")
        assert codes(refused) == [("FIN-018", "basis")], "the same credit"
        other = advances.office.line(code="330001-2")
        with pytest.raises(RulesBroken) as refused:
            advances.prepare(budget_line_id=other)
        assert codes(refused) == [("FIN-018", "basis")], "the same basis"
        assert set(advances.prepare(budget_line_id=other, basis="نامهٔ ۱۳").waiting) == {"check"}

        case = advances.settlement(first)
        case.do("enter_settlement", "submit", **advances.papers(GIVEN), cash_back=0)
        case.do("approve_settlement")
        assert set(advances.prepare().waiting) == {"check"}, "the first is settled"

    def test_is_refused_while_another_is_long_overdue(self, advances: Advances):
        advances.given()
        other = advances.office.line(code="330001-2")
        advances.office.clock.pass_time(timedelta(days=90))
        about = {"budget_line_id": other, "basis": "نامهٔ ۱۳"}
        assert set(advances.prepare(**about).waiting) == {"check"}, "30 days are allowed"
        advances.office.clock.pass_time(timedelta(days=1))
        about["basis"] = "نامهٔ ۱۴"
        about["budget_line_id"] = advances.office.line(code="330001-3")
        with pytest.raises(RulesBroken) as refused:
            advances.prepare(**about)
        assert codes(refused) == [("ADV-007", "payee_id")]

    def test_a_payment_on_account_may_follow_another(self, advances: Advances):
        advances.pay(advances.prepare("ON_ACCOUNT"))
        assert set(advances.prepare("ON_ACCOUNT").waiting) == {"check"}


def test_an_advance_is_secured_until_it_is_settled(advances: Advances):
    nothing: dict[str, Any] = dict.fromkeys(
        ("security_kind", "security_no", "security_amount", "security_until")
    )
    with pytest.raises(RulesBroken) as refused:
        advances.prepare(**nothing)
    assert codes(refused) == [
        ("GEN-REQUIRED", "security_kind"),
        ("GEN-REQUIRED", "security_no"),
        ("GEN-REQUIRED", "security_amount"),
    ]
    with pytest.raises(RulesBroken) as refused:
        advances.prepare(security_amount=GIVEN - 1, security_until=advances.day(59))
    assert codes(refused) == [("ADV-005", "security_amount"), ("ADV-006", "security_until")]
    owed: dict[str, Any] = {"security_kind": "RECEIVABLE", "security_until": None}
    assert set(advances.prepare(**owed).waiting) == {"check"}


class TestAnOverdueAdvance:
    def late(self, advances: Advances) -> tuple[Case, Case]:
        """Return an advance whose settlement is ten days overdue, and its settlement."""
        voucher = advances.given()
        case = advances.settlement(voucher)
        advances.office.clock.pass_time(timedelta(days=70))
        advances.office.run_jobs(advances.office.clock())
        assert set(case.waiting) == {"enter_settlement"}, "ten days are waited"
        advances.office.clock.pass_time(timedelta(days=1))
        advances.office.run_jobs(advances.office.clock())
        assert set(case.waiting) == {"enter_settlement", "decide_overdue"}
        return voucher, case

    def test_may_wait_once_more_and_is_asked_about_again(
        self, advances: Advances, signed_in: Callable[[str], FlaskClient]
    ):
        _, case = self.late(advances)
        page = signed_in("auditor").get("/areas/financial_documents/reports/advances.csv").text
        assert f",11,up to 30 days,,{GIVEN},0,{GIVEN}" in page or f",11,تا ۳۰ روز,,{GIVEN}" in page
        case.do("decide_overdue", "wait", overdue_note="مأموریت ادامه دارد")
        assert set(case.waiting) == {"enter_settlement"}
        advances.office.clock.pass_time(timedelta(days=30))
        advances.office.run_jobs(advances.office.clock())
        assert set(case.waiting) == {"enter_settlement", "decide_overdue"}

    def test_is_deducted_from_later_vouchers_until_nothing_is_left(self, advances: Advances):
        voucher, case = self.late(advances)
        case.do("decide_overdue", "deduct")

        def bill(gross: int, deducted: int) -> Case:
            rows = [{"kind": "ADVANCE", "amount": deducted}] if deducted else []
            return advances.office.start().prepare(
                advances.line_id, gross=gross, deductions=rows, basis=f"نامهٔ {gross}"
            )

        for deducted, code in ((0, "ADV-009"), (249_999_999, "ADV-009"), (GIVEN + 1, "ADV-008")):
            with pytest.raises(RulesBroken) as refused:
                bill(1_000 * M, deducted)
            assert codes(refused) == [(code, "deductions")], deducted
        first = bill(1_000 * M, 250 * M)
        with pytest.raises(RulesBroken) as refused:
            bill(900 * M, 50 * M + 1)
        assert codes(refused) == [("ADV-008", "deductions")], "a voucher under way counts"
        advances.pay(first)
        assert advances.record(voucher).outstanding == Rial(50 * M)
        assert "enter_settlement" in case.waiting
        advances.pay(bill(900 * M, 50 * M))

        assert advances.record(voucher).state is SettlementState.RECOVERED
        assert (case.instance.end_id, case.waiting) == ("recovered", {})
        assert (advances.booked("1201"), advances.booked("5101")) == (0, 1_900 * M)
        assert case.incidents == []

    def test_a_deduction_meanwhile_sends_a_settlement_back(self, advances: Advances):
        voucher, case = self.late(advances)
        case.do("enter_settlement", "submit", **advances.papers(GIVEN), cash_back=0)
        rows = [{"kind": "ADVANCE", "amount": 10 * M}]
        bill = advances.office.start().prepare(advances.line_id, deductions=rows)
        advances.pay(bill)
        with pytest.raises(RulesBroken) as refused:
            case.do("approve_settlement")
        assert codes(refused) == [("ADV-013", "outcome")]
        case.do("approve_settlement", "return", return_reason="AMOUNT")
        assert case.variables["amount"] == GIVEN - 10 * M
        case.do("enter_settlement", "submit", **advances.papers(GIVEN - 10 * M), cash_back=0)
        case.do("approve_settlement")
        assert advances.booked("1201") == 0
        assert advances.record(voucher).state is SettlementState.SETTLED


def test_reviewer_treasurer_and_approver_are_three(advances: Advances):
    case = advances.settlement(advances.given())
    for role in ("treasurer", "fin_head"):
        advances.office.give("fin_expert", like=role)
    case.do("enter_settlement", "submit", **advances.papers(200 * M), cash_back=100 * M)
    with pytest.raises(DutiesNotSeparate) as refused:
        case.do("confirm_return", by="fin_expert")
    assert refused.value.code == "SOD-002"
    with pytest.raises(RulesBroken) as late:
        case.do("confirm_return", cash_reference="ف", cash_on=advances.day(1))
    assert codes(late) == [("ADV-012", "cash_on")]
    case.do("confirm_return", cash_reference="ف", cash_on=advances.day())
    with pytest.raises(DutiesNotSeparate) as refused:
        case.do("approve_settlement", by="fin_expert")
    assert refused.value.code == "SOD-001"
