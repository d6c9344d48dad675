"""The ceremony of a tender's key: members join, deal, and rehearse before anything is published.

What comes here is public or closed to a member: no secret is ever in this process (ADR 53).
"""

from __future__ import annotations

import hashlib
import io
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from engine.sdk import (
    Actor,
    Problem,
    RulesBroken,
    Session,
    UnitOfWork,
    retried,
)
from processes.transactions.commands.seats import seated, told
from processes.transactions.queries import sealing as rows
from processes.transactions.records.sealing import (
    SealDealing,
    SealedTender,
    SealingState,
    SealKey,
    SealMember,
    SealRehearsal,
)
from processes.transactions.sealing import opening
from processes.transactions.sealing.curve import Point
from processes.transactions.sealing.dealing import Dealing, key_of
from processes.transactions.sealing.envelope import Header, Kind, begin, opened, sealed
from processes.transactions.sealing.errors import SealBroken, ShareRefused
from processes.transactions.sealing.fingerprints import fingerprint
from processes.transactions.sealing.opening import Released

_DUMMY: Final = 32  #: bytes that are sealed to rehearse
_WRAPPED: Final = {"rounds", "salt", "nonce", "closed"}
_LEAST_ROUNDS: Final = 600_000  #: of PBKDF2, as OWASP asks for


@retried
def join(
    uow: UnitOfWork,
    tender_id: UUID,
    public_key: str,
    wrapped: Mapping[str, Any],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Keep a member's public key, and the private one closed by a passphrase we do not know.

    Raises:
        NotAtThisDesk: the actor is no member.
        WrongState: everybody has joined.
        RulesBroken: ``TND-053`` it is no key.
    """
    with uow:
        found, seat = seated(uow.session, tender_id, actor)
        found.must_be(SealingState.JOINING)
        _must_be_closed(wrapped)
        seat.public_key, seat.wrapped, seat.joined_at = _point(public_key), dict(wrapped), at
        facts = {"position": seat.position, "key": public_key}
        told(uow.session, found, "member_joined", facts, actor=actor, at=at)
        if all(each.public_key for each in found.members):
            found.come_to(SealingState.DEALING)
        uow.commit()


@retried
def deal(
    uow: UnitOfWork, tender_id: UUID, dealt: Sequence[Any], *, actor: Actor, at: datetime
) -> None:
    """Keep what a member dealt, one for each kind of envelope; the last one makes the keys.

    Raises:
        NotAtThisDesk: the actor is no member.
        WrongState: it is not the time.
        RulesBroken: ``TND-053`` it is no dealing of this member in this ceremony.
    """
    with uow:
        found, seat = seated(uow.session, tender_id, actor)
        found.must_be(SealingState.DEALING)
        ceremony = rows.ceremony_of(found)
        known = list(rows.dealings(uow.session, tender_id))
        if any(each.dealer == seat.position for each in known):
            raise RulesBroken([Problem("TND-054")])
        try:
            made = {each.kind: each for each in (Dealing.read(one, ceremony) for one in dealt)}
        except (SealBroken, ShareRefused):
            raise RulesBroken([Problem("TND-053")]) from None
        if set(made) != set(Kind) or {each.dealer for each in made.values()} != {seat.position}:
            raise RulesBroken([Problem("TND-053")])
        for kind, each in made.items():
            uow.session.add(
                SealDealing(
                    tender_id=found.id, kind=kind, dealer=seat.position,
                    content=each.write(), dealt_at=at,
                )
            )  # fmt: skip
        facts = {"position": seat.position, "hash": _hash(str([made[k].write() for k in Kind]))}
        told(uow.session, found, "member_dealt", facts, actor=actor, at=at)
        if len(known) + len(Kind) == len(Kind) * len(found.members):
            uow.session.flush()
            _make_keys(uow.session, found, actor=actor, at=at)
        uow.commit()


def _make_keys(session: Session, found: SealedTender, *, actor: Actor, at: datetime) -> None:
    ceremony = rows.ceremony_of(found)
    dealt = [Dealing.read(each.content, ceremony) for each in rows.dealings(session, found.id)]
    keys = {}
    for kind in Kind:
        key = key_of(ceremony, [each for each in dealt if each.kind is kind])
        keys[kind.value] = public = key.public.encode().hex()
        dummy = secrets.token_bytes(_DUMMY)
        rehearsal = b"".join(sealed(rehearsal_header(found.id, kind, public), [dummy]))
        session.add(
            SealKey(
                tender_id=found.id,
                kind=kind,
                public=public,
                shares={str(each): point.encode().hex() for each, point in key.shares.items()},
                rehearsal=rehearsal.hex(),
                rehearsal_hash=_hash(dummy),
            )
        )
    found.come_to(SealingState.REHEARSING)
    told(session, found, "tender_keys_made", {"keys": keys}, actor=actor, at=at)


def rehearsal_header(tender_id: UUID, kind: Kind, public: str) -> Header:
    """Return the header of the dummy: of nobody, and of no version a bid has."""
    return Header(str(tender_id), "rehearsal", kind, 0, public)


@retried
def rehearse(
    uow: UnitOfWork, tender_id: UUID, released: Mapping[str, Any], *, actor: Actor, at: datetime
) -> None:
    """Take a member's shares of the dummies; with the last member's the tender takes bids.

    Args:
        released: by the kind of envelope what the member released.

    Raises:
        NotAtThisDesk: the actor is no member.
        WrongState: there is nothing to rehearse.
        RulesBroken: ``TND-055`` it is not made with the member's share.
    """
    with uow:
        found, seat = seated(uow.session, tender_id, actor)
        found.must_be(SealingState.REHEARSING)
        for key in found.keys:
            checked = _checked(key, seat, released.get(key.kind.value))
            place = (found.id, key.kind, seat.position)
            known = uow.session.get(SealRehearsal, place)
            if known is None:
                uow.session.add(
                    SealRehearsal(
                        tender_id=found.id, kind=key.kind, member=seat.position,
                        content=checked.write(), released_at=at,
                    )
                )  # fmt: skip
        uow.session.flush()
        facts = {"position": seat.position}
        told(uow.session, found, "member_rehearsed", facts, actor=actor, at=at)
        if _all_open(uow.session, found):
            found.come_to(SealingState.READY)
            prints = {each.kind.value: fingerprint(each.public) for each in found.keys}
            published = rows.published_as(uow.session, found)
            if published is not None:
                published.fingerprint = " · ".join(f"{kind} {prints[kind]}" for kind in prints)
            told(uow.session, found, "tender_takes_bids", prints, actor=actor, at=at)
        uow.commit()


def _checked(key: SealKey, seat: SealMember, told: Any) -> Released:
    header = rehearsal_header(key.tender_id, key.kind, key.public)
    point = begin(io.BytesIO(bytes.fromhex(key.rehearsal))).point
    try:
        released = Released.read(told)
        opening.check(released, rows.key_as_used(key), header, point)
    except ShareRefused:
        raise RulesBroken([Problem("TND-055")]) from None
    if released.member != seat.position:
        raise RulesBroken([Problem("TND-055")])
    return released


def _all_open(session: Session, found: SealedTender) -> bool:
    """Open every dummy with the shares of the last members, once all have released."""
    for key in found.keys:
        given = [
            session.get(SealRehearsal, (found.id, key.kind, each.position))
            for each in found.members
        ]
        released = [Released.read(each.content) for each in given if each is not None]
        if len(released) < len(found.members):
            return False
        agreed = opening.agreed(released, found.threshold)
        header = rehearsal_header(found.id, key.kind, key.public)
        dummy = b"".join(opened(io.BytesIO(bytes.fromhex(key.rehearsal)), header, agreed))
        if _hash(dummy) != key.rehearsal_hash:
            raise RulesBroken([Problem("TND-055")])
    return True


def _point(told: str) -> str:
    try:
        return Point.decode(bytes.fromhex(told)).encode().hex()
    except ValueError:
        raise RulesBroken([Problem("TND-053")]) from None


def _must_be_closed(wrapped: Mapping[str, Any]) -> None:
    """Refuse what is not closed as the page closes it: a key sent open must not be kept."""
    is_shaped = set(wrapped) == _WRAPPED and isinstance(wrapped["rounds"], int)
    if not is_shaped or wrapped["rounds"] < _LEAST_ROUNDS or len(str(dict(wrapped))) > 2_000:
        raise RulesBroken([Problem("TND-053")])


def _hash(told: str | bytes) -> str:
    return hashlib.sha256(told.encode() if isinstance(told, str) else told).hexdigest()
