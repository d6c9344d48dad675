"""The terms of a contract after its import: proposed by one, put in force by another."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import NotAtThisDesk, RulesBroken
from engine.model.person import Person
from engine.values import Percentage, Rial
from processes.contractor_statement import commands
from processes.contractor_statement.records import AmendmentState, Contract, ContractAmendment
from processes.contractor_statement.rules.advance import RecoveryMethod
from processes.contractor_statement.rules.amending import TERMS, check_terms, read_term, written
from processes.contractor_statement.rules.retention import RetentionEvent
from processes.contractor_statement.rules.social_security import SocialSecurityMode
from processes.contractor_statement.tests.walking import (
    Case,
    Office,
    contract_of_example,
    example_approved,
    example_claim,
)

AREA = "/areas/contractor_statement"
SignedIn = Callable[[str], FlaskClient]


@pytest.fixture
def contract_id(office: Office) -> UUID:
    return UUID(contract_of_example(office))


def contract(office: Office, contract_id: UUID) -> Contract:
    with office.database.reader() as session:
        return session.get_one(Contract, contract_id)


def propose(
    office: Office, contract_id: UUID, by: str = "project_manager", **typed: str
) -> ContractAmendment:
    new = commands.NewTerms(
        typed, paper=typed.pop("paper", "الحاقیهٔ ۲"), because=typed.pop("because", "توافق")
    )
    commands.propose_terms(
        office.database.unit_of_work(),
        contract_id,
        new,
        actor=office.actor(by),
        at=office.clock(),
    )
    found: ContractAmendment = office.first(ContractAmendment)
    return found


def decide(
    office: Office,
    amendment: ContractAmendment,
    by: str = "unit_head",
    *,
    accepts: bool = True,
    note: str = "",
) -> None:
    commands.decide_terms(
        office.database.unit_of_work(),
        amendment.contract_id,
        str(amendment.id),
        commands.Decision(accepts, note),
        actor=office.actor(by),
        at=office.clock(),
    )


def amend(office: Office, contract_id: UUID, **typed: str) -> None:
    decide(office, propose(office, contract_id, **typed))


def told(refused: pytest.ExceptionInfo[RulesBroken]) -> list[tuple[str, str | None]]:
    return [(each.code, each.field) for each in refused.value.problems]


@pytest.mark.both_databases
class TestAmending:
    def test_terms_are_in_force_once_a_second_person_agrees(
        self, office: Office, contract_id: UUID
    ):
        proposed = propose(
            office,
            contract_id,
            retention_rate="۵",
            insurance_mode="B",
            insurance_rate="1.6",
            advance_method="WINDOW",
            recovery_start="۱۰",
            first_release="PROVISIONAL_ACCEPTANCE",
            has_consultant="no",
        )
        assert contract(office, contract_id).retention_rate == Percentage("10")
        decide(office, proposed)
        found = contract(office, contract_id)
        assert (found.retention_rate, found.insurance_rate) == (Percentage("5"), Percentage("1.6"))
        assert found.insurance_mode is SocialSecurityMode.B
        assert found.advance_method is RecoveryMethod.WINDOW
        assert found.recovery_start == Decimal("0.1")
        assert found.first_release is RetentionEvent.PROVISIONAL_ACCEPTANCE
        assert found.has_consultant is False

    def test_what_changed_with_its_paper_reason_and_people_is_kept(
        self, office: Office, contract_id: UUID
    ):
        amend(office, contract_id, retention_rate="5", because="ورود نادرست")
        kept: ContractAmendment = office.first(ContractAmendment)
        assert kept.changes == [{"term": "retention_rate", "before": "10", "after": "5"}]
        assert (kept.paper, kept.because) == ("الحاقیهٔ 2", "ورود نادرست")
        assert (kept.proposed_by, kept.decided_by) == ("project_manager", "unit_head")
        assert (kept.state, kept.decided_at) == (AmendmentState.IN_FORCE, office.clock())

    def test_nobody_agrees_to_what_he_proposed(self, office: Office, contract_id: UUID):
        office.change(Person, national_code="0084575948")
        proposed = propose(office, contract_id, retention_rate="5")
        with pytest.raises(RulesBroken) as refused:
            decide(office, proposed)
        assert told(refused) == [("SOD-001", None)]
        assert contract(office, contract_id).retention_rate == Percentage("10")

    def test_a_refusal_says_why_and_changes_nothing(self, office: Office, contract_id: UUID):
        proposed = propose(office, contract_id, retention_rate="5")
        with pytest.raises(RulesBroken) as refused:
            decide(office, proposed, accepts=False)
        assert told(refused) == [("GEN-REQUIRED", "decision_note")]
        decide(office, proposed, accepts=False, note="امضا ندارد")
        kept: ContractAmendment = office.first(ContractAmendment)
        assert (kept.state, kept.decision_note) == (AmendmentState.REFUSED, "امضا ندارد")
        assert contract(office, contract_id).retention_rate == Percentage("10")

    def test_one_proposal_at_a_time_and_each_is_decided_once(
        self, office: Office, contract_id: UUID
    ):
        proposed = propose(office, contract_id, retention_rate="5")
        with pytest.raises(RulesBroken) as refused:
            propose(office, contract_id, retention_rate="6")
        assert told(refused) == [("CON-034", None)]
        decide(office, proposed)
        with pytest.raises(RulesBroken) as refused:
            decide(office, proposed, "fin_head")
        assert told(refused) == [("CON-037", None)]

    def test_who_proposed_may_take_it_back(self, office: Office, contract_id: UUID):
        proposed = propose(office, contract_id, retention_rate="5")
        decide(office, proposed, "project_manager", accepts=False, note="اشتباه شد")
        kept: ContractAmendment = office.first(ContractAmendment)
        assert kept.state is AmendmentState.REFUSED


class TestRefusals:
    @pytest.mark.parametrize("by", ["contractor", "supervisor", "treasurer", "unit_head"])
    def test_only_who_keeps_contracts_proposes(self, office: Office, contract_id: UUID, by: str):
        with pytest.raises(NotAtThisDesk):
            propose(office, contract_id, by=by, retention_rate="5")

    @pytest.mark.parametrize("by", ["tech_office", "treasurer", "budget_officer"])
    def test_only_the_heads_agree(self, office: Office, contract_id: UUID, by: str):
        proposed = propose(office, contract_id, retention_rate="5")
        with pytest.raises(NotAtThisDesk):
            decide(office, proposed, by)

    @pytest.mark.parametrize(
        ("typed", "problem"),
        [
            ({"retention_rate": "x"}, ("NUM-001", "retention_rate")),
            ({"retention_rate": ""}, ("GEN-REQUIRED", "retention_rate")),
            ({"retention_rate": "101"}, ("GEN-RANGE", "retention_rate")),
            ({"retention_rate": "-1"}, ("GEN-RANGE", "retention_rate")),
            ({"advance_rate": "26"}, ("GEN-RANGE", "advance_rate")),
            ({"insurance_mode": "Z"}, ("GEN-CHOICE", "insurance_mode")),
            ({"recovery_start": "90"}, ("CON-039", "recovery_end")),
            ({"reduced_retention_rate": "5"}, ("CON-038", "reduced_retention_from")),
            ({"adjustable": "yes", "base_quarter": ""}, ("CON-016", "base_quarter")),
            ({"base_quarter": "1404Q9"}, ("CON-006", "base_quarter")),
            ({"adjustment_factor": "1.01"}, ("GEN-RANGE", "adjustment_factor")),
            ({"retention_rate": "5", "paper": " "}, ("GEN-REQUIRED", "terms_paper")),
            ({"retention_rate": "5", "because": ""}, ("GEN-REQUIRED", "terms_because")),
        ],
    )
    def test_what_is_wrong_is_told_beside_its_field(
        self, office: Office, contract_id: UUID, typed: dict[str, str], problem: tuple[str, str]
    ):
        typed = {"advance_method": "WINDOW", "adjustable": "no", **typed}
        with pytest.raises(RulesBroken) as refused:
            propose(office, contract_id, **typed)
        assert told(refused) == [problem]

    def test_a_proposal_that_changes_nothing_is_refused(self, office: Office, contract_id: UUID):
        with pytest.raises(RulesBroken) as refused:
            propose(office, contract_id, retention_rate="۱۰٫۰", insurance_mode="A")
        assert told(refused) == [("CON-035", None)]


class TestStatementsAlreadyFiled:
    """What is certified stands; the next certificate carries the difference (R-STM-15)."""

    def test_the_next_certificate_brings_the_whole_contract_to_the_new_rate(
        self, office: Office, contract_id: UUID
    ):
        first = _approved(office, contract_id, 1)
        assert (office.statement(first).figures or {})["retention"] == 1_456_174_811
        amend(office, contract_id, retention_rate="5")
        assert (office.statement(first).figures or {})["retention"] == 1_456_174_811
        second = _approved(office, contract_id, 2)
        kept = office.statement(second).figures or {}
        assert kept["to_date"]["retention"] == Rial(46_113_059_060).share(Percentage("5")).amount
        assert kept["retention"] == kept["to_date"]["retention"] - 1_456_174_811

    def test_a_voucher_signed_before_it_goes_back_to_be_signed_with_the_new_figures(
        self, office: Office, contract_id: UUID
    ):
        case = _at_the_head(office, contract_id, 1)
        amend(office, contract_id, retention_rate="5")
        case.do("approve")
        assert set(case.waiting) == {"sign_voucher"}
        assert (office.statement(case).figures or {})["retention"] == 728_087_406

    def test_a_case_under_way_keeps_its_consultant(self, office: Office, contract_id: UUID):
        case = office.start("interim_statement", contract_id=str(contract_id))
        amend(office, contract_id, has_consultant="no")
        case.do("enter", "submit", **example_claim(1)).do("measure", lines=example_approved(1))
        assert set(case.waiting) == {"check"}
        other = case.do("check").review().do("sign_voucher").do("approve").do("control")
        assert other.waiting == {}
        begun = office.start("interim_statement", contract_id=str(contract_id))
        begun.do("enter", "submit", **example_claim(2)).do("measure")
        assert "check" not in begun.waiting

    def test_nothing_is_amended_once_the_final_statement_is_certified(
        self, office: Office, contract_id: UUID
    ):
        office.minute(str(contract_id))
        final = office.start("final_statement", contract_id=str(contract_id))
        claim = {**example_claim(3), "site_materials": 0}
        final.do("enter", "submit", **claim).do("measure").do("check").review()
        final.do("sign_voucher").do("approve")
        with pytest.raises(RulesBroken) as refused:
            propose(office, contract_id, retention_rate="5")
        assert told(refused) == [("CON-036", None)]


def _at_the_head(office: Office, contract_id: UUID, number: int) -> Case:
    case = office.start("interim_statement", contract_id=str(contract_id))
    case.do("enter", "submit", **example_claim(number))
    case.do("measure", lines=example_approved(number)).do("check")
    return case.review().do("sign_voucher")


def _approved(office: Office, contract_id: UUID, number: int) -> Case:
    return _at_the_head(office, contract_id, number).do("approve").do("control")


@given(st.decimals("0", "100", places=4))
def test_a_rate_is_written_as_it_is_read(rate: Decimal) -> None:
    term = next(each for each in TERMS if each.name == "retention_rate")
    assert read_term(term, written(Percentage(rate))) == Percentage(rate)


def test_terms_as_they_stand_are_never_a_problem() -> None:
    standing = {
        "advance_method": RecoveryMethod.PRORATA,
        "adjustable": False,
        "base_quarter": None,
    }
    assert check_terms(standing) == []


class TestPages:
    @pytest.fixture
    def url(self, contract_id: UUID) -> str:
        return f"{AREA}/contracts/{contract_id}"

    def test_a_proposal_is_shown_agreed_to_and_kept_in_the_history(
        self, signed_in: SignedIn, url: str
    ):
        typed = {
            "retention_rate": "۵",
            "terms_paper": "الحاقیهٔ ۳",
            "terms_because": "به درخواست کارفرما",
        }
        keeper, head = signed_in("tech_office"), signed_in("unit_head")
        assert keeper.post(f"{url}/terms", data=typed).status_code == 303
        page = head.get(f"{url}?tab=terms").text
        for said in ("به درخواست کارفرما", "الحاقیهٔ ۳", "۱۰٪", "۵٪"):
            assert said in page
        found = page.split('name="amendment_id" value="')[1].split('"')[0]
        data = {"amendment_id": found, "decision": "accept"}
        assert head.post(f"{url}/decisions", data=data).status_code == 303
        in_force = keeper.get(f"{url}?tab=terms").text.split("</section>")[0]
        assert "۵٪</bdi></td>" in in_force

    @pytest.mark.parametrize("language", ["fa", "en"])
    def test_every_term_has_a_name_and_a_field(self, signed_in: SignedIn, url: str, language: str):
        browser = signed_in("tech_office")
        browser.post("/language", data={"locale": language})
        page = browser.get(f"{url}?tab=terms").text
        assert f'<html lang="{language}"' in page
        for term in TERMS:
            assert f'name="{term.name}"' in page

    def test_what_was_typed_stays_beside_what_is_wrong(self, signed_in: SignedIn, url: str):
        typed = {"retention_rate": "هیچ", "terms_paper": "ن", "terms_because": "د"}
        answer = signed_in("tech_office").post(f"{url}/terms", data=typed)
        assert answer.status_code == 422
        assert 'id="retention_rate-problem"' in answer.text
        assert 'value="هیچ"' in answer.text

    def test_who_may_not_amend_reads_the_terms_only(self, signed_in: SignedIn, url: str):
        browser = signed_in("supervisor")
        page = browser.get(f"{url}?tab=terms").text
        assert 'name="retention_rate"' not in page
        assert browser.post(f"{url}/terms", data={}).status_code == 403
