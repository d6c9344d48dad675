"""A supplement changes a contract within a quarter of its price; a class is the commission's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from engine.errors import RulesBroken
from engine.values import Rial
from engine.values.bookkeeping import AccountingEvent
from engine.values.contracting import ContractSupplemented
from engine.values.credit import CreditCommitted
from processes.contractor_statement.records import Contract, Supplement
from processes.transactions.queries.published import releases_of
from processes.transactions.tests.awarded import BN, Awarded, awarded
from processes.transactions.tests.walking import Office
from tests.kit.languages import foreign_words
from tests.kit.walking import WalkedCase, codes

AREA = "/areas/transactions"


@dataclass
class Supplementing(WalkedCase):
    """One supplement being walked."""

    people = {
        "approve_crossing": "commission1",
        "firm_agrees": "proc_officer",
        "sign_supplement": "unit_head",
    }


def propose(made: Awarded, amount: int = 0, days: int = 0) -> Supplementing:
    """Propose to change the contract."""
    values: dict[str, Any] = {
        "contract_id": str(made.contract().id),
        "reason": "افزایش مقدار آسفالت",
        "amount_change": amount,
        "days_added": days,
    }
    return Supplementing(
        made.office, made.office.begin("contract_supplement", "proc_officer", values)
    )


@pytest.fixture
def made(office: Office) -> Awarded:
    found = awarded(office, published=True)
    found.signing().signed()
    return found


def test_a_supplement_within_the_limit_is_signed_committed_published_and_followed(
    office: Office, made: Awarded, monkeypatch: pytest.MonkeyPatch
):
    promised = office.heard(monkeypatch, CreditCommitted)
    told = office.heard(monkeypatch, ContractSupplemented)
    case = propose(made, 2 * BN, 30).do("firm_agrees", "signed", firm_paper="ق/۲")
    case.do("sign_supplement", "sign")
    contract = made.contract()
    assert (contract.worth, contract.price) == (Rial(24 * BN), Rial(22 * BN))
    assert (contract.ends_on - contract.starts_on).days == 150
    assert [each.amount for each in promised] == [Rial(2 * BN)]
    [fact] = told
    with office.database.reader() as session:
        number = made.request.request.request_no
        newest = releases_of(session, f"ocds-xxxxxx-{number}")[-1]
        followed = session.scalars(
            select(Supplement)
            .join(Contract, Contract.id == Supplement.contract_id)
            .where(Contract.contract_no == contract.number)
        ).one()
    assert newest["tag"] == ["contractAmendment"]
    assert newest["contracts"][0]["value"]["amount"] == 24 * BN
    assert (followed.supplement_no, followed.amount_change, followed.days_added) == (
        fact.supplement_no, Rial(2 * BN), 30,
    )  # fmt: skip


def test_above_a_quarter_nothing_or_twice_at_once_is_refused(made: Awarded):
    quarter = 22 * BN // 4
    for amount, days, code in (
        (quarter + 1, 0, "CNT-020"), (-quarter - 1, 0, "CNT-020"), (0, 0, "CNT-021"),
    ):  # fmt: skip
        with pytest.raises(RulesBroken) as refused:
            propose(made, amount, days)
        assert codes(refused) == [(code, "amount_change")]
    first = propose(made, quarter)
    with pytest.raises(RulesBroken) as refused:
        propose(made, 1)
    assert codes(refused) == [("CNT-022", "contract_id")], "one at a time"
    first.do("firm_agrees", "refused", refuse_note="نمی‌خواهد")
    assert made.contract().worth == Rial(22 * BN)
    assert list(propose(made, 0, 10).waiting) == ["firm_agrees"], "the time alone"


def test_one_that_an_administrator_cancels_does_not_bar_the_next(office: Office, made: Awarded):
    office.cancel(propose(made, BN))
    assert list(propose(made, BN).waiting) == ["firm_agrees"]
    assert made.contract().worth == Rial(22 * BN)


def _given_back(told: list[AccountingEvent]) -> list[Rial]:
    """Return what of commitments the books were told to be free again."""
    return [each.amounts["amount"] for each in told if each.kind == "commitment_released"]


def test_less_gives_the_credit_back(office: Office, made: Awarded, monkeypatch: pytest.MonkeyPatch):
    told = office.heard(monkeypatch, AccountingEvent)
    propose(made, -BN).do("firm_agrees", "signed", firm_paper="ق/۲").do("sign_supplement", "sign")
    assert _given_back(told) == [Rial(BN)]
    assert made.contract().worth == Rial(21 * BN)


def test_a_crossed_class_is_the_commissions(office: Office):
    made = awarded(office, prices=(19 * BN, 20 * BN))
    made.signing().signed()
    case = propose(made, 2 * BN)
    assert list(case.waiting) == ["approve_crossing"], "above ten times the small limit"
    case.do("approve_crossing", "approve", minute_no="ص/۵")
    office.also("fin_expert", "PROC_OFFICER")
    case.do("firm_agrees", "signed", by="fin_expert", firm_paper="ق/۲")
    office.one_person("proc_officer", "unit_head")
    with pytest.raises(RulesBroken) as refused:
        case.do("sign_supplement", "sign")
    assert codes(refused) == [("CNT-023", "outcome")], "who proposed it, from another account"
    office.one_person("unit_head", code="0013542419")
    case.do("sign_supplement", "sign")
    [signed] = made.contract().supplements
    assert (signed.crosses_class, signed.approval, signed.signed_by) == (True, "ص/۵", "unit_head")
    dropped = propose(made, days=5).do("firm_agrees", "signed", firm_paper="ق/۳")
    dropped.do("sign_supplement", "reject", reject_note="لازم نیست")
    assert made.contract().worth == Rial(21 * BN)


def test_the_pages_show_a_contract_with_all_that_hangs_on_it(
    made: Awarded, office: Office, signed_in: Any
):
    propose(made, BN).do("firm_agrees", "signed", firm_paper="ق/۲").do("sign_supplement", "sign")
    number = made.contract().number
    head = signed_in("unit_head")
    for locale in ("fa", "en"):
        head.post("/language", data={"locale": locale})
        shown = head.get(f"{AREA}/contracts").text
        assert f"contracts/{number}" in shown
        one = head.get(f"{AREA}/contracts/{number}")
        assert (one.status_code, f"{number}/1" in one.text or "۱" in one.text) == (200, True)
        assert foreign_words(one.text, locale) == []
        assert foreign_words(shown, locale) == []
    assert "آسفالت توپکا" in one.text
    assert "guarantees/" in one.text
    assert "contractor_statement" in one.text, "its statements"
    assert head.get(f"{AREA}/contracts?state=DRAFT").text.count(number) == 0
    assert head.get(f"{AREA}/contracts/D07-1405-C-9999").status_code == 404
    assert signed_in("unit_head15").get(f"{AREA}/contracts/{number}").status_code == 404
    assert signed_in("contractor").get(f"{AREA}/contracts").status_code == 404


def test_the_office_ends_a_contract_without_statements_and_says_why(
    office: Office, signed_in: Any, monkeypatch: pytest.MonkeyPatch
):
    made = awarded(office, "GOODS", published=True)
    made.signing().signed()
    number, officer = made.contract().number, signed_in("proc_officer")
    page, told = f"{AREA}/contracts/{number}", office.heard(monkeypatch, AccountingEvent)
    ends = {"fa": "پایان دادن به این قرارداد", "en": "End this contract"}
    for locale in ("fa", "en"):
        officer.post("/language", data={"locale": locale})
        refused = officer.post(f"{page}/end", data={"end_reason": " "})
        assert refused.text.count(ends[locale]) == 2, "who ends it does not press «keep»"
        assert (refused.status_code, 'id="end_reason-problem"' in refused.text) == (422, True)
        assert foreign_words(refused.text, locale) == []
    said = {"end_reason": "تحویل شد و تسویه گردید"}
    assert f"{page}/end" not in signed_in("unit_head").get(page).text, "the office does"
    assert signed_in("unit_head").post(f"{page}/end", data=said).status_code == 404
    assert officer.post(f"{page}/end", data=said).status_code == 303
    ended = made.contract()
    assert (ended.state.value, ended.end_reason) == ("ENDED", said["end_reason"])
    assert _given_back(told) == [Rial(22 * BN)]
    assert said["end_reason"] in officer.get(page).text
    again = officer.post(f"{page}/end", data=said)
    assert (again.status_code, 'id="end_reason-problem"' in again.text) == (422, True)


def test_a_contract_of_statements_is_ended_by_their_account_alone(made: Awarded, signed_in: Any):
    page, officer = f"{AREA}/contracts/{made.contract().number}", signed_in("proc_officer")
    assert f"{page}/end" not in officer.get(page).text
    assert officer.post(f"{page}/end", data={"end_reason": "x"}).status_code == 422
    assert made.contract().state.value == "SIGNED"
