"""An interim statement's ways: corrected, returned, withdrawn, late, refused (§1.4)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest

from engine.commands import tasks
from engine.errors import DutiesNotSeparate, NothingWaits, RulesBroken
from engine.model.act import Act
from engine.model.person import Grant
from engine.queries import tasks as queries
from engine.values import JalaliDate, Rial, end_of_day
from processes.contractor_statement.records import (
    Contract,
    CreditLine,
    Guarantee,
    GuaranteeState,
    PayeeAccount,
    StatementLine,
    StatementState,
)
from processes.contractor_statement.tests.rule_examples import rows
from processes.contractor_statement.tests.walking import (
    Case,
    Office,
    contract_of_example,
    example_approved,
    example_claim,
    quantities,
)


@pytest.fixture
def contract_id(office: Office) -> str:
    return contract_of_example(office)


@pytest.fixture
def opened(office: Office, contract_id: str) -> Case:
    """A statement the contractor has opened."""
    return office.start("interim_statement", contract_id=contract_id)


@pytest.fixture
def filed(opened: Case) -> Case:
    """A statement the supervisor has to measure."""
    return opened.do("enter", "submit", **example_claim(1))


@pytest.fixture
def with_employer(filed: Case) -> Case:
    """A statement the employer has to review."""
    return filed.do("measure", lines=example_approved(1)).do("check")


@pytest.fixture
def reviewed(with_employer: Case) -> Case:
    """A statement whose voucher is to be signed."""
    return with_employer.review()


def codes(refused: pytest.ExceptionInfo[RulesBroken]) -> list[tuple[str, str | None]]:
    return [(each.code, each.field) for each in refused.value.problems if each.severity == "error"]


def column(office: Office, case: Case, party: str) -> dict[str, Decimal | None]:
    lines = office.statement(case).lines
    return {each.contract_line.code: getattr(each, party) for each in lines}


class TestTheWorkedExample:
    @pytest.mark.both_databases
    def test_three_statements_pay_what_the_domain_guide_says(
        self, office: Office, contract_id: str
    ):
        for number, expected in enumerate(rows("certificates_example_a.csv")[:3], 1):
            case = office.start("interim_statement", contract_id=contract_id)
            case.do("enter", "submit", **example_claim(number))
            case.do("measure", lines=example_approved(number)).do("check")
            case.review(int(expected["penalty"])).sign()
            figures = office.statement(case).figures or {}
            said = {name: int(expected[name]) for name in expected if name in figures}
            assert {name: figures[name] for name in said} == said
            assert office.orders(case)[0].amount == Rial(int(expected["net"]))

    def test_the_first_period_begins_with_the_contract_and_ends_with_its_month(self, opened: Case):
        assert opened.variables["period_from"] == str(JalaliDate(1404, 2, 10).gregorian())
        assert opened.variables["period_to"] == str(JalaliDate(1404, 2, 31).gregorian())


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


class TestCredit:
    def test_credit_is_reserved_committed_and_paid(self, office: Office, reviewed: Case):
        charge = Rial(14_561_748_113 + 1_456_174_811 - 2_912_349_623)
        line = office.credit_line()
        assert (line.reserved, line.committed, line.paid) == (charge, Rial.ZERO, Rial.ZERO)
        reviewed.do("sign_voucher").do("approve")
        assert office.credit_line().committed == charge
        reviewed.do("control")
        line = office.credit_line()
        assert (line.reserved, line.committed, line.paid) == (Rial.ZERO, Rial.ZERO, charge)

    def test_more_than_is_allocated_is_refused_with_the_excess(
        self, office: Office, with_employer: Case
    ):
        office.change(CreditLine, allocated=Rial(13_000_000_000))
        with pytest.raises(RulesBroken) as refused:
            with_employer.reserve()
        [problem] = refused.value.problems
        assert (problem.code, problem.params["exceeded"]) == ("BUD-002", "105573301")

    @pytest.mark.both_databases
    def test_of_two_who_want_the_last_money_at_once_one_gets_it(
        self, office: Office, contract_id: str
    ):
        cases = [self.at_the_credit_check(office, contract_id) for _ in range(2)]
        charge = max(case.variables["credit_amount"] for case in cases)
        office.change(CreditLine, allocated=Rial(charge))
        line = str(office.credit_line().id)
        who = office.actor("budget_officer")
        held = [case.waiting["check_credit"].id for case in cases]
        for task_id in held:
            tasks.claim(office.database.unit_of_work(), task_id, actor=who, at=office.clock())
        together = Barrier(2)

        def reserve(task_id: UUID) -> str:
            together.wait()
            try:
                tasks.complete(
                    office.database.unit_of_work(),
                    task_id,
                    {"outcome": "approve", "credit_line_id": line},
                    actor=who,
                    at=office.clock(),
                )
            except RulesBroken as refused:
                return refused.problems[0].code
            return "reserved"

        with ThreadPoolExecutor(2) as both:
            outcomes = sorted(both.map(reserve, held))
        assert outcomes == ["BUD-002", "reserved"]
        assert office.credit_line().reserved <= Rial(charge)

    def at_the_credit_check(self, office: Office, contract_id: str) -> Case:
        case = office.start("interim_statement", contract_id=contract_id)
        case.do("enter", "submit", **example_claim(int(case.variables["statement_no"])))
        return case.do("measure").do("check")

    def test_a_line_of_another_unit_is_refused(self, office: Office, with_employer: Case):
        office.change(CreditLine, unit="D15")
        with office.database.reader() as session:
            line = session.query(CreditLine).first()
        assert line is not None
        with pytest.raises(RulesBroken) as refused:
            with_employer.do("check_credit", credit_line_id=str(line.id))
        assert codes(refused) == [("BUD-004", "credit_line_id")]

    def test_a_rejected_statement_gives_its_credit_back(self, office: Office, reviewed: Case):
        reviewed.do("sign_voucher").do("approve", "reject", reject_note="خارج از برنامهٔ سال")
        assert reviewed.instance.end_id == "rejected"
        assert office.statement(reviewed).state is StatementState.REJECTED
        assert office.credit_line().reserved == Rial.ZERO


class TestPaying:
    def test_an_expired_guarantee_stops_the_payment(self, office: Office, reviewed: Case):
        reviewed.do("sign_voucher").do("approve")
        office.change(Guarantee, valid_until=date(2026, 7, 1))
        with pytest.raises(RulesBroken) as refused:
            reviewed.do("control")
        assert {code for code, _ in codes(refused)} == {"STM-023"}

    def test_a_guarantee_about_to_expire_raises_a_task(self, office: Office, reviewed: Case):
        office.change(Guarantee, valid_until=date(2026, 8, 1))
        reviewed.do("sign_voucher").do("approve")
        assert set(reviewed.waiting) == {"guarantee_expiring"}
        reviewed.do("guarantee_expiring", "cash")
        with office.database.reader() as session:
            states = {
                each.state
                for each in session.query(Guarantee).filter_by(
                    contract_id=office.statement(reviewed).contract_id
                )
            }
        assert states == {GuaranteeState.CALLED}
        assert reviewed.do("control").instance.end_id == "paid"

    def test_a_guarantee_that_comes_near_its_end_after_the_approval_raises_it_too(
        self, office: Office, reviewed: Case
    ):
        reviewed.do("sign_voucher").do("approve")
        assert set(reviewed.waiting) == {"control"}
        office.change(Guarantee, valid_until=date(2026, 8, 1))
        reviewed.do("control")
        assert set(reviewed.waiting) == {"guarantee_expiring"}
        assert "2026" not in str(reviewed.variables["expiring_guarantees"])
        assert office.orders(reviewed) == []
        reviewed.do("guarantee_expiring", "proceed").do("control")
        assert reviewed.instance.end_id == "paid"

    def test_after_an_extension_that_is_too_short_the_guarantee_is_raised_again(
        self, office: Office, reviewed: Case
    ):
        office.change(Guarantee, valid_until=date(2026, 8, 1))
        reviewed.do("sign_voucher").do("approve")
        reviewed.do("guarantee_expiring", "extend", valid_until="2026-08-05").do("control")
        assert set(reviewed.waiting) == {"guarantee_expiring"}
        reviewed.do("guarantee_expiring", "extend", valid_until="2027-08-05").do("control")
        assert reviewed.instance.end_id == "paid"

    def test_an_account_of_somebody_else_is_not_paid_to(self, office: Office, reviewed: Case):
        reviewed.do("sign_voucher").do("approve")
        office.change(PayeeAccount, owner_id="10380284790")
        with pytest.raises(RulesBroken) as refused:
            reviewed.do("control")
        assert codes(refused) == [("PAY-007", "account")]

    def test_an_account_lost_after_the_control_comes_back_to_the_treasurer(
        self, office: Office, reviewed: Case
    ):
        reviewed.do("sign_voucher").do("approve")
        run, office.run_jobs = office.run_jobs, lambda: 0
        reviewed.do("control")
        office.change(PayeeAccount, owner_id="10380284790")
        run()
        assert set(reviewed.waiting) == {"control"}
        assert reviewed.variables["error_code"] == "PAY-007"
        assert office.orders(reviewed) == []

    def test_an_approval_that_was_tampered_with_blocks_the_rest(
        self, office: Office, reviewed: Case
    ):
        reviewed.do("sign_voucher")
        with office.database.reader() as session:
            act = session.query(Act).filter_by(element_id="measure").one()
        forged = act.content.replace("approve", "Approve", 1)
        office.change(Act, content=forged)
        with pytest.raises(RulesBroken) as refused:
            reviewed.do("approve")
        assert refused.value.problems[0].code == "STM-027"

    def test_quantities_changed_behind_the_approvals_block_the_voucher(
        self, office: Office, reviewed: Case
    ):
        office.change(StatementLine, owner=Decimal(1))
        with pytest.raises(RulesBroken) as refused:
            reviewed.do("sign_voucher")
        assert {each.params["step"] for each in refused.value.problems} == {"technical_review"}

    def test_a_negative_balance_is_not_paid_but_carried(self, office: Office, contract_id: str):
        first = office.start("interim_statement", contract_id=contract_id)
        first.do("enter", "submit", **example_claim(2)).do("measure").do("check").review().sign()
        second = office.start("interim_statement", contract_id=contract_id)
        less = {**example_claim(2), "lines": quantities({"070202": 40_000})}
        second.do("enter", "submit", **less).do("measure").do("check").review().sign()
        statement = office.statement(second)
        assert statement.net is not None
        assert statement.net < Rial.ZERO
        assert (statement.payable, statement.state) == (Rial.ZERO, StatementState.PAID)
        assert office.orders(second) == []
        third = office.start("interim_statement", contract_id=contract_id)
        third.do("enter", "submit", **example_claim(3)).do("measure").do("check").review()
        assert third.variables["debt_brought"] == -statement.net.amount


class TestOrderOfStatements:
    def test_a_statement_waits_for_the_approval_of_the_one_before_and_is_rebased(
        self, office: Office, contract_id: str, reviewed: Case
    ):
        second = office.start("interim_statement", contract_id=contract_id)
        second.do("enter", "submit", **example_claim(2))
        second.do("measure", lines=example_approved(2)).do("check").review()
        assert second.variables["period_amount"] == 46_113_059_060
        second.do("sign_voucher")
        with pytest.raises(RulesBroken) as refused:
            second.do("approve")
        assert codes(refused) == [("STM-030", None)]
        reviewed.sign()

        task = second.waiting["approve"]
        tasks.complete(
            office.database.unit_of_work(),
            task.id,
            {"outcome": "approve"},
            actor=office.actor("unit_head"),
            at=office.clock(),
            confirmed=True,
        )
        office.run_jobs()
        assert set(second.waiting) == {"sign_voucher"}
        assert second.variables["period_amount"] == 31_551_310_947
        second.sign()
        assert office.orders(second)[0].amount == Rial(23_663_483_211)


class TestOnAccount:
    def test_seventy_percent_is_offered_at_the_employers_deadline_and_netted(
        self, office: Office, contract_id: str, reviewed: Case
    ):
        reviewed.sign()
        late = office.start("interim_statement", contract_id=contract_id)
        late.do("enter", "submit", **example_claim(2))
        late.do("measure", lines=example_approved(2)).do("check")
        assert "on_account" not in late.waiting
        office.clock.at = datetime.fromisoformat(late.variables["employer_due"])
        office.run_jobs()
        assert late.variables["on_account_claim"] == 32_901_213_324
        assert late.variables["on_account_amount"] == 18_339_465_211
        late.do("on_account", "pay")
        assert office.statement(late).state is StatementState.ON_ACCOUNT_PAID
        paid = office.orders(late)[0].amount

        late.review().sign()
        statement = office.statement(late)
        total = paid + office.orders(late)[1].amount
        assert total == Rial(23_663_483_211)
        assert (statement.figures or {})["on_account"] == 18_339_465_211

    def test_a_claim_that_brings_nothing_new_pays_nothing_on_account(
        self, office: Office, contract_id: str, reviewed: Case
    ):
        reviewed.sign()
        late = office.start("interim_statement", contract_id=contract_id)
        late.do("enter", "submit", **example_claim(1)).do("measure").do("check")
        office.clock.at = datetime.fromisoformat(late.variables["employer_due"])
        office.run_jobs()
        with pytest.raises(RulesBroken) as refused:
            late.do("on_account", "pay")
        assert codes(refused) == [("STM-024", None)]
        assert office.orders(late) == []

    @pytest.mark.parametrize(
        ("kind", "change", "code"),
        [
            (PayeeAccount, {"owner_id": "10380284790"}, "PAY-007"),
            (CreditLine, {"allocated": Rial(1)}, "BUD-002"),
        ],
    )
    def test_an_order_that_is_refused_comes_back_with_the_reason(
        self, office: Office, with_employer: Case, kind: Any, change: dict[str, Any], code: str
    ):
        office.clock.at = datetime.fromisoformat(with_employer.variables["employer_due"])
        office.run_jobs()
        before = {name: getattr(office.first(kind), name) for name in change}
        office.change(kind, **change)
        with_employer.do("on_account", "pay")
        assert with_employer.incidents == []
        assert office.orders(with_employer) == []
        task = with_employer.waiting["on_account"]
        with office.database.reader() as session:
            page = queries.page(session, task.id, office.actor("unit_head"))
            refusal = queries.refusal(session, page)
        assert refusal is not None
        assert {each.code for each in refusal.problems} == {code}
        office.change(kind, **before)
        with_employer.do("on_account", "pay")
        assert len(office.orders(with_employer)) == 1

    def test_declined_or_in_time_nothing_is_paid(self, office: Office, with_employer: Case):
        office.clock.at = datetime.fromisoformat(with_employer.variables["employer_due"])
        office.run_jobs()
        with_employer.do("on_account", "decline")
        assert office.orders(with_employer) == []
        assert with_employer.review().sign().instance.end_id == "paid"


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
