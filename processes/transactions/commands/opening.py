"""The session: roll call, envelopes opened one by one in the order of the law, votes, returns.

Every act is in the journal. What opens an envelope is made of what k members released for it; it
is used and forgotten, and what they released for others is of no use (ADR 53).
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from engine.sdk import (
    Actor,
    Content,
    DocumentStore,
    Incoming,
    NotFound,
    Problem,
    RulesBroken,
    Scanner,
    Session,
    UnitOfWork,
    file_in_case,
    retried,
)
from processes.transactions.commands.opened_scans import (
    Found,
    Recognise,
    fit_to_file,
    kept_files,
    tell_infected,
)
from processes.transactions.commands.seats import (
    must_be_begun,
    must_be_past,
    must_have_quorum,
    must_sit,
    seated,
    told,
)
from processes.transactions.commands.sittings import pause_for_quality
from processes.transactions.commands.voting import must_take_part
from processes.transactions.queries import sealing as rows
from processes.transactions.records.sealing import (
    EnvelopeState,
    OpenedFile,
    SealedBid,
    SealedEnvelope,
    SealedTender,
    SealingState,
    SealMember,
    SealRelease,
)
from processes.transactions.rules.envelope_order import refusal
from processes.transactions.sealing import opening
from processes.transactions.sealing.contents import File, unpack
from processes.transactions.sealing.curve import Point
from processes.transactions.sealing.envelope import Kind, opened
from processes.transactions.sealing.errors import SealBroken, ShareRefused
from processes.transactions.sealing.forms import GUARANTEE_FILE, PRICE_FILE
from processes.transactions.sealing.opening import Released

LARGEST: Final = 2**32  #: bytes of one file that came out of an envelope
LARGEST_SHEET: Final = 2**20  #: bytes of a sheet of facts that is read


@retried
def release(
    uow: UnitOfWork,
    tender_id: UUID,
    bid_id: UUID,
    kind: Kind,
    given: Any,
    *,
    quorum: int,
    actor: Actor,
    at: datetime,
) -> bool:
    """Take what a member released of one envelope, and tell whether it can be opened now.

    Raises:
        NotFound: there is no such bid.
        NotAtThisDesk: the actor is no member.
        WrongState: no session is on, or the envelope was opened.
        RulesBroken: ``TND-008``, ``TND-009``, ``TND-069``, ``TND-010`` the bid failed before,
            ``TND-058`` other envelopes come first, ``TND-055`` it is not made with the member's
            share, ``SOD-010``.
    """
    with uow:
        found, seat = seated(uow.session, tender_id, actor)
        bid, envelope = _in_turn(uow.session, found, bid_id, kind, at)
        must_have_quorum(found, quorum)
        must_take_part(seat)
        must_be_begun(found)
        released = _checked(found, bid, envelope, seat, given)
        known = {each.member for each in envelope.releases}
        if seat.position not in known:
            uow.session.add(
                SealRelease(
                    bid_id=bid_id, kind=kind, member=seat.position,
                    content=released.write(), released_at=at,
                )
            )  # fmt: skip
            facts = {"bid": str(bid_id), "kind": kind.value, "position": seat.position}
            told(uow.session, found, "envelope_released", facts, actor=actor, at=at)
        uow.commit()
        return len(known | {seat.position}) >= found.threshold


def _checked(
    found: SealedTender, bid: SealedBid, envelope: SealedEnvelope, seat: SealMember, given: Any
) -> Released:
    header = rows.header_of(found, bid, envelope.kind)
    key = rows.key_as_used(found.key(envelope.kind))
    try:
        released = Released.read(given)
        if released.member != seat.position:
            raise ShareRefused("another member's")  # noqa: TRY301 - one refusal for all
        opening.check(released, key, header, Point.decode(bytes.fromhex(envelope.sent)))
    except ShareRefused:
        raise RulesBroken([Problem("TND-055")]) from None
    return released


@dataclass(frozen=True, slots=True)
class Contents:
    """What came out of an envelope: files in the store, or nothing, when it does not open."""

    files: list[Found]
    filed: list[Content]  #: those that a case's file takes
    sheet: str | None = None  #: of facts, where there is one
    is_broken: bool = False


def open_contents(
    uow: UnitOfWork,
    store: DocumentStore,
    bid_id: UUID,
    kind: Kind,
    recognise: Recognise,
    scanner: Scanner | None,
) -> Contents:
    """Open an envelope into the store, portion by portion; no transaction is held meanwhile.

    Args:
        scanner: looks at each file; what it has not found clean is kept and not filed. ``None``:
            the site has none, and files what it recognises, as it does with uploads.

    Raises:
        NotFound: there is no such bid.
        RulesBroken: ``TND-060`` too few members have released it.
    """
    with uow:
        bid = rows.bid(uow.session, bid_id)
        found = rows.tender(uow.session, bid.tender_id)
        envelope = bid.envelope(kind)
        released = [Released.read(each.content) for each in envelope.releases]
        header, sha256 = rows.header_of(found, bid, kind), envelope.sha256
        threshold = found.threshold
    if len(released) < threshold:
        raise RulesBroken([Problem("TND-060")])
    agreed = opening.agreed(released, threshold)
    received: list[Incoming] = []
    with ExitStack() as stack:

        def receive(_: File) -> Incoming:
            received.append(stack.enter_context(store.receive(LARGEST)))
            return received[-1]

        try:
            with store.open(sha256) as file:
                files = unpack(opened(file, header, agreed), receive)
        except SealBroken:
            return Contents([], [], is_broken=True)
        sheet = _sheet(files, received)
        kept = kept_files(store, files, received, recognise, scanner)
        return Contents(kept, fit_to_file(kept, scanner), sheet)


def _sheet(files: list[File], received: list[Incoming]) -> str | None:
    """Return what a bidder's page wrote into an envelope; what is no text of ours is none."""
    for each, incoming in zip(files, received, strict=True):
        if each.name in {GUARANTEE_FILE, PRICE_FILE} and each.size <= LARGEST_SHEET:
            incoming.seek(0)
            return incoming.read().decode("utf-8", "replace").replace("\0", "\ufffd")
    return None


@retried
def keep_opened(
    uow: UnitOfWork,
    tender_id: UUID,
    bid_id: UUID,
    kind: Kind,
    contents: Contents,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Keep that an envelope was opened and what lay in it; the case's file gets its documents.

    One that does not open though the shares are right was never whole: it fails the bid.

    Raises:
        NotFound, NotAtThisDesk, WrongState, RulesBroken: as of `release`.
    """
    with uow:
        found = rows.tender(uow.session, tender_id, to_change=True)
        must_sit(found, actor)
        bid, envelope = _in_turn(uow.session, found, bid_id, kind, at)
        if len(envelope.releases) < found.threshold:
            raise RulesBroken([Problem("TND-060")])
        envelope.opened_at, envelope.sheet = at, contents.sheet
        envelope.state = EnvelopeState.REJECTED if contents.is_broken else EnvelopeState.OPENED
        envelope.reason = "TND-061" if contents.is_broken else None
        uow.session.add_all(
            OpenedFile(
                bid_id=bid_id, kind=kind, position=position,
                name=each.name, size=each.size, sha256=each.sha256,
                scan=each.verdict.scan, virus=each.verdict.virus,
                scan_after=at if each.is_asked else None,
            )
            for position, each in enumerate(contents.files, 1)
        )  # fmt: skip
        if found.case_id is not None and contents.filed:
            uow.session.flush()
            file_in_case(uow, found.case_id, contents.filed, actor=actor, at=at)
        facts = {
            "bid": str(bid.id),
            "kind": kind.value,
            "members": [each.member for each in envelope.releases],
            "files": [each.sha256 for each in contents.files],
            "broken": contents.is_broken,
        }
        told(uow.session, found, "envelope_opened", facts, actor=actor, at=at)
        uow.session.flush()
        for file in envelope.files:
            tell_infected(uow.session, found, bid, file, actor=actor, at=at)
        pause_for_quality(uow.session, found, actor=actor, at=at)
        uow.commit()


def _in_turn(
    session: Session, found: SealedTender, bid_id: UUID, kind: Kind, at: datetime
) -> tuple[SealedBid, SealedEnvelope]:
    """Return a bid and its envelope, if its turn has come."""
    found.must_be(SealingState.OPENING)
    must_be_past(found, at)
    bids = {each.id: each for each in rows.bids(session, found.id)}
    bid = bids.pop(bid_id, None)
    if bid is None:
        raise NotFound(f"no bid {bid_id}")
    envelope = bid.envelope(kind)
    envelope.must_be(EnvelopeState.SEALED)
    if kind is Kind.PRICE and rows.prices_wait(session, found):
        raise RulesBroken([Problem("TND-062")])
    code = refusal(
        kind.value, rows.states_of(bid), (rows.states_of(each) for each in bids.values())
    )
    if code is not None:
        raise RulesBroken([Problem(code)])
    return bid, envelope
