"""Files out of envelopes and the virus scanner: what is not clean is given to nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.model.admin_event import AdminEvent
from engine.model.document import DocumentVersion
from engine.model.person import Actor
from engine.settings import DocumentSettings
from engine.storage.database import Database
from processes.transactions.queries import sealing as rows
from processes.transactions.records.sealing import SealedBid
from processes.transactions.sealing.envelope import Kind
from processes.transactions.tests.tendering import Tender
from processes.transactions.tests.walking import Office
from tests.kit.languages import foreign_words
from tests.kit.papers import EICAR
from tests.kit.scanner import Scanner
from tests.kit.server import free_port

SignedIn = Callable[[str], FlaskClient]
#: whom `bidder1` and `bidder2` of the demonstration bid for
FIRST, SECOND = "10380284790", "10100456787"
VIRUS = "Win.Test.EICAR_HDB-1"
AWAY = "tcp://127.0.0.1:{}"


class Session:
    """An opening session over HTTP, in a case, beside a scanner that comes and goes."""

    def __init__(self, tender: Tender, office: Office, app: Flask) -> None:
        self.tender = tender
        self._app = app
        tender.case_id = office.start().instance_id  # any case's file takes what is opened
        tender.ready()
        office.add(tender.published(office))

    def scanner(self, address: str) -> None:
        made = DocumentSettings(scanner=address)
        object.__setattr__(self._app.extensions["divan"].settings, "documents", made)

    def at(self, act: str = "") -> str:
        return f"/areas/transactions/tenders/{self.tender.number}/session{act}"

    def open(self, members: list[FlaskClient], bid: SealedBid, kind: Kind) -> None:
        """Two members release an envelope; the second release opens it."""
        told = {"bid": str(bid.id), "kind": kind.value}
        for name, member in zip(self.tender.members[:2], members, strict=False):
            given = self.tender.released(name, bid, kind)
            done = member.post(self.at("/release"), json={**told, "released": given})
            assert done.status_code == 200, done.text

    def scans(self, bid: SealedBid, kind: Kind) -> dict[str, str]:
        with self.tender.database.reader() as reading:
            files = rows.bid(reading, bid.id).envelope(kind).files
            return {each.name: each.scan.value for each in files}

    def acts(self) -> list[str]:
        """What the journal says the area did, with the virus that was found."""
        with self.tender.database.reader() as reading:
            told = select(AdminEvent.facts).where(AdminEvent.kind == "area_act")
            found = reading.scalars(told.order_by(AdminEvent.number)).all()
            return [each["act"] + (f" {VIRUS}" if VIRUS in str(each) else "") for each in found]

    def filed(self) -> dict[str, bool]:
        """Names in the case's file, with whether a scanner found nothing."""
        with self.tender.database.reader() as reading:
            found = reading.scalars(select(DocumentVersion)).all()
            return {each.name: each.scanned for each in found}


@pytest.fixture
def opening(
    app: Flask, database: Database, office: Office, actor: Callable[[str], Actor], clock: Any
) -> Session:
    tender = Tender(database, app.extensions["divan"].documents, actor, clock())
    return Session(tender, office, app)


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_a_file_is_given_and_filed_once_the_scanner_found_it_clean_and_never_with_a_virus(
    opening: Session, signed_in: SignedIn, clock: Any, locale: str
):
    tender = opening.tender
    first = tender.submit(FIRST, files={"list.txt": b"x " + EICAR})
    second = tender.submit(SECOND)
    clock.at = tender.late
    tender.attended().closed().begun()
    members = [signed_in(each) for each in tender.members[:2]]
    member, bidder, other = members[0], signed_in("bidder1"), signed_in("bidder2")
    for each in (member, bidder, other):
        each.post("/language", data={"locale": locale})
    opening.scanner(AWAY.format(free_port()))

    opening.open(members, first, Kind.GUARANTEE)

    paper = opening.at(f"/files/{first.id}/A/1")
    assert opening.scans(first, Kind.GUARANTEE) == {"guarantee.txt": "UNSCANNED"}
    assert opening.filed() == {}
    for refused in (member.get(paper), member.post(f"{paper}/scan")):
        assert refused.status_code == 422
        assert f'action="{paper}/scan"' in refused.text
        assert f'href="{paper}"' not in refused.text
    assert bidder.post(f"{paper}/scan").status_code in {403, 404}
    tender.decide(first, Kind.GUARANTEE)

    with Scanner() as daemon:
        opening.scanner(daemon.address)
        opening.open(members, second, Kind.GUARANTEE)
        assert opening.scans(first, Kind.GUARANTEE) == {"guarantee.txt": "CLEAN"}, "tried again"
        assert opening.filed() == {"guarantee.txt": True}
        with member.get(paper) as given:
            assert given.data == b"5,000,000,000"
        tender.decide(second, Kind.GUARANTEE)
        opening.open(members, first, Kind.TECHNICAL)

    assert opening.scans(first, Kind.TECHNICAL) == {"method.txt": "CLEAN", "list.txt": "INFECTED"}
    assert sorted(opening.filed()) == ["guarantee.txt", "method.txt"]
    infected = opening.at(f"/files/{first.id}/B/2")
    opening.scanner("")
    assert member.get(infected).status_code == 422, "not without a scanner either"
    assert member.post(f"{infected}/scan").status_code == 422
    for who, sees in ((member, True), (bidder, True), (other, False)):
        page = who.get(opening.at()).text
        assert (VIRUS in page) is sees
        assert infected not in page
        assert foreign_words("<main" + page.split("<main")[1], locale) == []
    told = "ویروس یافت شد" if locale == "fa" else "A virus was found"
    assert told in bidder.get("/notices").text
    assert opening.acts()[-1] == f"file_infected {VIRUS}"
    assert tender.decide(first, Kind.TECHNICAL), "the bid is not lost for it"


def test_what_came_out_while_nobody_looked_is_looked_at_when_it_is_asked_for(
    opening: Session, signed_in: SignedIn, clock: Any
):
    """Two ask at once: one of them scans it, and the case's file gets it once."""
    tender = opening.tender
    bid = tender.submit(FIRST)
    clock.at = tender.late
    tender.attended().closed().begun()
    members = [signed_in(each) for each in tender.members[:2]]
    paper = opening.at(f"/files/{bid.id}/A/1")
    opening.open(members, bid, Kind.GUARANTEE)
    with members[0].get(paper) as given:
        assert given.status_code == 200, "a site without a scanner gives as it takes"

    with Scanner() as daemon:
        opening.scanner(daemon.address)
        assert members[0].get(paper).status_code == 422
        assert members[0].post(f"{paper}/scan").status_code == 303
        assert members[1].post(f"{paper}/scan").status_code == 303
        with members[1].get(paper) as given:
            assert given.status_code == 200
    assert opening.acts().count("file_scanned") == 1
    assert opening.filed() == {"guarantee.txt": False}, "filed when it was opened, and not again"
