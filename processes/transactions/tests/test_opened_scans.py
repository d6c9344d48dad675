"""Files out of envelopes and the virus scanner: what is not clean is given to nobody."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.catalogue.chores import Turn
from engine.connectors import SITE
from engine.jobs.worker import Worker
from engine.model.admin_event import AdminEvent
from engine.model.document import DocumentVersion
from engine.model.notice import Notice
from engine.model.person import Actor
from engine.settings import DocumentSettings
from engine.storage.database import Database
from processes.transactions.commands.opened_scans import scan_waiting
from processes.transactions.queries import sealing as rows
from processes.transactions.records.sealing import OpenedFile, SealedBid
from processes.transactions.sealing.envelope import Kind
from processes.transactions.tests.tendering import Tender
from processes.transactions.tests.test_flow_auction import BN
from processes.transactions.tests.test_sealed_auction import called, sheets, with_key
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

    def turn(self, address: str, minutes: float) -> None:
        """Let a worker's turn come so many minutes after the opening."""
        taking = DocumentSettings(scanner=address)
        at = self.tender.late + timedelta(minutes=minutes)
        scan_waiting(Turn(self.tender.database, self.tender.store, taking, at))

    def waits(self, bid: SealedBid) -> tuple[int, int | None]:
        """How often the scanner could not tell of the guarantee, and for how many seconds more."""
        with self.tender.database.reader() as reading:
            [file] = rows.bid(reading, bid.id).envelope(Kind.GUARANTEE).files
            after = file.scan_after
            late = self.tender.late
            return file.scan_tries, None if after is None else int((after - late).total_seconds())

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


def test_the_clock_asks_of_what_nobody_could_tell_and_waits_longer_each_time(
    opening: Session, signed_in: SignedIn, clock: Any
):
    """And of what came out before the site had a scanner; a scanner that is away counts nothing."""
    tender = opening.tender
    bid = tender.submit(FIRST)
    clock.at = tender.late
    tender.attended().closed().begun()
    members = [signed_in(each) for each in tender.members[:2]]
    opening.open(members, bid, Kind.GUARANTEE)
    opening.turn("", 0)
    assert opening.waits(bid) == (0, None), "without a scanner nothing is asked"
    with Scanner() as daemon:
        opening.scanner(daemon.address)
        assert "پیش از آن‌که" in members[0].get(opening.at()).text
    opening.turn(AWAY.format(free_port()), 0)
    assert opening.waits(bid) == (0, 300)
    with _Dumb() as dumb:
        minutes, waits = 5, []
        for _ in range(9):
            opening.turn(dumb.address, minutes)
            tries, seconds = opening.waits(bid)
            waits.append((tries, seconds and seconds // 60 - minutes))
            minutes = (seconds or 0) // 60
    assert waits == [*((n + 1, 5 * 2**n) for n in range(8)), (8, 0)], "then it is left alone"
    assert opening.scans(bid, Kind.GUARANTEE) == {"guarantee.txt": "UNSCANNED"}
    opening.scanner(dumb.address)
    assert "دیگر خودبه‌خود" in members[0].get(opening.at()).text


def test_a_worker_scans_what_waits_and_tells_who_offers_for_property_of_a_virus(
    office: Office,
    app: Flask,
    actor: Callable[[str], Actor],
    signed_in: SignedIn,
    monkeypatch: pytest.MonkeyPatch,
):
    store = app.extensions["divan"].documents
    auction, sealing = called(office, store, actor)
    with_key(sealing)
    auction.do("make_auction_key", "publish")
    sent = sealing.sealed(FIRST, facts=sheets(sealing, 51 * BN), files={"list.txt": EICAR})
    bid = sealing.submit(FIRST, sent)
    auction.until_deadline()
    sealing.attended().begun()
    sealing.open(bid, Kind.GUARANTEE)
    sealing.decide(bid, Kind.GUARANTEE)
    sealing.open(bid, Kind.TECHNICAL)

    with Scanner() as daemon:
        monkeypatch.setattr(SITE, "taking", DocumentSettings(scanner=daemon.address))
        worker = Worker(office.database, clock=office.clock, documents=store)
        worker.start()
        try:
            last = time.monotonic() + 60
            while waiting(office.database) and time.monotonic() < last:
                time.sleep(0.05)
        finally:
            worker.stop()

    with office.database.reader() as reading:
        files = reading.scalars(select(OpenedFile)).all()
        told = reading.scalars(select(AdminEvent.actor).where(AdminEvent.kind == "area_act"))
        assert {each.name: each.scan.value for each in files if each.virus} == {
            "list.txt": "INFECTED"
        }
        assert "engine" in set(told)
        said = map(str, reading.scalars(select(Notice.facts)))
        [notice] = [each for each in said if "ویروس" in each]
    assert f"/bidding/{sealing.number}" in notice
    assert "ویروس یافت شد" in signed_in("bidder1").get("/notices").text


def waiting(database: Database) -> int:
    """Return how many files nobody has looked at."""
    with database.reader() as reading:
        files = reading.scalars(select(OpenedFile)).all()
        return sum(each.scan.value == "UNSCANNED" for each in files)


class _Dumb(socketserver.ThreadingTCPServer):
    """A scanner that hangs up on whoever asks."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), socketserver.BaseRequestHandler)
        self.address = f"tcp://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()
