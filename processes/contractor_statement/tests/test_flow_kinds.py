"""The other kinds of statement: final, retention release, advance."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from engine.errors import RulesBroken
from engine.values import Rial
from processes.contractor_statement import commands
from processes.contractor_statement.records import (
    AdvanceInstalment,
    Guarantee,
    RetentionRelease,
    StatementState,
)
from processes.contractor_statement.rules.acceptance import MinuteKind
from processes.contractor_statement.tests.rule_examples import quantities as example_quantities
from processes.contractor_statement.tests.rule_examples import rows
from processes.contractor_statement.tests.taken_back import asked_again, stays, there_and_back
from processes.contractor_statement.tests.walking import (
    Case,
    Office,
    codes,
    contract_of_example,
    example_approved,
    example_claim,
    quantities,
)


@pytest.fixture
def contract_id(office: Office) -> str:
    return contract_of_example(office)


def three_statements(office: Office, contract_id: str) -> None:
    for number, expected in enumerate(rows("certificates_example_a.csv")[:3], 1):
        case = office.start("interim_statement", contract_id=contract_id)
        case.do("enter", "submit", **example_claim(number))
        case.do("measure", lines=example_approved(number)).do("check")
        case.review(int(expected["penalty"])).sign()


def final_statement(office: Office, contract_id: str, *, accepted: bool = False) -> Case:
    if not accepted:
        office.minute(contract_id)
    case = office.start("final_statement", contract_id=contract_id)
    claim = {
        "mobilisation_progress": Decimal(1),
        "site_materials": 0,
        "lines": quantities(example_quantities("claimed_3")),
    }
    approved = quantities(example_quantities("approved_final"), "MEASURE")
    case.do("enter", "submit", **claim).do("measure", lines=approved).do("check").review()
    return case


class TestFinalStatement:
    def test_it_recovers_the_rest_of_the_advance_and_frees_half_the_retention(
        self, office: Office, contract_id: str
    ):
        three_statements(office, contract_id)
        case = final_statement(office, contract_id).sign()
        figures = office.statement(case).figures or {}
        assert {
            name: figures[name]
            for name in (
                "lines_total",
                "gross",
                "period",
                "retention",
                "advance_recovery",
                "social_security",
                "vat",
                "releases",
                "net",
            )
        } == {
            "lines_total": 87_900_600_000,
            "gross": 109_576_918_974,
            "period": -112_229_325,
            "retention": -11_222_933,
            "advance_recovery": 158_188_750,
            "social_security": -5_611_466,
            "vat": -11_222_933,
            "releases": 5_478_845_949,
            "net": 5_214_039_340,
        }
        [order] = office.orders(case)
        assert order.amount == Rial(5_214_039_340)

    def test_no_other_recovery_is_entered_in_it(self, office: Office, contract_id: str):
        office.minute(contract_id)
        case = office.start("final_statement", contract_id=contract_id)
        case.do("enter", "submit", **{**example_claim(3), "site_materials": 0})
        case.do("measure").do("check").do("technical_review")
        with pytest.raises(RulesBroken) as refused:
            case.do("review_deductions", recovery=5, recovery_minute_no="م/۹")
        assert codes(refused) == ["STM-057"]

    def test_no_half_of_the_retention_is_freed_while_defects_are_open(
        self, office: Office, contract_id: str
    ):
        three_statements(office, contract_id)
        office.minute(contract_id, on="1405/04/09", defects="نشت لوله")
        case = final_statement(office, contract_id, accepted=True)
        told = [each["code"] for each in case.variables["warnings"]]
        case.sign()
        assert (office.statement(case).figures or {})["releases"] == 0
        assert office.first(RetentionRelease) is None
        assert told == ["STM-043"]
        office.minute(contract_id, MinuteKind.DEFECTS_CLEARED, on="1405/05/01")
        release = office.start("retention_release", contract_id=contract_id)
        release.do("request_release", by="contractor", half="FIRST")
        assert release.variables["release_amount"] == 5_478_845_949

    def test_it_has_no_materials_on_site_and_follows_provisional_acceptance(
        self, office: Office, contract_id: str
    ):
        with pytest.raises(RulesBroken) as refused:
            office.start("final_statement", contract_id=contract_id)
        assert codes(refused) == ["STM-025"]
        office.minute(contract_id)
        case = office.start("final_statement", contract_id=contract_id)
        with pytest.raises(RulesBroken) as refused:
            case.do("enter", "submit", **{**example_claim(3), "site_materials": 5})
        assert codes(refused) == ["STM-021"]

    def test_there_is_only_one_and_no_interim_after_it(self, office: Office, contract_id: str):
        three_statements(office, contract_id)
        final_statement(office, contract_id)
        for process_id in ("final_statement", "interim_statement"):
            with pytest.raises(RulesBroken) as refused:
                office.start(process_id, contract_id=contract_id)
            assert "STM-026" in codes(refused)

    def test_it_is_objected_to_once(self, office: Office, contract_id: str):
        three_statements(office, contract_id)
        statement = office.statement(final_statement(office, contract_id))
        corrected = [
            each.contract_line.code for each in statement.lines if each.approved != each.claimed
        ]
        first, second = (
            office.start("statement_objection", statement_id=str(statement.id)) for _ in range(2)
        )
        words = {"objected_lines": corrected[0], "objection_text": "مترهٔ پیوست درست است"}
        first.do("file_objection", "submit", by="contractor", **words)
        with pytest.raises(RulesBroken) as refused:
            second.do("file_objection", "submit", by="contractor", **words)
        assert codes(refused) == ["STM-046"]
        with pytest.raises(RulesBroken) as refused:
            office.start("statement_objection", statement_id=str(statement.id))
        assert codes(refused) == ["STM-046"]

    def test_too_little_work_needs_a_supplement_too(self, office: Office, contract_id: str):
        office.minute(contract_id)
        case = office.start("final_statement", contract_id=contract_id)
        claim = {**example_claim(3), "site_materials": 0, "lines": quantities({"080103": 100})}
        case.do("enter", "submit", **claim).do("measure").do("check")
        with pytest.raises(RulesBroken) as refused:
            case.do("technical_review")
        assert codes(refused) == ["STM-016"]


class TestRetentionRelease:
    def release(self, office: Office, contract_id: str, half: str) -> Case:
        case = office.start("retention_release", contract_id=contract_id)
        return case.do("request_release", "submit", by="contractor", half=half)

    def pay(self, case: Case) -> Case:
        case.do("confirm_defects", by="tech_office", defects_closed=True)
        return case.do("sign_release", by="fin_head").do("control_release", by="treasurer")

    def test_the_second_half_is_the_remainder_and_comes_from_the_deposit_account(
        self, office: Office, contract_id: str
    ):
        three_statements(office, contract_id)
        final_statement(office, contract_id).sign()
        self.reach_the_end(office, contract_id)
        case = self.pay(self.release(office, contract_id, "SECOND"))
        assert case.instance.end_id == "released"
        [order] = office.orders(case)
        assert (order.amount, order.debit_account) == (Rial(5_478_845_948), "DEPOSIT")
        with office.database.reader() as session:
            released = session.query(RetentionRelease).order_by(RetentionRelease.part).all()
        assert [each.amount.amount for each in released] == [5_478_845_949, 5_478_845_948]

    def reach_the_end(self, office: Office, contract_id: str) -> None:
        office.minute(contract_id, MinuteKind.FINAL_ACCEPTANCE)
        commands.add_clearance(
            office.database.unit_of_work(),
            UUID(contract_id),
            number="م-۱",
            issued_on="1405/04/10",
            actor=office.actor("fin_expert"),
            at=office.clock(),
        )

    def test_no_half_before_its_event_or_without_clearance(self, office: Office, contract_id: str):
        three_statements(office, contract_id)
        case = office.start("retention_release", contract_id=contract_id)
        with pytest.raises(RulesBroken) as refused:
            case.do("request_release", "submit", by="contractor", half="SECOND")
        assert codes(refused) == ["STM-042", "STM-028"]

    def test_a_recorded_list_of_defects_is_cleared_before_anything_is_released(
        self, office: Office, contract_id: str
    ):
        three_statements(office, contract_id)
        office.minute(contract_id, on="1405/04/09", defects="نشت لوله")
        case = office.start("retention_release", contract_id=contract_id)
        with pytest.raises(RulesBroken) as refused:
            case.do("request_release", "submit", by="contractor", half="FIRST")
        assert codes(refused) == ["STM-042", "STM-043"]
        office.minute(contract_id, MinuteKind.DEFECTS_CLEARED)
        with pytest.raises(RulesBroken) as refused:
            case.do("request_release", "submit", by="contractor", half="FIRST")
        assert codes(refused) == ["STM-042"]

    def test_the_same_half_is_not_released_twice(self, office: Office, contract_id: str):
        three_statements(office, contract_id)
        final_statement(office, contract_id).sign()
        case = office.start("retention_release", contract_id=contract_id)
        with pytest.raises(RulesBroken) as refused:
            case.do("request_release", "submit", by="contractor", half="FIRST")
        assert codes(refused) == ["STM-040"]

    def test_an_open_list_of_defects_stops_it_and_a_debt_is_netted(
        self, office: Office, contract_id: str
    ):
        three_statements(office, contract_id)
        final_statement(office, contract_id).sign()
        self.reach_the_end(office, contract_id)
        commands.add_debt(
            office.database.unit_of_work(),
            UUID(contract_id),
            amount="۷۸٬۸۴۵٬۹۴۸",
            reference="نامهٔ ۱۲",
            actor=office.actor("fin_head"),
            at=office.clock(),
        )
        case = self.release(office, contract_id, "SECOND")
        with pytest.raises(RulesBroken) as refused:
            case.do("confirm_defects", by="tech_office", defects_closed=False)
        assert codes(refused) == ["STM-043"]
        case.do("confirm_defects", by="tech_office", defects_closed=True)
        case.do("sign_release", by="fin_head").do("control_release", by="treasurer")
        assert case.variables["release_debt"] == 78_845_948
        assert office.orders(case)[0].amount == Rial(5_400_000_000)

    def test_a_release_is_taken_back_until_it_is_signed(self, office: Office, contract_id: str):
        three_statements(office, contract_id)
        office.minute(contract_id, on="1405/04/09", defects="نشت لوله")
        final_statement(office, contract_id, accepted=True).sign()
        office.minute(contract_id, MinuteKind.DEFECTS_CLEARED, on="1405/05/01")
        case = office.start("retention_release", contract_id=contract_id)
        asked_again(case, "request_release", half="FIRST")
        there_and_back(case, "confirm_defects", "tech_office", defects_closed=True)
        stays(case, "sign_release", "fin_head")
        stays(case, "control_release", "treasurer")
        assert case.instance.end_id == "released"


class TestAdvancePayment:
    @pytest.fixture
    def unpaid(self, office: Office) -> str:
        return contract_of_example(office, advance_paid=False)

    def walk(self, case: Case, amount: int) -> Case:
        case.do("request_advance", "submit", by="contractor", amount_requested=amount)
        case.do("confirm_advance", by="consultant").do("review_advance", by="tech_office")
        return case.reserve("check_advance_credit").do("sign_advance", by="fin_head")

    def test_an_instalment_is_paid_and_recovered_from_then_on(self, office: Office, unpaid: str):
        case = self.walk(office.start("advance_payment", contract_id=unpaid), 10_000_000_000)
        case.do("approve_advance", by="unit_head").do("control_advance", by="treasurer")
        assert case.instance.end_id == "advance_paid"
        [order] = office.orders(case)
        assert order.amount == Rial(10_000_000_000)
        with office.database.reader() as session:
            paid = (
                session.query(AdvanceInstalment)
                .filter_by(statement_id=office.statement(case).id)
                .one()
            )
        assert (paid.amount, paid.gross_at_payment) == (Rial(10_000_000_000), Rial.ZERO)

    def test_no_more_than_the_contract_allows(self, office: Office, unpaid: str):
        case = office.start("advance_payment", contract_id=unpaid)
        with pytest.raises(RulesBroken) as refused:
            case.do("request_advance", "submit", by="contractor", amount_requested=22_096_018_411)
        assert codes(refused) == ["STM-037"]

    def test_without_a_guarantee_for_all_of_it_the_treasurer_stops(
        self, office: Office, unpaid: str
    ):
        office.change(Guarantee, amount=Rial(9_000_000_000))
        case = self.walk(office.start("advance_payment", contract_id=unpaid), 10_000_000_000)
        case.do("approve_advance", by="unit_head")
        with pytest.raises(RulesBroken) as refused:
            case.do("control_advance", by="treasurer")
        assert codes(refused) == ["STM-023"]

    def test_returned_to_the_contractor_and_asked_again(self, office: Office, unpaid: str):
        case = self.walk(office.start("advance_payment", contract_id=unpaid), 10_000_000_000)
        case.do("approve_advance", "return", by="unit_head", return_reason="NO_EVIDENCE")
        assert set(case.waiting) == {"request_advance"}
        assert office.statement(case).state is StatementState.RETURNED
        self.walk(case, 5_000_000_000).do("approve_advance", by="unit_head")
        case.do("control_advance", by="treasurer")
        assert office.orders(case)[0].amount == Rial(5_000_000_000)

    def test_it_is_due_twenty_days_after_the_request(self, office: Office, unpaid: str):
        case = office.start("advance_payment", contract_id=unpaid)
        case.do("request_advance", "submit", by="contractor", amount_requested=1_000)
        due = case.do("confirm_advance", by="consultant").waiting["review_advance"].due_at
        assert due is not None
        assert due - office.clock() >= timedelta(days=20)
