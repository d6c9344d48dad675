"""Framework agreements: signing, suppliers, supplements, publication, pages (§3.13)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from engine.errors import RulesBroken
from engine.values import Rial, latin_digits, local_date
from engine.values.contracting import WorksContracted
from engine.values.credit import CreditCommitted, CreditReleased
from processes.transactions.commands import guarantees
from processes.transactions.publication.merging import compiled
from processes.transactions.queries.guarantees import guarantee_of
from processes.transactions.records import Firm
from processes.transactions.rules.frameworks import CallOffChoice
from processes.transactions.tests.awarded import BN, registered
from processes.transactions.tests.framing import FOUR, ONE, PRICE, THREE, Framed, framed, signing
from processes.transactions.tests.tender_walk import a_request, walk
from processes.transactions.tests.test_flow_award import releases
from processes.transactions.tests.test_flow_complaint import complain
from processes.transactions.tests.test_publishing_purchases import tags, told_of
from processes.transactions.tests.walking import Office
from tests.kit.languages import foreign_words
from tests.kit.walking import WalkedCase, codes

AREA = "/areas/transactions"
FIRMS = ("14012345679", "10100456787", "14007650912", "10180344710", "10380284790")
WORDS = {"fa": "از ماندهٔ قرارداد چارچوب", "en": "rials that are left of the framework"}


def test_what_both_winners_sign_is_a_framework_that_orders_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    works = office.heard(monkeypatch, WorksContracted)
    committed = office.heard(monkeypatch, CreditCommitted)
    released = office.heard(monkeypatch, CreditReleased)
    found, walked = signing(office, CallOffChoice.RANK)
    with pytest.raises(RulesBroken) as refused:
        walked.take().draft(bill=[])
    assert codes(refused) == [("FRM-006", "bill")], "prices are what a framework is for"
    walked.draft().firm_signed().do("sign_contract", "sign")
    assert list(walked.waiting) == ["take_guarantee"], "the second one signs, too"
    walked.signed()

    framework = found.framework
    assert found.made is not None
    assert walked.result == "SIGNED"
    assert found.made.awards() == [(1, "SIGNED"), (2, "SIGNED")]
    assert found.made.request.state() == "ORDERED"
    assert (works, committed) == ([], [])
    assert [each.amount for each in released] == [Rial(24 * BN)]
    assert framework.number.startswith("D07-1405-F-")
    assert (framework.ceiling, len(framework.firms)) == (Rial(22 * BN), 2)
    told = told_of(office, found.made.request)
    assert tags(told)[-4:] == ["awardUpdate", "contract", "award", "contract"]
    assert {each["id"][-2:] for one in told for each in one.get("awards", [])} == {"A1", "A2"}


def test_a_second_who_does_not_sign_leaves_the_framework_with_the_first(office: Office):
    found, walked = signing(office, CallOffChoice.RANK)
    walked.signed()
    walked.do("take_guarantee", "refused", refuse_note="نمی‌آید").do("confirm_refusal", "confirm")
    walked.do("call_guarantee", "not_called", not_called_note="تضمینی نداشت")
    assert found.made is not None
    assert (walked.result, len(found.framework.firms)) == ("SIGNED", 1)
    assert found.made.awards() == [(1, "SIGNED"), (2, "REFUSED")]


def test_the_terms_say_with_how_many_and_so_many_are_named_with_as_many_to_stand_in(
    office: Office, tmp_path: Path, signed_in: Any
):
    tender = walk(office, a_request(office), tmp_path)
    assert tender.variables["suppliers"] == 2
    terms = {"framework": "RANK", "suppliers": 11}
    with pytest.raises(RulesBroken) as refused:
        tender.draft(**terms)
    assert codes(refused) == [("FRM-008", "suppliers")]
    tender.published(**terms | {"suppliers": 2})
    said = releases(tender)[-1]["tender"]["description"]
    assert "قرارداد چارچوب با حداکثر ۲ طرف؛ هر سفارش به ترتیب رتبه" in said
    a, b, c, d, e = FIRMS
    offers = {a: 21 * BN, b: 21 * BN + 1, c: 21 * BN + 2, d: 21 * BN + 3, e: 21 * BN + 4}
    tender.bidding(offers).until_deadline().hold_session().open_prices().check_prices()
    page = f"{AREA}/tenders/{tender.tender.number}/winners"
    officer = signed_in("proc_officer")
    tender.name_winners()
    assert [(rank, firm) for rank, firm, *_ in tender.evaluated.awards()] == [
        (1, a), (2, b), (3, c), (4, d),
    ]  # fmt: skip
    for locale, words in (
        ("fa", ("طرف ۲", "جایگاه ۴، جانشین", "حداکثر ۲ طرف")),
        ("en", ("Supplier 2", "Place 4, to stand in", "At most 2 suppliers")),
    ):
        officer.post("/language", data={"locale": locale})
        shown = officer.get(page).text
        assert [each for each in words if each not in shown] == []
        assert foreign_words(shown, locale) == []


def test_as_many_sign_as_the_terms_say_and_the_next_in_rank_takes_the_place_of_who_refuses(
    office: Office, signed_in: Any
):
    prices = (22 * BN, 23 * BN, 24 * BN, 25 * BN)
    found, walked = signing(office, CallOffChoice.RANK, 3, prices=prices)
    assert found.made is not None
    number = found.made.tender.number
    given = {
        rank: registered(office, kind="BID", concerns=number, giver=party)
        for rank, party in enumerate(parties(found), 1)
    }
    walked.signed()
    for event in ("AWARDED_TO_OTHERS", "CONTRACT_SIGNED"):
        assert refused_back(office, given[4], event) == ["GUA-004"], "it may still come to sign"
    walked.do("take_guarantee", "refused", refuse_note="نمی‌آید").do("confirm_refusal", "confirm")
    walked.do("call_guarantee", "not_called", not_called_note="تضمینی نداشت")
    assert found.made.awards() == [(1, "SIGNED"), (2, "REFUSED"), (3, "ACTIVE"), (4, "RESERVE")]
    walked.signed()
    officer, page = signed_in("proc_officer"), f"{AREA}/frameworks/{found.framework.number}"
    for locale, waits in (("fa", "۲ از حداکثر ۳"), ("en", "2 of at most 3")):
        officer.post("/language", data={"locale": locale})
        shown = officer.get(page).text
        assert foreign_words(shown, locale, known=found.names) == []
        assert waits in shown
        assert FOUR in shown, "who is still to sign is told"
    walked.signed()

    assert walked.result == "SIGNED"
    assert found.made.awards() == [(1, "SIGNED"), (2, "REFUSED"), (3, "SIGNED"), (4, "SIGNED")]
    framework = found.framework
    assert [each.rank for each in framework.firms] == [1, 3, 4]
    assert framework.ceiling == Rial(22 * BN)
    assert refused_back(office, given[4], "CONTRACT_SIGNED") == []
    now = compiled(told_of(office, found.made.request))
    assert [each["id"][-2:] for each in now["awards"]] == ["A1", "A3", "A4"]
    assert [each["awardID"][-2:] for each in now["contracts"]] == ["A1", "A3", "A4"]
    names = {one["name"] for each in now["awards"] for one in each["suppliers"]}
    assert names == {ONE, THREE, FOUR}
    contract = officer.get(f"{AREA}/contracts/{framework.first.number}").text
    assert all(each in contract for each in names), "and each leads to the others"


def test_who_is_named_beyond_the_terms_is_let_go_by_the_last_signature(office: Office):
    found, walked = signing(office, CallOffChoice.RANK, 2, prices=(22 * BN, 23 * BN, 24 * BN))
    assert found.made is not None
    *_, third = parties(found)
    given = registered(office, kind="BID", concerns=found.made.tender.number, giver=third)
    walked.signed()
    assert refused_back(office, given, "AWARDED_TO_OTHERS") == ["GUA-004"]
    assert not free(office, given)
    walked.signed()
    assert (walked.result, len(found.framework.firms)) == ("SIGNED", 2)
    assert found.made.awards() == [(1, "SIGNED"), (2, "SIGNED"), (3, "CANCELLED")]
    assert free(office, given)
    assert refused_back(office, given, "AWARDED_TO_OTHERS") == []


def parties(found: Framed) -> list[str]:
    """Return the legal ids of the winners by rank."""
    assert found.made is not None
    with found.office.database.reader() as session:
        return [session.get_one(Firm, each).identifier for each in found.made.firms]


def refused_back(office: Office, guarantee: str, event: str) -> list[str]:
    """Try to give the guarantee of a bid back; return the codes of why not."""
    uow, at = office.database.unit_of_work(), office.clock()
    told = {"event": event, "reference": "ن/۱"}
    try:
        guarantees.release(uow, UUID(guarantee), told, actor=office.actor("fin_head"), at=at)
    except RulesBroken as refused:
        return [each.code for each in refused.problems]
    return []


def free(office: Office, guarantee: str) -> bool:
    """Tell whether the register says that a guarantee is to be given back."""
    today = local_date(office.clock())
    with office.database.reader() as session:
        return guarantee_of(session, office.actor("fin_head"), UUID(guarantee), today).is_free


def test_one_supplier_is_enough_and_the_public_reads_of_which_framework_a_call_off_is(
    office: Office,
):
    found, walked = signing(office, CallOffChoice.SINGLE)
    walked.signed()
    assert found.made is not None
    assert (walked.result, found.made.awards()) == ("SIGNED", [(1, "SIGNED"), (2, "CANCELLED")])
    office.clock.pass_time(timedelta(days=1))  # the contract begins on the next day
    buying = found.call(500).ordered()
    told = told_of(office, found.called)
    parent = f"ocds-xxxxxx-{found.made.request.request.request_no}"
    [related] = told[0]["relatedProcesses"]
    assert (related["relationship"], related["identifier"]) == (["framework"], parent)
    assert tags(told) == ["planning", "tender", "award", "contract"]
    assert told[1]["tender"]["procurementMethodDetails"] == "سفارش از قرارداد چارچوب"
    assert told[-1]["contracts"][0]["value"]["amount"] == 500 * PRICE
    assert buying.purchase.order_no == told[-1]["contracts"][0]["id"]


def test_a_supplement_moves_the_ceiling_but_not_below_what_is_called_off(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    found = framed(office)
    found.call(5_000).ordered()  # 20 of 22 thousand millions
    first = found.framework.first

    def changed(amount: int) -> WalkedCase:
        values = {
            "contract_id": str(first.id), "reason": "تغییر سقف قرارداد", "amount_change": amount,
        }  # fmt: skip
        case = WalkedCase(office, office.begin("contract_supplement", "proc_officer", values))
        case.do("firm_agrees", "signed", by="proc_officer", firm_paper="ق/۲")
        return case

    with pytest.raises(RulesBroken) as refused:
        changed(-2 * BN - 1)
    assert codes(refused) == [("FRM-007", "amount_change")]
    less = changed(-2 * BN)
    found.call(1).ordered()
    with pytest.raises(RulesBroken) as refused:
        less.do("sign_supplement", "sign", by="unit_head")
    assert codes(refused) == [("FRM-007", "outcome")], "called off meanwhile"
    less.do("sign_supplement", "reject", by="unit_head", reject_note="بیش از مانده است")
    committed = office.heard(monkeypatch, CreditCommitted)
    changed(BN).do("sign_supplement", "sign", by="unit_head")
    assert (found.framework.ceiling, found.room().left) == (Rial(23 * BN), Rial(3 * BN - PRICE))
    assert committed == [], "each call-off commits its own"


def test_a_complaint_after_the_first_signature_holds_back_what_the_board_suspends(
    office: Office, signed_in: Any
):
    found, walked = signing(office, CallOffChoice.RANK)
    walked.signed()
    assert found.made is not None
    first = found.framework.first.number
    complaint = complain(found.made, about="DOCUMENTS")
    office.clock.pass_time(timedelta(days=1))  # the contract begins on the next day
    page = f"{AREA}/frameworks/{found.framework.number}"
    officer = signed_in("proc_officer")
    assert complaint.kept.number in latin_digits(officer.get(page).text)
    buying = found.call(100)
    complaint.do("answer_complaint", "reject", answer_text="اسناد درست بود")

    complaint.do("decide_complaint", "suspend", suspension_note="تا رأی")
    with pytest.raises(RulesBroken) as refused:
        buying.do("ask_supplier", "accept")
    assert codes(refused) == [("FRM-003", "outcome")], "what had begun waits"
    with pytest.raises(RulesBroken) as refused:
        found.ask(100)
    assert codes(refused) == [("FRM-003", "framework_id")]
    walked.take().draft().firm_signed()
    with pytest.raises(RulesBroken) as refused:
        walked.do("sign_contract", "sign")
    assert "TND-031" in {code for code, _ in codes(refused)}, "nobody else signs"
    for outcome, code in (("cancel", "CNT-014"), ("repeat", "CNT-013")):
        with pytest.raises(RulesBroken) as refused:
            complaint.do("decide_complaint", outcome, decision_text="رأی", repeated_step="WINNERS")
        assert codes(refused) == [(code, "outcome")], "what is signed, a court undoes"
    for locale in ("fa", "en"):
        officer.post("/language", data={"locale": locale})
        assert foreign_words(officer.get(page).text, locale, known=found.names) == []

    complaint.do("decide_complaint", "reject", decision_text="وارد نیست")
    assert complaint.kept.number not in latin_digits(officer.get(page).text)
    buying.do("ask_supplier", "accept").do("approve_call_off", "approve")
    walked.do("sign_contract", "sign")
    assert [each.contract.number == first for each in found.framework.firms] == [True, False]


def test_the_pages_show_ceiling_use_rest_suppliers_and_call_offs(office: Office, signed_in: Any):
    found = framed(office)
    full, waits = found.call(5_001), found.ready(250)
    buying = found.call(500).ordered()  # one ton fewer is left
    number, officer = found.framework.number, signed_in("proc_officer")
    officer.post(f"/tasks/{full.waiting['ask_supplier'].id}/claim")
    accepted = {"outcome": "accept", "delivery_days": "12"}
    for locale in ("fa", "en"):
        officer.post("/language", data={"locale": locale})
        listed = officer.get(f"{AREA}/frameworks").text
        one = officer.get(f"{AREA}/frameworks/{number}").text
        report = officer.get(f"{AREA}/reports").text
        contract = officer.get(f"{AREA}/contracts/{found.framework.first.number}").text
        for page in (listed, one, report, contract):
            assert foreign_words(page, locale, known=found.names) == []
            assert f"frameworks/{number}" in page or page is one
        refused = officer.post(f"/tasks/{full.waiting['ask_supplier'].id}", data=accepted)
        assert (refused.status_code, "FRM-001" in refused.text) == (422, False)
        assert f"{'۵۰۰۱' if locale == 'fa' else 5001}</bdi> تن" in refused.text
        assert WORDS[locale] in refused.text, "said in words, and in the reader's own"
        assert 'value="12"' in refused.text or 'value="۱۲"' in refused.text, "what was typed stays"
    assert "20,000,000,000" in listed
    prices = one.split('id="prices"', 1)[1].split("</table>", 1)[0]
    assert prices.count("<tr>") == 1 + 1, "an item is one row, whoever asks how much for it"
    assert [f"{PRICE:,}" in prices, f"{PRICE + 200_000:,}" in prices] == [True, True]
    assert buying.purchase.order_no in one
    assert f"framework_call_off?request_id={waits.request.id}" in one
    assert "9.1" in report, "percent of the ceiling"
    assert officer.get(f"{AREA}/frameworks/D07-1405-F-0001").status_code == 404
    assert signed_in("unit_head15").get(f"{AREA}/frameworks/{number}").status_code == 404
    assert signed_in("contractor").get(f"{AREA}/frameworks").status_code == 404
