"""A final statement whose contractor is late: the consultant prepares it (R-STM-25)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.errors import DutiesNotSeparate, RulesBroken
from engine.values import JalaliDate, end_of_day
from processes.contractor_statement.records import StatementState
from processes.contractor_statement.tests.rule_examples import quantities as example_quantities
from processes.contractor_statement.tests.taken_back import answer, recall, records
from processes.contractor_statement.tests.walking import Case, Office, quantities
from tests.kit.walking import codes


@pytest.fixture
def accepted(office: Office, contract_id: str) -> str:
    """A contract accepted on 1405/04/10; the contractor has until 1405/05/10."""
    office.minute(contract_id)
    return contract_id


@pytest.fixture
def opened(office: Office, accepted: str) -> Case:
    return office.start("final_statement", contract_id=accepted)


@pytest.fixture
def late(office: Office, opened: Case) -> Case:
    """The contractor's month is over and nothing is filed."""
    return pass_until(office, opened, "contractor_due")


def pass_until(office: Office, case: Case, due: str) -> Case:
    """Let the time pass until the moment a variable of the case names."""
    office.clock.at = datetime.fromisoformat(str(case.variables[due])) + timedelta(seconds=1)
    office.run_jobs()
    return case


def claim() -> dict[str, Any]:
    return {
        "mobilisation_progress": Decimal(1),
        "site_materials": 0,
        "lines": quantities(example_quantities("claimed_3")),
    }


class TestLateContractor:
    def test_his_month_ends_on_a_working_day(self, opened: Case):
        # the month ends on Saturday 1405/05/10
        assert opened.variables["contractor_due"] == (
            end_of_day(JalaliDate(1405, 5, 10).gregorian()).isoformat()
        )

    def test_until_then_nothing_happens_and_after_it_the_consultant_prepares(
        self, office: Office, opened: Case
    ):
        due = datetime.fromisoformat(str(opened.variables["contractor_due"]))
        office.clock.at = due - timedelta(seconds=1)
        office.run_jobs()
        assert set(opened.waiting) == {"enter"}
        pass_until(office, opened, "contractor_due")
        assert set(opened.waiting) == {"prepare"}
        opened.do("prepare", "submit", **claim())
        assert set(opened.waiting) == {"sign_prepared"}

    def test_what_the_consultant_prepares_is_checked_like_any_claim(self, late: Case):
        with pytest.raises(RulesBroken) as refused:
            late.do("prepare", "submit", **{**claim(), "site_materials": 5})
        assert codes(refused) == [("STM-021", "site_materials")]

    @pytest.mark.parametrize(("outcome", "signed"), [("sign", True), ("refuse", False)])
    def test_signed_or_not_it_goes_to_the_supervisor(
        self, office: Office, late: Case, outcome: str, signed: bool
    ):
        late.do("prepare", "submit", **claim()).do("sign_prepared", outcome)
        assert set(late.waiting) == {"measure"}
        assert late.variables["signed"] is signed
        assert office.statement(late).state is StatementState.SUPERVISOR_REVIEW

    def test_a_contractor_who_says_nothing_does_not_stop_it(self, office: Office, late: Case):
        late.do("prepare", "submit", **claim())
        pass_until(office, late, "signing_due")
        assert set(late.waiting) == {"measure"}
        assert late.variables["signed"] is False

    def test_it_ends_in_its_payment_order(self, office: Office, late: Case):
        late.do("prepare", "submit", **claim()).do("sign_prepared", "sign")
        approved = quantities(example_quantities("approved_final"), "MEASURE")
        late.do("measure", lines=approved).do("check").review().sign()
        assert late.instance.end_id == "paid"
        assert (office.statement(late).figures or {})["gross"] == 109_576_918_974

    def test_who_prepared_it_does_not_check_it(self, late: Case):
        late.do("prepare", "submit", by="consultant", **claim())
        late.do("sign_prepared", "sign").do("measure")
        with pytest.raises(DutiesNotSeparate):
            late.do("check", by="consultant")
        late.do("check", by="consultant2")
        assert set(late.waiting) == {"technical_review", "review_deductions", "check_credit"}

    def test_the_contractor_cannot_withdraw_it(self, late: Case):
        late.do("prepare", "submit", **claim()).do("sign_prepared", "refuse")
        late.send("withdraw", reason="نمی‌خواهم")
        assert set(late.waiting) == {"measure"}
        assert late.variables["error_code"] == "STM-049"

    def test_returned_it_comes_to_the_consultant_again_and_to_a_new_signature(
        self, office: Office, late: Case
    ):
        late.do("prepare", "submit", **claim()).do("sign_prepared", "sign")
        office.clock.pass_time(timedelta(days=20))
        late.give_back("measure", "enter")
        assert set(late.waiting) == {"prepare"}
        late.do("prepare", "submit", **claim())
        assert set(late.waiting) == {"sign_prepared"}


class TestReturnedLate:
    @pytest.fixture
    def in_time(self, opened: Case) -> Case:
        """Filed within the contractor's month."""
        return opened.do("enter", "submit", **claim())

    def test_it_stays_with_the_contractor_who_filed_in_time(self, office: Office, in_time: Case):
        office.clock.pass_time(timedelta(days=40))
        in_time.give_back("measure", "enter")
        office.run_jobs()
        assert set(in_time.waiting) == {"enter"}
        in_time.do("enter", "submit", **claim())
        assert set(in_time.waiting) == {"measure"}

    def test_he_has_ten_days_for_it_then_the_consultant_prepares_it(
        self, office: Office, in_time: Case
    ):
        office.clock.pass_time(timedelta(days=40))
        in_time.give_back("measure", "enter")
        left = datetime.fromisoformat(str(in_time.variables["contractor_due"])) - office.clock()
        assert timedelta(days=10) <= left <= timedelta(days=15)
        pass_until(office, in_time, "contractor_due")
        assert set(in_time.waiting) == {"prepare"}


class TestOpening:
    def test_the_consultant_opens_it_once_the_contractor_is_late(
        self, office: Office, accepted: str
    ):
        with pytest.raises(RulesBroken) as refused:
            office.start("final_statement", by="consultant", contract_id=accepted)
        assert codes(refused) == [("STM-048", "contract_id")]
        assert refused.value.problems[0].params == {"bound": "1405/05/10"}
        office.clock.pass_time(timedelta(days=10))
        case = office.start("final_statement", by="consultant", contract_id=accepted)
        assert set(case.waiting) == {"prepare"}

    def test_opened_late_by_the_contractor_it_is_the_consultants_to_prepare(
        self, office: Office, accepted: str
    ):
        office.clock.pass_time(timedelta(days=10))
        case = office.start("final_statement", contract_id=accepted)
        assert set(case.waiting) == {"prepare"}

    def test_another_units_consultant_does_not_open_it(self, office: Office, accepted: str):
        office.clock.pass_time(timedelta(days=10))
        with pytest.raises(RulesBroken) as refused:
            office.start("final_statement", by="consultant15", contract_id=accepted)
        assert codes(refused) == [("STM-038", "contract_id")]


def test_what_the_consultant_prepared_and_what_was_signed_are_taken_back(
    office: Office, late: Case
):
    recall(late, "prepare", answer(late, "prepare", "submit", **claim()))
    assert (set(late.waiting), office.statement(late).state) == (
        {"prepare"},
        StatementState.RETURNED,
    )
    late.do("prepare", "submit", **claim())
    before = records(late)
    recall(late, "sign_prepared", answer(late, "sign_prepared", "refuse"))
    assert records(late) == before
    late.do("sign_prepared", "sign")
    assert late.variables["signed"] is True
    assert set(late.waiting) == {"measure"}
