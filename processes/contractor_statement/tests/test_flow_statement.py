"""An interim statement's ways through its reviewers: corrected, returned, withdrawn (§1.4)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from engine.errors import DutiesNotSeparate, NothingWaits, RulesBroken
from engine.model.person import Grant
from engine.values import JalaliDate, Rial, end_of_day
from processes.contractor_statement.records import (
    Contract,
    StatementState,
)
from processes.contractor_statement.tests.walking import (
    Case,
    Office,
    column,
    example_approved,
    example_claim,
    quantities,
)
from tests.kit.walking import codes


class TestFiling:
    def test_everything_wrong_with_a_claim_is_said_at_once_and_nothing_is_kept(
        self, office: Office, opened: Case
    ):
        wrong = {"020401": "12.3456", "080103": "-1"}
        with pytest.raises(RulesBroken) as refused:
            opened.do(
                "enter",
                "submit",
                **{
                    **example_claim(1),
                    "lines": quantities(wrong),
                    "mobilisation_progress": Decimal("1.5"),
                },
            )
        assert codes(refused) == [
            ("STM-007", "mobilisation_progress"),
            ("STM-004", "lines/020401/quantity"),
            ("STM-005", "lines/080103/quantity"),
        ]
        assert office.statement(opened).lines == []

    def test_a_line_that_is_not_in_the_contract_is_refused(self, opened: Case):
        with pytest.raises(RulesBroken) as refused:
            opened.do("enter", "submit", lines=quantities({"999999": 1}))
        assert codes(refused) == [("STM-017", "lines/999999/quantity")]

    def test_a_period_after_today_or_over_the_last_one_is_refused(self, opened: Case):
        tomorrow = date(2026, 7, 26)
        with pytest.raises(RulesBroken) as refused:
            opened.do("enter", "submit", **{**example_claim(1), "period_to": str(tomorrow)})
        assert codes(refused) == [("STM-019", "period_to")]

    def test_the_next_statement_waits_until_this_one_has_left_the_consultant(
        self, office: Office, contract_id: str, filed: Case
    ):
        with pytest.raises(RulesBroken) as refused:
            office.start("interim_statement", contract_id=contract_id)
        assert codes(refused) == [("STM-001", "contract_id")]
        filed.do("measure", lines=example_approved(1)).do("check")
        second = office.start("interim_statement", contract_id=contract_id)
        assert second.variables["statement_no"] == 2

    def test_a_line_left_out_keeps_what_was_approved_before(
        self, office: Office, contract_id: str, reviewed: Case
    ):
        reviewed.sign()
        second = office.start("interim_statement", contract_id=contract_id)
        second.do(
            "enter",
            "submit",
            mobilisation_progress=Decimal("0.5"),
            site_materials=0,
            lines=quantities({"080103": 200}),
        )
        claimed = column(office, second, "claimed")
        assert claimed["080103"] == 200
        assert claimed["020401"] == Decimal("2150.500")
        assert claimed.get("180305") is None

    def test_another_contractor_cannot_open_it(self, office: Office, contract_id: str):
        office.change(Contract, contractor_id="10380284790")
        with pytest.raises(RulesBroken) as refused:
            office.start("interim_statement", contract_id=contract_id)
        assert codes(refused) == [("STM-038", "contract_id")]

    def test_a_claim_that_goes_stale_comes_back_from_the_check(self, office: Office, opened: Case):
        office.clock.pass_time(timedelta(seconds=1))
        run, office.run_jobs = office.run_jobs, lambda: 0
        opened.do("enter", "submit", **example_claim(1))
        office.change(Contract, started_on=date(2026, 7, 1))
        run()
        assert set(opened.waiting) == {"enter"}
        assert opened.variables["error_code"] == "STM-019"


class TestReviewing:
    def test_a_change_needs_a_reason_and_more_than_the_claim_needs_evidence(self, filed: Case):
        lines = quantities({"020401": 2000}) | quantities({"080103": 160}, "MEASURE")
        with pytest.raises(RulesBroken) as refused:
            filed.do("measure", lines=lines)
        assert codes(refused) == [
            ("STM-013", "lines/020401/reason"),
            ("STM-014", "lines/080103/note"),
        ]
        filed.do(
            "measure",
            lines=quantities({"020401": 2000}, "QUALITY")
            | quantities({"080103": 160}, "MEASURE", "صورت‌مجلس ۱۲"),
        )
        assert "check" in filed.waiting

    def test_lines_nobody_named_are_accepted(self, office: Office, with_employer: Case):
        assert column(office, with_employer, "consultant") == dict.fromkeys(
            column(office, with_employer, "claimed")
        )
        approved = {
            each.contract_line.code: each.approved for each in office.statement(with_employer).lines
        }
        assert approved["020401"] == Decimal("2150.500")
        assert approved["080103"] == 150

    def test_mobilisation_is_corrected_with_a_word_why(self, filed: Case):
        with pytest.raises(RulesBroken) as refused:
            filed.do("measure", mobilisation_progress=Decimal("0.4"))
        assert codes(refused) == [("STM-013", "correction_note")]
        filed.do("measure", mobilisation_progress=Decimal("0.4"), correction_note="کارگاه نیمه")
        assert filed.variables["mobilisation_progress"] == Decimal("0.4")

    def test_more_than_a_quarter_above_the_contract_is_stopped_at_the_technical_office(
        self, opened: Case
    ):
        claim = {**example_claim(3), "lines": quantities({"070202": 300_000})}
        opened.do("enter", "submit", **claim).do("measure").do("check")
        with pytest.raises(RulesBroken) as refused:
            opened.do("technical_review")
        assert codes(refused) == [("STM-016", None)]

    def test_a_contract_without_a_consultant_goes_on_to_the_employer(
        self, office: Office, contract_id: str
    ):
        office.change(Contract, has_consultant=False)
        case = office.start("interim_statement", contract_id=contract_id)
        case.do("enter", "submit", **example_claim(1)).do("measure")
        assert set(case.waiting) == {"technical_review", "review_deductions", "check_credit"}
        assert case.review().sign().instance.end_id == "paid"

    def test_the_employer_has_ten_days_from_receipt_that_end_on_a_working_day(
        self, with_employer: Case
    ):
        # received on Saturday 1405/05/03; the tenth day after, Tuesday 05/13, is a holiday
        ends = {task.due_at for task in with_employer.waiting.values()}
        assert ends == {end_of_day(JalaliDate(1405, 5, 14).gregorian())}


class TestReturning:
    def test_a_return_names_step_reason_and_lines(self, filed: Case):
        with pytest.raises(RulesBroken) as refused:
            filed.give_back("measure", "enter", "OTHER", return_note="کم", return_lines="999999")
        assert codes(refused) == [("GEN-LENGTH", "return_note"), ("STM-017", "return_lines")]
        filed.give_back("measure", "enter", "NO_EVIDENCE", return_lines="020401، 080103")
        assert set(filed.waiting) == {"enter"}
        assert filed.variables["returned_lines"] == "020401 080103"

    def test_returned_to_the_contractor_unchanged_only_who_returned_it_looks_again(
        self, with_employer: Case
    ):
        with_employer.give_back("technical_review", "enter", "NO_EVIDENCE")
        assert set(with_employer.waiting) == {"enter"}
        with_employer.do("enter", "submit", **example_claim(1))
        assert set(with_employer.waiting) == {
            "technical_review",
            "review_deductions",
            "check_credit",
        }

    def test_a_changed_claim_goes_through_every_reviewer_again(
        self, office: Office, with_employer: Case
    ):
        with_employer.give_back("technical_review", "enter")
        claim = example_claim(1)
        claim["lines"] |= quantities({"080103": 140})
        with_employer.do("enter", "submit", **claim)
        assert set(with_employer.waiting) == {"measure"}
        assert column(office, with_employer, "supervisor")["070202"] == 11_800
        with_employer.do("measure").do("check").review().sign()
        assert with_employer.instance.end_id == "paid"

    def test_from_the_treasurer_to_finance_and_back_passes_what_stands(self, reviewed: Case):
        reviewed.do("sign_voucher").do("approve")
        reviewed.give_back("control", "review_deductions", "ARITH")
        assert set(reviewed.waiting) == {"review_deductions"}
        reviewed.do("review_deductions", penalty=0)
        assert set(reviewed.waiting) == {"control"}
        assert reviewed.do("control").instance.end_id == "paid"

    def test_a_penalty_added_on_return_is_signed_and_approved_again(
        self, office: Office, reviewed: Case
    ):
        reviewed.do("sign_voucher").do("approve")
        reviewed.give_back("control", "review_deductions", "ARITH")
        reviewed.do("review_deductions", penalty=1_000_000, penalty_minute_no="۷")
        assert set(reviewed.waiting) == {"sign_voucher"}
        assert office.statement(reviewed).state is StatementState.FINANCE_REVIEW
        reviewed.sign()
        assert office.orders(reviewed)[0].amount == Rial(10_921_311_084 - 1_000_000)

    def test_a_step_the_case_does_not_have_is_no_target(self, reviewed: Case):
        with pytest.raises(RulesBroken) as refused:
            reviewed.give_back("sign_voucher", "central_review")
        assert codes(refused) == [("GEN-CHOICE", "return_to")]


class TestWithdrawing:
    def test_before_the_supervisor_acts_the_number_is_free_again(
        self, office: Office, contract_id: str, filed: Case
    ):
        filed.send("withdraw", reason="اشتباه در دوره")
        assert filed.instance.end_id == "withdrawn"
        assert office.statement(filed).state is StatementState.WITHDRAWN
        again = office.start("interim_statement", contract_id=contract_id)
        assert again.variables["statement_no"] == 1

    def test_a_draft_is_withdrawn_by_its_own_outcome(self, office: Office, opened: Case):
        opened.do("enter", "withdraw")
        assert office.statement(opened).state is StatementState.WITHDRAWN

    def test_after_the_supervisor_has_acted_only_a_return_is_left(self, filed: Case):
        filed.give_back("measure", "enter")
        with pytest.raises(RulesBroken) as refused:
            filed.do("enter", "withdraw")
        assert codes(refused) == [("STM-034", "outcome")]
        filed.do("enter", "submit", **example_claim(1)).send("withdraw")
        assert set(filed.waiting) == {"measure"}
        filed.do("measure")
        with pytest.raises(NothingWaits):
            filed.send("withdraw")


class TestDifferences:
    def test_the_meeting_agrees_on_the_quantities(self, office: Office, with_employer: Case):
        with_employer.review(lines=quantities({"080103": 140}, "QUALITY"))
        assert set(with_employer.waiting) == {"meeting"}
        minute = {"minute_no": "ص/۵", "minute_on": "2026-07-25"}
        with_employer.do("meeting", lines=quantities({"080103": 145}, "QUALITY"), **minute)
        with_employer.sign()
        approved = {
            each.contract_line.code: each.approved for each in office.statement(with_employer).lines
        }
        assert approved["080103"] == 145

    def test_the_meeting_sends_it_back_to_the_consultant(self, with_employer: Case):
        with_employer.review(lines=quantities({"080103": 140}, "QUALITY"))
        with_employer.give_back("meeting", "check")
        with_employer.do("check", lines=quantities({"080103": 140}, "QUALITY"))
        assert {"technical_review", "review_deductions", "check_credit"} <= set(
            with_employer.waiting
        )
        with_employer.review()
        assert set(with_employer.waiting) == {"sign_voucher"}


class TestCentralReview:
    def test_a_period_above_the_limit_passes_the_central_technical_office(
        self, office: Office, contract_id: str
    ):
        office.change(Contract, initial_amount=Rial(10**13))
        case = office.start("interim_statement", contract_id=contract_id)
        claim = {**example_claim(1), "lines": quantities({"070202": 1_200_000})}
        case.do("enter", "submit", **claim).do("measure").do("check").review()
        assert set(case.waiting) == {"central_review"}
        assert case.waiting["central_review"].desk == "TECH_OFFICE@DEP-TECH"
        case.do("central_review").sign()
        assert case.instance.end_id == "paid"


class TestSeparateDuties:
    @pytest.mark.parametrize(
        ("role", "step", "code"),
        [
            pytest.param("CONSULTANT", "check", "SOD-003", id="supervisor is not consultant"),
            pytest.param("TECH_OFFICE", "technical_review", "SOD-003", id="nor technical office"),
        ],
    )
    def test_who_measured_does_not_review(
        self, office: Office, filed: Case, role: str, step: str, code: str
    ):
        _also(office, "supervisor", role)
        filed.do("measure")
        if step != "check":
            filed.do("check")
        with pytest.raises(DutiesNotSeparate) as refused:
            filed.do(step, by="supervisor")
        assert refused.value.code == code

    def test_who_approved_does_not_pay(self, office: Office, reviewed: Case):
        _also(office, "unit_head", "TREASURER")
        reviewed.do("sign_voucher").do("approve")
        with pytest.raises(DutiesNotSeparate) as refused:
            reviewed.do("control", by="unit_head")
        assert refused.value.code == "SOD-002"

    def test_who_prepared_does_not_approve(self, office: Office, reviewed: Case):
        _also(office, "fin_expert", "FIN_HEAD")
        with pytest.raises(DutiesNotSeparate) as refused:
            reviewed.do("sign_voucher", by="fin_expert")
        assert refused.value.code == "SOD-001"


def _also(office: Office, username: str, role: str) -> None:
    person = office.actor(username).person_id
    office.add(Grant(person_id=person, role=role, unit_code="D07", valid_from=None, valid_to=None))


class TestObjection:
    def test_an_accepted_line_is_disputed_in_the_next_statement(
        self, office: Office, contract_id: str, reviewed: Case
    ):
        reviewed.sign()
        objection = office.start(
            "statement_objection", statement_id=str(office.statement(reviewed).id)
        )
        objection.do(
            "file_objection",
            "submit",
            by="contractor",
            objected_lines="020401",
            objection_text="مترهٔ پیوست با دستورکار ۴ می‌خواند",
        )
        objection.do("answer_objection", "submit", by="consultant", opinion="قابل بررسی است")
        objection.do("decide_objection", by="tech_office")
        assert objection.instance.end_id == "objection_closed"
        following = office.start("interim_statement", contract_id=contract_id)
        following.do("enter", "submit", **example_claim(2))
        disputed = {
            each.contract_line.code: each.disputed for each in office.statement(following).lines
        }
        assert [code for code, is_disputed in disputed.items() if is_disputed] == ["020401"]

    def test_a_refused_objection_changes_nothing_in_the_next_statement(
        self, office: Office, contract_id: str, reviewed: Case
    ):
        reviewed.sign()
        objection = office.start(
            "statement_objection", statement_id=str(office.statement(reviewed).id)
        )
        words = {"objected_lines": "020401", "objection_text": "مترهٔ پیوست درست است"}
        objection.do("file_objection", "submit", by="contractor", **words)
        objection.do("answer_objection", "submit", by="consultant", opinion="وارد نیست")
        objection.do("decide_objection", "refuse", by="tech_office", decision_note="مستند نیست")
        assert objection.variables["decision"] == "refuse"
        assert objection.instance.end_id == "objection_closed"
        following = office.start("interim_statement", contract_id=contract_id)
        following.do("enter", "submit", **example_claim(2))
        assert not any(each.disputed for each in office.statement(following).lines)

    def test_only_corrected_lines_can_be_objected_to(self, office: Office, reviewed: Case):
        objection = office.start(
            "statement_objection", statement_id=str(office.statement(reviewed).id)
        )
        with pytest.raises(RulesBroken) as refused:
            objection.do(
                "file_objection",
                "submit",
                by="contractor",
                objected_lines="080103 999999",
                objection_text="دلیل",
            )
        assert codes(refused) == [("STM-047", "objected_lines"), ("STM-017", "objected_lines")]

    def test_after_thirty_days_it_is_too_late(self, office: Office, reviewed: Case):
        office.clock.pass_time(timedelta(days=40))
        with pytest.raises(RulesBroken) as refused:
            office.start("statement_objection", statement_id=str(office.statement(reviewed).id))
        assert codes(refused) == [("STM-045", "statement_id")]
