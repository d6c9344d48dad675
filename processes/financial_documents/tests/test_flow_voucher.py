"""A voucher from draft to the books (`domain.md` §2.3)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.commands import people
from engine.errors import DutiesNotSeparate, NotAtThisDesk, RulesBroken
from engine.values import Rial
from processes.financial_documents.records import VoucherState
from processes.financial_documents.tests.walking import PEOPLE, Case, Office
from tests.kit.walking import codes

DEDUCTIONS = [
    {"kind": "TAX", "amount": 36_000_000},
    {"kind": "INSURANCE", "amount": 34_000_000},
    {"kind": "RETENTION", "amount": 20_000_000},
    {"kind": "OTHER", "amount": 10_000_000},
]


def test_a_voucher_goes_from_draft_to_the_books(office: Office, line_id: str):
    case = office.start().prepare(line_id, deductions=DEDUCTIONS)
    assert case.state() == "CREDIT_OK"
    assert case.voucher.voucher_no == "D07-1405-000001"
    assert (case.voucher.gross, case.voucher.net) == (Rial(1_200_000_000), Rial(1_100_000_000))
    assert case.voucher.line is not None
    assert case.voucher.line.reserved == Rial(1_200_000_000)

    case.do("check").do("approve_fin_head")
    assert case.voucher.line.committed == Rial(1_200_000_000)
    case.do("control")
    assert case.state() == "ORDERED"
    case.do("pay", "paid", bank_reference="140512345", paid_on="2026-08-02")

    assert case.instance.end_id == "posted"
    voucher = case.voucher
    assert voucher.state is VoucherState.POSTED
    assert voucher.line is not None
    assert (voucher.line.reserved, voucher.line.committed) == (Rial.ZERO, Rial.ZERO)
    assert voucher.line.paid == Rial(1_200_000_000)
    assert (voucher.prepared_by, voucher.approved_by) == ("fin_expert", "fin_head")
    assert case.incidents == []


class TestMatch:
    def invoiced(self, office: Office, line_id: str, received: int = 100, **invoice: int) -> Case:
        order_id = office.order(received=received)
        invoice_id = office.invoice(order_id, **invoice)
        return office.start("INVOICE", invoice_id=invoice_id).prepare(line_id)

    def test_an_invoice_that_agrees_goes_on(self, office: Office, line_id: str):
        case = self.invoiced(office, line_id)
        assert set(case.waiting) == {"check"}
        assert case.voucher.gross == Rial(550_000_000)
        assert case.variables["matches"] is True

    def test_ten_too_many_are_taken_off_by_a_credit_note(self, office: Office, line_id: str):
        case = self.invoiced(office, line_id, received=90)
        assert set(case.waiting) == {"resolve_mismatch"}
        assert [each["code"] for each in case.variables["mismatches"]] == ["FIN-001"]
        assert case.variables["credit_expected"] == 55_000_000
        note = {"credit_note_no": "ب-۱", "credit_note_on": "2026-08-01"}
        with pytest.raises(RulesBroken) as refused:
            case.do("resolve_mismatch", "credit_note", **note, credit_amount=50_000_000)
        assert codes(refused) == [("FIN-007", "credit_amount")]
        case.do("resolve_mismatch", "credit_note", **note, credit_amount=55_000_000)
        assert set(case.waiting) == {"check"}
        assert (case.voucher.gross, case.voucher.net) == (Rial(495_000_000),) * 2

    def test_a_supplement_has_to_stand_in_the_records(self, office: Office, line_id: str):
        case = self.invoiced(office, line_id, received=90)
        with pytest.raises(RulesBroken) as refused:
            case.do("resolve_mismatch", "supplement", resolution_note="رسید تکمیلی")
        assert codes(refused) == [("FIN-008", "resolution_note")]
        assert case.voucher.invoice is not None
        assert case.voucher.invoice.order_id is not None
        office.receive(case.voucher.invoice.order_id, 10)
        case.do("resolve_mismatch", "supplement", resolution_note="رسید تکمیلی")
        assert set(case.waiting) == {"check"}

    def test_what_goes_back_to_the_supplier_ends_the_voucher(self, office: Office, line_id: str):
        case = self.invoiced(office, line_id, price=5_100_001)
        case.do("resolve_mismatch", "return_supplier", resolution_note="بهای بالا")
        assert (case.instance.end_id, case.state()) == ("sent_back", "REJECTED")
        assert case.voucher.number == 1  # the number stays its own: no gap

    def test_an_invoice_has_one_voucher_and_it_is_of_its_unit(self, office: Office, line_id: str):
        invoice_id = office.invoice(office.order())
        office.start("INVOICE", invoice_id=invoice_id)
        with pytest.raises(RulesBroken) as refused:
            office.start("INVOICE", invoice_id=invoice_id)
        assert codes(refused) == [("FIN-014", "invoice_id")]
        other = office.invoice(None, invoice_no="x", unit="D15")
        with pytest.raises(RulesBroken) as refused:
            office.start("INVOICE", invoice_id=other)
        assert codes(refused) == [("FIN-013", "invoice_id")]
        with pytest.raises(RulesBroken) as refused:
            office.start("INVOICE")
        assert codes(refused) == [("FIN-016", "invoice_id")]


def test_who_makes_vouchers_for_several_units_says_of_which(office: Office):
    fin_expert = office.actor("fin_expert").person_id
    people.grant(office.database.unit_of_work(), fin_expert, "FIN_EXPERT", "D05")

    with pytest.raises(RulesBroken) as refused:
        office.start()

    assert codes(refused) == [("GEN-REQUIRED", "unit")]
    assert office.start(unit="D07").voucher.unit == "D07"
    with pytest.raises(NotAtThisDesk):
        office.start(unit="D01")


def test_everything_wrong_with_a_voucher_is_said_at_once(office: Office, line_id: str):
    other = office.line(unit="D15", code="x")
    case = office.start("ADVANCE")
    with pytest.raises(RulesBroken) as refused:
        case.prepare(
            other,
            payee_id="14007650912",
            gross=0,
            dated="2025-03-01",
            settle_by="2025-02-01",
            basis="",
            attachments=[],
        )
    assert codes(refused) == [
        ("PAY-001", "payee_id"),
        ("MON-002", "gross"),
        ("BUD-004", "budget_line_id"),
        ("FIN-012", "dated"),
        ("FIN-017", "settle_by"),
        ("GEN-REQUIRED", "security_kind"),
        ("GEN-REQUIRED", "security_no"),
        ("GEN-REQUIRED", "security_amount"),
        ("GEN-REQUIRED", "basis"),
        ("FIN-011", "attachments"),
    ]
    too_much = [{"kind": "TAX", "amount": 10**10}]
    with pytest.raises(RulesBroken) as refused:
        case.prepare(
            line_id,
            settle_by="2026-12-01",
            security_kind="RECEIVABLE",
            security_no="۱",
            security_amount=1_200_000_000,
            deductions=too_much,
        )
    assert codes(refused) == [("FIN-024", "deductions")]
    with pytest.raises(RulesBroken) as refused:
        office.start().prepare(line_id, deductions=too_much)
    assert codes(refused) == [("FIN-015", "deductions")]


class TestCredit:
    def test_too_little_credit_goes_to_who_keeps_it(self, office: Office):
        short = office.line(allocated=Rial(1_000_000_000))
        enough = office.line(code="110201-8")
        case = office.start().prepare(short)
        assert set(case.waiting) == {"settle_credit"}
        [told] = case.variables["error_problems"]
        assert (told["code"], told["params"]) == ("BUD-002", {"exceeded": "200000000"})
        case.do("settle_credit", budget_line_id=enough)
        assert set(case.waiting) == {"check"}

    def test_what_lapsed_is_reserved_again_at_the_approval_if_it_still_can_be(self, office: Office):
        line_id = office.line(approved=Rial(1_500_000_000), allocated=Rial(1_500_000_000))
        case = office.start().prepare(line_id).do("check")
        office.clock.pass_time(timedelta(days=120))
        other = office.start().prepare(line_id, gross=1_000_000_000)
        with pytest.raises(RulesBroken) as refused:
            case.do("approve_fin_head")
        assert codes(refused) == [("BUD-005", None), ("BUD-001", "budget_line_id")]
        other.give_back("check")
        other.do("prepare", "withdraw", withdraw_note="لازم نیست")
        case.do("approve_fin_head")
        assert case.state() == "APPROVED"


class TestDelegation:
    @pytest.mark.parametrize(
        ("gross", "step"),
        [
            pytest.param(2_000_000_000, "approve_fin_head", id="up to two thousand million"),
            pytest.param(2_000_000_001, "approve_unit_head", id="a rial above"),
            pytest.param(20_000_000_001, "approve_deputy", id="above twenty thousand million"),
        ],
    )
    def test_the_amount_says_who_approves(
        self, office: Office, line_id: str, gross: int, step: str
    ):
        case = office.start().prepare(line_id, gross=gross).do("check")
        assert set(case.waiting) == {step}

    def test_the_whole_commitment_is_meant_not_the_instalment(self, office: Office, line_id: str):
        case = office.start().prepare(line_id, commitment=3_000_000_000).do("check")
        assert set(case.waiting) == {"approve_unit_head"}

    def test_the_third_part_of_a_split_commitment_goes_up_by_the_sum(
        self, office: Office, line_id: str
    ):
        for gross in (900_000_000, 700_000_000):
            case = office.start().prepare(line_id, gross=gross).do("check")
            assert set(case.waiting) == {"approve_fin_head"}
        case = office.start().prepare(line_id, gross=600_000_000).do("check")
        assert set(case.waiting) == {"approve_unit_head"}
        assert case.variables["delegated_amount"] == 2_200_000_000
        assert [each["code"] for each in case.variables["warnings"]] == ["DEL-005"]

    def test_a_delegation_that_is_over_approves_nothing_and_goes_up(
        self, office: Office, line_id: str
    ):
        case = office.start().prepare(line_id).do("check")
        office.set_variables(
            case, delegation={**case.variables["delegation"], "valid_until": "2026-01-01"}
        )
        with pytest.raises(RulesBroken) as refused:
            case.do("approve_fin_head")
        assert codes(refused) == [("DEL-002", "outcome")]
        case.do("approve_fin_head", "pass_up")
        assert set(case.waiting) == {"approve_unit_head"}

    def test_more_than_the_limit_is_not_approved(self, office: Office, line_id: str):
        case = office.start().prepare(line_id).do("check")
        office.set_variables(case, delegated_amount=2_000_000_001)
        with pytest.raises(RulesBroken) as refused:
            case.do("approve_fin_head")
        assert codes(refused) == [("DEL-001", "outcome")]


class TestHands:
    """Who may not be one person in one voucher (§12)."""

    def test_who_received_does_not_approve_and_who_edits_a_payee_neither(
        self, office: Office, line_id: str
    ):
        order_id = office.order(received=None)
        office.receive(order_id, 100, by="fin_head")
        office.payee(iban="IR820540102680020817909002", verified_by="fin_head")
        invoice_id = office.invoice(order_id)
        case = office.start("INVOICE", invoice_id=invoice_id).prepare(line_id).do("check")
        with pytest.raises(RulesBroken) as refused:
            case.do("approve_fin_head")
        assert codes(refused) == [("SOD-007", "outcome"), ("SOD-012", "outcome")]

    def test_an_account_that_changed_since_is_not_paid(self, office: Office, line_id: str):
        case = office.start().prepare(line_id).do("check")
        office.payee(iban="IR820540102680020817909002")
        with pytest.raises(RulesBroken) as refused:
            case.do("approve_fin_head")
        assert codes(refused) == [("PAY-001", None)]

    @pytest.mark.parametrize(
        ("before", "after", "code"),
        [
            pytest.param("prepare", "check", "SOD-001", id="prepares and checks"),
            pytest.param("prepare", "control", "SOD-002", id="prepares and controls"),
            pytest.param("approve_fin_head", "control", "SOD-002", id="approves and controls"),
            pytest.param("approve_fin_head", "pay", "SOD-002", id="approves and pays"),
        ],
    )
    def test_one_person_does_not_do_both(
        self, office: Office, line_id: str, before: str, after: str, code: str
    ):
        person = PEOPLE[before]
        office.give(person, PEOPLE[after])
        case = office.start().prepare(line_id)
        for step in ("check", "approve_fin_head", "control"):
            if step == after:
                break
            case.do(step)
        with pytest.raises(DutiesNotSeparate) as refused:
            case.do(after, by=person)
        assert refused.value.code == code


class TestObjection:
    def objected(self, office: Office, line_id: str) -> Case:
        case = office.start().prepare(line_id).do("check").do("approve_fin_head")
        return case.do("control", "object", objection="ماده ۷۹ رعایت نشده است")

    def test_who_insists_is_obeyed_and_the_auditor_is_told(self, office: Office, line_id: str):
        case = self.objected(office, line_id)
        case.do("answer_objection", "insist", insistence="به مسئولیت اینجانب")
        assert set(case.waiting) == {"pay", "read_insistence"}
        [kept] = office.exceptions(case)
        assert (kept.kind.value, kept.note) == ("INSISTED", "به مسئولیت اینجانب")
        case.do("pay", "paid", bank_reference="1", paid_on="2026-08-02")
        case.do("read_insistence", "noted", auditor_note="بررسی می‌شود")
        assert case.state() == "POSTED"

    def test_an_objection_that_is_accepted_takes_the_voucher_back(
        self, office: Office, line_id: str
    ):
        case = self.objected(office, line_id)
        case.do("answer_objection", "accept", return_reason="RULE")
        assert set(case.waiting) == {"prepare"}
        assert case.state() == "RETURNED"
        line = case.voucher.line
        assert line is not None
        assert (line.reserved, line.committed) == (Rial(1_200_000_000), Rial.ZERO)


def test_after_a_return_only_what_changed_is_checked_again(office: Office, line_id: str):
    case = office.start().prepare(line_id).do("check").give_back("approve_fin_head")
    assert case.voucher.voucher_no == "D07-1405-000001"
    case.prepare(line_id)
    assert set(case.waiting) == {"approve_fin_head"}
    case.give_back("approve_fin_head")
    case.prepare(line_id, gross=1_300_000_000)
    assert set(case.waiting) == {"check"}
    assert case.voucher.voucher_no == "D07-1405-000001"


def test_a_payment_the_bank_did_not_make_is_controlled_again(office: Office, line_id: str):
    case = office.start().prepare(line_id).do("check").do("approve_fin_head").do("control")
    case.do("pay", "failed", failure="حساب مسدود است")
    assert set(case.waiting) == {"control"}
    assert [each["code"] for each in case.variables["error_problems"]] == ["PAY-009"]
    case.do("control")
    assert set(case.waiting) == {"pay"}


def test_what_looks_like_a_duplicate_is_shown_to_who_checks(office: Office, line_id: str):
    office.start().prepare(line_id)
    case = office.start().prepare(line_id)
    assert [each["code"] for each in case.variables["warnings"]] == ["FIN-005"]
    assert [each.kind.value for each in office.exceptions(case)] == ["DUPLICATE"]


def test_a_voucher_that_is_taken_back_gives_its_credit_back(office: Office, line_id: str):
    case = office.start().prepare(line_id)
    case.take_back("prepare")
    assert set(case.waiting) == {"prepare"}
    assert case.voucher.line is not None
    assert case.voucher.line.reserved == Rial.ZERO
    case.prepare(line_id)
    assert case.voucher.voucher_no == "D07-1405-000001"
