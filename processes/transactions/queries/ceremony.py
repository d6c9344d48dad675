"""What the page of a key's ceremony shows, and what a member's browser works with."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.sdk import Actor, NotFound, Person, Session
from processes.transactions.queries import sealing as rows
from processes.transactions.queries.taking_part import auction_of
from processes.transactions.records.sealing import (
    SealDealing,
    SealedTender,
    SealingState,
    SealMember,
    SealRehearsal,
)
from processes.transactions.rules.envelope_order import turn
from processes.transactions.sealing.envelope import Kind, begin
from processes.transactions.sealing.fingerprints import fingerprint


@dataclass(frozen=True, slots=True)
class Seat:
    """A member and how far that member is."""

    position: int
    username: str
    names: Mapping[str, str]  #: by language
    is_me: bool
    deputy_of: int | None  #: position of the member
    joined_at: datetime | None
    dealt_at: datetime | None
    rehearsed_at: datetime | None


@dataclass(frozen=True, slots=True)
class CeremonyPage:
    """A ceremony as it stands."""

    id: UUID
    number: str
    title: str
    state: SealingState
    deadline: datetime
    threshold: int
    seats: list[Seat]
    fingerprints: Mapping[str, str]  #: by kind; empty before the keys are made
    is_secretary: bool
    is_auction: bool  #: offers for property are sealed to it

    @property
    def mine(self) -> Seat | None:
        """The seat of who looks."""
        return next((each for each in self.seats if each.is_me), None)

    @property
    def may_be_lost(self) -> int:
        """As many passphrases as may be lost without harm: n - k, deputies not counted."""
        return len([each for each in self.seats if each.deputy_of is None]) - self.threshold

    @property
    def next_act(self) -> str:
        """What the one who looks has to do now; empty: to wait."""
        mine = self.mine
        if mine is None:
            return ""
        if self.state is SealingState.JOINING and mine.joined_at is None:
            return "join"
        if self.state is SealingState.DEALING and mine.dealt_at is None:
            return "deal"
        if self.state is SealingState.REHEARSING and mine.rehearsed_at is None:
            return "rehearse"
        return ""


def ceremony_page(session: Session, number: str, actor: Actor) -> CeremonyPage:
    """Return the ceremony of a tender.

    Raises:
        NotFound: there is none, or the actor is neither a member nor the secretary.
    """
    found = rows.numbered(session, number)
    is_secretary = found.unit in actor.units_of(rows.OFFICER)
    if not is_secretary and rows.seat_of(found, actor) is None:
        raise NotFound(f"no tender {number} of {actor.username}")
    dealt = _moments(session, SealDealing.dealer, SealDealing.dealt_at, found)
    rehearsed = _moments(session, SealRehearsal.member, SealRehearsal.released_at, found)
    names = names_of(session, [each.username for each in found.members])
    seats = [
        Seat(
            each.position,
            each.username,
            names.get(each.username, {}),
            each.username == actor.username,
            each.deputy_of,
            each.joined_at,
            dealt.get(each.position),
            rehearsed.get(each.position),
        )
        for each in found.members
    ]
    return CeremonyPage(
        id=found.id,
        number=found.number,
        title=found.title,
        state=found.state,
        deadline=found.deadline,
        threshold=found.threshold,
        seats=seats,
        fingerprints={each.kind.value: fingerprint(each.public) for each in found.keys},
        is_secretary=is_secretary,
        is_auction=auction_of(session, found) is not None,
    )


def _moments(session: Session, who: Any, when: Any, found: SealedTender) -> dict[int, datetime]:
    told = select(who, when).where(who.class_.tender_id == found.id)
    return {row[0]: row[1] for row in session.execute(told)}


def names_of(session: Session, usernames: Iterable[str]) -> dict[str, Mapping[str, str]]:
    """Return what people are called, by user name and language."""
    wanted = select(Person.username, Person.name_fa, Person.name_en).where(
        Person.username.in_(sorted(set(usernames)))
    )
    return {name: {"fa": fa, "en": en} for name, fa, en in session.execute(wanted)}


def seat_told(session: Session, number: str, actor: Actor) -> dict[str, Any]:
    """Return what a member's browser needs to deal, to rehearse and to release.

    All of it is public or closed to this member.

    Raises:
        NotFound: there is no such tender, or the actor is no member.
    """
    found = rows.numbered(session, number)
    seat = rows.seat_of(found, actor)
    if seat is None:
        raise NotFound(f"no seat of {actor.username}")
    is_joined = all(each.public_key for each in found.members)
    return {
        "position": seat.position,
        "place": place_of(found, seat),
        "public": seat.public_key,
        "wrapped": seat.wrapped,
        "ceremony": {
            "id": str(found.id),
            "threshold": found.threshold,
            "members": {str(each.position): each.public_key for each in found.members},
        }
        if is_joined
        else None,
        "dealings": [each.content for each in rows.dealings(session, found.id)]
        if found.keys
        else [],
        "rehearsals": {
            each.kind.value: _begun(bytes.fromhex(each.rehearsal)) for each in found.keys
        },
        "envelopes": list(_envelopes(session, found)),
    }


def place_of(found: SealedTender, seat: SealMember) -> str:
    """Return what a member's key is closed for: this ceremony and this seat."""
    return f"{found.id}/{seat.position}"


def _begun(envelope: bytes) -> dict[str, Any]:
    begun = begin(io.BytesIO(envelope))
    return {
        "header": json.loads(begun.header), "sent": begun.sent.hex(), "proof": begun.proof.hex(),
    }  # fmt: skip


def _envelopes(session: Session, found: SealedTender) -> Iterable[dict[str, Any]]:
    """Give the envelope whose turn it is, if there is one."""
    if found.state is not SealingState.OPENING:
        return
    bids = rows.bids(session, found.id)
    now = turn([rows.states_of(each) for each in bids])
    if now is None:
        return
    bid, kind = bids[now.at], Kind(now.kind)
    envelope = bid.envelope(kind)
    header = json.loads(rows.header_of(found, bid, kind).encode())
    yield {
        "bid": str(bid.id), "kind": kind.value, "header": header,
        "sent": envelope.sent, "proof": envelope.proof,
    }  # fmt: skip
