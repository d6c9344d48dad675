"""A contract's life as people enter it: acceptance, supplements, new prices, debts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import NotAtThisDesk, RulesBroken
from engine.values import Rial
from processes.contractor_statement import commands
from processes.contractor_statement.records import (
    Contract,
    ContractLine,
    ContractMinute,
    ContractState,
    Debt,
    Supplement,
)
from processes.contractor_statement.rules.acceptance import (
    NEXT,
    Life,
    MinuteKind,
    check_minute,
)
from processes.contractor_statement.tests.walking import (
    Office,
    contract_of_example,
    example_claim,
    quantities,
)

AREA = "/areas/contractor_statement"
SignedIn = Callable[[str], FlaskClient]
#: the clock of the tests stands on 1405/05/03
TODAY, START = date(2026, 7, 25), date(2025, 4, 30)


@pytest.fixture
def contract_id(office: Office) -> UUID:
    return UUID(contract_of_example(office))


def enter(
    office: Office,
    contract_id: UUID,
    kind: MinuteKind,
    on: str,
    by: str = "tech_office",
    **other: str,
) -> None:
    new = commands.NewMinute(kind, other.pop("number", kind.value), on, **other)
    commands.add_minute(
        office.database.unit_of_work(),
        contract_id,
        new,
        actor=office.actor(by),
        at=office.clock(),
    )


def withdraw(office: Office, contract_id: UUID, minute_id: object, because: str = "اشتباه") -> None:
    commands.withdraw_minute(
        office.database.unit_of_work(),
        contract_id,
        str(minute_id),
        because=because,
        actor=office.actor("project_manager"),
        at=office.clock(),
    )


def contract(office: Office, contract_id: UUID) -> Contract:
    with office.database.reader() as session:
        return session.get_one(Contract, contract_id)


def told(refused: pytest.ExceptionInfo[RulesBroken]) -> list[tuple[str, str | None]]:
    return [(each.code, each.field) for each in refused.value.problems]


@pytest.mark.both_databases
class TestMinutes:
    def test_acceptance_brings_the_contract_to_its_state_and_day(
        self, office: Office, contract_id: UUID
    ):
        accepted = MinuteKind.PROVISIONAL_ACCEPTANCE
        enter(office, contract_id, accepted, "۱۴۰۴/۱۱/۱۵", defects_months="۳")
        found = contract(office, contract_id)
        assert found.state is ContractState.PROVISIONALLY_ACCEPTED
        assert found.provisional_acceptance_on == date(2026, 2, 4)
        enter(office, contract_id, MinuteKind.FINAL_ACCEPTANCE, "1405/03/01")
        found = contract(office, contract_id)
        assert found.state is ContractState.FINALLY_ACCEPTED
        assert found.final_acceptance_on == date(2026, 5, 22)

    def test_who_entered_it_and_when_is_kept(self, office: Office, contract_id: UUID):
        enter(office, contract_id, MinuteKind.SUSPENSION, "1405/01/10", by="project_manager")
        kept = office.first(ContractMinute)
        assert (kept.entered_by, kept.entered_at) == ("project_manager", office.clock())

    @pytest.mark.parametrize(
        ("on", "code"),
        [
            pytest.param("1404/01/15", "CON-022", id="before the contract began"),
            pytest.param("1405/05/04", "CON-023", id="tomorrow"),
            pytest.param("1405/13/01", "CAL-001", id="no such day"),
            pytest.param("", "GEN-REQUIRED", id="blank"),
        ],
    )
    def test_a_day_that_cannot_be_is_told_beside_it(
        self, office: Office, contract_id: UUID, on: str, code: str
    ):
        with pytest.raises(RulesBroken) as refused:
            enter(office, contract_id, MinuteKind.PROVISIONAL_ACCEPTANCE, on)
        assert told(refused) == [(code, "held_on")]
        assert contract(office, contract_id).state is ContractState.RUNNING

    def test_final_acceptance_follows_the_provisional_one_and_its_defects_period(
        self, office: Office, contract_id: UUID
    ):
        final = MinuteKind.FINAL_ACCEPTANCE
        with pytest.raises(RulesBroken) as refused:
            enter(office, contract_id, final, "1405/05/01")
        assert told(refused) == [("CON-021", "minute_kind")]
        enter(office, contract_id, MinuteKind.PROVISIONAL_ACCEPTANCE, "1404/11/15")
        with pytest.raises(RulesBroken) as refused:
            enter(office, contract_id, final, "1405/05/01")
        assert told(refused) == [("CON-024", "held_on")]
        with pytest.raises(RulesBroken) as refused:
            enter(office, contract_id, final, "1404/11/14")
        assert told(refused) == [("CON-022", "held_on")]

    def test_open_defects_are_cleared_first(self, office: Office, contract_id: UUID):
        listed = {"defects_months": "0", "defects": "نشت لوله\n\n درز  انبساط"}
        enter(office, contract_id, MinuteKind.PROVISIONAL_ACCEPTANCE, "1405/01/20", **listed)
        assert office.first(ContractMinute).defects == "نشت لوله\nدرز انبساط"
        with pytest.raises(RulesBroken) as refused:
            enter(office, contract_id, MinuteKind.FINAL_ACCEPTANCE, "1405/03/01")
        assert told(refused) == [("STM-043", "minute_kind")]
        enter(office, contract_id, MinuteKind.DEFECTS_CLEARED, "1405/02/01")
        with pytest.raises(RulesBroken) as refused:
            enter(office, contract_id, MinuteKind.DEFECTS_CLEARED, "1405/02/02", number="۲")
        assert told(refused) == [("CON-026", "minute_kind")]
        enter(office, contract_id, MinuteKind.FINAL_ACCEPTANCE, "1405/03/01")

    def test_a_wrong_minute_is_withdrawn_with_a_reason_and_stays_to_be_read(
        self, office: Office, contract_id: UUID
    ):
        enter(office, contract_id, MinuteKind.PROVISIONAL_ACCEPTANCE, "1405/01/20", number="۱")
        wrong = office.first(ContractMinute).id
        with pytest.raises(RulesBroken) as refused:
            withdraw(office, contract_id, wrong, because=" ")
        assert told(refused) == [("GEN-REQUIRED", "withdrawn_because")]
        withdraw(office, contract_id, wrong)
        found = contract(office, contract_id)
        assert (found.state, found.provisional_acceptance_on) == (ContractState.RUNNING, None)
        enter(office, contract_id, MinuteKind.PROVISIONAL_ACCEPTANCE, "1405/01/21", number="۱")
        with office.database.reader() as session:
            kept = session.query(ContractMinute).order_by(ContractMinute.held_on).all()
        assert [each.stands for each in kept] == [False, True]
        assert (kept[0].withdrawn_by, kept[0].withdrawn_because) == ("project_manager", "اشتباه")

    def test_only_the_newest_minute_is_withdrawn(self, office: Office, contract_id: UUID):
        enter(office, contract_id, MinuteKind.SUSPENSION, "1405/01/10")
        first = office.first(ContractMinute).id
        office.clock.pass_time(timedelta(seconds=1))
        enter(office, contract_id, MinuteKind.RESUMPTION, "1405/01/20")
        with pytest.raises(RulesBroken) as refused:
            withdraw(office, contract_id, first)
        assert told(refused) == [("CON-027", None)]

    def test_a_number_is_used_once(self, office: Office, contract_id: UUID):
        enter(office, contract_id, MinuteKind.SUSPENSION, "1405/01/10", number="۷")
        with pytest.raises(RulesBroken) as refused:
            enter(office, contract_id, MinuteKind.RESUMPTION, "1405/01/20", number="7")
        assert told(refused) == [("CON-025", "minute_no")]

    @pytest.mark.parametrize("username", ["fin_head", "supervisor", "contractor"])
    def test_only_the_project_manager_and_the_technical_office_enter_one(
        self, office: Office, contract_id: UUID, username: str
    ):
        with pytest.raises(NotAtThisDesk):
            enter(office, contract_id, MinuteKind.SUSPENSION, "1405/01/10", by=username)

    def test_a_suspended_contract_takes_no_statement_until_work_resumes(
        self, office: Office, contract_id: UUID
    ):
        enter(office, contract_id, MinuteKind.SUSPENSION, "1405/01/10")
        with pytest.raises(RulesBroken) as refused:
            office.start("interim_statement", contract_id=str(contract_id))
        assert told(refused) == [("STM-008", "contract_id")]
        enter(office, contract_id, MinuteKind.RESUMPTION, "1405/01/20")
        office.start("interim_statement", contract_id=str(contract_id))


@given(
    state=st.sampled_from(sorted({*NEXT, "FINALLY_ACCEPTED", "TERMINATED", "SETTLED"})),
    kind=st.sampled_from(MinuteKind),
    held_on=st.dates(date(2025, 1, 1), date(2027, 1, 1)),
    defects_open=st.booleans(),
)
def test_a_minute_passes_only_where_it_may_and_never_in_the_future_or_before_the_last(
    state: str, kind: MinuteKind, held_on: date, defects_open: bool
):
    life = Life(state, START, defects_open)
    if not check_minute(life, kind, held_on, TODAY):
        assert kind in life.possible
        assert START <= held_on <= TODAY
        assert not (defects_open and kind is MinuteKind.FINAL_ACCEPTANCE)


class TestSupplements:
    def add(self, office: Office, contract_id: UUID, **typed: str) -> None:
        blank = {
            "supplement_no": "۱",
            "signed_on": "1405/01/15",
            "amount_change": "",
            "days_added": "",
        }
        commands.add_supplement(
            office.database.unit_of_work(),
            contract_id,
            commands.NewSupplement(**(blank | typed)),
            actor=office.actor("project_manager"),
            at=office.clock(),
        )

    def test_it_changes_amount_or_time_either_way(self, office: Office, contract_id: UUID):
        self.add(office, contract_id, amount_change="−۱٬۰۰۰", days_added="۳۰")
        kept = office.first(Supplement)
        assert (kept.amount_change, kept.days_added, kept.entered_by) == (
            Rial(-1000),
            30,
            "project_manager",
        )

    @pytest.mark.parametrize(
        ("typed", "problem"),
        [
            ({}, ("CON-029", "amount_change")),
            ({"amount_change": "1.5"}, ("MON-001", "amount_change")),
            ({"days_added": "x"}, ("NUM-002", "days_added")),
            ({"days_added": "99999"}, ("GEN-RANGE", "days_added")),
            ({"days_added": "1", "signed_on": "1405/06/01"}, ("CON-023", "supplement_on")),
        ],
    )
    def test_what_is_wrong_is_told_beside_its_field(
        self, office: Office, contract_id: UUID, typed: dict[str, str], problem: tuple[str, str]
    ):
        with pytest.raises(RulesBroken) as refused:
            self.add(office, contract_id, **typed)
        assert told(refused) == [problem]

    def test_with_it_the_works_may_pass_the_limit_of_variation(
        self, office: Office, contract_id: UUID
    ):
        case = office.start("interim_statement", contract_id=str(contract_id))
        claim = {**example_claim(3), "lines": quantities({"070202": 300_000})}
        case.do("enter", "submit", **claim).do("measure").do("check")
        with pytest.raises(RulesBroken) as refused:
            case.do("technical_review")
        assert told(refused) == [("STM-016", None)]
        self.add(office, contract_id, amount_change="60000000000")
        case.do("technical_review")


class TestNewPrices:
    GOOD = {
        "minute_no": "ق-۱",
        "approved_on": "1405/02/01",
        "code": "089901",
        "title": "بتن ویژه",
        "unit": "m3",
        "unit_price": "۲۵٬۰۰۰٬۰۰۰",
        "quantity": "۱۰٫۵",
    }

    def add(self, office: Office, contract_id: UUID, **typed: str) -> None:
        commands.add_new_price(
            office.database.unit_of_work(),
            contract_id,
            commands.NewPrice(**(self.GOOD | typed)),
            actor=office.actor("tech_office"),
            at=office.clock(),
        )

    def test_its_line_may_be_claimed_from_then_on(self, office: Office, contract_id: UUID):
        self.add(office, contract_id)
        case = office.start("interim_statement", contract_id=str(contract_id))
        claim = example_claim(1)
        claim["lines"] |= quantities({"089901": "10.5"})
        case.do("enter", "submit", **claim)
        assert set(case.waiting) == {"measure"}

    def test_one_minute_agrees_on_several_lines_of_one_day(self, office: Office, contract_id: UUID):
        self.add(office, contract_id)
        with pytest.raises(RulesBroken) as refused:
            self.add(office, contract_id, code="089902", approved_on="1405/02/02")
        assert told(refused) == [("CON-031", "approved_on")]
        self.add(office, contract_id, code="089902")
        with office.database.reader() as session:
            lines = session.query(ContractLine).filter(ContractLine.code.like("0899%")).all()
        assert len({each.price_minute_id for each in lines}) == 1

    @pytest.mark.parametrize(
        ("typed", "problem"),
        [
            ({"code": "080103"}, ("CON-030", "line_code")),
            ({"code": "a b"}, ("CON-010", "line_code")),
            ({"unit_price": "0"}, ("MON-002", "line_price")),
            ({"quantity": "12.3456"}, ("STM-004", "line_quantity")),
            ({"title": " "}, ("GEN-REQUIRED", "line_title")),
            ({"approved_on": "1400/01/01"}, ("CON-022", "approved_on")),
        ],
    )
    def test_what_is_wrong_is_told_beside_its_field(
        self, office: Office, contract_id: UUID, typed: dict[str, str], problem: tuple[str, str]
    ):
        with pytest.raises(RulesBroken) as refused:
            self.add(office, contract_id, **typed)
        assert told(refused) == [problem]


def test_a_debt_from_elsewhere_is_kept_by_finance_with_its_paper(office: Office, contract_id: UUID):
    def add(by: str, amount: str, paper: str) -> None:
        commands.add_debt(
            office.database.unit_of_work(),
            contract_id,
            amount=amount,
            reference=paper,
            actor=office.actor(by),
            at=office.clock(),
        )

    with pytest.raises(NotAtThisDesk):
        add("tech_office", "1000", "نامه")
    with pytest.raises(RulesBroken) as refused:
        add("fin_expert", "-5", "")
    assert told(refused) == [("MON-002", "debt_amount"), ("GEN-REQUIRED", "debt_reference")]
    add("fin_expert", "۱٬۰۰۰", "نامهٔ ۱۲")
    kept = office.first(Debt)
    assert (kept.amount, kept.source, kept.reference) == (Rial(1000), "OTHER", "نامهٔ 12")


class TestPages:
    @pytest.fixture
    def url(self, contract_id: UUID) -> str:
        return f"{AREA}/contracts/{contract_id}"

    def test_acceptance_is_entered_and_shown_with_who_entered_it(
        self, signed_in: SignedIn, url: str
    ):
        browser = signed_in("project_manager")
        typed = {
            "minute_kind": "PROVISIONAL_ACCEPTANCE",
            "minute_no": "ت/۱۲",
            "held_on": "1405/04/31",
            "defects": "نشت لوله",
        }
        assert browser.post(f"{url}/minutes", data=typed).status_code == 303
        page = browser.get(f"{url}?tab=life").text
        for said in ("تحویل موقت", "نشت لوله", "کاوه مدیری", "۱۴۰۵/۰۴/۳۱"):
            assert said in page

    def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept(
        self, signed_in: SignedIn, url: str
    ):
        typed = {
            "minute_kind": "TERMINATION",
            "minute_no": "۹",
            "held_on": "1405/14/01",
            "minute_note": "به توافق",
        }
        answer = signed_in("tech_office").post(f"{url}/minutes", data=typed)
        assert answer.status_code == 422
        assert 'id="held_on-problem"' in answer.text
        for kept in ('value="1405/14/01"', "به توافق", '<option value="TERMINATION" selected>'):
            assert kept in answer.text

    def test_who_may_not_enter_sees_no_form_and_is_refused(self, signed_in: SignedIn, url: str):
        browser = signed_in("unit_head")
        assert "/minutes" not in browser.get(f"{url}?tab=life").text
        for what in ("minutes", "withdrawals", "supplements", "prices"):
            data = {"minute_kind": "SUSPENSION"}
            assert browser.post(f"{url}/{what}", data=data).status_code == 403, what

    def test_the_small_forms_of_finance_tell_beside_their_own_fields(
        self, signed_in: SignedIn, url: str
    ):
        browser = signed_in("fin_expert")
        wrong = {
            "registrations": (
                {"valid_from": "1405/01/01", "registered_until": "x"},
                "registered_until",
            ),
            "clearances": ({"clearance_no": "", "issued_on": "1405/01/01"}, "clearance_no"),
            "debts": ({"debt_amount": "x", "debt_reference": "نامه"}, "debt_amount"),
        }
        for what, (typed, field) in wrong.items():
            answer = browser.post(f"{url}/{what}", data=typed)
            assert (answer.status_code, f'id="{field}-problem"' in answer.text) == (422, True)
