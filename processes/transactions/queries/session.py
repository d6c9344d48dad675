"""What the page of an opening session shows: to the commission, and to bidders who watch."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, BinaryIO, Final
from uuid import UUID

from sqlalchemy import select

from engine.sdk import Actor, NotFound, Problem, Scan, Session
from engine.values import local_date
from processes.transactions.queries import sealing as rows
from processes.transactions.queries.calls import deposit_of_offer
from processes.transactions.queries.ceremony import names_of
from processes.transactions.queries.sealed_deposits import deposit_problems
from processes.transactions.queries.taking_part import auction_of
from processes.transactions.records.firms import Firm
from processes.transactions.records.sealing import (
    EnvelopeState,
    OpenedFile,
    SealedBid,
    SealedEnvelope,
    SealedTender,
    SealingState,
    SealMinutes,
    SealSitting,
)
from processes.transactions.records.tenders import Tender
from processes.transactions.rules.envelope_order import ORDER, turn
from processes.transactions.rules.guarantees import Required, check_bid_guarantee
from processes.transactions.sealing.envelope import Kind
from processes.transactions.sealing.forms import (
    GUARANTEE_FILE,
    PRICE_FILE,
    GuaranteeSheet,
    PriceSheet,
    read_guarantee,
    read_price,
)

#: opens a content of the document store
Opens = Callable[[str], BinaryIO]
LONGEST: Final = 1024 * 1024  #: bytes of a file of facts that is read
_BEGUN: Final = {SealingState.OPENING, SealingState.CLOSED}


class Looks(enum.Enum):
    """As what somebody looks at a session."""

    MEMBER = "MEMBER"
    SECRETARY = "SECRETARY"
    BIDDER = "BIDDER"  #: reads, and no more than the law lets be read


@dataclass(frozen=True, slots=True)
class Sitting:
    """A member of the commission in the session."""

    position: int
    names: Mapping[str, str]  #: by language; empty: the user name is shown
    username: str
    is_me: bool
    is_present: bool
    conflict: str | None
    deputy_of: int | None  #: position of the member whose seat is taken
    because: str | None  #: why a deputy sits
    end_vote: Mapping[str, Any] | None  #: whether the tender cannot be opened


@dataclass(frozen=True, slots=True)
class Envelope:
    """One envelope as it stands."""

    kind: str
    state: EnvelopeState
    opened_at: datetime | None
    reason: str | None
    released: frozenset[int]  #: positions of who released it
    votes: Mapping[int, Mapping[str, Any]]  #: by position
    files: Sequence[OpenedFile]
    guarantee: GuaranteeSheet | None
    price: PriceSheet | None
    problems: tuple[Problem, ...]  #: what speaks against what lies in it

    @property
    def shut(self) -> list[OpenedFile]:
        """The files that no scanner has found clean."""
        return [each for each in self.files if each.scan is not Scan.CLEAN]


@dataclass(frozen=True, slots=True)
class Bid:
    """One bid of the session."""

    id: UUID
    bidder: str  #: legal id
    name: str | None
    submitted_at: datetime
    envelopes: Mapping[str, Envelope]

    @property
    def failed(self) -> bool:
        """Whether it was rejected with one of its envelopes."""
        return any(each.state is EnvelopeState.REJECTED for each in self.envelopes.values())


@dataclass(frozen=True, slots=True)
class Roll:
    """A sitting: when it was, and who was here to its end."""

    number: int
    begun_at: datetime | None
    ended_at: datetime | None
    here: frozenset[int]  #: positions
    reasons: Mapping[int, str]  #: of deputies


@dataclass(frozen=True, slots=True)
class SessionPage:
    """A session as it stands."""

    id: UUID
    case_id: UUID | None
    unit: str
    number: str
    title: str
    state: SealingState
    deadline: datetime
    is_past: bool
    begins_at: datetime | None  #: the announced hour while it has not come: nothing begins before
    threshold: int
    sittings: list[Sitting]
    rolls: list[Roll]
    count: int | None  #: of bids; ``None``: nobody is told before the deadline
    bids: list[Bid]  #: none before the session
    now: tuple[Bid, Envelope] | None  #: the envelope whose turn it is
    waits_for_quality: bool
    minutes: Sequence[SealMinutes]
    minutes_due: bool
    looks: Looks
    required: Required | None
    is_auction: bool  #: offers for property, not bids of a tender
    shut: list[
        tuple[Bid, Envelope]
    ]  #: envelopes with files not found clean, that who looks is told

    @property
    def mine(self) -> Sitting | None:
        """The seat of who looks."""
        return next((each for each in self.sittings if each.is_me), None)

    @property
    def has_begun(self) -> bool:
        """Whether a sitting is on; before one begins its roll is called."""
        if self.state is not SealingState.OPENING or not self.rolls:
            return self.state is SealingState.OPENING
        return self.rolls[-1].begun_at is not None and self.rolls[-1].ended_at is None

    @property
    def may_attend(self) -> bool:
        """Whether the roll is open to who looks."""
        is_called = self.state is SealingState.READY and self.is_past
        is_on = self.state is SealingState.OPENING and not self.waits_for_quality
        mine = self.mine
        return mine is not None and mine.conflict is None and (is_called or is_on)

    @property
    def stands_for(self) -> Sitting | None:
        """The member in whose place who looks may sit."""
        of = self.mine.deputy_of if self.mine else None
        return next((each for each in self.sittings if each.position == of), None)

    @property
    def seat_is_taken(self) -> bool:
        """Whether who looks finds somebody else on the seat: the member, or the deputy."""
        mine = self.mine
        if mine is None:
            return False
        place = mine.deputy_of or mine.position
        of_seat = [e for e in self.sittings if place in {e.position, e.deputy_of}]
        return any(each.is_present and not each.is_me for each in of_seat)

    @property
    def may_tie(self) -> bool:
        """Whether an even number votes."""
        seats = [each for each in self.sittings if each.deputy_of is None]
        return len(self.here if self.has_begun else seats) % 2 == 0

    @property
    def here(self) -> list[Sitting]:
        """The members who take part."""
        return [each for each in self.sittings if each.is_present]

    @property
    def may_end(self) -> bool:
        """Whether nothing is left to be opened or decided."""
        return self.state is SealingState.OPENING and self.now is None

    @property
    def outvoted(self) -> bool:
        """Whether all have voted, and who looks is outvoted and has not said why."""
        if self.now is None or self.mine is None:
            return False
        votes = self.now[1].votes
        if {each.position for each in self.here} - votes.keys():
            return False
        own = votes.get(self.mine.position)
        return own is not None and own["for"] and not own["reason"]


def session_page(
    session: Session, number: str, actor: Actor, opens: Opens, at: datetime
) -> SessionPage:
    """Return the session of a tender.

    Raises:
        NotFound: there is none, or the actor is no member, not the secretary and no bidder in it.
    """
    found = rows.numbered(session, number)
    looks = _looks(session, found, actor)
    published = rows.published_as(session, found)
    required = _required(session, found, published)
    is_open = found.state in _BEGUN
    counted = rows.bids(session, found.id)
    known = _firms(session, (each.bidder for each in counted))
    is_auction = auction_of(session, found) is not None
    twice = {
        each.id: deposit_problems(session, found, each) if is_auction else ()
        for each in (counted if is_open else ())
    }
    read = _Reader(opens, required, twice)
    bids = [
        Bid(each.id, each.bidder, known.get(each.bidder), each.submitted_at, read.envelopes(each))
        for each in (counted if is_open else ())
    ]
    next_one = turn([rows.states_of(each) for each in counted]) if bids else None
    if found.state is not SealingState.OPENING:
        next_one = None
    waits = (
        next_one is not None
        and next_one.kind == Kind.PRICE.value
        and rows.prices_wait(session, found)
    )
    return SessionPage(
        id=found.id,
        case_id=found.case_id,
        unit=found.unit,
        number=found.number,
        title=found.title,
        state=found.state,
        deadline=found.deadline,
        is_past=at > found.deadline,
        begins_at=_announced(published, at),
        threshold=found.threshold,
        sittings=_sittings(session, found, actor),
        rolls=[_roll(each) for each in found.sittings],
        count=len(counted) if is_open or at > found.deadline else None,
        bids=bids,
        now=(bids[next_one.at], bids[next_one.at].envelopes[next_one.kind]) if next_one else None,
        waits_for_quality=waits,
        minutes=list(found.minutes),
        minutes_due=rows.minutes_due(found),
        looks=looks,
        required=required,
        is_auction=is_auction,
        shut=_shut(found, bids, looks, actor),
    )


def _shut(
    found: SealedTender, bids: Iterable[Bid], looks: Looks, actor: Actor
) -> list[tuple[Bid, Envelope]]:
    """Return what a bidder reads of the own bid, and the commission without an interest of all."""
    seat = rows.seat_of(found, actor)
    if seat is not None and seat.conflict is not None:
        return []
    own = actor.parties_as(rows.BIDDER)
    shown = [each for each in bids if looks is not Looks.BIDDER or each.bidder in own]
    return [(bid, each) for bid in shown for each in bid.envelopes.values() if each.shut]


def _looks(session: Session, found: SealedTender, actor: Actor) -> Looks:
    if rows.seat_of(found, actor) is not None:
        return Looks.MEMBER
    if found.unit in actor.units_of(rows.OFFICER):
        return Looks.SECRETARY
    parties = actor.parties_as(rows.BIDDER)
    if any(each.bidder in parties for each in rows.bids(session, found.id)):
        return Looks.BIDDER
    raise NotFound(f"no session {found.number} of {actor.username}")


def _required(session: Session, found: SealedTender, published: Tender | None) -> Required | None:
    """Return what guarantee or deposit has to be; nothing where the tender is not kept here."""
    if (auction := auction_of(session, found)) is not None:
        return deposit_of_offer(session, auction, found)
    if published is None:
        return None
    until = found.deadline + timedelta(days=published.validity_days or 0)
    return Required(published.guarantee, local_date(until), found.unit, found.number)


def _announced(published: Tender | None, at: datetime) -> datetime | None:
    hour = None if published is None else published.opening_at
    return hour if hour is not None and at < hour else None


def _roll(found: SealSitting) -> Roll:
    reasons = {int(at): told["reason"] for at, told in found.roll.items() if told["reason"]}
    here = frozenset(found.stayed)
    return Roll(found.number, found.begun_at, found.ended_at, here, reasons)


def _sittings(session: Session, found: SealedTender, actor: Actor) -> list[Sitting]:
    names = names_of(session, [each.username for each in found.members])
    ending = found.ending or {}
    roll = found.sittings[-1].roll if found.sittings else {}
    return [
        Sitting(
            each.position,
            names.get(each.username, {}),
            each.username,
            each.username == actor.username,
            each.is_present,
            each.conflict,
            each.deputy_of,
            roll.get(str(each.position), {}).get("reason"),
            ending.get(str(each.position)),
        )
        for each in found.members
    ]


def _firms(session: Session, identifiers: Iterable[str]) -> dict[str, str]:
    wanted = select(Firm.identifier, Firm.name).where(Firm.identifier.in_(set(identifiers)))
    return {row[0]: row[1] for row in session.execute(wanted)}


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads what lies in opened envelopes."""

    opens: Opens
    required: Required | None
    twice: Mapping[UUID, Sequence[Problem]]  #: of bids, what says that a deposit counts already

    def envelopes(self, bid: SealedBid) -> dict[str, Envelope]:
        by_kind = {each.kind.value: self._envelope(each) for each in bid.envelopes}
        return {kind: by_kind[kind] for kind in ORDER}

    def _envelope(self, found: SealedEnvelope) -> Envelope:
        guarantee: GuaranteeSheet | None = None
        price: PriceSheet | None = None
        problems: tuple[Problem, ...] = ()
        if found.kind is Kind.GUARANTEE and (content := self._content(found, GUARANTEE_FILE)):
            guarantee, problems = self._guarantee(content)
            problems += tuple(self.twice[found.bid_id])
        if found.kind is Kind.PRICE and (content := self._content(found, PRICE_FILE)):
            told = read_price(content)
            price, problems = told.found, told.problems
        return Envelope(
            kind=found.kind.value,
            state=found.state,
            opened_at=found.opened_at,
            reason=found.reason,
            released=frozenset(each.member for each in found.releases),
            votes={int(at): each for at, each in (found.votes or {}).items()},
            files=list(found.files),
            guarantee=guarantee,
            price=price,
            problems=problems,
        )

    def _content(self, found: SealedEnvelope, name: str) -> bytes | None:
        file = next((each for each in found.files if each.name == name), None)
        if file is None or file.size > LONGEST:
            return None
        with self.opens(file.sha256) as content:
            return content.read()

    def _guarantee(self, content: bytes) -> tuple[GuaranteeSheet | None, tuple[Problem, ...]]:
        told = read_guarantee(content)
        if told.found is None or self.required is None:
            return told.found, told.problems
        return told.found, tuple(check_bid_guarantee(told.found.given, self.required))
