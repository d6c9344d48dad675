"""An interim statement's money: credit, payment, order of statements, on account (§1.4)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest

from engine.commands import instances, tasks
from engine.errors import RulesBroken
from engine.model.act import Act
from engine.queries import tasks as queries
from engine.values import JalaliDate, Rial
from processes.contractor_statement.records import (
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
    example_approved,
    example_claim,
    quantities,
)
from tests.kit.walking import codes


class TestEnteredRecovery:
    """The finance reviewer may take back more or less of the advance, with a minute."""

    def reviewing(self, office: Office, contract_id: str) -> Case:
        case = office.start("interim_statement", contract_id=contract_id)
        case.do("enter", "submit", **example_claim(1))
        case.do("measure", lines=example_approved(1)).do("check")
        return case.do("technical_review")

    def test_it_takes_the_place_of_the_computed_one_and_the_next_statement_evens_it_out(
        self, office: Office, contract_id: str
    ):
        case = self.reviewing(office, contract_id)
        case.do("review_deductions", recovery=5_000_000_000, recovery_minute_no="م/۹")
        case.reserve().sign()
        kept = office.statement(case)
        assert (kept.figures or {})["advance_recovery"] == 5_000_000_000
        assert kept.recovery_minute_no == "م/۹"
        second = office.start("interim_statement", contract_id=contract_id)
        second.do("enter", "submit", **example_claim(2))
        second.do("measure", lines=example_approved(2)).do("check").review().sign()
        figures = office.statement(second).figures or {}
        assert figures["to_date"]["advance"] == 2_912_349_623 + 6_310_262_189
        assert figures["advance_recovery"] == figures["to_date"]["advance"] - 5_000_000_000

    @pytest.mark.parametrize(
        ("entered", "minute", "problem"),
        [
            (22_096_018_411, "م/۹", ("STM-022", "recovery")),
            (-1, "م/۹", ("MON-002", "recovery")),
            (5, "", ("GEN-REQUIRED", "recovery_minute_no")),
        ],
    )
    def test_more_than_is_outstanding_or_without_its_minute_is_refused(
        self,
        office: Office,
        contract_id: str,
        entered: int,
        minute: str,
        problem: tuple[str, str],
    ):
        case = self.reviewing(office, contract_id)
        with pytest.raises(RulesBroken) as refused:
            case.do("review_deductions", recovery=entered, recovery_minute_no=minute)
        assert codes(refused) == [problem]
        case.do("review_deductions", recovery=22_096_018_410, recovery_minute_no="م/۹")
        assert case.variables["advance_recovery"] == 22_096_018_410


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

        second.do("approve")
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


class TestCancelled:
    def cancel(self, office: Office, case: Case, by: str = "admin") -> None:
        instances.cancel(
            office.database.unit_of_work(),
            case.instance_id,
            "دوبار ثبت شده است",
            actor=office.actor(by),
            at=office.clock(),
        )

    def test_its_statement_is_given_up_and_its_credit_goes_back(
        self, office: Office, contract_id: str, reviewed: Case
    ):
        reviewed.do("sign_voucher").do("approve")
        assert office.credit_line().committed > Rial.ZERO
        self.cancel(office, reviewed)
        assert office.statement(reviewed).state is StatementState.SUPERSEDED
        assert office.credit_line().committed == Rial.ZERO
        assert office.credit_line().reserved == Rial.ZERO
        again = office.start("interim_statement", contract_id=contract_id)
        assert again.variables["statement_no"] == 1

    def test_what_was_ordered_to_be_paid_is_not_cancelled(
        self, office: Office, with_employer: Case
    ):
        office.clock.at = datetime.fromisoformat(with_employer.variables["employer_due"])
        office.run_jobs()
        with_employer.do("on_account", "pay")
        assert office.orders(with_employer)
        with pytest.raises(RulesBroken) as refused:
            self.cancel(office, with_employer)
        assert codes(refused) == [("STM-050", None)]
        assert with_employer.waiting
