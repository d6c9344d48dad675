"""A winner signs while the bids bind, or the second does, or nobody (§3.5, R-TND-11, 13)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.errors import DutiesNotSeparate, RulesBroken
from engine.values import Rial, end_of_day, local_date
from engine.values.contracting import WorksContracted
from engine.values.credit import CreditCommitted
from processes.transactions.commands import guarantees
from processes.transactions.queries.guarantees import guarantee_of
from processes.transactions.queries.published import releases_of
from processes.transactions.records import Award, Debarment, Guarantee, Tender, TenderComplaint
from processes.transactions.records.complaints import About
from processes.transactions.tests import tendering
from processes.transactions.tests.awarded import (
    BN,
    SECOND,
    Awarded,
    Signing,
    awarded,
    called,
    day,
    registered,
)
from processes.transactions.tests.walking import Office
from tests.kit.walking import codes


@pytest.fixture
def made(office: Office) -> Awarded:
    return awarded(office)


def later(office: Office, days: int) -> None:
    """Let days pass, and the worker do what is due."""
    office.clock.pass_time(timedelta(days=days))
    office.run_jobs(office.clock())


@pytest.mark.both_databases
def test_a_winner_with_an_account_signs_here_and_the_contract_is_in_force(
    office: Office, signed_in: Any, monkeypatch: pytest.MonkeyPatch
):
    made = awarded(office, published=True)
    told = office.heard(monkeypatch, WorksContracted)
    promised = office.heard(monkeypatch, CreditCommitted)
    signing = made.signing()
    assert sorted(signing.waiting) == ["read_award", "take_guarantee"]
    assert signing.variables["guarantee_least"] == 22 * BN // 20, "5 % of works"
    with office.database.reader() as session:
        second = select(Award.id).where(Award.tender_id == made.tender_id, Award.rank == 2)
        office.set_variables(signing, award_id=str(session.scalars(second).one()))
    signing.do("read_award", "seen").take().draft()
    assert list(signing.waiting) == ["firm_signs"], "in the winner's own inbox"
    assert signed_in("bidder3").get("/").location == "/inbox", "work waits: they begin with it"
    signing.firm_signed().do("sign_contract", "sign")

    contract = made.contract()
    assert (contract.state.value, contract.price, contract.signed_by) == (
        "SIGNED", Rial(22 * BN), "unit_head",
    )  # fmt: skip
    assert contract.number.startswith("D07-1405-C-")
    assert contract.firm_recorded_by == "bidder3"
    assert [each.unit_price.amount for each in contract.bill] == [4_000_000, 6_000_000]
    assert made.awards() == [(1, "SIGNED"), (2, "CANCELLED")]
    assert made.request.state() == "ORDERED"
    assert [each.amount for each in promised] == [Rial(22 * BN)]
    [works] = told
    assert (works.contract_no, works.price, works.base_quarter) == (
        contract.number, Rial(22 * BN), "1405Q1",
    )  # fmt: skip
    assert signing.result == "SIGNED"
    with office.database.reader() as session:
        number = made.request.request.request_no
        tags = [each["tag"][0] for each in releases_of(session, f"ocds-xxxxxx-{number}")]
    assert tags == ["planning", "tender", "tenderUpdate", "award", "awardUpdate", "contract"]


def test_another_price_a_bill_that_does_not_add_up_and_a_poor_guarantee_are_refused(
    made: Awarded, office: Office
):
    signing = made.signing()
    number = str(signing.variables["contract_no"])
    poor = registered(office, concerns=number, amount="1099999999")
    other = registered(office, concerns="D07-1405-C-9999")
    waits = registered(office, concerns=number, in_force=False)
    bid = registered(office, concerns=number, kind="BID")
    for each, code in ((poor, "TND-027"), (other, "TND-027"), (waits, "CNT-001"), (bid, "CNT-001")):
        with pytest.raises(RulesBroken) as refused:
            signing.do("take_guarantee", "accept", guarantee_id=each)
        assert [code for code, _ in codes(refused)] in ([code], ["GEN-CHOICE"])
    signing.take()
    with pytest.raises(RulesBroken) as refused:
        signing.draft(price=22 * BN - 1)
    assert codes(refused) == [("TND-015", "price")]
    bill = [{**each, "unit_price": 1} for each in signing.variables["bill"]]
    with pytest.raises(RulesBroken) as refused:
        signing.draft(bill=[{**each, "quantity": str(each["quantity"])} for each in bill])
    assert codes(refused) == [("PRC-010", "bill")]
    with pytest.raises(RulesBroken) as refused:
        signing.draft(duration_days=190)
    assert codes(refused) == [("GUA-003", "duration_days")], "held to a month after the work"
    signing.draft(bill=[])
    assert made.contract().bill == []


def test_who_writes_the_contract_does_not_sign_it_and_the_head_may_send_it_back(
    made: Awarded, office: Office
):
    signing = made.signing().take().draft().firm_signed()
    signing.do("sign_contract", "return", return_reason="PERIOD")
    assert made.contract().firm_signed_on is None, "another text is signed anew"
    signing.draft(duration_days=90).firm_signed().do("sign_contract", "sign")
    assert (made.contract().duration_days, signing.result) == (90, "SIGNED")


def test_a_complaint_on_the_award_bars_the_signature_for_fifteen_working_days(
    made: Awarded, office: Office
):
    signing = made.signing().take().draft().firm_signed()
    office.add(
        TenderComplaint(
            instance_id=UUID(int=7), tender_id=made.tender_id, unit="D07", number="S1",
            bidder="10380284790", about=About.AWARD, text="x", is_suspended=False,
            received_on=local_date(office.clock()), entered_at=office.clock(), entered_by="x",
        )
    )  # fmt: skip
    with pytest.raises(RulesBroken) as refused:
        signing.do("sign_contract", "sign")
    assert codes(refused) == [("TND-030", None)]
    assert made.contract().state.value == "DRAFT"
    later(office, 25)
    signing.do("sign_contract", "sign")
    assert signing.result == "SIGNED"


def test_the_winner_refuses_loses_the_guarantee_and_the_second_signs_at_his_own_price(
    office: Office,
):
    made = awarded(office, published=True)
    bid = registered(office, kind="BID", concerns=made.tender.number, amount="1000000000")
    signing = made.signing().take().draft()
    signing.do("firm_signs", "refused", refuse_note="بها بالا رفته است")
    assert made.awards() == [(1, "REFUSED"), (2, "RESERVE")]
    assert made.contract().state.value == "NOT_SIGNED"
    with pytest.raises(RulesBroken) as refused:
        signing.do("call_guarantee", "called", guarantee_id=bid)
    assert codes(refused)[0][1] == "guarantee_id", "the register says that it stands"
    others = registered(
        office, kind="BID", concerns=made.tender.number, giver=SECOND, amount="1000000000"
    )
    with pytest.raises(RulesBroken) as refused:
        signing.do("call_guarantee", "called", guarantee_id=called(office, others))
    assert codes(refused) == [("CNT-009", "guarantee_id")], "the second winner's"
    signing.do("call_guarantee", "called", guarantee_id=called(office, bid))

    assert signing.variables["awarded"] == 23 * BN
    assert list(signing.waiting) == ["take_guarantee"], "told by letter: no account"
    signing.take().draft()
    assert list(signing.waiting) == ["record_firm"]
    signing.firm_signed().do("sign_contract", "sign")
    assert made.awards() == [(1, "REFUSED"), (2, "SIGNED")]
    assert (made.contract().price, signing.result) == (Rial(23 * BN), "SIGNED")
    with office.database.reader() as session:
        number = made.request.request.request_no
        told = releases_of(session, f"ocds-xxxxxx-{number}")
    assert [each["tag"][0] for each in told][-3:] == ["awardUpdate", "awardUpdate", "contract"]
    assert {each["ocid"] for each in told} == {f"ocds-xxxxxx-{number}"}


def test_when_the_second_refuses_too_nobody_has_signed(made: Awarded, office: Office):
    signing = made.signing()
    signing.do("take_guarantee", "refused", refuse_note="نمی‌آید").do("confirm_refusal", "confirm")
    signing.do("call_guarantee", "not_called", not_called_note="تضمین نقد بود و برداشت شد")
    signing.do("take_guarantee", "refused", refuse_note="نمی‌آید").do("confirm_refusal", "confirm")
    signing.do("call_guarantee", "not_called", not_called_note="همان")
    assert signing.result == "NOBODY"
    assert made.awards() == [(1, "REFUSED"), (2, "REFUSED")]
    assert made.request.state() == "RESERVED", "the credit waits for a re-tender"


def test_bids_bind_longer_once_by_their_own_length_and_then_no_more(office: Office):
    made = awarded(office, published=True)
    signing = made.signing()
    ends = signing.variables["valid_until"]
    later(office, 31)
    assert "extend_validity" in signing.waiting

    def until(days: int) -> str:
        return (local_date(made.tender.deadline) + timedelta(days=60 + days)).isoformat()  # type: ignore[arg-type]

    for days, code in ((61, "TND-029"), (0, "CNT-002")):
        with pytest.raises(RulesBroken) as refused:
            signing.do("extend_validity", "extend", extended_to=until(days), extension_letter="ت/۱")
        assert codes(refused) == [(code, "extended_to")]
    signing.do("extend_validity", "extend", extended_to=until(60), extension_letter="ت/۱")
    assert (made.tender.extensions, signing.variables["valid_until"] > ends) == (1, True)
    later(office, 60)
    with pytest.raises(RulesBroken) as refused:
        signing.do("extend_validity", "extend", extended_to=until(90), extension_letter="ت/۲")
    assert ("TND-028", "extended_to") in codes(refused)
    signing.do("extend_validity", "leave")
    assert "take_guarantee" in signing.waiting
    later(office, 11)
    assert list(signing.waiting) == ["call_guarantee"], "the time is over"
    assert made.awards()[0] == (1, "REFUSED")
    with office.database.reader() as session:
        number = made.request.request.request_no
        [told, _] = releases_of(session, f"ocds-xxxxxx-{number}")[-1]["awards"]
    assert told["description"] == "تا پایان اعتبار پیشنهادها قراردادی امضا نشد", "by whomever"


def test_nothing_is_signed_on_bids_that_bind_no_longer(made: Awarded, office: Office):
    signing = made.signing().take().draft().firm_signed()
    with office.database.unit_of_work() as uow:
        tender = uow.session.get_one(Tender, made.tender_id)
        tender.valid_until = local_date(office.clock()) - timedelta(days=1)
        uow.commit()
    with pytest.raises(RulesBroken) as refused:
        signing.do("sign_contract", "sign")
    assert codes(refused) == [("CNT-004", "outcome")]


def test_the_signature_waits_for_a_timer_to_the_end_of_the_last_day(made: Awarded):
    signing: Signing = made.signing()
    last = made.tender.valid_until
    assert last is not None
    assert signing.variables["sign_until"] == end_of_day(last).isoformat()
    assert (Guarantee.__tablename__, day(last)[:4]) == ("tnd_guarantee", "1405")


def test_a_text_whose_signing_is_cancelled_waits_for_no_signature(office: Office, made: Awarded):
    signing = made.signing().take().draft()
    assert made.contract().state.value == "DRAFT"
    office.cancel(signing)
    contract = made.contract()
    assert (contract.state.value, contract.ended_at) == ("NOT_SIGNED", office.clock())


def test_winners_of_a_request_that_is_cancelled_are_none_and_sign_nothing(office: Office):
    made = awarded(office, published=True)
    made.signing().take().draft()
    kept = UUID(registered(office, kind="BID", concerns=made.tender.number))
    with tendering.refused("GUA-004"):
        give_back(office, kept, "CANCELLED")  # by the record it is not

    made.request.send("cancel", "tech_office", reason="نیاز نیست")

    with office.database.reader() as session:
        head, today = office.actor("unit_head"), local_date(office.clock())
        assert guarantee_of(session, head, kept, today).is_free
    give_back(office, kept, "CANCELLED")
    assert made.awards() == [(1, "CANCELLED"), (2, "CANCELLED")]
    assert made.contract().state.value == "NOT_SIGNED"
    with office.database.reader() as session:
        number = made.request.request.request_no
        tags = [each["tag"][0] for each in releases_of(session, f"ocds-xxxxxx-{number}")]
    assert tags[-2:] == ["awardCancellation", "tenderCancellation"]


def give_back(office: Office, guarantee: UUID, event: str) -> None:
    """Let the head of finance give a guarantee back."""
    said = {"event": event, "reference": "ن/۱"}
    who, at = office.actor("fin_head"), office.clock()
    guarantees.release(office.database.unit_of_work(), guarantee, said, actor=who, at=at)


def test_nothing_is_signed_without_the_guarantee_that_was_taken(made: Awarded, office: Office):
    signing = made.signing()
    kept = signing.guarantee()
    signing.do("take_guarantee", "accept", guarantee_id=kept).draft().firm_signed()
    give_back(office, UUID(kept), "PROVISIONAL_ACCEPTANCE")

    with pytest.raises(RulesBroken) as refused:
        signing.do("sign_contract", "sign")

    assert codes(refused) == [("CNT-007", "outcome")]
    signing.guarantee()
    signing.do("sign_contract", "sign")
    assert made.awards()[0] == (1, "SIGNED")


def test_that_a_winner_does_not_sign_is_recorded_by_two_people(made: Awarded, office: Office):
    signing = made.signing()
    signing.do("take_guarantee", "refused", refuse_note="تلفنی گفت نمی‌آید")
    assert made.awards()[0][1] == "ACTIVE", "one person's word"
    signing.do("confirm_refusal", "return", confirm_note="نامه‌ای از او نیست")
    assert "take_guarantee" in signing.waiting
    signing.take().draft()
    second = ("confirm_refusal", "record_firm")
    assert not set(second) & set(signing.waiting), "the firm itself is asked"

    signing.do("firm_signs", "refused", refuse_note="بها بالا رفته است")
    assert made.awards()[0] == (1, "REFUSED"), "of the firm's own word nobody else is asked"
    signing.do("call_guarantee", "not_called", not_called_note="برداشت شد")
    signing.take().draft().do("record_firm", "refused", refuse_note="نامهٔ ۱۲")
    assert made.awards()[1][1] == "ACTIVE"
    office.also("proc_officer", "UNIT_HEAD")
    office.one_person("proc_officer", "unit_head")
    with pytest.raises(DutiesNotSeparate):
        signing.do("confirm_refusal", "confirm")
    assert made.awards()[1][1] == "ACTIVE", "two accounts of one are one person"


def test_a_winner_who_is_debarred_has_not_refused(office: Office):
    made = awarded(office, published=True)
    signing = made.signing().take().draft().firm_signed()
    with pytest.raises(RulesBroken) as refused:
        signing.do("sign_contract", "barred")
    assert codes(refused) == [("CNT-008", "outcome")], "the register says so or it is not"
    today = local_date(office.clock())
    office.add(
        Debarment(
            firm_id=made.firms[0], reason="تبانی", letter_no="د/۷", since=today, until=None,
            entered_at=office.clock(), entered_by="unit_head",
        )
    )  # fmt: skip
    with pytest.raises(RulesBroken) as refused:
        signing.do("sign_contract", "sign")
    assert codes(refused) == [("PRC-006", "outcome")]

    signing.do("sign_contract", "barred")

    assert made.awards() == [(1, "CANCELLED"), (2, "RESERVE")]
    with office.database.reader() as session:
        number = made.request.request.request_no
        [first, _] = releases_of(session, f"ocds-xxxxxx-{number}")[-1]["awards"]
        kept = session.scalars(select(Award).where(Award.rank == 1)).one()
        assert kept.reason == "د/۷"
    assert first["description"] == "برنده پیش از امضا از شرکت در معاملات محروم شد"
    signing.do("call_guarantee", "not_called", not_called_note="محروم است و خودداری نکرد")
    signing.signed()
    assert made.awards() == [(1, "CANCELLED"), (2, "SIGNED")]


def test_where_no_answer_is_expected_more_than_others_none_is_behind_more(
    made: Awarded, signed_in: Any
):
    signing = made.signing()
    signing.do("take_guarantee", "refused", refuse_note="نمی‌آید")
    head, at = signed_in("unit_head"), f"/tasks/{signing.waiting['confirm_refusal'].id}"
    assert head.post(f"{at}/claim").status_code == 303

    page = head.get(at).text
    at_once, behind = page.split('id="outcome"')[1].split('id="more"')

    for answer in ("confirm", "return"):
        assert f'value="{answer}"' in at_once
        assert f'value="{answer}"' not in behind
