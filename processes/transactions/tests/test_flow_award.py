"""A tender from its opening to its contract: prices of those who are left, winners, complaints."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import simplejson
from sqlalchemy import select

from engine import bpmn
from engine.commands import modifications
from engine.errors import RulesBroken
from engine.model.instance import instance_table
from processes.transactions.commands import session, voting
from processes.transactions.publication.merging import compiled
from processes.transactions.publication.packages import Publisher, release_package
from processes.transactions.queries import own_bids, published
from processes.transactions.queries.session import session_page
from processes.transactions.records import AwardState, EnvelopeState
from processes.transactions.sealing.envelope import Kind
from processes.transactions.tests import tendering
from processes.transactions.tests.standard import errors_of
from processes.transactions.tests.tender_walk import BN, QUALITY, TenderWalk, a_request, walk
from processes.transactions.tests.walking import Office
from tests.kit.walking import WalkedCase, codes

A, B, C = "14012345679", "10100456787", "14007650912"
PUBLISHER = Publisher("شهرداری", "https://example.org/")


def begun(office: Office, folder: Path, offers: dict[str, int], **values: Any) -> TenderWalk:
    """Return a tender whose bids are in, its deadline just past."""
    tender = walk(office, a_request(office), folder).published(**values)
    return tender.bidding(offers).until_deadline()


def releases(tender: TenderWalk) -> list[dict[str, Any]]:
    """Return what was published of the request, all valid by the schema of the standard."""
    ocid = f"ocds-xxxxxx-{tender.tender.request.request_no}"
    with tender.office.database.reader() as reading:
        found = published.releases_of(reading, ocid)
    package = release_package(PUBLISHER, "https://example.org/r", found)
    assert (
        errors_of("release-package", json.loads(simplejson.dumps(package, use_decimal=True))) == []
    )
    return found


def tags(tender: TenderWalk) -> list[str]:
    return [each["tag"][0] for each in releases(tender)]


def signing_of(tender: TenderWalk) -> Any:
    """Return the state of the called signing."""
    with tender.office.database.reader() as reading:
        called = select(instance_table.c.process_id, instance_table.c.state).where(
            instance_table.c.called_by == tender.instance_id
        )
        return reading.execute(called).all()


@pytest.mark.both_databases
def test_quality_is_scored_before_prices_are_seen_and_the_winner_is_to_sign(
    office: Office, tmp_path: Path
):
    tender = begun(office, tmp_path, {A: 21 * BN, B: 22 * BN, C: 19 * BN}, **QUALITY)
    assert list(tender.waiting) == ["hold_session"]
    hour = tender.tender.opening_at
    assert hour is not None
    with tendering.refused("TND-141"):
        session.begin_session(
            office.database.unit_of_work(), tender.sealing.id, quorum=tendering.QUORUM,
            actor=office.actor("proc_officer"), at=hour - timedelta(seconds=1),
        )  # fmt: skip
    with tendering.refused("TND-141"):  # nor is it voted on that it cannot be opened
        voting.vote_to_end(
            office.database.unit_of_work(), tender.sealing.id, is_for=True, reason="رمز گم شد",
            quorum=tendering.QUORUM, actor=office.actor("commission1"),
            at=hour - timedelta(seconds=1),
        )  # fmt: skip
    for at, waits in ((hour - timedelta(seconds=1), hour), (hour, None)):
        with office.database.reader() as reading:
            page = session_page(
                reading, tender.sealing.number, office.actor("commission1"), tender.store.open, at
            )
        assert page.begins_at == waits, "the page says the hour and offers nothing before it"
    with pytest.raises(RulesBroken) as refused:
        tender.do("hold_session", "done")
    assert codes(refused) == [("TND-081", "outcome")]
    assert "tenderers" not in simplejson.dumps(releases(tender), use_decimal=True)

    tender.hold_session()
    assert tags(tender)[-1] == "tenderUpdate"
    assert releases(tender)[-1]["tender"]["numberOfTenderers"] == 3
    with pytest.raises(RulesBroken) as refused:
        tender.do("score_quality", "done")
    assert codes(refused) == [("TND-082", "outcome")]
    tender.score({A: 90, B: 70, C: 40})
    tender.open_prices(A, B)
    bid = tender.evaluated.bids[C]
    with office.database.reader() as reading:
        assert reading.get_one(type(bid), bid.id).envelope(Kind.PRICE).state is (
            EnvelopeState.RETURNED
        ), "R-TND-08"
    with pytest.raises(RulesBroken) as refused:
        tender.do("check_prices", "done")
    assert codes(refused) == [("TND-084", "outcome")]
    tender.check_prices()
    for outcome, code in (("named", "TND-085"), ("none", "TND-086")):
        with pytest.raises(RulesBroken) as refused:
            tender.do("name_winners", outcome)
        assert codes(refused) == [(code, "outcome")]
    tender.name_winners()

    assert (tender.state(), tender.incidents) == ("AWARDED", [])
    assert tags(tender)[-1] == "award"
    assert releases(tender)[-1]["awards"][0]["status"] == "pending"
    assert signing_of(tender) == [], "bidders may complain first"
    until = tender.tender.complaints_until
    assert until is not None
    assert until.isoformat() == tender.variables["window_ends_at"]
    office.run_jobs(office.clock() + timedelta(days=25))
    assert tags(tender)[-1] == "awardUpdate"
    [(process, _)] = signing_of(tender)
    assert process == "contract_signing"


def test_nobody_left_after_the_guarantees_ends_it(office: Office, tmp_path: Path):
    tender = begun(office, tmp_path, {A: 21 * BN})
    sealing, [bid] = tender.sealing, tender.evaluated.bids.values()
    sealing.attended().begun()
    sealing.open(bid, Kind.GUARANTEE)
    sealing.decide(bid, Kind.GUARANTEE, passes=False)

    tender.do("hold_session", "done")

    assert (tender.state(), tender.waiting) == ("UNSUCCESSFUL", {})
    assert tags(tender)[-2:] == ["tenderUpdate", "tenderUpdate"]
    assert releases(tender)[-1]["tender"]["status"] == "unsuccessful"
    assert walk(office, tender.request, tmp_path).variables["earlier_no"] == tender.tender.number


@pytest.mark.parametrize(
    ("step", "waiting", "state"),
    [("PRICES", ["check_prices"], "OPENING"), ("WINNERS", ["name_winners"], "OPENING"),
     ("OPENING", [], "UNSUCCESSFUL")],
)  # fmt: skip
def test_a_complaint_that_is_right_has_a_step_repeated(
    office: Office, tmp_path: Path, step: str, waiting: list[str], state: str
):
    tender = begun(office, tmp_path, {A: 21 * BN, B: 22 * BN}).hold_session().open_prices()
    tender.check_prices().name_winners()
    undone(tender, step)

    assert (list(tender.waiting), tender.state(), tender.incidents) == (waiting, state, [])
    if step == "PRICES":
        tender.evaluated.worked_out()
        tender.do("check_prices", "done")
    if waiting:
        tender.name_winners()
        assert (tender.state(), tags(tender)[-1]) == ("AWARDED", "award")
        told = compiled(releases(tender))["awards"]
        assert [(each["id"][-2:], each["status"], len(each["suppliers"])) for each in told] == [
            ("A1", "cancelled", 1), ("A3", "pending", 1),
        ], "who is named anew has an award of his own"  # fmt: skip


def undone(tender: TenderWalk, step: str) -> None:
    """Let the first bidder complain of the award, and the head of the buyer find that right."""
    values = {
        "tender_id": str(tender.tender.id),
        "about": "AWARD",
        "complaint_text": "قیمت‌ها درست سنجیده نشد",
    }
    case = tender.office.begin("complaint", "bidder3", values)
    found = Complaint(tender.office, case)
    found.do("answer_complaint", "repeat", answer_text="درست است", repeated_step=step)
    tender.office.run_jobs()


class Complaint(WalkedCase):
    """A complaint being walked."""

    people = {"answer_complaint": "unit_head"}


def awarded(office: Office, folder: Path) -> TenderWalk:
    """Return a tender whose two winners are named, and bidders may complain."""
    tender = begun(office, folder, {A: 21 * BN, B: 22 * BN}).hold_session().open_prices()
    return tender.check_prices().name_winners()


def test_a_tender_that_is_cancelled_after_its_award_has_no_winner_any_more(
    office: Office, tmp_path: Path
):
    tender = awarded(office, tmp_path)
    office.run_jobs(office.clock() + timedelta(days=25))
    assert signing_of(tender) == [("contract_signing", "running")]

    tender.send("cancel_tender", "unit_head", reason="طرح عوض شد")

    assert (tender.state(), tender.incidents) == ("CANCELLED", [])
    assert [each[3] for each in tender.evaluated.awards()] == ["CANCELLED", "CANCELLED"]
    assert signing_of(tender) == [("contract_signing", "cancelled")]
    assert tags(tender)[-2:] == ["awardCancellation", "tenderCancellation"]
    assert compiled(releases(tender))["awards"][0]["status"] == "cancelled"
    with office.database.reader() as reading:
        [own] = own_bids.own_bids(reading, A, office.clock())
    assert own.award is not None
    assert own.award.state is AwardState.CANCELLED


def test_a_tender_is_contracted_by_its_signature_and_by_nothing_told_to_the_case(
    office: Office, tmp_path: Path
):
    tender = awarded(office, tmp_path)
    office.run_jobs(office.clock() + timedelta(days=25))
    conclude: list[bpmn.Instruction] = [
        bpmn.SetVariables({"signing_result": "SIGNED"}),
        bpmn.StartBefore("conclude_tender"),
    ]
    modifications.modify(
        office.database.unit_of_work(), tender.instance_id, conclude, "امضا شده است",
        actor=office.actor("admin"), at=office.clock(),
    )  # fmt: skip

    office.run_jobs(office.clock() + timedelta(hours=2))

    assert tender.state() == "AWARDED", "no contract of it is signed"
