"""Offers for property that bidders seal here: nobody reads them before the session (R-TND-16)."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Collection
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select

from engine.errors import RulesBroken
from engine.model.document import Document, DocumentVersion
from engine.sdk import Actor
from engine.storage.document_store import FolderStore
from engine.values import Rial
from processes.transactions.queries import auction_notices, own_bids
from processes.transactions.queries.calls import call_numbered
from processes.transactions.queries.opened_papers import kept_of_auction
from processes.transactions.queries.session import session_page
from processes.transactions.records import (
    AuctionState,
    OfferState,
    SealedBid,
    SealedTender,
    SealingState,
)
from processes.transactions.sealing.envelope import Kind
from processes.transactions.sealing.forms import GuaranteeSheet, PriceSheet
from processes.transactions.tests.tendering import Tender
from processes.transactions.tests.tendering import refused as sealing_refused
from processes.transactions.tests.test_flow_auction import BN, A, Auction, B, C, M, prepared
from processes.transactions.tests.walking import Office
from tests.kit.walking import codes

MEMBERS = ["commission1", "commission2", "commission3"]
ONLINE = {"members": MEMBERS, "threshold": 2}
Actors = Callable[[str], Actor]


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    """Where envelopes lie."""
    return FolderStore(tmp_path / "documents")


def called(office: Office, store: FolderStore, actor: Actors) -> tuple[Auction, Tender]:
    """Return an auction whose notice is written, and the commission that makes its key."""
    auction = prepared(office).publish("ONLINE", **ONLINE)
    return auction, of_notice(auction, store, actor)


def of_notice(auction: Auction, store: FolderStore, actor: Actors) -> Tender:
    """Return the commission of the newest notice."""
    row = auction.row
    assert row.deadline is not None
    made = Tender(auction.office.database, store, actor, row.deadline - timedelta(days=7))
    assert row.seal_id is not None
    made.id, made.number = row.seal_id, str(auction.variables["sealed_no"])
    return made


def with_key(sealing: Tender) -> Tender:
    """Let the members make the key."""
    return sealing.joined().dealt().rehearsed()


def sheets(
    sealing: Tender, amount: int, deposit: int = 2_500 * M, form: str = "CASH", receipt: str = ""
):
    """Return what a bidder's page writes into A and C."""
    return {
        Kind.GUARANTEE: GuaranteeSheet(
            receipt or f"س/{amount}", "بانک شهر", "", form, Rial(deposit), date(2030, 1, 1), "D07",
            sealing.number,
        ),
        Kind.PRICE: PriceSheet((), Rial(amount), ""),
    }  # fmt: skip


def offer(sealing: Tender, who: tuple[str, str], amount: int, **other) -> SealedBid:
    """Seal and send an offer, as the bidder's page does."""
    sent = sealing.sealed(who[0], facts=sheets(sealing, amount, **other))
    return sealing.submit(who[0], sent)


def opened(sealing: Tender, *bids: SealedBid, but: Collection[SealedBid] = ()) -> None:
    """Hold the session: all envelopes of the bids, the deposits of some are not let through."""
    sealing.attended().begun()
    for kind in Kind:
        for bid in bids:
            if bid not in but:
                sealing.open(bid, kind)
            elif kind is Kind.GUARANTEE:
                sealing.open(bid, kind)
                sealing.decide(bid, kind, passes=False)
                continue
            if kind is not Kind.PRICE and bid not in but:
                sealing.decide(bid, kind)
    sealing.end()


def test_bidders_seal_their_offers_and_the_highest_that_is_let_through_wins(
    office: Office, store: FolderStore, actor: Actors
):
    auction, sealing = called(office, store, actor)
    assert list(auction.waiting) == ["make_auction_key"]
    assert auction.row.state is AuctionState.APPROVED, "the notice waits for its key"
    with office.database.reader() as session:
        assert auction_notices.notices(session, office.clock(), 1).rows == []
    with pytest.raises(RulesBroken) as early:
        auction.do("make_auction_key", "publish")
    assert codes(early) == [("TND-070", "outcome")]
    with_key(sealing)
    with sealing_refused("TND-050"):
        offer(sealing, A, 51 * BN)  # the notice is not out
    auction.do("make_auction_key", "publish")
    with office.database.reader() as session:
        [told] = auction_notices.notices(session, office.clock(), 1).rows
        call, _ = call_numbered(session, sealing.number)
    assert (told.way, told.takes_offers, told.fingerprint) == ("ONLINE", True, call.fingerprint)
    assert (call.least, call.required.amount) == (Rial(50 * BN), Rial(2_500 * M))

    with sealing_refused("TND-110"):
        offer(sealing, ("10380284791", "ناشناس"), 51 * BN)
    first, second = offer(sealing, A, 51 * BN), offer(sealing, B, 55 * BN)
    offer(sealing, C, 60 * BN)
    third = offer(sealing, C, 70 * BN, deposit=1)  # takes the place of the one before
    assert auction.row.offers == [], "nothing is known before the session"
    auction.until_deadline()
    with pytest.raises(RulesBroken) as shut:
        auction.do("record_offers", "submit", offers_typed=[])
    assert codes(shut) == [("AUC-030", None)]

    opened(sealing, first, second, third, but=[third])
    with office.database.reader() as session:
        papers = {
            who: set(kept_of_auction(session, auction.instance_id, actor(who)))
            for who in ("unit_head", "commission1", "proc_officer")
        }
        page = session_page(
            session, sealing.number, actor("proc_officer"), store.open, sealing.late
        )
    assert page.is_auction
    assert [[one.code for one in each.envelopes["A"].problems] for each in page.bids] == [
        [], [], ["TND-027"],
    ], "the commission saw which deposit is too low"  # fmt: skip
    assert papers["unit_head"]
    assert not papers["commission1"] | papers["proc_officer"]
    typed = [{"identifier": C[0], "bidder": C[1], "amount": 70 * BN, "deposit": 2_500 * M,
              "receipt_no": "س/ت"}]  # fmt: skip
    with pytest.raises(RulesBroken) as made_up:
        auction.do("record_offers", "submit", offers_typed=typed)
    assert codes(made_up) == [("AUC-032", "offers_typed/0/identifier")]
    auction.do("record_offers", "submit", offers_typed=[])
    assert [(each.identifier, each.amount) for each in auction.row.offers] == [
        (A[0], Rial(51 * BN)), (B[0], Rial(55 * BN)),
    ]  # fmt: skip
    assert auction.variables["ranked"][0]["amount"] == 55 * BN
    auction.do("name_buyer", "confirm", minute_no="م/۷")
    assert auction.variables["balance"] == 52_500 * M
    with office.database.reader() as session:
        results = {who[0]: own_bids.own_offers(session, who[0])[0].result for who in (A, B, C)}
        freed = kept_of_auction(session, auction.instance_id, actor("unit_head"))
    assert results == {A[0]: OfferState.OFFERED, B[0]: OfferState.PAYING, C[0]: None}
    assert not freed, "who reads the case reads them once the buyer is named"


def test_an_offer_no_program_reads_is_typed_and_a_guarantee_pays_nothing(
    office: Office, store: FolderStore, actor: Actors
):
    auction, sealing = called(office, store, actor)
    with_key(sealing)
    auction.do("make_auction_key", "publish")
    scans = sealing.submit(A[0], sealing.sealed(A[0]))
    bank = offer(sealing, B, 51 * BN, form="BANK")
    auction.until_deadline()
    opened(sealing, scans, bank)

    with pytest.raises(RulesBroken) as missing:
        auction.do("record_offers", "submit", offers_typed=[])
    assert codes(missing) == [("AUC-031", "offers_typed")]
    typed = {"identifier": A[0], "bidder": A[1], "amount": 53 * BN, "receipt_no": "س/۱"}
    with pytest.raises(RulesBroken) as short:
        auction.do("record_offers", "submit", offers_typed=[{**typed, "deposit": 1}])
    assert codes(short) == [("AUC-001", "offers_typed/0/deposit")]
    auction.do("record_offers", "submit", offers_typed=[{**typed, "deposit": 2_500 * M}])
    assert [(each.identifier, each.deposit) for each in auction.row.offers] == [
        (A[0], Rial(2_500 * M)), (B[0], Rial.ZERO),
    ]  # fmt: skip


def test_a_deposit_that_counts_already_is_seen_at_the_opening_and_nobody_lets_it_through(
    office: Office, store: FolderStore, actor: Actors
):
    """Of an earlier auction of the unit, and of another offer of this one (AUC-007).

    Nor one above the base price (AUC-006): what is left of the price could be less than nothing.
    """
    earlier = prepared(office).publish("SEALED").until_deadline()
    used = {"identifier": A[0], "bidder": A[1], "amount": 51 * BN, "deposit": 2_500 * M}
    earlier.do("record_offers", "submit", offers_typed=[{**used, "receipt_no": "س/۹"}])
    other = prepared(office).publish("SEALED").until_deadline()
    auction, sealing = called(office, store, actor)
    with_key(sealing)
    auction.do("make_auction_key", "publish")
    before = offer(sealing, A, 53 * BN, receipt="س/۹")
    first = offer(sealing, B, 55 * BN, receipt="س/۱")
    same = offer(sealing, C, 55 * BN, receipt="س/۱", deposit=50 * BN + 1)
    auction.until_deadline()
    sealing.attended().begun()
    for bid in (before, first, same):
        sealing.open(bid, Kind.GUARANTEE)
        if bid is not first:
            with sealing_refused(*(["AUC-007"] if bid is before else ["AUC-006", "AUC-007"])):
                sealing.decide(bid, Kind.GUARANTEE)
        sealing.decide(bid, Kind.GUARANTEE, passes=bid is first)
    with pytest.raises(RulesBroken) as counted:
        other.do("record_offers", "submit", offers_typed=[{**used, "receipt_no": "س/1"}])
    assert codes(counted) == [("AUC-007", "offers_typed/0/receipt_no")], "from now on, not later"

    with office.database.reader() as session:
        page = session_page(
            session, sealing.number, actor("proc_officer"), store.open, sealing.late
        )
    assert [[one.code for one in each.envelopes["A"].problems] for each in page.bids] == [
        ["AUC-007"], [], ["AUC-006", "AUC-007"],
    ]  # fmt: skip
    for kind in (Kind.TECHNICAL, Kind.PRICE):
        sealing.open(first, kind)
        if kind is Kind.TECHNICAL:
            sealing.decide(first, kind)
    sealing.end()
    auction.do("record_offers", "submit", offers_typed=[])
    assert [each.identifier for each in auction.row.current] == [B[0]]


def test_the_minutes_of_its_session_are_printed_and_signed_and_so_are_those_of_who_buys(
    office: Office, app: Flask, actor: Actors, signed_in: Callable[[str], FlaskClient], clock: Any
):
    auction, sealing = called(office, app.extensions["divan"].documents, actor)
    with_key(sealing)
    auction.do("make_auction_key", "publish")
    good, low = offer(sealing, A, 51 * BN), offer(sealing, B, 55 * BN, deposit=1)
    auction.until_deadline()
    clock.at = max(clock(), sealing.late)
    opened(sealing, good, low, but=[low])
    at = f"/areas/transactions/tenders/{sealing.number}/session/minutes"

    assert signed_in("proc_officer").post(at).status_code == 303
    with signed_in("commission1").get(f"{at}/1.pdf") as answer:
        printed, sha256 = _text(answer.data), hashlib.sha256(answer.data).hexdigest()
    member = signed_in("commission1")
    assert member.post(f"{at}/1/sign", data={"sha256": sha256}).status_code == 303
    with office.database.reader() as session:
        sealed = session.get(SealedTender, sealing.id)
        assert sealed is not None
        assert list(sealed.minutes[0].signed) == ["1"]
    auction.do("record_offers", "submit", offers_typed=[])
    auction.do("name_buyer", "confirm", minute_no="م/۷")
    assert all(each in printed for each in ("مزایده", "سپرده", "حضور", *A[1].split()))
    assert printed.count("ریال") == 4, "of two deposits, of an offer in digits and once in words"
    with office.database.reader() as session:
        of_case = Document.instance_id == auction.instance_id
        filed = session.scalars(
            select(DocumentVersion).join(Document).where(of_case, DocumentVersion.kind == "pdf")
        ).all()
    [named] = [each for each in filed if each.name.startswith("صورت‌جلسهٔ مزایده")]
    with app.extensions["divan"].documents.open(named.sha256) as file:
        minutes = _text(file.read())
    assert all(each in minutes for each in ("پیشنهادها", "بهای", "نتیجه", "نمونه"))


def _text(pdf: bytes) -> str:
    return " ".join(each.extract_text() for each in PdfReader(io.BytesIO(pdf)).pages)


def test_without_an_offer_it_is_repeated_with_a_key_of_its_own_and_a_notice_can_be_rewritten(
    office: Office, store: FolderStore, actor: Actors
):
    auction, sealing = called(office, store, actor)
    with_key(sealing)
    auction.do("make_auction_key", "publish").until_deadline()
    auction.do("record_offers", "submit", offers_typed=[])
    assert sealing.seen().state is SealingState.UNSUCCESSFUL
    assert list(auction.waiting) == ["publish_auction"]

    auction.publish("ONLINE", **ONLINE)
    again = of_notice(auction, store, actor)
    assert again.number == f"{auction.row.number}-2"
    with office.database.reader() as session:
        assert not auction_notices.notices(session, office.clock(), 1).rows, "a new key is made"
        earlier, _ = call_numbered(session, sealing.number)
    assert earlier.auction is not None, "who sealed for the first notice still finds it"
    auction.do("make_auction_key", "again")
    assert again.seen().state is SealingState.UNSUCCESSFUL
    assert auction.row.seal_id is None
    auction.publish("ONLINE", **ONLINE)
    office.cancel(auction)
    assert of_notice(auction, store, actor).seen().state is SealingState.UNSUCCESSFUL


def test_a_commission_is_asked_for_and_a_ceremony_that_took_too_long_moves_the_deadline(
    office: Office, store: FolderStore, actor: Actors
):
    auction = prepared(office)
    with pytest.raises(RulesBroken) as nobody:
        auction.publish("ONLINE")
    assert codes(nobody) == [("GEN-REQUIRED", "members"), ("GEN-REQUIRED", "threshold")]
    with pytest.raises(RulesBroken) as few:
        auction.publish("ONLINE", members=MEMBERS[:2], threshold=3)
    assert codes(few) == [("TND-071", "members"), ("TND-052", "threshold")]
    auction.publish("ONLINE", **ONLINE)
    with_key(of_notice(auction, store, actor))
    office.clock.pass_time(timedelta(days=15))
    with pytest.raises(RulesBroken) as late:
        auction.do("make_auction_key", "publish")
    assert codes(late) == [("TND-003", "outcome")]
