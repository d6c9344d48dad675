"""Bids come in sealed, are replaced and withdrawn, until the deadline by the database's clock."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from os import SEEK_END
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Subquery, func, insert, literal, select, update

from engine.errors import ContentMissing
from engine.sdk import (
    Actor,
    DocumentStore,
    Incoming,
    Moment,
    NotAtThisDesk,
    NotFound,
    Problem,
    RulesBroken,
    Session,
    UnitOfWork,
    new_id,
    retried,
    tell_act,
)
from engine.values import local_date
from processes.transactions.commands.seats import AREA
from processes.transactions.queries import sealing as rows
from processes.transactions.queries.taking_part import must_take_part
from processes.transactions.records.sealing import (
    BidState,
    SealedBid,
    SealedEnvelope,
    SealedTender,
    SealingState,
)
from processes.transactions.sealing.envelope import Header, Kind, Opening, begin, check_size
from processes.transactions.sealing.errors import SealBroken

#: signs some bytes with the site's key
Sign = Callable[[bytes], bytes]
_HASH: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_SQLITE: Final = "%Y-%m-%d %H:%M:%f000"


@dataclass(frozen=True, slots=True)
class Sent:
    """An envelope that lies in the store."""

    sha256: str
    size: int  #: bytes
    begun: Opening


def take(store: DocumentStore, incoming: Incoming, header: Header) -> Sent:
    """Keep an envelope that came in, unless it is none, or for another place.

    Raises:
        RulesBroken: ``TND-056`` it is none or cut off, ``TND-057`` it is for another tender,
            bidder, kind or version, or sealed to another key, ``GEN-FILE-SIZE`` it is too large.
    """
    if incoming.is_too_large:
        raise RulesBroken([Problem("GEN-FILE-SIZE", header.kind.value)])
    incoming.seek(0)
    begun = _begun(incoming, header, incoming.size)
    store.keep(incoming)
    return Sent(incoming.sha256, incoming.size, begun)


def kept(store: DocumentStore, sha256: str, header: Header) -> Sent:
    """Return an envelope that `take` put into the store; it is looked at again.

    Raises:
        RulesBroken: ``TND-056`` there is none, ``TND-057`` it is for another place.
    """
    if not _HASH.fullmatch(sha256):
        raise RulesBroken([Problem("TND-056", header.kind.value)])
    try:
        with store.open(sha256) as file:
            size = file.seek(0, SEEK_END)
            file.seek(0)
            return Sent(sha256, size, _begun(file, header, size))
    except ContentMissing:
        raise RulesBroken([Problem("TND-056", header.kind.value)]) from None


def _begun(file: Any, header: Header, size: int) -> Opening:
    try:
        begun = begin(file)
        check_size(size, begun)
    except SealBroken:
        raise RulesBroken([Problem("TND-056", header.kind.value)]) from None
    if begun.header != header.encode():
        raise RulesBroken([Problem("TND-057", header.kind.value)])
    return begun


@retried
def submit(
    uow: UnitOfWork,
    tender_id: UUID,
    sent: Mapping[Kind, Sent],
    *,
    sign: Sign,
    actor: Actor,
    at: datetime,
    moment: datetime | None = None,
) -> SealedBid:
    """Take a bid of three envelopes in the place of the bidder's earlier one, with a receipt.

    Args:
        moment: by which the deadline is decided; ``None``: the database's clock, read by the
            statement that inserts the bid.

    Raises:
        NotFound, NotAtThisDesk: there is no such tender, or the actor bids for nobody.
        WrongState: it takes no bids yet, or no more.
        RulesBroken: ``TND-005`` late, ``TND-057`` an envelope is missing or of another version;
            ``TND-110``, ``PRC-006``, ``TND-111`` the bidder takes no part.
    """
    bidder = bidder_of(actor)
    with uow:
        found = rows.tender(uow.session, tender_id, to_bid=True)
        found.must_be(SealingState.READY)
        must_take_part(uow.session, found, bidder, local_date(at))
        version = _version(uow.session, found, bidder, sent)
        uow.session.execute(
            update(SealedBid)
            .where(
                SealedBid.tender_id == found.id,
                SealedBid.bidder == bidder,
                SealedBid.state == BidState.SEALED,
            )
            .values(state=BidState.REPLACED)
        )
        bid_id = insert_in_time(uow, found, bidder, version, actor.username, moment)
        uow.session.add_all(
            SealedEnvelope(
                bid_id=bid_id, kind=kind, sha256=each.sha256, size=each.size,
                sent=each.begun.sent.hex(), proof=each.begun.proof.hex(),
            )
            for kind, each in sent.items()
        )  # fmt: skip
        uow.session.flush()
        bid = uow.session.get_one(SealedBid, bid_id)
        receipt = receipt_of(found, bid)
        bid.receipt, bid.signature = receipt.decode(), sign(receipt).hex()
        facts = {"tender": str(found.id), "bidder": bidder, "receipt": json.loads(receipt)}
        tell_act(uow.session, AREA, "bid_sealed", facts, actor=actor, at=at, case_id=found.case_id)
        uow.commit()
        return bid


def _version(session: Session, found: SealedTender, bidder: str, sent: Mapping[Kind, Sent]) -> int:
    """Return the version all three envelopes were sealed as: the bidder's next one."""
    for kind in Kind:
        expected = rows.next_header(session, found, bidder, kind)
        if kind not in sent or sent[kind].begun.header != expected.encode():
            raise RulesBroken([Problem("TND-057", kind.value)])
    return expected.version


def insert_in_time(
    uow: UnitOfWork,
    found: SealedTender,
    bidder: str,
    version: int,
    by: str,
    moment: datetime | None,
) -> UUID:
    """Insert a bid if it is in time, in one statement: between looking and writing is no gap.

    Raises:
        RulesBroken: ``TND-005`` it is late.
    """
    bid_id, clock = new_id(), database_clock(uow, moment)
    values: dict[str, ColumnElement[Any]] = {
        "id": literal(bid_id, SealedBid.id.type),
        "tender_id": literal(found.id, SealedBid.id.type),
        "bidder": literal(bidder),
        "version": literal(version),
        "state": literal(BidState.SEALED, SealedBid.state.type),
        "submitted_at": clock.c.moment,
        "submitted_by": literal(by),
    }
    in_time = (
        select(*values.values())
        .select_from(clock)
        .join(SealedTender, SealedTender.id == found.id)
        .where(clock.c.moment <= SealedTender.deadline, SealedTender.state == SealingState.READY)
    )
    done = uow.session.execute(
        insert(SealedBid).from_select(list(values), in_time, include_defaults=False)
        .returning(SealedBid.id)
    )  # fmt: skip
    if done.first() is None:
        raise RulesBroken([Problem("TND-005")])
    return bid_id


def database_clock(uow: UnitOfWork, moment: datetime | None) -> Subquery:
    """Return one row with the moment of the statement: read once, whatever it is compared with."""
    if moment is not None:
        told: ColumnElement[Any] = literal(moment, Moment())
    elif uow.database.is_sqlite:
        told = func.strftime(_SQLITE, "now", type_=Moment())
    else:
        told = func.clock_timestamp(type_=Moment())
    return select(told.label("moment")).subquery("clock")


@retried
def withdraw(
    uow: UnitOfWork,
    tender_id: UUID,
    *,
    actor: Actor,
    at: datetime,
    moment: datetime | None = None,
) -> None:
    """Take the bidder's bid back, until the deadline (R-TND-04).

    Args:
        moment: as of `submit`.

    Raises:
        NotFound: there is no bid that counts.
        RulesBroken: ``TND-005`` late.
    """
    bidder = bidder_of(actor)
    with uow:
        found = rows.tender(uow.session, tender_id, to_bid=True)
        counts = (
            SealedBid.tender_id == found.id,
            SealedBid.bidder == bidder,
            SealedBid.state == BidState.SEALED,
        )
        bid = uow.session.scalars(select(SealedBid).where(*counts)).one_or_none()
        if bid is None:
            raise NotFound("no bid")
        clock = database_clock(uow, moment)
        in_time = select(clock.c.moment).join(SealedTender, SealedTender.id == found.id).where(
            clock.c.moment <= SealedTender.deadline, SealedTender.state == SealingState.READY
        )  # fmt: skip
        done = uow.session.execute(
            update(SealedBid)
            .where(*counts, in_time.exists())
            .values(state=BidState.WITHDRAWN, withdrawn_at=in_time.scalar_subquery())
            .returning(SealedBid.id)
            .execution_options(synchronize_session=False)
        )
        if done.first() is None:
            raise RulesBroken([Problem("TND-005")])
        facts = {"tender": str(found.id), "bidder": bidder, "version": bid.version}
        tell_act(
            uow.session, AREA, "bid_withdrawn", facts, actor=actor, at=at, case_id=found.case_id
        )
        uow.commit()


def bidder_of(actor: Actor) -> str:
    """Return the organisation the actor bids for.

    Raises:
        NotAtThisDesk: it is none, or several.
    """
    parties = actor.parties_as(rows.BIDDER)
    if len(parties) != 1:
        raise NotAtThisDesk(rows.BIDDER)
    return next(iter(parties))


def receipt_of(found: SealedTender, bid: SealedBid) -> bytes:
    """Return what the site signs for a bidder: what was received, and when, as canonical JSON."""
    told = {
        "bid": str(bid.id),
        "bidder": bid.bidder,
        "deadline": found.deadline.isoformat(),
        "envelopes": {
            each.kind.value: {"sha256": each.sha256, "size": each.size} for each in bid.envelopes
        },
        "kind": "divan sealed bid receipt 1",
        "number": found.number,
        "submitted_at": bid.submitted_at.isoformat(),
        "tender": str(found.id),
        "version": bid.version,
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
