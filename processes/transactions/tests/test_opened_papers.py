"""Who reads what came out of envelopes, in the file of the tender's case: a person of each kind."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from processes.transactions.commands import scoring, session
from processes.transactions.queries.tenders import tender_of_case
from processes.transactions.records import TenderState
from processes.transactions.sealing.envelope import Kind
from processes.transactions.tests.tender_walk import BN, QUALITY, TenderWalk, a_request, walk
from processes.transactions.tests.walking import Office
from tests.kit.sites import PASSWORD

SignedIn = Callable[[str], FlaskClient]
#: opened papers are seen by nobody else before the result, though the case is
OTHERS = ("unit_head", "supervisor", "auditor", "fin_head")
FIRST, SECOND = "14012345679", "10100456787"
PAPERS = {"guarantee.txt": "A", "method.txt": "B", "price.json": "C"}


@pytest.fixture
def tender(office: Office, app: Flask) -> TenderWalk:
    """A two-stage tender whose envelopes A and B are open, in the site's own store."""
    folder = app.extensions["divan"].settings.home / "documents"
    made = walk(office, a_request(office, quality_matters=True), folder).published(**QUALITY)
    made.bidding({FIRST: 21 * BN, SECOND: 22 * BN}).until_deadline().hold_session()
    made.evaluated.named()
    return made


def seen(browser: FlaskClient, tender: TenderWalk) -> dict[str, str]:
    """Envelopes whose papers somebody sees in the case's file, each with the address of one."""
    shown = browser.get(f"/cases/{tender.instance_id}?tab=file")
    assert shown.status_code == 200
    address = rf"/cases/{tender.instance_id}/documents/[0-9a-f-]+"
    found = re.findall(rf'({address})" dir="auto">([^<]+)<', shown.text)
    return {PAPERS[name]: at for at, name in found if name in PAPERS}


def kinds(browser: FlaskClient, tender: TenderWalk) -> str:
    return "".join(sorted(seen(browser, tender)))


def test_who_reads_opened_papers_before_scores_stand_and_after_the_result(
    tender: TenderWalk, signed_in: SignedIn
):
    people = ("commission3", "proc_officer", "tech_committee", "tech_committee2", "fin_expert")
    known = {who: signed_in(who) for who in (*people, *OTHERS)}

    assert {who: kinds(each, tender) for who, each in known.items()} == {
        "commission3": "AB", "proc_officer": "AB", "tech_committee": "AB",
        "tech_committee2": "AB", "fin_expert": "", **dict.fromkeys(OTHERS, ""),
    }  # fmt: skip
    paper = seen(known["proc_officer"], tender)["B"]
    _refused_at_every_door(known["unit_head"], "unit_head", tender, paper)

    late = tender.sealing.late
    uow, number = tender.office.database.unit_of_work, tender.tender.number
    interest = {"actor": tender.office.actor("tech_committee2"), "at": late}
    scoring.declare_interest(uow(), number, "سهام‌دارم", **interest)
    _refused_at_every_door(known["tech_committee2"], "tech_committee2", tender, paper)

    found = tender.evaluated
    found.mark("tech_committee", {each: [80, 80] for each in found.bids})
    found.finish("tech_committee").close()
    tender.sealing.met_again()
    for each in found.bids.values():
        tender.sealing.open(each, Kind.PRICE)
    out = tender.office.actor("commission3")
    session.attend(uow(), tender.sealing.id, "برادرم سهام‌دار است", actor=out, at=late)
    tender.sealing.end()

    assert {who: kinds(each, tender) for who, each in known.items()} == {
        "commission3": "", "proc_officer": "ABC", "tech_committee": "ABC", "tech_committee2": "",
        "fin_expert": "C", "unit_head": "C", "fin_head": "C", "auditor": "C", "supervisor": "",
    }  # fmt: skip
    _refused_at_every_door(known["commission3"], "commission3", tender, paper)

    with uow() as change:
        tender_of_case(change.session, tender.instance_id).come_to(TenderState.AWARDED)
        change.commit()
    told = {who: kinds(each, tender) for who, each in known.items()}
    assert [who for who, each in told.items() if each != "ABC"] == [
        "commission3", "tech_committee2",
    ]  # fmt: skip


def _refused_at_every_door(browser: FlaskClient, who: str, tender: TenderWalk, paper: str) -> None:
    """An opened paper is in no list and at no address: page, archive, print, REST."""
    case = f"/cases/{tender.instance_id}/documents"
    assert browser.get(paper).status_code == 404
    assert browser.get(f"{paper}/1").status_code == 404
    with browser.get(f"{case}/all.zip") as archive:
        assert archive.status_code == 200
        assert b"method.txt" not in archive.data
    assert browser.post(f"{paper}/withdraw", data={"reason": "نمی‌خواهم"}).status_code == 404
    task = next(iter(tender.waiting.values())).id
    attachments, by = f"/engine-rest/task/{task}/attachment", {"auth": (who, PASSWORD)}
    listed = browser.get(attachments, **by)
    assert listed.status_code == 200
    assert [each["name"] for each in listed.get_json() if each["name"] in PAPERS] == []
    for what in ("", "/data"):
        at = f"{attachments}/{paper.rsplit('/', 1)[1]}{what}"
        assert browser.get(at, **by).status_code == 404
